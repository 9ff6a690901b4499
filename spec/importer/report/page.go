package report

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var page string

// Write writes the account as a page that needs no other file. say says its own texts in the
// language of the reader; nil: English.
func (a *Account) Write(w io.Writer, say func(string) string) error {
	if say == nil {
		say = func(text string) string { return text }
	}
	t, err := template.New("report").Funcs(template.FuncMap{"say": say}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, a)
}

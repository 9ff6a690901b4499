package report

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var page string

// Write writes the account as a page that needs no other file.
func (a *Account) Write(w io.Writer) error {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, a)
}

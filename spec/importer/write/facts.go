package write

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// facts writes the default, the form and the example that the document gives a row. What the
// language has no place for there is said in the note, so that it is not lost.
func (w *writer) facts(m *yaml.Node, b *branch, t spec.Type) {
	var notes []string
	told := wording.OneLine(b.Note + " " + b.Label)
	note := func(what, value string) {
		if value != "" && !strings.Contains(told, value) {
			notes = append(notes, what+"："+value)
		}
	}
	kind := t
	if of, ok := elementType(b); ok {
		kind = of
	}
	if value := defaultOf(b.Default); w.sent || len(b.kids) > 0 || !t.HasDefault() || value == "" || !t.Takes(value) || b.Required == wording.Yes {
		note("默认值", b.Default)
	} else {
		put(m, "default", scalar(value, t))
	}
	switch form := timeForm(b.Format); {
	case b.Added.Format != "": // rules writes it
	case len(b.kids) == 0 && form != "" && takesForm(kind, form):
		put(m, "format", text(form))
	default:
		note("格式", b.Format)
	}
	if b.fitsExample(t) {
		put(m, "example", scalar(b.Example, t))
	} else if !b.listsExample() {
		note("示例", b.Example)
	}
	if len(notes) > 0 {
		put(m, "note", text(strings.Join(notes, "；")))
	}
}

// elementType is the type of the members of a list of scalars.
func elementType(b *branch) (spec.Type, bool) {
	if len(b.kids) > 0 {
		return "", false
	}
	return spelling.Type(elementOf(b.Type))
}

// scalar is a value as YAML writes one of its type.
func scalar(value string, t spec.Type) *yaml.Node {
	if t.IsNumber() || t == spec.Bool {
		return number(value)
	}
	return text(value)
}

// defaultOf is a default without the quotes around it.
func defaultOf(value string) string {
	if n := len(value); n > 1 && strings.ContainsAny(value[:1], `"'`) && value[0] == value[n-1] {
		return value[1 : n-1]
	}
	return value
}

// fitsExample says whether the example is one that the row's own rules take.
func (b *branch) fitsExample(t spec.Type) bool {
	switch {
	case b.Example == "" || utf8.RuneCountInString(b.Example) > 500:
		return false
	case t == spec.Any:
		return true
	case t.IsNested() || len(b.kids) > 0:
		return json.Valid([]byte(b.Example))
	case !t.Takes(b.Example):
		return false
	}
	if !t.IsText() {
		return true
	}
	_, length := wording.TypeAndLength(b.Type)
	if size, _ := b.length(t); size != nil {
		length = size.Value
	}
	_, most, ranged := strings.Cut(strings.ReplaceAll(length, "~", "-"), "-")
	if !ranged {
		most = strings.TrimLeft(length, "<= ")
	}
	n, err := strconv.Atoi(strings.TrimSpace(most))
	return err != nil || utf8.RuneCountInString(b.Example) <= n
}

// listsExample says whether the cell of the example lists the values of the row.
func (b *branch) listsExample() bool {
	return len(b.Enum) > 1 && !slices.ContainsFunc(b.Enum, func(v wording.Value) bool { return !strings.Contains(b.Example, v.Value) })
}

// timeForm is the form of a time in the letters of the language; empty where it is none.
func timeForm(format string) string {
	form := strings.NewReplacer("YYYY", "yyyy", "DD", "dd", "hh", "HH", "MI", "mm", "SS", "ss", "24", "").Replace(format)
	form = strings.ReplaceAll(form, "HH:MM", "HH:mm")
	if spec.IsWritten(form) || spec.IsClock(form) {
		return form
	}
	return ""
}

// takesForm says whether values of a type are written in a form of times.
func takesForm(t spec.Type, form string) bool {
	known := spec.KnownForm(form)
	switch t {
	case spec.Datetime:
		return spec.IsWritten(form) || slices.Contains(spec.Layouts(), known)
	case spec.Date:
		return spec.IsWritten(form) && !strings.Contains(form, "HH")
	case spec.String:
		return spec.IsClock(form)
	}
	return false
}

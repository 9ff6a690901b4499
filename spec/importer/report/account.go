// Package report sets the tables of a document beside what an import made of them: each
// cell is equal to what the YAML says, was interpreted, or was left with a reason.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// The verdicts on cells.
const (
	Equal       = "equal"
	Interpreted = "interpreted"
	Left        = "left"
)

// Cell is one cell of the document with what the YAML says in its place.
type Cell struct {
	Text    string
	Verdict string // Equal, Interpreted or Left; empty: it has no text
	Why     string // what it was taken for, or why it was left
	Written string // the same, written back from the YAML
	Link    string // file and line of the YAML
	Rows    int    // that it spans
	Columns int
}

// Table is one table of the document.
type Table struct {
	Title, Place string
	Rows         [][]Cell
}

// Account is what became of all tables.
type Account struct {
	System   string
	Tables   []Table
	Count    map[string]int
	Findings []draft.Finding
	Decide   []draft.Decision
	Signed   []string // what was read of the signature, and whether an example comes out
}

// Of compares a draft with the system that its YAML was loaded as.
func Of(d *draft.Draft, s *spec.System) (*Account, error) {
	words, err := wording.New()
	if err != nil {
		return nil, err
	}
	a := &account{
		words:   words,
		Account: Account{System: s.Title, Count: map[string]int{}, Findings: d.Findings, Decide: d.Decisions, Signed: d.Signature.Lines()},
		system:  s, places: map[string]*spec.Field{}, starts: map[string]*spec.Interface{},
	}
	for _, x := range s.Interfaces {
		a.starts[x.Cmd] = x
		a.keep(x.Request)
		a.keep(x.Frame)
		a.keep(x.Response)
	}
	for _, t := range d.Tables {
		a.Tables = append(a.Tables, a.table(t))
	}
	return &a.Account, nil
}

// keep remembers fields by their places.
func (a *account) keep(list spec.Fields) {
	for f := range list.All() {
		if at := f.Origin + " " + f.Name; a.places[at] == nil {
			a.places[at] = f
		}
	}
}

// account is an account that is being made.
type account struct {
	Account
	system *spec.System
	words  *wording.Words
	places map[string]*spec.Field // by place and name
	starts map[string]*spec.Interface
}

func (a *account) table(t *draft.Table) Table {
	out := Table{Title: wording.OneLine(t.Title), Place: t.Place}
	seen := map[*document.Cell]bool{}
	for row := range t.Rows {
		var line []Cell
		for col := range t.Width() {
			c := t.At(row, col)
			switch {
			case c == nil:
				line = append(line, Cell{Rows: 1, Columns: 1})
			case !seen[c]:
				seen[c] = true
				line = append(line, a.cell(t, c, row, col))
			}
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// cell says what became of one cell.
func (a *account) cell(t *draft.Table, c *document.Cell, row, col int) Cell {
	out := Cell{Text: c.Text, Rows: 1, Columns: 1}
	for t.At(row+out.Rows, col) == c {
		out.Rows++
	}
	for t.At(row, col+out.Columns) == c {
		out.Columns++
	}
	if strings.TrimSpace(c.Text) == "" {
		return out
	}
	fate, why := t.Fate(c)
	out.Why = why
	switch fate {
	case draft.Left:
		out.Verdict = Left
	case draft.Read:
		out.Verdict = Interpreted
	default:
		a.compare(t, c, &out)
	}
	a.Count[out.Verdict]++
	return out
}

// compare compares a cell that was carried over with the YAML.
func (a *account) compare(t *draft.Table, c *document.Cell, out *Cell) {
	out.Verdict = Equal
	lost := false
	for _, u := range t.Uses[c] {
		if u.Fate != draft.Carried {
			continue
		}
		switch {
		case u.Field != nil:
			f := a.places[u.Field.Place+" "+u.Field.RowKey()]
			if f == nil {
				lost = true
				continue
			}
			out.Link = f.Pos.String()
			if written, same := a.written(u, f, c.Text); !same {
				out.Verdict, out.Written = Interpreted, written
			} else {
				out.Verdict, out.Written = Equal, written
				return
			}
		case u.Interface != nil:
			if x := a.starts[u.Interface.Cmd]; x != nil {
				out.Link = x.Pos.String()
			}
		}
	}
	if lost && out.Link == "" {
		out.Verdict, out.Why = Left, "its row is not in the YAML"
	}
}

// written is what the YAML says in the place of a cell, and whether it is the same.
func (a *account) written(u draft.Use, f *spec.Field, cell string) (string, bool) {
	folded := wording.Fold(cell)
	has := func(text string) bool { return text != "" && strings.Contains(wording.Fold(text), folded) }
	switch u.As {
	case "name":
		return f.DocPath, folded == wording.Fold(f.Name) || folded == wording.Fold(f.DocPath)
	case "type":
		text := strings.TrimSpace(f.SpelledType + " " + f.SpelledLength)
		return text, folded == wording.Fold(f.SpelledType)
	case "length":
		return f.SpelledLength, folded == wording.Fold(f.SpelledLength)
	case "required":
		return string(f.Document.Required), a.words.Mark(cell, false) == string(f.Document.Required)
	case "enum":
		return listed(f.Document.Enum), every(f.Document.Enum, cell)
	case "default", "example", "format":
		text := map[string]string{"default": f.Document.Default, "example": f.Example, "format": cmp.Or(f.Layout, f.Document.Format)}[u.As]
		if u.As == "example" && text == "" && every(f.Document.Enum, cell) {
			return listed(f.Document.Enum), true
		}
		if text == "" && (has(f.Note) || has(f.Label)) {
			return cmp.Or(f.Note, f.Label), true
		}
		return text, folded == wording.Fold(text)
	default:
		return f.Label, has(f.Label)
	}
}

// every says whether a cell has all values of an enumeration.
func every(e *spec.Enum, cell string) bool {
	return e != nil && !slices.ContainsFunc(e.Values, func(v spec.EnumValue) bool { return !strings.Contains(cell, v.Value) })
}

// listed is an enumeration on one line.
func listed(e *spec.Enum) string {
	if e == nil {
		return ""
	}
	var parts []string
	for _, v := range e.Values {
		parts = append(parts, strings.TrimRight(v.Value+":"+v.Label, ":"))
	}
	return strings.Join(parts, " ")
}

// Line says how many cells are equal, interpreted and left.
func (a *Account) Line() string {
	return fmt.Sprintf("%d cells equal, %d interpreted, %d left", a.Count[Equal], a.Count[Interpreted], a.Count[Left])
}

// Package rows finds out what the rows of a table are by its head and its cells, and
// reads those that are parameters.
package rows

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// Part is a run of rows below one head: fields, codes, or a list of values.
type Part struct {
	*draft.Table
	Words    *wording.Words
	Roles    []wording.Role
	Head     int // the row of the head; -1: it has none, and its columns were guessed
	From, To int
	Side     string
	marks    map[int]string // columns of marks by the side that they are about
	optional bool           // the column for required says what may be left out
	Group    string
}

// MaxHead is in how many rows the first head of a table is looked for.
const MaxHead = 4

// HeadScore says how many cells of a row head a column, and of how many; name says that
// one of them names fields or codes.
func HeadScore(t *document.Table, row int, words *wording.Words) (known, all int, name bool) {
	seen := map[wording.Role]bool{}
	for _, c := range t.Distinct(row) {
		if isBand(t, row, c, words) {
			continue
		}
		all++
		r := words.Role(c.Text)
		if r == wording.None || len([]rune(c.Text)) > 24 {
			continue
		}
		if !seen[r] || r == wording.Name || r == wording.Parent {
			known++
		}
		seen[r] = true
	}
	name = seen[wording.Name] || seen[wording.Code] || seen[wording.Title] || seen[wording.Type] && seen[wording.Label]
	if len(seen) < 2 {
		known = 0
	}
	return known, all, name
}

// isBand says whether a cell is beside rows that it says the side of: 返回结果 at the left
// of a head and of the rows below it.
func isBand(t *document.Table, row int, c *document.Cell, words *wording.Words) bool {
	return c.Col == 0 && row+1 < len(t.Rows) && t.At(row+1, 0) == c && words.Side(c.Text) != ""
}

// beginsBand says whether a band begins in a row.
func beginsBand(t *document.Table, row int, words *wording.Words) bool {
	c := t.At(row, 0)
	return c != nil && c.Row == row && isBand(t, row, c, words)
}

// isHead says whether a row is a head. Inside of a table it has to be one beyond doubt.
func isHead(t *document.Table, row int, inside *Part, words *wording.Words) bool {
	known, all, name := HeadScore(t, row, words)
	switch {
	case !name || known < 2 || inside == nil && goesOn(t, row):
		return false
	case inside != nil && !beginsBand(t, row, words):
		return known == all && (known >= 3 || inside.Repeats(row))
	case row+1 < len(t.Rows) && row < MaxHead:
		next, _, named := HeadScore(t, row+1, words)
		return !named || next <= known
	}
	return known*2 >= all
}

// goesOn says whether a row has a text that the row above has in its place: heads differ from
// what is above them, and marks of rows do not (mobile | 手机 | 必填 above name | 姓名 | 必填).
func goesOn(t *document.Table, row int) bool {
	for col := range t.Width() {
		c, above := t.At(row, col), t.At(row-1, col)
		if c != nil && above != nil && c != above && strings.TrimSpace(c.Text) != "" && strings.TrimSpace(c.Text) == strings.TrimSpace(above.Text) {
			return true
		}
	}
	return false
}

// isTyped says whether a row below a head is a field beyond doubt: a name with a type that
// is known, whatever else the name means (desc, path, method).
func (p *Part) isTyped(row int) bool {
	at, of := p.At(row, p.Column(wording.Name)), p.At(row, p.Column(wording.Type))
	if at == nil || of == nil || at.Row != row || of.Row != row || at == of {
		return false
	}
	name, _, _ := naming.NameOf(at.Text)
	_, known := spelling.Type(of.Text)
	return name != "" && known
}

// isBare says whether a row below a head of codes is a code that the document has no text for.
func (p *Part) isBare(row int, cells []*document.Cell) bool {
	at := p.At(row, p.Column(wording.Code))
	return len(cells) == 1 && at == cells[0] && p.Width() > 1 && p.At(row, p.Width()-1) != at && bareCode.MatchString(strings.TrimSpace(at.Text))
}

var bareCode = pattern.New(`^-?[A-Za-z_.\-]*\d[A-Za-z0-9_.\-]*$`)

// NewPart is the part below a head.
func NewPart(t *draft.Table, row int, words *wording.Words) *Part {
	p := &Part{Table: t, Words: words, Head: row, From: row + 1, To: row + 1, Roles: make([]wording.Role, t.Width())}
	for i := range p.Roles {
		if c := t.At(row, i); c != nil {
			p.Roles[i] = words.Role(c.Text)
		}
	}
	return p
}

// Settle decides between columns that have one role, when the rows are known.
func (p *Part) Settle() {
	for i, r := range p.Roles {
		if r == wording.Optional {
			p.Roles[i], p.optional = wording.Required, true
		}
	}
	p.rulesNotMarks()
	p.placesNotTypes()
	p.formatsAreTypes()
	p.sidedMarks()
	p.statusBesideCode()
	p.oneOf(wording.Name, wording.Title)
	p.oneOf(wording.Parent, wording.Other)
	if at := p.Column(wording.Name); at >= 0 && p.ascii(at) == 0 && p.Has(wording.Type, wording.Required, wording.Length) && p.identifiers() >= 0 {
		p.Roles[at] = wording.Title // names for people; those of the program are in a column of an unknown head
	}
	if p.Column(wording.Name) < 0 {
		p.nameFrom()
	}
	if p.Column(wording.Label) < 0 {
		for i, r := range p.Roles {
			if r == wording.Title || r == wording.Text {
				p.Roles[i] = wording.Label
			}
		}
	}
	p.treeColumns()
	p.marksAreRequired()
	p.unheaded()
}

// statusBesideCode finds the status of HTTP beside the code of the interface.
func (p *Part) statusBesideCode() {
	status := func(i int) bool {
		return p.Roles[i] == wording.Code && !slices.ContainsFunc(p.Texts(i), func(s string) bool { return !httpStatus.MatchString(strings.TrimSpace(s)) })
	}
	for i := range p.Roles {
		if status(i) && slices.ContainsFunc(p.columns(wording.Code), func(other int) bool { return !status(other) }) {
			p.Roles[i] = wording.Other
		}
	}
}

// columns are the columns of a role.
func (p *Part) columns(r wording.Role) []int {
	var out []int
	for i, one := range p.Roles {
		if one == r {
			out = append(out, i)
		}
	}
	return out
}

// oneOf keeps of several columns of a role those that hold names of programs; the
// others get another role.
func (p *Part) oneOf(r, other wording.Role) {
	best := 0
	for i := range p.Roles {
		if p.Roles[i] == r {
			best = max(best, p.ascii(i))
		}
	}
	for i := range p.Roles {
		if p.Roles[i] == r && best > 0 && p.ascii(i)*3 < best {
			p.Roles[i] = other
		}
	}
	first := slices.Index(p.Roles, r)
	for i := first + 1; first >= 0 && i < len(p.Roles); i++ {
		if p.Roles[i] == r && !p.sameHead(i, first) && (best == 0 || r == wording.Name && !p.sameHead(i, i-1) && p.headText(i) != p.headText(first)) {
			if p.ascii(i) > p.ascii(first) {
				p.Roles[first], first = other, i
			} else {
				p.Roles[i] = other
			}
		}
	}
}

// nameFrom finds the names of a table whose head does not say where they are: below a
// code, a title or an example.
func (p *Part) nameFrom() {
	for _, r := range []wording.Role{wording.Title, wording.Code, wording.None, wording.Other, wording.Label} {
		if r == wording.Label && p.count(r) < 2 {
			continue
		}
		for i, one := range p.Roles {
			headed := p.Has(wording.Type, wording.Required, wording.Length) || i == 0 && p.blank(0) && p.Has(wording.Title)
			if one == r && headed && p.ascii(i) > 0 && p.ascii(i)*3 >= len(p.Texts(i))*2 && p.distinct(i) {
				p.Roles[i] = wording.Name
				return
			}
		}
	}
}

// distinct says whether the texts of a column differ, as names do: most of them.
func (p *Part) distinct(col int) bool {
	texts, seen := p.Texts(col), map[string]bool{}
	for _, text := range texts {
		seen[strings.TrimSpace(text)] = true
	}
	return len(seen)*3 >= len(texts)*2
}

// identifiers is a column of names of programs whose head nobody knows; -1: there is none.
func (p *Part) identifiers() int {
	for i, r := range p.Roles {
		if (r == wording.None || r == wording.Other || r == wording.Title || r == wording.Code) && p.ascii(i) > 0 && p.ascii(i)*3 >= len(p.Texts(i))*2 && p.distinct(i) {
			return i
		}
	}
	return -1
}

func (p *Part) headText(col int) string {
	if c := p.At(p.Head, col); c != nil {
		return wording.Fold(c.Text)
	}
	return ""
}

// sameHead says whether two columns are below one head, or are two levels of names.
func (p *Part) sameHead(a, b int) bool {
	if p.Head < 0 {
		return false
	}
	return p.At(p.Head, a) == p.At(p.Head, b) || wording.IsLevelHead(p.headText(a)) && wording.IsLevelHead(p.headText(b))
}

// treeColumns finds the further columns of a tree: their heads are blank, or one cell
// with the name's.
func (p *Part) treeColumns() {
	for i := 1; i < len(p.Roles); i++ {
		if p.Roles[i] == wording.None && p.blank(i) && p.Roles[i-1] == wording.Name && p.ascii(i) > 0 {
			p.Roles[i] = wording.Name
		}
	}
}

// blank says whether the head of a column has no text.
func (p *Part) blank(col int) bool {
	return p.Head >= 0 && (p.At(p.Head, col) == nil || strings.TrimSpace(p.At(p.Head, col).Text) == "")
}

// unheaded gives the columns whose heads are blank or unknown to remarks.
func (p *Part) unheaded() {
	for i, r := range p.Roles {
		switch {
		case r != wording.None || len(p.Texts(i)) == 0 || p.Column(wording.Name) < 0:
		case p.blank(i) && slices.Equal(p.Texts(i), []string{"1"}), wording.Counts(p.Texts(i)):
			p.Roles[i] = wording.Other
		default:
			p.Roles[i] = wording.Label
		}
	}
}

// placesNotTypes finds a column that is headed as one of types and says where
// parameters are: Query, Header, Body.
func (p *Part) placesNotTypes() {
	for i, r := range p.Roles {
		if r != wording.Type {
			continue
		}
		texts := p.Texts(i)
		if len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool { return !wording.IsPlace(s) }) {
			p.Roles[i] = wording.Place
		}
	}
}

// formatsAreTypes finds types below another head: 格式 string(10), 数据元 AN8..40.
func (p *Part) formatsAreTypes() {
	for i, r := range p.Roles {
		other := r == wording.Name && p.count(r) > 1 || r == wording.None || r == wording.Other
		if p.Has(wording.Type) || r != wording.Format && !other {
			continue
		}
		texts := p.Texts(i)
		if len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool { return !IsType(s) || other && IsNumber(s) }) {
			p.Roles[i] = wording.Type
		}
	}
}

// Texts are the cells of a column that have a text.
func (p *Part) Texts(col int) []string {
	var out []string
	for row := p.From; row < p.To; row++ {
		if c := p.At(row, col); c != nil && strings.TrimSpace(c.Text) != "" {
			out = append(out, c.Text)
		}
	}
	return out
}

// ascii is the number of cells of a column that are names of programs.
func (p *Part) ascii(col int) int {
	n := 0
	for _, text := range p.Texts(col) {
		if name, _, _ := naming.NameOf(text); name != "" {
			n++
		}
	}
	return n
}

// Column returns the first column of a role, -1 where there is none.
func (p *Part) Column(r wording.Role) int { return slices.Index(p.Roles, r) }

func (p *Part) count(r wording.Role) int { return len(p.columns(r)) }

// Has says whether a column has one of the roles.
func (p *Part) Has(roles ...wording.Role) bool {
	return slices.ContainsFunc(roles, func(r wording.Role) bool { return p.Column(r) >= 0 })
}

// ValueColumns are the column of values and the one of labels of a list.
func (p *Part) ValueColumns() []int {
	value, label := -1, -1
	for i := range p.Roles {
		texts := p.Texts(i)
		if len(texts) < p.To-p.From || p.Roles[i] == wording.Other && p.Width() > 2 {
			continue
		}
		short := !slices.ContainsFunc(texts, func(s string) bool { return !naming.ShortCode.MatchString(strings.TrimSpace(s)) })
		switch {
		case value < 0 && short:
			value = i
		case label < 0 && (!short || value >= 0 && (p.Roles[i] == wording.Name || p.Roles[i] == wording.Label || p.Roles[i] == wording.Title)):
			label = i
		}
	}
	if value < 0 || label < 0 {
		return nil
	}
	return []int{value, label}
}

// Text is the text of a role in a row, and its cells; the same merged cell counts once.
func (p *Part) Text(row int, r wording.Role) (string, []*document.Cell) {
	var parts []string
	var cells []*document.Cell
	for i, one := range p.Roles {
		c := p.At(row, i)
		if one != r || c == nil || slices.Contains(cells, c) {
			continue
		}
		if text := strings.TrimSpace(c.Text); text != "" {
			cells = append(cells, c)
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n"), cells
}

// Repeats says whether a row is the head again.
func (p *Part) Repeats(row int) bool {
	if p.Head < 0 || row == p.Head {
		return false
	}
	same := 0
	for i := range p.Roles {
		a, b := p.At(row, i), p.At(p.Head, i)
		if a != nil && b != nil && wording.Fold(a.Text) != wording.Fold(b.Text) {
			return false
		}
		if a != nil && b != nil && strings.TrimSpace(a.Text) != "" {
			same++
		}
	}
	return same >= 2
}

// Turned is a table whose heads are in its first column, on its side; nil where they
// do not.
func Turned(t *document.Table, words *wording.Words) *document.Table {
	seen := map[wording.Role]bool{}
	for row := range t.Rows {
		if c := t.At(row, 0); c != nil {
			seen[words.Role(c.Text)] = true
		}
	}
	delete(seen, wording.None)
	first, _, _ := HeadScore(t, 0, words)
	if len(t.Rows) > 12 || len(seen) < 3 || !seen[wording.Name] || !seen[wording.Type] && !seen[wording.Required] || first >= 2 {
		return nil
	}
	out := &document.Table{}
	for col := range t.Width() {
		row := make([]*document.Cell, len(t.Rows))
		for r := range t.Rows {
			row[r] = t.At(r, col)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// KnownType says whether a text is a type that the language of documents knows.
func KnownType(kind string) bool {
	_, ok := spelling.Type(kind)
	return ok && strings.TrimSpace(kind) != ""
}

// LeaveRow says that a row is not in the YAML, and why.
func (p *Part) LeaveRow(row int, why string) {
	for _, c := range p.Table.Distinct(row) {
		p.Uses[c] = []draft.Use{{Fate: draft.Left, As: why}}
	}
}

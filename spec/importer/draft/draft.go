// Package draft is what was found in a document: interfaces, fields, codes, and what
// became of each cell of its tables.
package draft

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/signature"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Draft is what was found in the files of one document.
type Draft struct {
	Title      string
	Signature  *signature.Rule // nil: the document says nothing of one
	Frame      *Frame          // nil: the replies are as the tables say
	Answer     *Frame          // of notifications; nil: no example shows one
	Version    string          // of the last row of a change log, or that the document says
	Date       string          // of that version, where the document says it beside it
	Interfaces []*Interface
	Codes      []Code
	Shared     []*Shared
	Lists      []*NamedList
	Changes    []Change
	Tables     []*Table   // all of them, with what became of each cell
	Prose      []Prose    // sentences that state a condition
	Findings   []Finding  // what the document contradicts or leaves open
	Decisions  []Decision // what a person must decide, the most valuable first
}

// Frame is what the examples of all replies have around the payload.
type Frame struct {
	In      string   // the member that code and text are in; empty: they are members of the reply
	Code    string   // the member with the code
	Text    string   // the member with the text; empty: there is none
	Holder  string   // the member with the payload; empty: it is among the others
	Held    bool     // a table says so: the rows of every interface are in it
	Success string   // the code of success
	Says    []string // the texts beside it, the commonest first
	Number  bool     // the code is a number
	Fields  []*Field // the rows of both, where a table has them once for all replies
}

// Has says whether a field is the code, the text, or the member that they are in.
func (f *Frame) Has(one *Field) bool {
	at := strings.Join(one.Path, "/")
	if f.In == "" {
		return at == f.Code || at == f.Text
	}
	return at == f.In || at == f.In+"/"+f.Code || at == f.In+"/"+f.Text
}

// Interface is one interface of the document.
type Interface struct {
	Title, Section string
	Code           string // the document's number: G-BA-01
	Method         string // empty: the document says none
	URL            string // as the document prints it, without the host; empty: it prints none
	Base           string // what is before the URL where it is served, as a contract says
	Cmd            string // as the document calls it; else made of the path
	Request        []*Field
	Response       []*Field
	Codes          []Code
	Example        [2]string // of a request and a response, as printed
	Markup         [2]string // the same in XML, which the YAML has no place for
	Shapes         [2]*sample.Shape
	Notes          [2]map[string]string // what lines say of members of the examples, by their names
	Note           string               // what it is for
	Place          string
	Callback       bool // the receiver serves it, and the system calls it
	Pushed         bool // a line says so, whatever its URL is

	Form    bool   // its body is said to be one
	Listed  bool   // a title and a path, a line each, are all that begins it
	Indexed bool   // only a table that lists interfaces has it
	Weak    bool   // the URL is in prose and nothing else says that it begins an interface
	Chap    string // the chapters that it is in, joined by \x00
	Head    string // the heading that it is below
	Above   string // the line above its URL that may be its title
	Within  [2]string
}

// Group is what the interfaces of a draft are in whose chapters have no name, until somebody
// makes more of it. None of them is called like it.
const Group = "api"

// Said takes the version that the document says, where its change log names no other one.
func (d *Draft) Said(version, date string) {
	if d.Version == "" || strings.EqualFold(d.Version, version) {
		d.Version, d.Date = cmp.Or(d.Version, version), date
	}
}

// Groups counts the names that groups have taken from interfaces.
func (d *Draft) Groups() map[string]int {
	used := map[string]int{Group: 1}
	for _, i := range d.Interfaces {
		used[i.Group().Name] = 1
	}
	return used
}

// Group is the chapter that an interface is in, where its heading has a name: Group, untitled,
// where it has none.
func (i *Interface) Group() naming.Chapter {
	if c := naming.ChapterOf(i.Chap[strings.LastIndex(i.Chap, "\x00")+1:]); c.Name != "" {
		return c
	}
	return naming.Chapter{Name: Group}
}

// Field is one row of a table of parameters.
type Field struct {
	Path     []string // names from the top
	Type     string   // as printed
	Element  string   // the type, with what its letter stands for: List<Order> where List<T> is printed
	Length   string   // as printed
	Required string   // yes, no, conditional, unstated
	Mark     string   // the cell for required as printed
	Label    string   // first words of the description
	Note     string   // the description
	Beside   string   // a remark that is merged over several rows
	Enum     []wording.Value
	Ref      string // name of the list of values that it refers to
	Default  string
	Example  string
	Format   string
	In       string // query, header, path, form; empty: body
	Hole     string // what the path of the interface calls it
	Called   string // the key of its row, where another place has its name too; empty: its name
	List     bool   // an array
	Each     bool   // its name says that it is in each element of a list that is all of the body
	Parent   bool   // it has no row of its own: a merged cell or a path names it
	Place    string // file, table and row
	Shown    string // the type that an example shows, where the document prints none
	Sampled  bool   // it is in an example and in no table
	Added    wording.Added

	Dropped string // why its row is not in the YAML; empty: it is

	Side string // request or response, where its row says so
}

// Name is the last name of the path.
func (f *Field) Name() string { return f.Path[len(f.Path)-1] }

// Key is the path as one text.
func (f *Field) Key() string { return strings.Join(f.Path, "\x00") }

// RowKey is the key of its row in the YAML: its name, where no other place has that too.
func (f *Field) RowKey() string { return cmp.Or(f.Called, f.Name()) }

// Alike is the same for rows that are one: of one place and one path. Letter case means
// nothing in the names of headers.
func (f *Field) Alike() string {
	switch f.In {
	case "header":
		return "\x00header\x00" + strings.ToLower(f.Key())
	case "path", "query", "cookie":
		return "\x00" + f.In + "\x00" + f.Key()
	}
	return f.Key()
}

// Code is a row of a table of codes.
type Code struct {
	Code, Text, Place string

	Head string // the heading that its table is below
}

// Shared is a table of parameters that is outside of interfaces: common parameters,
// or an outer message.
type Shared struct {
	Title, Place, Side string
	Chapter            string     // whose interfaces have them, joined by \x00; empty: all
	Of                 *Interface // whose fields refer to it by its title; nil: of all
	Fields             []*Field
	Used               bool // they are the members of a field that says what the title says
}

// NamedList is a table of values that fields refer to.
type NamedList struct {
	Title, Place string
	Values       []wording.Value
	Of           *Interface // that it is in; nil: of all
	Used         bool
}

// Bare is the title without the words that every list has, and without its number.
func (l *NamedList) Bare() string {
	_, title := naming.SectionOf(l.Title)
	title = listMark.ReplaceAllString(strings.Trim(title, "*# :："), "")
	return listTail.ReplaceAllString(strings.TrimLeft(title, " 0123456789.ABCDEF、:："), "")
}

// listMark is in front of the title of a list.
var listMark = pattern.New(`^(?:附录|附表|表)`)

var listTail = pattern.New(`(代码集|代码表|编码表|枚举值?|列表|字典|取值|说明|定义|对照表|表|代码|类型|:|：)+$`)

// Change is a row of a change log.
type Change struct{ Version, Date, Author, Text string }

// Prose is a sentence that states a condition.
type Prose struct {
	Text, Place string
	Of          *Interface
}

// TakeTitle takes the document's number and name of the interface out of its title.
func (i *Interface) TakeTitle() {
	t := naming.TitleOf(i.Title)
	i.Code, i.Cmd, i.Title = cmp.Or(t.Code, i.Code), cmp.Or(t.Cmd, i.Cmd), strings.TrimRight(t.Text, " :：-–—")
}

// Retitle gives the interface a title as the document prints it; an empty one is none.
func (i *Interface) Retitle(title string) {
	if title == "" {
		return
	}
	i.Section, i.Title = naming.SectionOf(title)
	i.TakeTitle()
}

// Finding is something that the document contradicts or leaves open, with its places.
type Finding struct {
	Kind      string // misspelt, example, twice, nowhere, unused, method
	Interface string
	Text      string
	Says      string // the same for errata.yaml, in the language of documents; empty: it is no contradiction
	Places    []string
}

// Decision is something that a person must decide.
type Decision struct {
	Title string
	Text  string
	Count int // how many fields or interfaces it is about
}

// Fate is what became of a cell.
type Fate string

// The fates of cells.
const (
	Carried Fate = "carried" // it is in the YAML
	Read    Fate = "read"    // it was interpreted: a head, a place, a group
	Left    Fate = "left"    // it was not carried over
)

// Use says what became of a cell: as what it was taken, and of which field.
type Use struct {
	Fate      Fate
	As        string // name, type, length, required, label, enum, default, …; the reason if it was left
	Field     *Field
	Interface *Interface
}

// Table is a table of the document with the uses of its cells.
type Table struct {
	*document.Table
	Title, Place string
	Uses         map[*document.Cell][]Use

	Turned bool // it lies on its side
}

// Use remembers what a cell was taken for; a cell without text needs no account.
func (t *Table) Use(c *document.Cell, u Use) {
	if c != nil && strings.TrimSpace(c.Text) != "" {
		t.Uses[c] = append(t.Uses[c], u)
	}
}

// Cells yields the cells that have a text, each once, in the order of reading.
func (t *Table) Cells(yield func(*document.Cell) bool) {
	seen := map[*document.Cell]bool{}
	for _, row := range t.Rows {
		for _, c := range row {
			if c == nil || seen[c] || strings.TrimSpace(c.Text) == "" {
				continue
			}
			seen[c] = true
			if !yield(c) {
				return
			}
		}
	}
}

// Fate is what became of a cell, with the word for it.
func (t *Table) Fate(c *document.Cell) (Fate, string) {
	best, as := Left, "nothing says what it is"
	for _, u := range t.Uses[c] {
		switch {
		case u.Fate == Carried && u.Field != nil && u.Field.Dropped != "":
			as = u.Field.Dropped
		case u.Fate == Carried:
			return Carried, u.As
		case u.Fate == Read:
			best, as = Read, u.As
		case best == Left:
			as = u.As
		}
	}
	return best, as
}

// Counts are the cells of all tables by their fate.
func (d *Draft) Counts() map[Fate]int {
	n := map[Fate]int{}
	for _, t := range d.Tables {
		for c := range t.Cells {
			fate, _ := t.Fate(c)
			n[fate]++
		}
	}
	return n
}

// LeftTables lists the tables of which no cell was carried over, with the reason.
func (d *Draft) LeftTables() []Finding {
	var out []Finding
	for _, t := range d.Tables {
		why, carried := "", false
		for c := range t.Cells {
			fate, as := t.Fate(c)
			carried = carried || fate == Carried
			if fate == Left {
				why = as
			}
		}
		if !carried && why != "" {
			out = append(out, Finding{Kind: "left", Text: why + ": " + RowText(t.Table, 0), Places: []string{t.Place}})
		}
	}
	return out
}

// RowText is a row as one line.
func RowText(t *document.Table, row int) string {
	var parts []string
	for _, c := range t.Distinct(row) {
		parts = append(parts, wording.OneLine(c.Text))
	}
	return strings.Join(parts, " | ")
}

// LeaveAll says that what was carried of a table is not in the YAML, and why.
func (t *Table) LeaveAll(why string) {
	for c := range t.Uses {
		t.LeaveUses(c, why)
	}
}

// LeaveUses says so of one cell.
func (t *Table) LeaveUses(c *document.Cell, why string) {
	for n, use := range t.Uses[c] {
		if use.Fate == Carried {
			t.Uses[c][n] = Use{Fate: Left, As: why}
		}
	}
}

// Reread says of what was carried of a field that it was only read.
func (t *Table) Reread(f *Field, as string) {
	for _, uses := range t.Uses {
		for n := range uses {
			if uses[n].Field == f {
				uses[n] = Use{Fate: Read, As: as}
			}
		}
	}
}

// IsCalledBy says whether a URL is another call of the interface of which only one was shown: the
// same path with other values in its query, of which none says which interface is called.
func (i *Interface) IsCalledBy(url string) bool {
	_, query, ok := strings.Cut(url, "?")
	_, its, _ := strings.Cut(i.URL, "?")
	return ok && naming.Bare(i.URL) == naming.Bare(url) && naming.Called(query) == naming.Called(its) && i.IsEmpty()
}

// IsEmpty says whether nothing is known of what the interface takes and gives.
func (i *Interface) IsEmpty() bool {
	return len(i.Request)+len(i.Response)+len(i.Example[0])+len(i.Example[1])+len(i.Markup[0])+len(i.Markup[1]) == 0
}

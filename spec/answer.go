package spec

import (
	"cmp"
	"slices"
	"time"
)

// Answer says what an interface does with storage.
type Answer struct {
	Places
	Handler bool          // written by hand in Go
	Codes   []string      // that the handler answers with, in written order
	Token   time.Duration // instead of steps: how long the token lasts that is issued; 0: none
	Checks  []*Check      // in order; the first that fails gives the code
	Steps   []*AnswerStep
	Return  []*Assign // response field <- column, by response path
	Missing string    // get: code when there is no such row
}

// Check demands that a row exists, or that none does. A check whose optional
// field is absent is passed.
type Check struct {
	Places
	Table  *Table
	Where  []*Assign
	Absent bool     // no such row may exist
	Each   *Field   // the check is made for every member of this array of the request
	Same   []*Field // instead of a row: all members of Each agree in these fields
	Else   string
}

// AnswerStep is one verb on one table.
type AnswerStep struct {
	Places
	Name     string // "as", default the table's name
	Verb     string // get | list | exists | insert | update | upsert | replace | append
	Table    *Table
	Each     *Field    // insert/replace/upsert: one row for each member of this array (by its Path)
	Drop     *Drop     // upsert with each: the members that delete their row; may be nil
	Where    []*Assign // rows: column <- field
	Picks    []*Pick   // list, exists: what else where says of the rows
	Set      []*Assign // column <- value, complete after linking
	Match    []string  // replace: rows with equal values in these columns go first; upsert: instead of the key
	Keep     bool      // upsert: a row that is there already stays as it is, and notifies nobody
	Unique   []*Taken  // codes when values are taken
	Missing  string    // update: code when there is no such row
	Order    []string  // columns; a leading "-" turns it round
	Sort     *Sort     // list: the order that the request chooses; may be nil
	Into     *Field    // list: the array of the response that takes the rows
	Page     *Paging   // list: nil when not paged
	Since    *Since    // list: nil when not incremental
	Children []*Child  // list: nested arrays
	Return   []*Assign // response field <- column, for Into or for the whole response
	SQL      string    // instead of a verb: the statement
}

// Pick is a condition on rows that a field of the request gives; one that was not sent does not
// count. Of several columns one must meet it.
type Pick struct {
	Pos     Pos
	Columns []string
	By      string // from | to | above | below | contains | begins | in
	Field   *Field
	Span    time.Duration // of a time: until the next one that the field can write
}

// Sort is the order of a list that its request chooses. Rows that it does not tell apart, and
// all where it is not sent, are in the order of the step.
type Sort struct {
	Places
	By     *Field
	Orders []SortOrder // one for each value of By
	Down   *Drop       // the field and the value that turn the order round; may be nil
}

// SortOrder is the order that a value chooses, and the same turned round.
type SortOrder struct {
	Value           string
	Columns, Turned []string // as those of AnswerStep.Order
}

// Drop picks the members of an array that delete their row: those whose Field
// has the Value.
type Drop struct {
	Pos   Pos
	Field *Field
	Value string
}

// Taken is the code that answers when another row has the values of a unique set
// of columns.
type Taken struct {
	Pos     Pos
	Columns []string // as the table lists them
	Code    string
}

// Paging names the fields of a paged list. A page begins at its number (Page), behind a
// number of rows (Offset), behind the row that a cursor of ours names (Cursor), or behind
// the row with a value of the column that the list is ordered by (After).
type Paging struct {
	Places
	Page, Offset, Cursor, After *Field // request: one of them is set
	Size                        *Field // request: rows of a page
	Total                       *Field // response: pages of the whole list; may be nil, like all that follow
	Rows                        *Field // response: rows of the whole list
	Echo                        *Field // response: the page, or the number of rows, at which the reply begins
	More                        *Field // response: whether rows follow those of the page
	Next                        *Field // response: what the request for the next page has; no value on the last one
}

// Begin is the field of the request that says where a page begins.
func (p *Paging) Begin() *Field { return cmp.Or(p.Page, p.Offset, p.Cursor, p.After) }

// Numbered says whether a page begins at a number: of the page, or of rows.
func (p *Paging) Numbered() bool { return p.Page != nil || p.Offset != nil }

// Filled are the fields of the response that a page fills.
func (p *Paging) Filled() []*Field {
	return slices.DeleteFunc([]*Field{p.Total, p.Rows, p.Echo, p.More, p.Next}, func(f *Field) bool { return f == nil })
}

// Counts says whether the rows of the whole list of a step are counted for a page.
func (st *AnswerStep) Counts() bool {
	p := st.Page
	return p.Total != nil || p.Rows != nil || p.Numbered() && st.Marked() && (p.More != nil || p.Next != nil)
}

// Looks says whether a page is read with one row more than it has, which shows that rows
// follow.
func (st *AnswerStep) Looks() bool {
	p := st.Page
	return (p.More != nil || p.Next != nil) && (!p.Numbered() || !st.Counts())
}

// Marked says whether the list has the greatest time of its rows.
func (st *AnswerStep) Marked() bool { return st.Since != nil && st.Since.Last != nil }

// Since names the fields of an incremental list: rows whose Column is not
// before Field, and Last, the greatest Column of the page.
type Since struct {
	Places
	Column string
	Field  *Field
	Last   *Field
}

// Child fills a nested array of each listed row.
type Child struct {
	Places
	Into     *Field
	Table    *Table
	On       []Pair // child's column = parent's column
	Order    []string
	Return   []*Assign
	Children []*Child
}

// Assign fills To (a column in a step, a field in a return or a fill) from
// one source: exactly one of the others is set.
type Assign struct {
	Pos   Pos
	To    string // column name, or the field's path on the wire
	Field *Field // a field of the request
	// Column of the row at hand, or of the step named in Step.
	Column string
	Step   string
	Value  *string  // constant
	Now    bool     // the time of the transaction
	App    bool     // the id of the calling app
	Hash   *Field   // a field of the request, stored as a password hash
	SQL    string   // expression over columns and :fields
	Token  string   // of the token that the answer issues: value | seconds | secret
	Map    *Mapping // applied to Field or Column
	// Keep says that an absent field leaves the column as it is (update), Clear that
	// "" makes it null; without it "" leaves it as well.
	Keep, Clear bool
}

// Verbs lists the actions of a step on a table.
func Verbs() []string {
	return []string{"get", "list", "exists", "insert", "update", "upsert", "replace", "append"}
}

// Fills are the fields of the response that the step fills as a whole: with its rows, its yes or
// no, and what it says about its page.
func (st *AnswerStep) Fills() (out []*Field) {
	if st.Into != nil {
		out = append(out, st.Into)
	}
	if st.Page != nil {
		out = append(out, st.Page.Filled()...)
	}
	if st.Marked() {
		out = append(out, st.Since.Last)
	}
	return out
}

// Writes says whether the step changes stored data.
func (st *AnswerStep) Writes() bool {
	return slices.Contains([]string{"insert", "update", "upsert", "replace", "append"}, st.Verb)
}

// Matched are the columns by which an upsert finds the row that is there.
func (st *AnswerStep) Matched() []string {
	if len(st.Match) > 0 {
		return st.Match
	}
	return st.Table.Key
}

// Within says whether the value comes from the members of the array each: from
// one of their fields, or from SQL, which may name one.
func (a *Assign) Within(each *Field) bool {
	f := a.Field
	for f != nil && f != each {
		f = f.Parent
	}
	return f != nil || a.SQL != ""
}

// Filled returns the assignment of a column, or nil.
func (st *AnswerStep) Filled(column string) *Assign {
	for _, a := range st.Set {
		if a.To == column {
			return a
		}
	}
	return nil
}

// Presets reports whether a new row has the column's default where the assigned field is not sent.
func (st *AnswerStep) Presets(a *Assign) bool {
	c := st.Table.Column(a.To)
	return a.Field != nil && a.Map == nil && !a.Field.IsRequired() && a.Field.Default == "" &&
		c != nil && c.Default != "" && (st.Verb != "upsert" || !slices.Contains(st.Matched(), a.To)) && !slices.Contains(st.Match, a.To)
}

// CallingApp is the parameter of SQL, after a colon, for the id of the calling app.
const CallingApp = "call/app"

// Login is the interface that issues the token which the other calls of a system carry.
type Login struct {
	*Interface
	Value   *Field // of the response: the token
	Seconds *Field // and how long it lasts; nil: the response does not say
	Lasts   time.Duration
}

// Login returns the interface whose answer issues tokens, or nil.
func (s *System) Login() *Login {
	for _, x := range s.Interfaces {
		if !x.IsServed() || x.Answer == nil || x.Answer.Token == 0 {
			continue
		}
		l := &Login{Interface: x, Lasts: x.Answer.Token}
		for _, one := range x.Answer.Return {
			switch one.Token {
			case "value":
				l.Value = x.Response.At(one.To)
			case "seconds":
				l.Seconds = x.Response.At(one.To)
			}
		}
		if l.Value != nil {
			return l
		}
	}
	return nil
}

// Package diff says what a revision of a document changes: for callers and receivers on
// the wire, in the protocol, for a team's code, for the data that is stored, and for
// which partners. It compares models, never texts.
//
// What callers send and what we send are weighed in opposite directions: a request that
// takes less breaks its callers, a reply that may hold more breaks its readers.
package diff

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff/brief"
)

// Change is one thing that a revision changes.
type Change struct {
	Rule      string   `json:"rule"`
	System    string   `json:"system"`
	Interface string   `json:"interface,omitempty"` // its cmd; a table's or a group of codes' name is in Path
	Path      string   `json:"path,omitempty"`      // of the field on the wire, the column, the part of the protocol
	Old       string   `json:"old,omitempty"`
	New       string   `json:"new,omitempty"`
	Levels    Levels   `json:"levels"`
	Note      string   `json:"note,omitempty"` // what else is to be known
	NoteZH    string   `json:"-"`
	OldPlace  spec.Pos `json:"-"`
	NewPlace  spec.Pos `json:"-"`
	// ID tells the change from every other: of the rule, the places by name and the
	// values, but not of labels, titles and other wording, so that it outlives a new
	// wording of the document.
	ID string `json:"id"`
	// Partners are the apps that hold a grant or a subscription for the interface;
	// nil: nobody said who they are.
	Partners []string `json:"partners,omitempty"`
	// Calls counts the calls of these partners in the last 30 days.
	Calls map[string]int64 `json:"calls,omitempty"`
	// Refuses is how many calls of the interface are refused from now on.
	Refuses Refusal `json:"refuses,omitempty"`
	// Refused is how many of Calls would have been refused at most, where some would.
	Refused map[string]int64 `json:"refused,omitempty"`
	// Accepted is why the team agreed to the change; empty: it did not.
	Accepted string `json:"accepted,omitempty"`

	about     about
	title, zh string
	wording   bool   // Old and New are words
	of        string // what they are about, where the path does not say: a value of an enumeration
}

// Level is how much the change matters at most.
func (c Change) Level() Level { return c.Levels.Most() }

// Text says the change in English.
func (c Change) Text() string { return c.say(c.title, ": ", " -> ", "none", c.Old, c.New) }

// ZH says the change in Chinese.
func (c Change) ZH() string {
	return c.say(c.zh, "：", " → ", "无", c.valueZH(c.Old), c.valueZH(c.New))
}

// say says the change in one line, whatever lines its values have.
func (c Change) say(title, colon, arrow, none, before, after string) string {
	lines := func(text string) string {
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	}

	before, after = brief.Values(lines(before), lines(after))
	var b strings.Builder
	b.WriteString(title)
	if c.Path != "" {
		b.WriteString(colon + c.Path)
	}
	if before != "" || after != "" {
		b.WriteString(colon + cmp.Or(before, none) + arrow + cmp.Or(after, none))
	}
	return b.String()
}

// Place is where a change is written in the new revision, or where it was in the old.
func (c Change) Place() spec.Pos {
	if c.NewPlace.File != "" {
		return c.NewPlace
	}
	return c.OldPlace
}

// Places is where a change is written in both revisions, where that is not the same.
func (c Change) Places() string {
	from, to := c.OldPlace, c.Place()
	switch {
	case to.File == "":
		return ""
	case from.File == "", from == to:
		return to.String()
	case from.File == to.File:
		return from.String() + " → " + strings.TrimPrefix(to.String(), to.File+":")
	}
	return from.String() + " → " + to.String()
}

// Diff compares two sets of systems. The changes are sorted by system, interface and
// path; what matters most comes first among those of one place.
func Diff(before, after *spec.Set) []Change {
	changes, _ := Compare(before, after, "")
	return changes
}

// Compare is Diff with what is wrong with the later revision beside the earlier one: was:
// that names nothing there. A last day that is before the day, if one is given, is over,
// whatever the date of the document is.
func Compare(before, after *spec.Set, day string) ([]Change, spec.Findings) {
	d := &differ{rules: map[string]Rule{}, day: day}
	for _, r := range Rules() {
		d.rules[r.ID] = r
	}
	d.sets(before, after)
	for i := range d.changes {
		d.changes[i].identify()
		d.changes[i].refuse(d.rules[d.changes[i].Rule])
	}
	slices.SortStableFunc(d.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Interface, b.Interface),
			cmp.Compare(a.Path, b.Path), cmp.Compare(b.Level(), a.Level()), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
	})
	return d.changes, d.found.Sorted()
}

// misnamed notes names whose was: says nothing.
func (d *differ) misnamed(before, after []spec.Named, at func(name string) spec.Pos) {
	wrong := spec.Misnamed(before, after)
	for _, n := range after {
		if text := wrong[n.Name]; text != "" {
			d.found.Add("JD0002", at(n.Name), "name what it was called in the revision before, or remove was:", "%s", text)
		}
	}
}

// note adds what else is to be known, in both languages.
func (c *Change) note(text, zh string) {
	c.Note = strings.TrimPrefix(c.Note+"; "+text, "; ")
	c.NoteZH = strings.TrimPrefix(c.NoteZH+"；"+zh, "；")
}

// identify computes the ID.
func (c *Change) identify() {
	parts := []string{c.Rule, c.System, c.Interface, c.Path}
	if c.of != "" {
		parts = append(parts, c.of)
	}
	if !c.wording {
		parts = append(parts, c.Old, c.New)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	c.ID = hex.EncodeToString(sum[:6])
}

// differ collects changes.
type differ struct {
	rules       map[string]Rule
	changes     []Change
	system      string
	before      *spec.System // the two of it; nil: it comes or goes
	after       *spec.System
	iface       string
	about       about
	cmds        map[string]string // the later names of the system's interfaces
	tableNames  naming            // and of its tables
	day         string            // yyyy-MM-dd, on which the later revision is served; empty: that of the document
	codeMatters bool              // something that a team wrote uses the interface's names
	converts    bool              // the interface answers for an earlier revision, too
	found       spec.Collector
	older       *spec.Protocol  // of the two that are compared
	looked      map[string]bool // the values that guards of the two look at
}

// add notes a change.
func (d *differ) add(rule, path, before, after string, from, to spec.Pos) *Change {
	r, ok := d.rules[rule]
	if !ok {
		panic("diff: no rule " + rule) //nolint:forbidigo // a bug: the rules are listed in this package
	}
	c := Change{
		Rule: rule, System: d.system, Interface: d.iface, Path: path, Old: before, New: after, Levels: r.Levels,
		OldPlace: from, NewPlace: to, about: d.about, title: r.Title, zh: r.ZH,
	}
	if d.iface == "" {
		c.about = d.aboutSystem(rule, path)
	}
	c.about.said = true
	if d.iface != "" && !d.codeMatters {
		c.Levels.Code = min(c.Levels.Code, Warning)
	}
	d.changes = append(d.changes, c)
	return &d.changes[len(d.changes)-1]
}

// words notes a change of wording.
func (d *differ) words(rule, path, before, after string, from, to spec.Pos) {
	if before != after {
		d.add(rule, path, before, after, from, to).wording = true
	}
}

// value notes a change of a value.
func (d *differ) value(rule, path, before, after string, from, to spec.Pos) {
	if before != after {
		d.add(rule, path, before, after, from, to)
	}
}

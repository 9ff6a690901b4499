// Package recall remembers what messages to a server said and what it answered, and finds
// answers that contradict earlier ones: a row that was written and is not read back, a value
// that only one row may have and that is taken twice, a message id that counts again, pages of
// one list that overlap.
//
// It knows the rows that messages wrote, and no others: an answer that speaks of further rows
// contradicts nothing. What it cannot tell it forgets: rows that a message changed whose effect
// nobody knows, and rows about which two messages were under way at once. Somebody who changes
// rows beside the messages that are seen here makes it see contradictions that are none.
package recall

import (
	"slices"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// The bounds of what is remembered. Behind them everything is forgotten.
const (
	mostRows  = 50_000
	mostIDs   = 100_000 // message ids
	mostLists = 1_000
)

// Contradiction is one thing in which an answer contradicts earlier messages. It has no value
// of a message.
type Contradiction struct {
	Field  string // path in the reply; empty: it is about the whole
	Detail string
}

// Memory remembers the messages of one system. It is safe for concurrent use.
type Memory struct {
	system *spec.System
	now    func() time.Time
	zone   *time.Location

	mu      sync.Mutex
	ids     *expect.IDs
	worlds  map[string]*model.World // by app, where apps see different rows; else one
	plain   map[*spec.Interface]*spec.Interface
	counted map[string]bool // what counts once, and has counted
	lists   map[string]*list
	flights map[*Flight]bool
	version map[*spec.Table]int // goes up with each message that may write the table
	changed map[*spec.Table]time.Time
}

// New makes a memory of a system. now is the clock; nil: time.Now.
func New(s *spec.System, now func() time.Time) (*Memory, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, err
	}
	if now == nil {
		now = time.Now
	}
	m := &Memory{system: s, now: now, zone: zone, plain: map[*spec.Interface]*spec.Interface{}, flights: map[*Flight]bool{}, version: map[*spec.Table]int{}, changed: map[*spec.Table]time.Time{}}
	m.forget()
	return m, nil
}

// forget forgets everything but what is under way.
func (m *Memory) forget() {
	m.ids, m.worlds = expect.NewIDs(), map[string]*model.World{}
	m.counted, m.lists = map[string]bool{}, map[string]*list{}
}

// world has the rows that an app knows of.
func (m *Memory) world(app string) *model.World {
	if len(m.system.Scopes) == 0 {
		app = ""
	}
	if m.worlds[app] == nil {
		w, err := model.New(m.system, model.Config{Now: m.now})
		if err != nil {
			return nil // its zone is there, New says
		}
		random := w.GUID
		w.GUID = func() string {
			id := random()
			m.ids.Made(id)
			return id
		}
		m.worlds[app] = w
	}
	return m.worlds[app]
}

// Flight is a message that is under way.
type Flight struct {
	memory  *Memory
	app     string
	once    []string // what counts once
	i       *spec.Interface
	payload []byte
	unsure  bool // another message was under way that wrote, or read what this one writes
}

// Begin notes a message that keeps the rules, before it is passed on. once are the values of it
// that count once: its id, or what the protocol takes once.
func (m *Memory) Begin(app string, once []string, i *spec.Interface, payload []byte) *Flight {
	f := &Flight{memory: m, app: app, i: i, payload: slices.Clone(payload)}
	for _, v := range once {
		f.once = append(f.once, app+"\x00"+v)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for other := range m.flights {
		if touches(i, other.i) || touches(other.i, i) || f.repeats(other) {
			f.unsure, other.unsure = true, true
		}
	}
	m.flights[f] = true
	m.wrote(i)
	return f
}

// repeats reports whether two messages have something that counts once.
func (f *Flight) repeats(other *Flight) bool {
	return slices.ContainsFunc(f.once, func(v string) bool { return slices.Contains(other.once, v) })
}

// touches reports whether an interface writes a table that another one reads or writes.
func touches(writer, other *spec.Interface) bool {
	return slices.ContainsFunc(written(writer), func(t *spec.Table) bool { return slices.Contains(used(other), t) })
}

// written are the tables that an interface writes; those of a handler are all of its system.
func written(i *spec.Interface) (out []*spec.Table) {
	if i.Revision != nil && i.Kind != spec.Query { // another interface answers it
		return i.System.Tables
	}
	if i.Answer == nil || i.Kind == spec.Query && !i.Answer.Handler {
		return nil
	}
	if i.Answer.Handler {
		return i.System.Tables
	}
	for _, st := range i.Answer.Steps {
		if st.Verb == "" { // SQL may write anything
			return i.System.Tables
		}
		if st.Writes() && !slices.Contains(out, st.Table) {
			out = append(out, st.Table)
		}
	}
	return out
}

// used are the tables that an interface reads or writes; all where SQL may.
func used(i *spec.Interface) (out []*spec.Table) {
	if i.Answer == nil || i.Answer.Handler || hasSQL(i.Answer) {
		return i.System.Tables
	}
	add := func(t *spec.Table) {
		if t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	var below func([]*spec.Child)
	below = func(list []*spec.Child) {
		for _, c := range list {
			add(c.Table)
			below(c.Children)
		}
	}
	for _, c := range i.Answer.Checks {
		add(c.Table)
	}
	for _, st := range i.Answer.Steps {
		add(st.Table)
		below(st.Children)
	}
	return out
}

// wrote notes that the tables of an interface may be other ones from now on.
func (m *Memory) wrote(i *spec.Interface) {
	for _, t := range written(i) {
		m.version[t]++
		m.changed[t] = m.now()
	}
}

// Lost ends a message whose effect nobody knows.
func (f *Flight) Lost() {
	m := f.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	m.land(f)
	m.spoil(f.i)
}

// land ends a message.
func (m *Memory) land(f *Flight) {
	delete(m.flights, f)
	m.wrote(f.i)
	rows := 0
	for _, w := range m.worlds {
		for _, t := range m.system.Tables {
			rows += w.Len(t.Name)
		}
	}
	if rows > mostRows || len(m.counted) > mostIDs {
		m.forget()
	}
	if len(m.lists) > mostLists {
		m.lists = map[string]*list{}
	}
}

// drop forgets the rows of the tables that an interface writes.
func (m *Memory) drop(i *spec.Interface) {
	for _, w := range m.worlds {
		for _, t := range written(i) {
			_, rows := w.Rows(t.Name)
			for _, r := range rows {
				w.Replace(t.Name, model.Key(t, r), nil)
			}
		}
	}
}

// spoil forgets the rows that an interface may have changed, nobody knows how.
func (m *Memory) spoil(i *spec.Interface) {
	inserts := func(st *spec.AnswerStep) bool { return !st.Writes() || st.Verb == "insert" || st.Verb == "append" }
	a := i.Answer
	if i.Revision == nil && a != nil && !a.Handler && !hasSQL(a) && !slices.ContainsFunc(a.Steps, func(st *spec.AnswerStep) bool { return !inserts(st) }) {
		return // rows that are there already are as they were
	}
	m.drop(i)
}

// End ends a message with what the server answered: a code of the document, and the members of
// the reply. It returns in what that contradicts earlier messages.
func (f *Flight) End(code string, reply []byte) []Contradiction {
	m := f.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	m.land(f)
	var out []Contradiction
	if !f.unsure {
		out = append(out, f.counts(code)...)
	}
	success := code == m.system.Reply.Success
	if success {
		for _, v := range f.once {
			m.counted[v] = true
		}
	}
	a := f.i.Answer
	switch {
	case f.i.Revision != nil:
		m.spoil(f.i)
	case a == nil || a.Token > 0:
	case f.i.Kind == spec.Query && !a.Handler:
		if !f.unsure && success {
			out = append(append(out, f.read(reply)...), f.pages(reply)...)
		} else if !f.unsure {
			out = append(out, f.unknown(code)...)
		}
	case code == m.system.RuleCode(string(problem.Unavailable)) || code == m.system.RuleCode(string(problem.Internal)):
		m.spoil(f.i)
	case success && (f.unsure || a.Handler):
		m.spoil(f.i)
	case success:
		out = append(out, f.write(reply)...)
	}
	return out
}

// counts are the contradictions about what counts once.
func (f *Flight) counts(code string) (out []Contradiction) {
	s := f.memory.system
	if !slices.ContainsFunc(f.once, func(v string) bool { return f.memory.counted[v] }) {
		return nil
	}
	switch {
	case code == s.Reply.Success:
		return []Contradiction{{Detail: "what counts once was accepted before, in another message, and is accepted again"}}
	case slices.Contains(own(f.i), code) && code != s.RuleCode(string(problem.Repeated)):
		return []Contradiction{{Detail: "what counts once was accepted before; wanted: " + s.RuleCode(string(problem.Repeated)) + ", got: " + code}}
	}
	return nil
}

// own are the codes of an interface's own answer.
func own(i *spec.Interface) (out []string) {
	if i.Answer == nil {
		return nil
	}
	for _, c := range i.Answer.Checks {
		out = append(out, c.Else)
	}
	for _, st := range i.Answer.Steps {
		out = append(out, st.Missing)
		for _, u := range st.Unique {
			out = append(out, u.Code)
		}
	}
	return slices.DeleteFunc(out, func(code string) bool { return code == "" })
}

package recall

import (
	"errors"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// hasSQL reports whether SQL has a part in an answer.
func hasSQL(a *spec.Answer) bool {
	some := func(list []*spec.Assign) bool {
		return slices.ContainsFunc(list, func(one *spec.Assign) bool { return one.SQL != "" })
	}
	var below func([]*spec.Child) bool
	below = func(list []*spec.Child) bool {
		return slices.ContainsFunc(list, func(c *spec.Child) bool { return some(c.Return) || below(c.Children) })
	}
	return some(a.Return) || slices.ContainsFunc(a.Checks, func(c *spec.Check) bool { return some(c.Where) }) ||
		slices.ContainsFunc(a.Steps, func(st *spec.AnswerStep) bool {
			return st.SQL != "" || some(st.Where) || some(st.Set) || some(st.Return) || below(st.Children)
		})
}

// bare is an interface of which only what is known here decides: without checks, which may ask
// for rows that nobody knows, and of a report without steps that read.
func (m *Memory) bare(i *spec.Interface) *spec.Interface {
	if m.plain[i] != nil {
		return m.plain[i]
	}
	out, a := *i, *i.Answer
	a.Checks, out.Notify, out.Answer = nil, nil, &a
	a.Steps = slices.Clone(a.Steps)
	if i.Kind != spec.Query {
		withoutReads(&a)
	}
	for n, st := range a.Steps {
		if st.Verb == "get" && st.Missing == "" {
			other := *st
			other.Missing = nobody
			a.Steps[n] = &other
		}
	}
	m.plain[i] = &out
	return &out
}

// withoutReads leaves out the steps of a report behind the last one that writes, and what the
// reply has of them.
func withoutReads(a *spec.Answer) {
	last := 0
	for n, st := range a.Steps {
		if st.Writes() {
			last = n + 1
		}
	}
	gone := a.Steps[last:]
	a.Steps = a.Steps[:last]
	a.Return = slices.DeleteFunc(slices.Clone(a.Return), func(one *spec.Assign) bool {
		return slices.ContainsFunc(gone, func(st *spec.AnswerStep) bool { return st.Name == one.Step })
	})
}

// nobody is the code of a row that is not known here.
const nobody = "\x00unknown"

// write takes over what an accepted report wrote.
func (f *Flight) write(reply []byte) (out []Contradiction) {
	m := f.memory
	mine := m.world(f.app)
	if mine == nil {
		return nil
	}
	for _, w := range m.worlds {
		out = append(out, f.writeIn(w, w == mine, reply)...)
	}
	return out
}

// writeIn takes over what an accepted report wrote of the rows that an app sees.
func (f *Flight) writeIn(w *model.World, mine bool, reply []byte) []Contradiction {
	m := f.memory
	if hasSQL(f.i.Answer) {
		m.drop(f.i)
		return nil
	}
	i := m.bare(f.i)
	done, err := w.Answer(model.Call{App: f.app}, i, f.payload)
	if refusal, ok := errors.AsType[*problem.Error](err); ok {
		return f.refused(refusal, mine)
	}
	if err != nil {
		m.drop(f.i)
		return nil
	}
	var out []Contradiction
	judge := &expect.Judge{IDs: m.ids, Zone: m.zone, Now: m.now(), Then: true}
	if v, err := members(f.i, reply); err == nil && mine {
		out = found(judge.Object(i.Response, done.Reply, v, append(done.Unsure, others(i, done.Reply, v)...)), "another value than the message before wrote")
	}
	m.learn(w, i, done.Changes, mine)
	if !mine {
		return nil
	}
	return out
}

// others are the members of a reply that a model of a part of the rows does not have.
func others(i *spec.Interface, have, got *tree.Value) (out []string) {
	for _, m := range got.Members {
		if have.Get(m.Name) == nil {
			out = append(out, m.Name)
		}
	}
	return out
}

// refused is what it means that rows which are known here do not allow an accepted report.
func (f *Flight) refused(refusal *problem.Error, mine bool) []Contradiction {
	m, missing, taken := f.memory, false, false
	for _, st := range f.i.Answer.Steps {
		missing = missing || st.Missing == refusal.Code
		taken = taken || slices.ContainsFunc(st.Unique, func(u *spec.Taken) bool { return u.Code == refusal.Code })
	}
	if taken || len(written(f.i)) > 1 {
		m.drop(f.i)
	}
	if taken && !missing && mine {
		return []Contradiction{{Detail: "an earlier message wrote a row with a value that no two rows may have; wanted: " + refusal.Code}}
	}
	return nil
}

// learn keeps the rows of which each column is known, and forgets those of which it is not: an
// upsert may have found a row that was there, and what others see is not what this app sees.
func (m *Memory) learn(w *model.World, i *spec.Interface, changes []model.Change, mine bool) {
	keep := mine
	for _, c := range changes {
		upserts := func(st *spec.AnswerStep) bool { return st.Verb == "upsert" && st.Table == c.Table }
		if c.Before == nil && slices.ContainsFunc(i.Answer.Steps, upserts) {
			keep = false
		}
	}
	for _, c := range changes {
		if c.After == nil {
			continue
		}
		w.Replace(c.Table.Name, model.Key(c.Table, c.After), nil)
		row, known := m.theirs(c.Table, c.After)
		if known && (keep || c.Before != nil) {
			w.Replace(c.Table.Name, model.Key(c.Table, row), row)
		}
	}
}

// theirs is a row with the ids of the server; known is false where one of them is not known.
func (m *Memory) theirs(t *spec.Table, r model.Row) (row model.Row, known bool) {
	row = slices.Clone(r)
	for n, v := range row {
		text, ok := v.(string)
		if !ok {
			continue
		}
		id := m.ids.Theirs(text)
		if id == text && t.Columns[n].Default == "guid" && m.ids.IsMade(text) {
			return nil, false
		}
		row[n] = id
	}
	return row, true
}

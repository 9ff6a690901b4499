package recall

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// found are differences as contradictions, without their values.
func found(list []expect.Difference, detail string) (out []Contradiction) {
	for _, d := range list {
		switch d.Why {
		case "type", "layout": // the rules of the fields say so
		case "absent", "rows":
			out = append(out, Contradiction{d.Path, "it lacks what an earlier message wrote"})
		default:
			out = append(out, Contradiction{d.Path, detail})
		}
	}
	return out
}

// members are those of a reply without the rows of its frame.
func members(i *spec.Interface, reply []byte) (*tree.Value, error) {
	v, err := tree.Parse(reply)
	if err != nil {
		return nil, err
	}
	for _, f := range i.Frame {
		if i.Response.Named(f.Name) == nil {
			v.Drop(f.Name)
		}
	}
	return v, nil
}

// read compares the answer of a query with the rows that are known.
func (f *Flight) read(reply []byte) []Contradiction {
	m := f.memory
	w := m.world(f.app)
	v, err := members(f.i, reply)
	if w == nil || err != nil || hasSQL(f.i.Answer) {
		return nil
	}
	i := m.bare(f.i)
	done, err := w.Answer(model.Call{App: f.app}, i, f.payload)
	if err != nil {
		return nil // it is about rows that are not known here
	}
	judge := &expect.Judge{IDs: m.ids, Zone: m.zone, Now: m.now(), Then: true, Loose: loose(i, done.Reply)}
	unsure := append(append(done.Unsure, twin.Counted(i)...), twin.Partial(done.Pages, v)...)
	for _, st := range i.Answer.Steps {
		if st.Verb != "exists" || st.Into == nil {
			continue
		}
		if s, _ := done.Reply.Get(st.Into.Path).Plain(); s != "true" && s != "1" {
			unsure = append(unsure, st.Into.Path) // there may be one that is not known
		}
	}
	return found(judge.Object(i.Response, done.Reply, v, unsure), "another value than an earlier message wrote")
}

// loose are the lists of a reply in which rows may be that are not known.
func loose(i *spec.Interface, reply *tree.Value) map[string]bool {
	out := map[string]bool{}
	var below func(path string, list *tree.Value, children []*spec.Child)
	below = func(path string, list *tree.Value, children []*spec.Child) {
		out[path] = true
		if list == nil {
			return
		}
		for n, item := range list.Items {
			for _, c := range children {
				below(path+"/"+strconv.Itoa(n)+"/"+c.Into.Name, item.Get(c.Into.Name), c.Children)
			}
		}
	}
	for _, st := range i.Answer.Steps {
		if st.Into != nil && st.Verb == "list" {
			below(st.Into.Path, reply.Get(st.Into.Path), st.Children)
		}
	}
	return out
}

// unknown is the contradiction of a query that is refused for want of a row that is known.
func (f *Flight) unknown(code string) []Contradiction {
	m := f.memory
	w := m.world(f.app)
	wanted := slices.ContainsFunc(f.i.Answer.Checks, func(c *spec.Check) bool { return c.Table != nil && !c.Absent && c.Else == code }) ||
		slices.ContainsFunc(f.i.Answer.Steps, func(st *spec.AnswerStep) bool { return st.Missing == code })
	if w == nil || !wanted || hasSQL(f.i.Answer) {
		return nil
	}
	if _, err := w.Answer(model.Call{App: f.app}, f.i, f.payload); err != nil {
		return nil
	}
	return []Contradiction{{Detail: "it does not know a row that an earlier message wrote, and answers " + code}}
}

// list is the pages of a list that came one after another.
type list struct {
	began   time.Time
	version int               // of the tables that it reads
	rows    map[string]string // by the row's key: where its page begins
}

// pageTime is how long pages belong together: later ones may show what somebody else changed.
const pageTime = time.Minute

// pages compares a page of a list with those before it.
func (f *Flight) pages(reply []byte) []Contradiction {
	m := f.memory
	v, err := tree.Parse(reply)
	if err != nil {
		return nil
	}
	version := 0
	for _, t := range used(f.i) {
		version += m.version[t]
	}
	for _, st := range f.i.Answer.Steps {
		if st.Page == nil || st.Into == nil || st.Table == nil || st.Since != nil && m.now().Sub(m.changed[st.Table]) < 2*pageTime {
			continue // what has changed is read again on purpose
		}
		request, err := tree.Parse(f.payload)
		begin, path := st.Page.Begin(), st.Into.Path
		key := keyPaths(st)
		if err != nil || begin == nil || key == nil {
			continue
		}
		at := beginning(st.Page, request.Get(begin.Path))
		request.Drop(begin.Name)
		id := strings.Join([]string{f.app, f.i.Cmd, path, request.String()}, "\x00")
		seen := m.lists[id]
		if seen == nil || seen.version != version || m.now().Sub(seen.began) > pageTime {
			seen = &list{m.now(), version, map[string]string{}}
			m.lists[id] = seen
		}
		rows := v.Get(path)
		if rows == nil {
			continue
		}
		for n, row := range rows.Items {
			name := ""
			for _, p := range key {
				name += text(row.Get(p)) + "\x00"
			}
			if strings.Trim(name, "\x00") == "" {
				continue // it does not say which it is
			}
			if before, there := seen.rows[name]; there && before != at {
				return []Contradiction{{path + "/" + strconv.Itoa(n), "the row was on another page of the same list already"}}
			}
			seen.rows[name] = at
		}
	}
	return nil
}

// beginning is where a page begins, however the request says it.
func beginning(p *spec.Paging, v *tree.Value) string {
	at := ""
	if v != nil && v.Scalar != nil {
		at, _ = v.Plain()
	}
	if at == "" || at == "null" {
		at = p.Begin().Default
	}
	if n, err := strconv.Atoi(at); p.Numbered() && (err == nil || at == "") {
		first := 0
		if p.Page != nil {
			first = 1
		}
		return strconv.Itoa(max(n, first))
	}
	return at
}

// text is a value as JSON; "" where there is none.
func text(v *tree.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}

// keyPaths are the members of a listed row that tell it from all others; nil: there are none.
func keyPaths(st *spec.AnswerStep) []string {
	sets := [][]string{st.Table.Key}
	for _, u := range st.Table.Unique {
		sets = append(sets, u.Columns)
	}
	for _, set := range sets {
		var out []string
		for _, column := range set {
			of := func(a *spec.Assign) bool {
				return a.Column == column && a.Map == nil && a.SQL == "" && (a.Step == "" || a.Step == st.Name)
			}
			if n := slices.IndexFunc(st.Return, of); n >= 0 {
				out = append(out, strings.TrimPrefix(st.Return[n].To, st.Into.Path+"/"))
			}
		}
		if len(out) == len(set) {
			return out
		}
	}
	return nil
}

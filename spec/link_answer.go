package spec

import (
	"cmp"
	"slices"
	"strings"
)

// stepKeys says which keys go with which verb, besides "as".
var stepKeys = map[string][]string{
	"get":     {"where", "order", "missing", "return"},
	"list":    {"where", "order", "page", "since", "into", "children", "return"},
	"exists":  {"where", "into"},
	"insert":  {"set", "each", "unique", "return"},
	"append":  {"set", "each", "unique", "return"},
	"update":  {"where", "set", "missing", "unique", "return"},
	"upsert":  {"set", "each", "drop", "match", "keep", "unique", "return"},
	"replace": {"set", "each", "match", "unique"},
	"sql":     {"missing", "into", "return"},
}

// answer is one answer while it is linked.
type answer struct {
	*linker
	*Answer
	x        *Interface
	explicit map[*Field]*value // return: what is written
	filled   map[*Field]bool   // response fields that need no source any more
	bad      bool              // something could not be resolved: completeness is not judged
	lost     bool              // the rows of a list have no place: names of their fields are not judged
}

// linkAnswer reads an answer and completes it by the conventions.
func (d *linker) linkAnswer(x *Interface, v *value) *Answer {
	a := &answer{
		linker: d, Answer: &Answer{Places: v.places(v.pos)}, x: x,
		explicit: map[*Field]*value{}, filled: map[*Field]bool{},
	}
	before := d.count()
	a.Handler = v.flag("handler")
	a.token(v)
	for _, item := range v.list("check") {
		a.check(item)
	}
	if steps := v.get("steps"); steps != nil {
		a.clash(v)
		for _, item := range steps.items {
			a.step(item, false)
		}
	} else if len(verbs(v)) > 0 || !a.Handler && v.get("token") == nil {
		a.step(v, true)
	}
	for _, step := range a.Steps {
		if step.Verb == "get" {
			a.Missing = cmp.Or(a.Missing, step.Missing)
		}
	}
	a.explicitReturn(v, x.Response)
	a.bad = a.bad || d.count() > before || d.Unread["system"]
	a.returns()
	a.keep()
	return a.Answer
}

// check reads one row of check.
func (a *answer) check(v *value) {
	c := &Check{Places: v.places(v.pos), Else: a.code(v.get("else")), Absent: v.flag("absent")}
	s := &scope{request: a.x.Request}
	if at := v.get("each"); at != nil {
		c.Each = a.array(at)
		s.each = c.Each
		a.bad = a.bad || c.Each == nil
	}
	if same := v.get("same"); same != nil {
		for _, item := range same.items {
			if f := a.requestField(item, s); f != nil {
				c.Same = append(c.Same, f)
			}
		}
	} else {
		c.Table = a.table(v.get("table"))
		c.Where = a.where(v.get("where"), c.Table, s)
	}
	a.Checks = append(a.Checks, c)
}

// verbs returns the verbs that v has as keys.
func verbs(v *value) []member {
	var out []member
	for _, m := range v.members {
		if slices.Contains(Verbs(), m.name) || m.name == "sql" {
			out = append(out, m)
		}
	}
	return out
}

// clash reports keys beside steps that belong into one of them.
func (a *answer) clash(v *value) {
	for _, m := range v.members {
		if !slices.Contains([]string{"handler", "check", "steps", "return"}, m.name) && m.name != "token" {
			a.add("JK0415", m.pos, "move it into one of the steps", "%s cannot stand beside steps", m.name)
		}
	}
}

// step reads one verb; short says that it stands in the answer itself.
func (a *answer) step(v *value, short bool) {
	found := verbs(v)
	if len(found) != 1 {
		var names []string
		for _, m := range found {
			names = append(names, m.name)
		}
		said := cmp.Or(strings.Join(names, " and "), "none")
		a.add("JK0414", v.pos, "one of "+strings.Join(Verbs(), ", ")+"; several as a list of steps",
			"a step has exactly one verb, this has %s", said)
		a.bad = true
		return
	}
	verb := found[0]
	st := &AnswerStep{Places: v.places(v.pos), Verb: verb.name, Name: cmp.Or(v.str("as"), verb.text)}
	if verb.name == "sql" {
		st.SQL, st.Name = verb.text, cmp.Or(v.str("as"), "sql")
		a.sqlNames(verb.value, &scope{request: a.x.Request})
	} else {
		st.Table = a.table(verb.value)
		a.bad = a.bad || st.Table == nil
	}
	if slices.ContainsFunc(a.Steps, func(o *AnswerStep) bool { return o.Name == st.Name }) {
		a.add("JK0412", cmp.Or(v.get("as"), verb.value).pos, "give it a name with as:", "a step is already named %q", st.Name)
	}
	a.strangeKeys(v, st, short)
	a.readStep(v, st)
	a.Steps = append(a.Steps, st)
	if !short {
		a.explicitReturn(v, a.x.Response)
	}
}

// strangeKeys reports keys that the verb has no use for.
func (a *answer) strangeKeys(v *value, st *AnswerStep, short bool) {
	for _, m := range v.members {
		known := m.name == "as" || m.name == st.Verb || slices.Contains(stepKeys[st.Verb], m.name) ||
			short && slices.Contains([]string{"handler", "token", "check", "return"}, m.name)
		if !known && slices.Index(Verbs(), m.name) < 0 {
			a.add("JK0415", m.pos, "with "+st.Verb+" go "+strings.Join(stepKeys[st.Verb], ", "),
				"%s has no meaning for %s", m.name, st.Verb)
		}
	}
}

// readStep reads what goes with a verb.
func (a *answer) readStep(v *value, st *AnswerStep) {
	s := &scope{request: a.x.Request, steps: a.Steps}
	st.Keep = v.flag("keep")
	st.Missing, st.Order, st.Match = a.code(v.get("missing")), v.strs("order"), v.strs("match")
	a.columns(st.Table, v.get("order"))
	a.columns(st.Table, v.get("match"))
	for _, m := range v.each("unique") {
		a.taken(m, st)
	}
	if at := v.get("each"); at != nil {
		if st.Each = a.array(at); st.Each == nil {
			a.bad = true
			return
		}
		s.each = st.Each
	}
	a.drop(v.get("drop"), st)
	st.Where = a.where(v.get("where"), st.Table, s)
	if st.Writes() {
		a.sets(v, st, s)
	}
	switch st.Verb {
	case "list":
		a.list(v, st)
	case "exists":
		a.existsInto(v, st)
	case "sql":
		a.sqlInto(v, st)
	}
}

// columns checks the names of columns in a list; a leading minus is dropped.
func (a *answer) columns(t *Table, v *value) {
	if v == nil {
		return
	}
	items := v.items
	if v.form == isText {
		items = []*value{v}
	}
	for _, item := range items {
		a.column(t, strings.TrimPrefix(item.text, "-"), item.pos)
	}
}

// array finds the array of the request that each names.
func (a *answer) array(v *value) *Field {
	f := a.x.Request.At(v.text)
	if f == nil || f.Type != "array" {
		var names []string
		for one := range a.x.Request.All() {
			if one.Type == "array" {
				names = append(names, one.Path)
			}
		}
		a.add("JK0417", v.pos, OneOrNone(v.text, names, "the request has no array"), "the request has no array %q", v.text)
		return nil
	}
	return f
}

// sets reads set and completes it: a column takes the request field of its
// name.
func (a *answer) sets(v *value, st *AnswerStep, s *scope) {
	written := map[string]bool{}
	set := v.get("set")
	if set != nil {
		for _, m := range set.members {
			written[m.name] = true
			if a.column(st.Table, m.name, m.pos) == nil {
				continue
			}
			if as := a.assign(m.name, m.value, s); as != nil {
				st.Set = append(st.Set, as)
			}
		}
	}
	if st.Table == nil {
		return
	}
	explicit := st.Set
	st.Set = nil
	for _, c := range st.Table.Columns {
		if i := slices.IndexFunc(explicit, func(o *Assign) bool { return o.To == c.Name }); i >= 0 {
			st.Set = append(st.Set, explicit[i])
		} else if !written[c.Name] {
			a.complete(st, c, s)
		}
	}
}

// complete fills one column by convention.
func (a *answer) complete(st *AnswerStep, c *Column, s *scope) {
	update := st.Verb == "update"
	if c.Name == "modified" && (update || st.Verb == "upsert") {
		st.Set = append(st.Set, &Assign{Pos: st.Pos, To: c.Name, Now: true})
		return
	}
	picked := update && (slices.Contains(st.Table.Key, c.Name) ||
		slices.ContainsFunc(st.Where, func(w *Assign) bool { return w.To == c.Name }))
	if picked {
		return
	}
	if f := s.byColumn(c.Name); f != nil {
		st.Set = append(st.Set, &Assign{Pos: f.Pos, To: c.Name, Field: f})
		return
	}
	if !update && c.Required && c.Default == "" {
		a.add("JK0404", st.Pos, "add it to set, or give the column a default",
			"%s leaves the required column %s.%s unfilled", st.Verb, st.Table.Name, c.Name)
	}
}

// keep marks the fields that tell absent from empty: those that fill the sets
// of updates, clear what is stored when they are "", and pick no row.
func (a *answer) keep() {
	decides := map[*Field]bool{}
	for _, st := range a.Steps {
		for _, w := range st.Where {
			decides[w.Field] = true
		}
	}
	for _, st := range a.Steps {
		for _, as := range st.Set {
			if st.Verb != "update" || as.Field == nil || as.Field.Required == "yes" {
				continue
			}
			as.Keep = true
			as.Clear = cmp.Or(as.Field.Empty, a.Empty) == "clear" && !st.Table.Column(as.To).Required
			if as.Clear && !decides[as.Field] {
				as.Field.KeepAbsent = true
			}
		}
	}
}

package read

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// stepKeys says which keys go with which verb, besides "as".
var stepKeys = map[string][]string{
	"get":     {"where", "order", "missing", "return"},
	"list":    {"where", "order", "sort", "page", "since", "into", "children", "return"},
	"exists":  {"where", "into"},
	"insert":  {"set", "each", "unique", "into", "order", "return"},
	"append":  {"set", "each", "unique", "into", "order", "return"},
	"update":  {"where", "set", "missing", "unique", "return"},
	"upsert":  {"set", "each", "drop", "match", "keep", "unique", "into", "order", "return"},
	"replace": {"set", "each", "match", "unique", "into", "order", "return"},
	"sql":     {"missing", "into", "return"},
}

// answer is one answer while it is linked.
type answer struct {
	*linker
	*spec.Answer
	x        *spec.Interface
	explicit map[*spec.Field]*yamltree.Value // return: the written rows
	filled   map[*spec.Field]bool            // response fields that need no source any more
	bad      bool                            // something could not be resolved: completeness is not checked
	lost     bool                            // the rows of a list have no place: the names of their fields are not checked
}

// linkAnswer reads an answer and completes it by the conventions.
func (d *linker) linkAnswer(x *spec.Interface, v *yamltree.Value) *spec.Answer {
	a := &answer{
		linker: d, Answer: &spec.Answer{Places: v.Places(v.Pos)}, x: x,
		explicit: map[*spec.Field]*yamltree.Value{}, filled: map[*spec.Field]bool{},
	}
	before := d.Count()
	a.Handler = v.Flag("handler")
	for _, code := range v.List("codes") {
		a.Codes = append(a.Codes, a.code(code))
	}
	a.token(v)
	for _, item := range v.List("check") {
		a.check(item)
	}
	if steps := v.Get("steps"); steps != nil {
		a.clash(v)
		for _, item := range steps.Items {
			a.step(item, false)
		}
	} else if len(verbs(v)) > 0 || !a.Handler && v.Get("token") == nil {
		a.step(v, true)
	}
	for _, step := range a.Steps {
		if step.Verb == "get" {
			a.Missing = cmp.Or(a.Missing, step.Missing)
		}
	}
	a.explicitReturn(v, x.Response)
	a.bad = a.bad || d.Count() > before || d.Unread["system"]
	a.returns()
	a.keep()
	return a.Answer
}

// check reads one row of check.
func (a *answer) check(v *yamltree.Value) {
	c := &spec.Check{Places: v.Places(v.Pos), Else: a.code(v.Get("else")), Absent: v.Flag("absent")}
	s := &scope{request: a.x.Request}
	if at := v.Get("each"); at != nil {
		c.Each = a.array(at)
		s.each = c.Each
		a.bad = a.bad || c.Each == nil
	}
	if same := v.Get("same"); same != nil {
		for _, item := range same.Items {
			if f := a.requestField(item, s); f != nil {
				c.Same = append(c.Same, f)
			}
		}
	} else {
		c.Table = a.table(v.Get("table"))
		c.Where = a.where(v.Get("where"), c.Table, s)
		a.picks(v.Get("where"), &spec.AnswerStep{Verb: "check", Table: c.Table}, s)
	}
	a.Checks = append(a.Checks, c)
}

// verbs returns the verbs that v has as keys.
func verbs(v *yamltree.Value) []yamltree.Member {
	var out []yamltree.Member
	for _, m := range v.Members {
		if slices.Contains(spec.Verbs(), m.Name) || m.Name == "sql" {
			out = append(out, m)
		}
	}
	return out
}

// clash reports keys beside steps that belong into one of them.
func (a *answer) clash(v *yamltree.Value) {
	for _, m := range v.Members {
		if !slices.Contains([]string{"handler", "check", "steps", "return"}, m.Name) && m.Name != "token" {
			a.Add("JK0415", m.Pos, "move it into the step that it is about", "%s is not allowed beside steps", m.Name)
		}
	}
}

// step reads one verb; short says that the verb is a key of the answer itself.
func (a *answer) step(v *yamltree.Value, short bool) {
	found := verbs(v)
	if len(found) != 1 {
		var names []string
		for _, m := range found {
			names = append(names, m.Name)
		}
		said := cmp.Or(strings.Join(names, " and "), "none")
		a.Add("JK0414", v.Pos, "one of "+strings.Join(spec.Verbs(), ", ")+"; several as a list of steps",
			"a step has exactly one verb, this has %s", said)
		a.bad = true
		return
	}
	verb := found[0]
	st := &spec.AnswerStep{Places: v.Places(v.Pos), Verb: verb.Name, Name: cmp.Or(v.Str("as"), verb.Text)}
	if verb.Name == "sql" {
		st.SQL, st.Name = verb.Text, cmp.Or(v.Str("as"), "sql")
		a.sqlNames(verb.Value, &scope{request: a.x.Request})
	} else {
		st.Table = a.table(verb.Value)
		a.bad = a.bad || st.Table == nil
	}
	if slices.ContainsFunc(a.Steps, func(o *spec.AnswerStep) bool { return o.Name == st.Name }) {
		a.Add("JK0412", cmp.Or(v.Get("as"), verb.Value).Pos, "give it a name with as:", "a step is already named %q", st.Name)
	}
	a.strangeKeys(v, st, short)
	a.readStep(v, st)
	a.Steps = append(a.Steps, st)
	if !short {
		a.explicitReturn(v, a.x.Response)
	}
}

// verbsWith lists the verbs that have a use for a key.
func verbsWith(key string) (out []string) {
	for _, verb := range append(spec.Verbs(), "sql") {
		if slices.Contains(stepKeys[verb], key) {
			out = append(out, verb)
		}
	}
	return out
}

// strangeKeys reports keys that the verb has no use for.
func (a *answer) strangeKeys(v *yamltree.Value, st *spec.AnswerStep, short bool) {
	for _, m := range v.Members {
		known := m.Name == "as" || m.Name == st.Verb || slices.Contains(stepKeys[st.Verb], m.Name) ||
			short && slices.Contains([]string{"handler", "token", "check", "return"}, m.Name)
		if !known && slices.Index(spec.Verbs(), m.Name) < 0 {
			hint := "remove it; with " + st.Verb + " go " + strings.Join(stepKeys[st.Verb], ", ")
			if takers := verbsWith(m.Name); len(takers) > 0 {
				hint = "remove it, or use a verb that has it: " + strings.Join(takers, ", ")
			}
			a.Add("JK0415", m.Pos, hint, "%s has no meaning for %s", m.Name, st.Verb)
		}
	}
}

// readStep reads the keys beside a verb.
func (a *answer) readStep(v *yamltree.Value, st *spec.AnswerStep) {
	s := &scope{request: a.x.Request, steps: a.Steps}
	st.Keep = v.Flag("keep")
	st.Missing, st.Order, st.Match = a.code(v.Get("missing")), v.Strs("order"), v.Strs("match")
	a.columns(st.Table, v.Get("order"))
	a.columns(st.Table, v.Get("match"))
	for _, m := range v.Each("unique") {
		a.taken(m, st)
	}
	if at := v.Get("each"); at != nil {
		if st.Each = a.array(at); st.Each == nil {
			a.bad = true
			return
		}
		s.each = st.Each
	}
	a.drop(v.Get("drop"), st)
	st.Where, st.Picks = a.where(v.Get("where"), st.Table, s), a.picks(v.Get("where"), st, s)
	if st.Writes() {
		a.sets(v, st, s)
		a.wrote(v, st)
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
func (a *answer) columns(t *spec.Table, v *yamltree.Value) {
	if v == nil {
		return
	}
	items := v.Items
	if v.Form == yamltree.Text {
		items = []*yamltree.Value{v}
	}
	for _, item := range items {
		a.column(t, strings.TrimPrefix(item.Text, "-"), item.Pos)
	}
}

// array finds the array of the request that each names.
func (a *answer) array(v *yamltree.Value) *spec.Field {
	f := a.x.Request.At(v.Text)
	if f == nil || f.Type != spec.Array {
		var names []string
		for one := range a.x.Request.All() {
			if one.Type == spec.Array {
				names = append(names, one.Path)
			}
		}
		a.Add("JK0417", v.Pos, spec.OneOrNone(v.Text, names, "the request has no array"), "the request has no array %q", v.Text)
		return nil
	}
	return f
}

// sets reads set and completes it: a column takes the request field of its
// name.
func (a *answer) sets(v *yamltree.Value, st *spec.AnswerStep, s *scope) {
	written := map[string]bool{}
	set := v.Get("set")
	if set != nil {
		for _, m := range set.Members {
			written[m.Name] = true
			if a.column(st.Table, m.Name, m.Pos) == nil {
				continue
			}
			if as := a.assign(m.Name, m.Value, s); as != nil {
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
		if i := slices.IndexFunc(explicit, func(o *spec.Assign) bool { return o.To == c.Name }); i >= 0 {
			st.Set = append(st.Set, explicit[i])
		} else if !written[c.Name] {
			a.complete(st, c, s)
		}
	}
}

// complete fills one column by convention.
func (a *answer) complete(st *spec.AnswerStep, c *spec.Column, s *scope) {
	update := st.Verb == "update"
	if c.Name == "modified" && (update || st.Verb == "upsert") {
		st.Set = append(st.Set, &spec.Assign{Pos: st.Pos, To: c.Name, Now: true})
		return
	}
	picked := update && (slices.Contains(st.Table.Key, c.Name) ||
		slices.ContainsFunc(st.Where, func(w *spec.Assign) bool { return w.To == c.Name }))
	if picked {
		return
	}
	f := s.byColumn(c.Name)
	if f == nil && c.Type == spec.JSON {
		f = s.wholeFor(c.Name)
	}
	if f != nil {
		st.Set = append(st.Set, &spec.Assign{Pos: f.Pos, To: c.Name, Field: f})
		return
	}
	if !update && c.Required && c.Default == "" {
		a.Add("JK0404", st.Pos, "add it to set, or give the column a default",
			"%s leaves the required column %s.%s unfilled", st.Verb, st.Table.Name, c.Name)
	}
}

// keep marks the fields that tell absent from empty: those that fill the sets of
// updates, clear the stored value when they are "", and pick no row.
func (a *answer) keep() {
	decides := map[*spec.Field]bool{}
	for _, st := range a.Steps {
		for _, w := range st.Where {
			decides[w.Field] = true
		}
	}
	for _, st := range a.Steps {
		for _, as := range st.Set {
			if st.Verb != "update" || as.Field == nil || as.Field.IsRequired() {
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

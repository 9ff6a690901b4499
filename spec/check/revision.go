package check

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/row"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// checkRevision holds an earlier revision to being told apart from the later one, and
// its conversion to giving something right for everything right.
func checkRevision(d *checked, x *spec.Interface) {
	r := x.Revision
	if r == nil {
		return
	}
	switch {
	case x.Kind == spec.Notify || r.Of.Kind == spec.Notify:
		d.Add("JK0241", r.Pos, "remove revision: apps subscribe to one notification or the other", "a notification has no earlier revision")
		return
	case x.Kind != r.Of.Kind:
		d.Add("JK0241", x.At("kind"), "kind: "+string(r.Of.Kind), "%s is a %s, %s is a %s", x.Cmd, x.Kind, r.Of.Cmd, r.Of.Kind)
	case r.Of.Has("revision"):
		d.Add("JK0241", r.At("of"), "name the interface that answers", "%s is an earlier revision itself", r.Of.Cmd)
		return
	case r.Of.Status == spec.Unimplemented:
		d.Add("JK0241", r.At("of"), "give it an answer, or remove revision", "%s is not implemented", r.Of.Cmd)
	}
	checkChosen(d, x)
	checkWordsOf(d, x)
	checkTotal(d, x, "request", diff.Fields(diff.Request, r.AsRequests(x), r.Of.Request))
	checkTotal(d, x, "response", diff.Fields(diff.Reply, x.Response, r.AsReplies(x)))
}

// checkChosen wants one way to choose a revision, and one revision for a value.
func checkChosen(d *checked, x *spec.Interface) {
	r := x.Revision
	own := x.Path != "" && (x.Path != r.Of.Path || x.Method != r.Of.Method)
	switch {
	case r.Field != nil && r.Granted:
		d.Add("JK0241", r.At("grant"), "remove one of the two", "a field chooses %s, and a grant does", x.Cmd)
	case r.Shares() && own:
		d.Add("JK0241", x.At("path"), "remove path and method, or what chooses beside them", "%s has an address of its own", x.Cmd)
	case !r.Shares() && x.Path != "" && !own:
		d.Add("JK0241", r.Pos, "add field or grant, or give it a path of its own", "nothing tells %s from %s", x.Cmd, r.Of.Cmd)
	case r.Field != nil && (r.Field.Enum == nil || r.Field.Enum.Open || r.Field.Fields != nil):
		d.Add("JK0241", r.At("field"), "give the field an enum: its values choose this revision", "%s of %s has no closed list of values", r.Field.Name, x.Cmd)
	}
	if r.Field == nil {
		return
	}
	for _, other := range d.Interfaces {
		field := chooser(other, r)
		if other == x || field == nil {
			continue
		}
		for _, v := range field.Texts(r.Field) {
			d.Add("JK0241", r.At("field"), "each value chooses one revision", "%s chooses %s too: %s", r.Field.Name, other.Cmd, v)
		}
	}
}

// chosen are the values by which an interface is chosen.
type chosen struct{ *spec.Field }

// chooser is the field that chooses another revision of what r is one of: of an earlier
// one its own, of the later one the field of that name.
func chooser(other *spec.Interface, r *spec.Revision) *chosen {
	if o := other.Revision; o != nil && o.Of == r.Of && o.Field != nil && o.Field.Name == r.Field.Name {
		return &chosen{o.Field}
	}
	if other == r.Of {
		if f := other.Request.Named(r.Field.Name); f != nil {
			return &chosen{f}
		}
		return &chosen{&spec.Field{Rules: spec.Rules{Required: spec.Unstated}}} // it never sends it
	}
	return nil
}

// Texts are the values that both fields take; none of them is "without it".
func (c *chosen) Texts(f *spec.Field) []string {
	var out []string
	if c.Enum != nil && f.Enum != nil {
		for _, v := range f.Enum.Texts() {
			if c.Enum.Lists(v) {
				out = append(out, v)
			}
		}
	}
	if !c.IsRequired() && !f.IsRequired() {
		out = append(out, "a request without it")
	}
	return out
}

// checkWordsOf wants each word of a conversion to be about a field that there is, and
// each value to be one that the field takes.
func checkWordsOf(d *checked, x *spec.Interface) {
	r := x.Revision
	for _, side := range []struct {
		spec.Converted
		before, filled spec.Fields
	}{
		{r.Request, x.Request, r.Of.Request},
		{r.Response, x.Response, x.Response},
	} {
		c := side.Converted
		for _, name := range c.Names() {
			_, fills := c.Fill[name]
			of := side.before
			if fills {
				of = side.filled
			}
			f := of.Find(name)
			if f == nil {
				d.Add("JK0243", c.Pos, spec.Meant(name, paths(of)), "the conversion of %s names %s, which is no field of it", x.Cmd, name)
				continue
			}
			if fill := c.Fill[name]; fills && (!f.Type.Takes(fill) || f.IsClosed() && f.Separator == "" && !f.Enum.Lists(fill)) {
				d.Add("JK0243", c.Pos, "write a value that the field takes", "%s of %s cannot be %q", name, x.Cmd, fill)
			}
		}
	}
}

// paths lists the fields of a message.
func paths(list spec.Fields) []string {
	var out []string
	for f := range list.All() {
		out = append(out, f.Path)
	}
	return out
}

// checkTotal wants a conversion that gives something right for everything right.
func checkTotal(d *checked, x *spec.Interface, key string, changes []diff.Change) {
	for _, c := range changes {
		lost := strings.HasSuffix(c.Rule, "-field-removed")
		if c.Levels.Wire < diff.Breaking && !lost {
			continue
		}
		at := c.OldPlace
		if at.File != x.File || at.Line == 0 {
			at = x.Revision.At(key)
		}
		d.Add("JK0242", at, remedy(key, c), "%s is not converted: %s", x.Cmd, c.Text())
	}
}

// ways are the words that help against changes.
var ways = []struct {
	rule *regexp.Regexp
	word string
}{
	{regexp.MustCompile(`field-removed$`), "rename: {%[1]s: …} where it is called otherwise, or drop: [%[1]s]"},
	{regexp.MustCompile(`field-added$|required-demanded$|required-waived$`), "fill: {%[1]s: …}, with a value for those that have none"},
	{regexp.MustCompile(`enum`), "values: {%[1]s: {…: …}}, with another value for each that is not listed"},
}

// remedy says what to write.
func remedy(key string, c diff.Change) string {
	for _, w := range ways {
		if w.rule.MatchString(c.Rule) {
			return "under " + key + " of revision: " + fmt.Sprintf(w.word, c.Path)
		}
	}
	return "no conversion gives a right value for each: let the later revision take what the earlier one does, or end it"
}

// revisionRules are about earlier revisions that are served beside later ones.
var revisionRules = []Rule{
	{
		"JK0241",
		"revision that cannot be chosen",
		"An earlier revision is answered by the later one. A field with its values chooses it, a grant by its name, a path of its own, " +
			"or in systems whose messages name their interface that name.",
		"revision: {of: order_create}  # on the same path", "revision: {of: order_create, field: version}", everyInterface(checkRevision),
	},
	{
		"JK0242",
		"conversion that is not total",
		"What callers of the earlier revision may send must become something that the later one takes, and each reply of the later one something that " +
			"the document of the earlier one allows. Where that does not follow from the tables, revision says how.",
		"revision: {of: order_create, field: version}  # which demands channel",
		"revision: {of: order_create, field: version, request: {fill: {channel: web}}}", nil,
	},
	{
		"JK0243",
		"word of a conversion about nothing",
		"rename, fill, drop and values are about fields of the two revisions, and fill has a value that the field takes.",
		"request: {drop: [nickname]}  # and no such field", "request: {drop: [nick]}", nil,
	},
	{
		"JK0244",
		"all of a payload and something else",
		"in: whole says that the value of a row is the body or payload itself, without a name around it: a list, a map, a text. Then nothing " +
			"else is in it, and what we send is never nothing.",
		"items: {type: array, in: whole}\nno: {type: string}", "items: {type: array, in: whole, required: true}",
		everyInterface(func(d *checked, x *spec.Interface) { row.Whole(d.Collector, x) }),
	},
}

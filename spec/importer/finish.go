package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/shown"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// finish puts types in their places, names what has no name, and says what is left to
// decide.
func (d *drafter) finish() {
	d.shown(func(i *draft.Interface, side int) []sample.Member { return sample.Commented(i.Example[side]) })
	d.indexed()
	d.opened()
	d.drop()
	d.based()
	d.typesLater()
	d.orphans()
	d.shown(func(i *draft.Interface, side int) []sample.Member {
		return sample.Members(cmp.Or(i.Example[side], i.Markup[side]))
	})
	for _, i := range d.draft.Interfaces {
		described(i.Request, i.Notes[0], d.words)
		described(i.Response, i.Notes[1], d.words)
	}
	d.asked()
	used := d.draft.Groups()
	for _, i := range d.draft.Interfaces {
		shown.Named(i.Request, i.Shapes[0])
		shown.Named(i.Response, i.Shapes[1])
		i.Request, i.Response = shown.Parts(i.Request, i.Shapes[0], i.Place), shown.Parts(i.Response, i.Shapes[1], i.Place)
		d.bodyUnlessHeader(i.Response, i.Shapes[1])
		d.nestAsShown(i.Request, i.Shapes[0])
		d.nestAsShown(i.Response, i.Shapes[1])
		d.finishing = i
		i.Request, i.Response = d.whole(i.Request), d.whole(i.Response)
		shown.Types(i.Request, i.Shapes[0])
		shown.Types(i.Response, i.Shapes[1])
		if i.Method == "" {
			i.Method = d.method
		}
		d.holes(i)
		i.TakeName(used)
	}
	d.callbacks()
	d.framed()
	d.forms()
	for _, i := range d.draft.Interfaces {
		d.repeated(i)
		spoken(i.Request)
		spoken(i.Response)
	}
	d.apart()
	d.refer()
	d.judge()
	d.unused()
	d.draft.Decide(d.bases)
}

// leastListed is how many titles with a path below make a list of interfaces.
const leastListed = 3

// drop takes interfaces out that are none: a URL in prose, with nothing behind it, and one
// that a chapter about all of them shows as an example.
func (d *drafter) drop() {
	listed := 0
	for _, i := range d.draft.Interfaces {
		if i.Listed {
			listed++
		}
	}
	d.draft.Interfaces = slices.DeleteFunc(d.draft.Interfaces, func(i *draft.Interface) bool {
		return i.IsEmpty() && !i.Indexed && (i.URL == "" && i.Cmd == "" || i.Weak && (!i.Listed || listed < leastListed))
	})
	all := slices.Clone(d.draft.Interfaces)
	d.draft.Interfaces = slices.DeleteFunc(d.draft.Interfaces, func(i *draft.Interface) bool {
		shown := i.URL != "" && commonWord.MatchString(i.Head) && !naming.IsTitle(i.Head) && slices.ContainsFunc(all, func(o *draft.Interface) bool {
			return o != i && naming.Bare(o.URL) == naming.Bare(i.URL) && o.Method == i.Method && !commonWord.MatchString(o.Head)
		})
		for _, f := range slices.Concat(i.Request, i.Response) {
			if shown {
				d.leaveRow(f.Place, "an example of a chapter about all interfaces")
			}
		}
		return shown
	})
}

// whole puts the members of types below the fields that are of them, and adds parents
// that have no row.
func (d *drafter) whole(list []*draft.Field) []*draft.Field {
	out := rows.Containers(d.expand(d.unwrapped(list), nil))
	for _, f := range out {
		if f.Parent && f.Type == "" {
			f.Type = map[bool]string{true: "array", false: "object"}[f.List]
		}
	}
	return out
}

// unwrapped takes out the row of a body as a whole, below which its fields are.
func (d *drafter) unwrapped(list []*draft.Field) []*draft.Field {
	at := slices.IndexFunc(list, func(f *draft.Field) bool {
		return len(f.Path) == 1 && f.In == "body" && strings.EqualFold(f.Name(), "body")
	})
	inside := func(f *draft.Field) bool { return len(f.Path) > 1 && f.Path[0] == list[at].Path[0] }
	if at < 0 || !d.soleBody(list) || !slices.ContainsFunc(list, inside) {
		return list
	}
	d.ofBody(list[at])
	var out []*draft.Field
	for n, f := range list {
		if inside(f) {
			f.Path = f.Path[1:]
		}
		if n != at {
			out = append(out, f)
		}
	}
	return out
}

// ofBody says of the row of a body as a whole that its members are in the YAML instead.
func (d *drafter) ofBody(f *draft.Field) {
	for _, t := range d.draft.Tables {
		t.Reread(f, "of the whole body")
	}
}

// find adds a finding once.
func (d *drafter) find(f draft.Finding) {
	if !slices.ContainsFunc(d.draft.Findings, func(o draft.Finding) bool { return o.Text == f.Text && o.Interface == f.Interface }) {
		d.draft.Findings = append(d.draft.Findings, f)
	}
}

// orphans gives the members of types that no field names to the side of the interface
// that they are in, where it has nothing else: the whole body is of the type.
func (d *drafter) orphans() {
	for _, i := range d.draft.Interfaces {
		d.mark(i.Request)
		d.mark(i.Response)
	}
	for changed := true; changed; {
		changed = false
		for _, s := range d.structs {
			if s.used {
				changed = d.mark(s.fields) || changed
			}
		}
	}
	for _, s := range d.sorted() {
		if s.used || s.in == nil || d.below(s) || !slices.Contains(d.draft.Interfaces, s.in) {
			continue
		}
		to := &s.in.Request
		if s.side == "response" || s.side == "" && len(s.in.Request) > 0 {
			to = &s.in.Response
		}
		if len(*to) == 0 {
			s.used = true
			*to = append(*to, s.fields...)
			d.mark(s.fields)
		}
	}
}

// sorted lists the types in the order of their places.
func (d *drafter) sorted() []*structure {
	var out []*structure
	for _, s := range d.structs {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *structure) int { return a.order - b.order })
	return out
}

// below says whether a type that nothing uses so far names another one.
func (d *drafter) below(s *structure) bool {
	return slices.ContainsFunc(d.sorted(), func(o *structure) bool {
		return o != s && !o.used && slices.ContainsFunc(o.fields, func(f *draft.Field) bool { return namesType(f.Type, s.name) })
	})
}

// mark marks the types that fields name as used, and says whether one was new.
func (d *drafter) mark(fields []*draft.Field) bool {
	any := false
	for _, f := range fields {
		if s := d.structOf(f.Type); s != nil && !s.used {
			s.used, any = true, true
		}
	}
	return any
}

var speaks = pattern.New(`(?:如果|当|若|值为|等于|为|时)[^。;；]*?([A-Za-z_]\w+(?:\s*[&、,，和及与/]\s*[A-Za-z_]\w+)*)\s*(?:字段|参数)?\s*(可为空|可空|可不填|可以为空|必填|必传|必须|不能为空|不可为空|非必填)`)

// repeated finds rows of one name: the first is taken.
func (d *drafter) repeated(i *draft.Interface) {
	for _, fields := range [][]*draft.Field{i.Request, i.Response} {
		at := map[string]*draft.Field{}
		for _, f := range fields {
			if old := at[f.Alike()]; old != nil && f.Path[0] != "" {
				d.find(draft.Finding{Kind: "twice", Interface: i.Cmd, Text: fmt.Sprintf("%s is there as %s too; the first row is taken", f.Name(), strings.Join(old.Path, ".")), Says: f.Name() + "有两行。", Places: []string{old.Place, f.Place}})
				f.Dropped = "another row has the name"
				continue
			}
			at[f.Alike()] = f
		}
	}
}

// spoken makes fields conditional of which the description of another one says when
// they are required.
func spoken(fields []*draft.Field) {
	byName := map[string]*draft.Field{}
	for _, f := range fields {
		byName[f.Name()] = f
	}
	for _, f := range fields {
		note := wording.OneLine(f.Note)
		names := ""
		for _, m := range speaks.FindAllStringSubmatch(note, -1) {
			names += m[1] + " "
		}
		for _, name := range typeWord.FindAllString(names, -1) {
			if o := byName[name]; o != nil && o != f && slices.Equal(o.Path[:len(o.Path)-1], f.Path[:len(f.Path)-1]) {
				o.Required = wording.Conditional
				o.Beside = rows.Join(o.Beside, f.Name()+"："+note)
			}
		}
	}
}

// unused says which types and lists no field names, and which types have no members.
func (d *drafter) unused() {
	for _, l := range d.draft.Lists {
		if !l.Used {
			d.leaveAt(l.Place, "no field names this list of values")
		}
	}
	for _, s := range d.draft.Shared {
		if !s.Used {
			d.leaveAt(s.Place, "common parameters: they belong to the protocol, or to common in system.yaml")
		}
	}
	for _, s := range d.sorted() {
		if s.used {
			continue
		}
		d.find(draft.Finding{Kind: "unused", Text: fmt.Sprintf("no field is of the type %s", s.name), Places: []string{s.place}})
		d.leaveAt(s.place, "no field is of the type "+s.name)
	}
}

// leaveAt says of the table of a place that it was left, and why.
func (d *drafter) leaveAt(place, why string) {
	for _, t := range d.draft.Tables {
		if t.Place == place {
			t.LeaveAll(why)
		}
	}
}

// leaveRow says of a row of a table that it was left, and why.
func (d *drafter) leaveRow(place, why string) {
	at := strings.LastIndex(place, " row ") // a table may be of one row of another
	if at < 0 {
		return
	}
	place, row := place[:at], place[at+len(" row "):]
	n, err := strconv.Atoi(row)
	for _, t := range d.draft.Tables {
		if t.Place != place || err != nil {
			continue
		}
		for _, c := range t.Distinct(n - 1) {
			t.LeaveUses(c, why)
		}
	}
}

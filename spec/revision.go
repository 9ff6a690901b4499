package spec

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Revision says that an interface is an earlier revision of another one, which is served
// beside it: its requests become those of the other one, whose replies become its own.
type Revision struct {
	Places
	Of      *Interface
	Field   *Field // of the request, whose values choose the revision; nil: none does
	Granted bool   // apps that are granted it by its name use it
	// Request and Response are what a conversion cannot know by itself.
	Request, Response Converted
}

// Shares reports whether the revision comes in where the other interface does.
func (r *Revision) Shares() bool { return r != nil && (r.Field != nil || r.Granted) }

// Converted are the words of a conversion. Fields are named by their paths in the earlier
// revision, those that a request fills by their paths in the later one.
type Converted struct {
	Places
	Rename map[string]string            // the later name beside its siblings
	Fill   map[string]string            // the value where there is none
	Drop   []string                     // has no counterpart
	Values map[string]map[string]string // of a request the later for the earlier value, of a response the other way
}

// Twin is a field of an earlier revision with the one that it is in the later one. Either
// may be nil.
type Twin struct{ Old, New *Field }

// Pairs joins the fields of two revisions that hold the same: by the words of a
// conversion, by was, and by their names. New fields come in their order, then the old
// ones that are none of them.
func (c Converted) Pairs(before, after Fields) []Twin {
	olds := map[string]*Field{} // by the later name
	var from, to []Named
	for _, old := range before {
		if name, said := c.Rename[old.Path]; said {
			olds[name] = old
		} else if !slices.Contains(c.Drop, old.Path) {
			from = append(from, Named{Name: old.Name})
		}
	}
	for _, f := range after {
		if olds[f.Name] == nil {
			to = append(to, Named{f.Name, f.Was})
		}
	}
	for name, now := range Heirs(from, to) {
		olds[now] = before.Named(name)
	}
	taken := map[*Field]bool{}
	var out []Twin
	for _, f := range after {
		taken[olds[f.Name]] = true
		out = append(out, Twin{olds[f.Name], f})
	}
	for _, f := range before {
		if !taken[f] {
			out = append(out, Twin{Old: f})
		}
	}
	return out
}

// Move fills one member of a converted object; see route.Move, which it becomes.
type Move struct {
	To, From *Field // From nil: of none
	Values   map[string]string
	Fill     *string // nil: absent where From is
	Inside   []Move
}

// JSON is a value of the member as JSON.
func (m Move) JSON(text string) string {
	bare := m.To.IsWhole() || m.To.IsFraction() || m.To.Type == Bool || m.To.Type == Epoch
	if bare && !m.To.AsText && (m.To.In == "body" || m.To.In == "") {
		return text
	}
	quoted, _ := json.Marshal(text) // a string always can be
	return string(quoted)
}

// Requests returns how requests of the revision become those of the other interface.
func (r *Revision) Requests(x *Interface) []Move {
	return r.Request.requests(r.chosen(x.Request), r.Of.Request, r.Field)
}

// chosen leaves out the field that chooses.
func (r *Revision) chosen(list Fields) Fields {
	return slices.DeleteFunc(slices.Clone(list), func(f *Field) bool { return f == r.Field })
}

func (c Converted) requests(before, after Fields, by *Field) []Move {
	var out []Move
	for _, p := range c.Pairs(before, after) {
		if p.New == nil {
			continue
		}
		m := Move{To: p.New, From: p.Old}
		if fill, ok := c.Fill[p.New.Path]; ok {
			m.Fill = &fill
		} else if by != nil && p.Old == nil && p.New.Name == by.Name && p.New.Enum != nil && len(p.New.Enum.Values) > 0 {
			m.Fill = &p.New.Enum.Values[0].Value // the later revision's own version
		}
		if p.Old != nil {
			m.Values = c.Values[p.Old.Path]
			m.Inside = c.inside(p.Old, p.New, func(a, b Fields) []Move { return c.requests(a, b, nil) })
		}
		if m.From != nil || m.Fill != nil {
			out = append(out, m)
		}
	}
	return out
}

// Replies returns how replies of the other interface become those of the revision.
func (r *Revision) Replies(x *Interface) []Move { return r.Response.replies(x.Response, r.Of.Response) }

func (c Converted) replies(before, after Fields) []Move {
	pairs := map[*Field]*Field{}
	for _, p := range c.Pairs(before, after) {
		if p.Old != nil {
			pairs[p.Old] = p.New
		}
	}
	var out []Move
	for _, old := range before {
		m := Move{To: old, From: pairs[old], Values: c.Values[old.Path]}
		if fill, ok := c.Fill[old.Path]; ok {
			m.Fill = &fill
		}
		if m.From != nil {
			m.Inside = c.inside(old, m.From, c.replies)
		}
		if m.From != nil || m.Fill != nil {
			out = append(out, m)
		}
	}
	return out
}

// inside converts the members of two nested fields. Fields without declared members keep
// their JSON.
func (c Converted) inside(old, now *Field, convert func(before, after Fields) []Move) []Move {
	if len(old.Fields) == 0 || len(now.Fields) == 0 {
		return nil
	}
	return convert(old.Fields, now.Fields)
}

// AsRequests returns what requests of the revision are once they are converted, in the
// words of the other interface: what it takes must hold them.
func (r *Revision) AsRequests(x *Interface) Fields {
	return r.Request.asRequests(r.chosen(x.Request), r.Of.Request, r.Field)
}

func (c Converted) asRequests(before, after Fields, by *Field) Fields {
	var out Fields
	moves := c.requests(before, after, by)
	for _, m := range moves {
		out = append(out, m.shape(func(a, b Fields) Fields { return c.asRequests(a, b, nil) }))
	}
	for _, f := range before {
		sent := slices.ContainsFunc(moves, func(m Move) bool { return m.From == f })
		if !sent && !slices.Contains(c.Drop, f.Path) {
			out = append(out, f) // has no counterpart, and nobody said so
		}
	}
	return out
}

// AsReplies returns what replies of the other interface are once they are converted, in
// the words of the revision: its own response must hold them.
func (r *Revision) AsReplies(x *Interface) Fields {
	return r.Response.asReplies(x.Response, r.Of.Response)
}

func (c Converted) asReplies(before, after Fields) Fields {
	var out Fields
	moves := c.replies(before, after)
	for _, m := range moves {
		out = append(out, m.shape(func(a, b Fields) Fields { return c.asReplies(b, a) }))
	}
	for _, f := range before {
		moved := slices.ContainsFunc(moves, func(m Move) bool { return m.To == f })
		if !moved && slices.Contains(c.Drop, f.Path) && f.IsOptional() {
			out = append(out, f) // absent, as its row allows
		}
	}
	return out
}

// shape is what a move fills its member with.
func (m Move) shape(members func(from, to Fields) Fields) *Field {
	if m.From == nil {
		out := *m.To
		out.Required = Yes
		return &out
	}
	out := *m.From
	out.Name, out.Path, out.Was, out.Alias, out.Label = m.To.Name, m.To.Path, "", m.To.Alias, m.To.Label
	out.In, out.Sent, out.Whole = m.To.In, m.To.Sent, m.To.Whole // each revision has its own places
	if m.Fill != nil {
		out.Required = Yes
	}
	if len(m.Values) > 0 && out.Enum != nil {
		out.Enum = m.respelled(out.Enum)
		if !m.left(m.From.Enum) {
			out.Rules.Type, out.Length, out.Default = m.To.Rules.Type, m.To.Length, m.To.Default
		}
	}
	if m.Inside != nil {
		out.Fields = members(m.From.Fields, m.To.Fields)
	}
	return &out
}

// respelled is a list of values in the words of the other revision.
func (m Move) respelled(e *Enum) *Enum {
	out := *e
	out.Values = nil
	for _, v := range e.Values {
		if to, ok := m.Values[v.Value]; ok {
			v.Value = to
		}
		if !slices.ContainsFunc(out.Values, func(o EnumValue) bool { return o.Value == v.Value }) {
			out.Values = append(out.Values, v)
		}
	}
	return &out
}

// left reports whether some value of a list has no other word.
func (m Move) left(e *Enum) bool {
	return e.Open || slices.ContainsFunc(e.Values, func(v EnumValue) bool { return m.Values[v.Value] == "" })
}

// Names lists every path that the words of a conversion name, sorted.
func (c Converted) Names() []string {
	names := slices.Concat(slices.Collect(maps.Keys(c.Rename)), slices.Collect(maps.Keys(c.Fill)), c.Drop, slices.Collect(maps.Keys(c.Values)))
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names)
}

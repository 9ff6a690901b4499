package declare

import (
	"slices"
	"strconv"
	"strings"
)

// like fills in what a message takes over from another one.
func (r *reader) like(p *Protocol, m *Message) *Message {
	if m == nil {
		return nil
	}
	m.Answer = r.like(p, m.Answer)
	if m.Like == "" {
		return m
	}
	base := p.Request
	if m.Like == "reply" {
		base = p.Reply
	}
	if base == nil || base == m || base.Like != "" {
		r.problems = append(r.problems, Problem{Pos: m.Pos, Place: "like", Text: "there is no message " + m.Like + " to begin with"})
		return m
	}
	if m == p.Push {
		call := *base
		call.Host, call.Path = nil, nil // a notification goes to the URL of its subscriber
		base = &call
	}
	out := Overlay(base, m)
	out.Answer = m.Answer
	if m.Variants == nil {
		out.Variants = base.Variants
	}
	return out
}

// Over returns p with what over says in its place. Keys are joined by name, messages as
// variants are; a message keeps its variants and its answer where over has none.
func (p *Protocol) Over(over *Protocol) *Protocol {
	out := *p
	out.Keys = slices.Clone(p.Keys)
	for _, k := range over.Keys {
		if i := slices.IndexFunc(out.Keys, func(one Key) bool { return one.Name == k.Name }); i >= 0 {
			out.Keys[i] = k
		} else {
			out.Keys = append(out.Keys, k)
		}
	}
	if over.App != "" {
		out.App = over.App
	}
	if over.Profile != "" {
		out.Profile = over.Profile
	}
	out.Profiles = append(slices.Clone(over.Profiles), slices.DeleteFunc(slices.Clone(p.Profiles), func(one Profile) bool {
		return slices.ContainsFunc(over.Profiles, func(o Profile) bool { return o.Name == one.Name })
	})...)
	out.Request, out.Reply, out.Push = overMessage(p.Request, over.Request), overMessage(p.Reply, over.Reply), overMessage(p.Push, over.Push)
	return &out
}

func overMessage(base, over *Message) *Message {
	switch {
	case over == nil:
		return base
	case base == nil:
		return over
	}
	out := Overlay(base, over)
	if over.Variants == nil {
		out.Variants = base.Variants
	}
	out.Answer = overMessage(base.Answer, over.Answer)
	return out
}

// Overlay returns base with what over says in its place. Values are joined by name
// and by word, everything else is replaced as a whole.
func Overlay(base, over *Message) *Message {
	out := *base
	out.Pos, out.When, out.Like, out.Variants, out.Answer = over.Pos, over.When, "", over.Variants, over.Answer
	set := func(to **Text, with *Text) {
		if with != nil {
			*to = with
		}
	}
	set(&out.Method, over.Method)
	set(&out.Host, over.Host)
	set(&out.Path, over.Path)
	for _, one := range []struct {
		to   **Part
		with *Part
	}{{&out.Query, over.Query}, {&out.Header, over.Header}} {
		if one.with != nil {
			*one.to = one.with
		}
	}
	if over.Body != nil {
		out.Body, out.Carriage = over.Body, over.Carriage
	}
	if over.Status != nil {
		out.Status = over.Status
	}
	if over.Guards != nil {
		out.Guards = over.Guards
	}
	if over.Success != nil {
		out.Success = over.Success
	}
	if over.Failure != nil {
		out.Failure = over.Failure
	}
	if over.Final != nil {
		out.Final = over.Final
	}
	if over.Unproved != "" {
		out.Unproved = over.Unproved
	}
	out.Values = overlayValues(base.Values, over.Values)
	return &out
}

func overlayValues(base, over []Value) []Value {
	out := append([]Value(nil), base...)
next:
	for i := range over {
		for j := range out {
			if out[j].Name != over[i].Name {
				continue
			}
			one := *OverlayValue(&out[j], &over[i])
			if over[i].alone { // the text is all of it: no steps, no other forms
				code := one.Else
				one = over[i]
				one.Else = code
			}
			out[j] = one
			continue next
		}
		out = append(out, over[i])
	}
	return out
}

// OverlayValue returns base with the words of over in their places.
func OverlayValue(base, over *Value) *Value {
	out := *base
	out.Pos = over.Pos
	out.given = map[string]bool{}
	for key := range base.given {
		out.given[key] = true
	}
	if over.given["of"] || over.given["send"] || over.given["from"] {
		out.Send, out.Of, out.List, out.Tree, out.From = over.Send, over.Of, over.List, over.Tree, over.From
	}
	for key := range over.given {
		out.given[key] = true
		switch key {
		case "by":
			out.By = over.By
		case "sort":
			out.Sort = over.Sort
		case "join":
			out.Join = over.Join
		case "pair":
			out.Pair = over.Pair
		case "skip":
			out.Skip = over.Skip
		case "only":
			out.Only = over.Only
		case "split":
			out.Split = over.Split
		case "must":
			out.Must = over.Must
		case "empty":
			out.Empty = over.Empty
		case "into":
			out.Into = over.Into
		case "else":
			out.Else = over.Else
		case "accept":
			out.Accept = over.Accept
		}
	}
	return &out
}

// Nearest says which known word is meant, or lists them.
func Nearest(word string, known []string) string {
	best, least := "", min(len(word), max(3, len(word)/3+1))
	for _, one := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(one)); d < least {
			best, least = one, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	if len(known) > most {
		return "docs/protocol.md lists all " + strconv.Itoa(len(known))
	}
	return "take " + strings.Join(known, ", ")
}

// most is how many names a hint lists.
const most = 40

// distance counts the letters to insert, remove or replace that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

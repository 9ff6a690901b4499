// Package part lists what a compiled message consists of: its places, values and guards
// by name, for tools that derive something from a declaration.
package part

import (
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Parts are what one variant of a message consists of, for tools that derive something
// from a declaration: test cases, pages of a document.
type Parts struct {
	Name      string // request, request.variants[1], reply
	Carriage  string // json, xml, form, multipart, text; empty: no body is declared
	When      []declare.Condition
	Empty     bool // it has no body, whatever the interface has
	Handshake bool // the protocol answers it by itself
	Places    []Place
	Values    []Value
	Guards    []Guard
	Profiles  map[string][]Guard // further ones of apps that have a profile
}

// Place is one place of a message, with what it holds.
type Place struct {
	Name     string   // as templates have it: header.X-Sign, query.time, json.head.sid; path, query, json, text for a whole one
	Written  string   // as the declaration has it: header.sign
	Holder   string   // header, query, path, host, method, or the carriage of the body
	Optional bool     // it may be missing
	Rest     bool     // all members that no other place takes
	Outer    bool     // other places are in it: without it there is no message
	Whole    bool     // it holds JSON: an object may be written there
	Holds    []string // the names in its template, in their order; empty: a constant text
	Shows    []string // the keys and issued tokens that can be read in it
	Alone    bool     // its template is one hole, as it is
}

// Role says what a receiver does with a value.
type Role string

// The roles of values.
const (
	RoleGiven    Role = "given"    // it takes what comes; guards check it
	RoleCompared Role = "compared" // it computes the value again
	RoleVerified Role = "verified" // it verifies a signature
	RoleUndone   Role = "undone"   // it undoes the value, and learns what it is made of
	RoleDerived  Role = "derived"  // the value only goes into other ones
)

// Value is what a name of the declaration stands for.
type Value struct {
	Name  string
	Role  Role
	Code  string   // of the refusal: a code of the document, or a rule
	Keys  []string // all keys that go into it
	Keyed bool     // one of its own steps takes a key or a pair
	Seals bool     // it is encrypted, and its inverse fails where the text was changed
	Flows bool     // it is encrypted byte by byte: a changed byte changes one byte
	Hides bool     // it is a digest or a signature: it cannot be undone
	Forms int      // further forms that a receiver accepts
	Case  bool     // letter case does not matter
	In    []string // names of the places in which it stands, itself or through other values
	Read  bool     // its parts are taken out of it before all of it is compared
	Alone string   // a place that holds this value and nothing else, empty: none
}

// Guard is a rule on a value that came.
type Guard struct {
	Kind    string // window, since, until, once, issued, like, equal
	Value   string
	Code    string        // of the refusal: a code of the document, or a rule
	Within  time.Duration // of window and since; of once: for how long it is remembered, 0: as the window, or for good
	Pattern string        // of like
	To      string        // of equal, the template
	After   string        // of until: the value that says how many seconds
	Effect  bool          // of once: kept with what the message does
}

// Of lists the parts of a form.
func Of(f *plan.Form) Parts {
	out := Parts{Name: f.Place, Carriage: f.Decl.Carriage, When: f.Decl.When, Empty: f.Empty, Handshake: f.Answer != nil}
	roles := rolesOf(f)
	for _, it := range f.Items {
		if it.Leaf {
			if f.Stands(it) {
				out.Places = append(out.Places, placeOf(f, it))
			}
			continue
		}
		v := Value{Name: it.Name, Role: roles[it], Code: it.Refuse, Forms: len(it.Accept), Case: folds(it.Expr)}
		v.Keys, v.Keyed = keysOf(f, it.Expr), it.Expr.Keyed()
		v.Hides, v.Seals, v.Flows = it.Expr.Hides(), it.Expr.Seals(), it.Expr.Flows()
		v.Read = slices.ContainsFunc(f.Receive, func(o plan.Op) bool { return o.Kind == plan.OpUndo && o.Item == it && o.Open })
		for _, place := range f.Items {
			if !place.Leaf || !f.Stands(place) || !f.Holds(place, it.Slot) {
				continue
			}
			v.In = append(v.In, place.Name)
			if v.Alone == "" && f.WholeHole(place) && place.Expr.Pieces[0].Slot == it.Slot {
				v.Alone = place.Name
			}
		}
		out.Values = append(out.Values, v)
	}
	out.Guards = guardsOf(f.Guards)
	for name, list := range f.Profiles {
		if out.Profiles == nil {
			out.Profiles = map[string][]Guard{}
		}
		out.Profiles[name] = guardsOf(list)
	}
	return out
}

func guardsOf(list []plan.Guard) (out []Guard) {
	for i := range list {
		g := &list[i]
		one := Guard{
			Kind: g.Kind, Value: g.Value, Code: g.Refuse(), Within: g.Keep, Pattern: g.Pattern, After: g.Guard.After, Effect: g.Effect,
		}
		if g.To != nil {
			one.To = g.To.Source
		}
		out = append(out, one)
	}
	return out
}

// rolesOf says what a receiver does with each value.
func rolesOf(f *plan.Form) map[*plan.Item]Role {
	out := map[*plan.Item]Role{}
	for _, it := range f.Items {
		out[it] = RoleDerived
		if it.Send {
			out[it] = RoleGiven
		}
	}
	for i := range f.Receive {
		switch o := &f.Receive[i]; o.Kind {
		case plan.OpCompare:
			out[o.Item] = RoleCompared
		case plan.OpVerify:
			out[o.Item] = RoleVerified
		case plan.OpUndo:
			out[o.Item] = RoleUndone
		}
	}
	return out
}

func placeOf(f *plan.Form, it *plan.Item) Place {
	out := Place{Name: it.Name, Written: f.Written(it), Holder: it.Holder, Optional: it.Optional, Rest: it.Rest, Outer: it.Outer, Whole: it.Whole}
	for i := range it.Expr.Pieces {
		if p := &it.Expr.Pieces[i]; p.Slot >= 0 {
			out.Holds = append(out.Holds, f.Infos[p.Slot].Name)
		}
	}
	out.Alone = f.WholeHole(it)
	for _, at := range f.Shows(it) {
		out.Shows = append(out.Shows, f.Infos[at].Name)
	}
	return out
}

// folds reports whether a text is compared without letter case.
func folds(e *plan.Expr) bool {
	return slices.ContainsFunc(e.Steps, func(u *plan.Use) bool { return u.Do.Fold })
}

// keysOf lists the keys that an expression is made with, itself or through others.
func keysOf(f *plan.Form, e *plan.Expr) (names []string) {
	for at := range f.Sources(e) {
		if f.Infos[at].Kind == plan.KindSecret {
			names = append(names, f.Infos[at].Name)
		}
	}
	slices.Sort(names)
	return names
}

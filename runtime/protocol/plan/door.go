package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Admits reports whether a form may be one of messages of an interface: none of its
// conditions on the interface and the frame says otherwise.
func (f *Form) Admits(holds func(slot int, glob string) bool) bool {
	for i := range f.When {
		w := &f.When[i]
		if w.Set && (w.Slot == SlotInterface || w.Slot == SlotFrame) && w.Part == nil && !w.Later && !holds(w.Slot, w.Glob) {
			return false
		}
	}
	return true
}

// takes reports whether no condition of a form says that messages of a method are of another one.
func (f *Form) takes(method string) bool {
	return method == "" || !slices.ContainsFunc(f.When, func(w Condition) bool {
		return w.Slot == SlotMethod && w.Part == nil && w.Set && !message.Glob(w.Glob, method)
	})
}

// only reports whether every message of a method is of a form, where it comes to it.
func (f *Form) only(method string) bool {
	return method != "" && len(f.When) > 0 && f.takes(method) && !slices.ContainsFunc(f.When, func(w Condition) bool {
		return w.Slot != SlotMethod || w.Part != nil || !w.Set
	})
}

// Method is the HTTP method that a form demands, empty where the interface says it.
func (f *Form) Method() string {
	if f.method != nil {
		return f.constant(f.method)
	}
	for i := range f.When {
		if w := &f.When[i]; w.Slot == SlotMethod && w.Part == nil && w.Set && !strings.Contains(w.Glob, "*") {
			return w.Glob
		}
	}
	return ""
}

// Pattern is the path of a form with {} for each segment that is a hole, and {...} for
// all behind a segment that has one among other text. It is empty where the interface says the path.
func (f *Form) Pattern() string {
	if f.Path == nil {
		return ""
	}
	var b strings.Builder
	for i := range f.Path.Expr.Pieces {
		switch p := &f.Path.Expr.Pieces[i]; {
		case p.Slot < 0:
			b.Write(p.Lit)
		case p.slashed():
			b.WriteString("\x00.") // more than one segment
		default:
			b.WriteByte(0)
		}
	}
	segments := strings.Split(b.String(), "/")
	for i, one := range segments {
		switch {
		case one == "\x00":
			segments[i] = "{}"
		case strings.Contains(one, "\x00"):
			return strings.Join(append(segments[:i], "{...}"), "/")
		}
	}
	return strings.Join(segments, "/")
}

// Kind is what the body of a form is: json, xml, form or multipart, with members that
// the protocol reads; text, which may be anything, or coded, with a Content-Encoding;
// none; or empty where the interface says what its body is.
func (f *Form) Kind() string {
	for i := range f.When {
		if w := &f.When[i]; w.Part != nil && w.Part.Holder == "header" && w.Part.Path[0] == "Content-Type" {
			return "text"
		}
	}
	switch {
	case f.Empty:
		return "none"
	case f.Body != nil:
		return f.Decl.Carriage
	case f.BodyText == nil && f.Carrier(SlotPayload) != "":
		return "none" // the payload is somewhere else
	case f.BodyText == nil:
		return ""
	}
	if f.Decl.Carriage == "json" && f.BodyText.IsPayload() {
		return ""
	}
	if _, coded := f.Index["header.Content-Encoding"]; coded {
		return "coded"
	}
	if f.Decl.Carriage == "xml" {
		return "xml"
	}
	return "text"
}

// IsPayload reports whether a place holds the payload and nothing else. A reply may come
// without it: whoever refuses has none.
func (it *Item) IsPayload() bool {
	one := Single(it.Expr)
	return one != nil && one.Slot == SlotPayload && len(one.Steps) == 0
}

// wrapped notes the places that are the outer shape of a message: JSON as a text in
// which the app and others stand.
func (s *solver) wrapped() {
	for i := range s.ops {
		e := s.ops[i].Expr
		if s.ops[i].Kind != OpUndo || e.Kind != FromTree || slices.ContainsFunc(e.Steps, func(u *Use) bool { return u.Key >= 0 }) {
			continue
		}
		for _, place := range s.f.Items {
			if one := SingleSteps(place.Expr); place.Leaf && one != nil && one.Slot == s.ops[i].Item.Slot {
				place.Outer = s.f.Holds(place, SlotApp)
			}
		}
	}
}

// Door is one way in for messages: what a server has to know of a variant before it reads one.
type Door struct {
	Method string // empty: the interface says it
	// Path has {} for each segment that differs from message to message, and {...} for
	// all that follows. Empty: the interface says it.
	Path string
	Body string // json, xml, form or multipart, with members in it; text: anything; none; empty: the interface says it
	// Names says that the message names the interface; otherwise method and path do.
	Names bool
}

// Doors lists the ways in for messages of an interface, one for each variant that it
// may have. The message without conditions is the first. An interface that has a method of
// its own has no variants of another one; method is empty where it has none.
func (x *Exchange) Doors(iface, frame, method string) []Door {
	var out []Door
	holds := named(iface, frame)
	last := slices.IndexFunc(x.Calls, func(f *Form) bool { return f.only(method) })
	if last < 0 {
		last = len(x.Calls) - 1 // the variants behind it get no message of the method
	}
	for _, f := range append([]*Form{x.Calls[last]}, x.Calls[:last]...) {
		if f.Admits(holds) && f.takes(method) {
			out = append(out, Door{Method: f.Method(), Path: f.Pattern(), Body: f.Kind(), Names: f.Bound(SlotInterface)})
		}
	}
	return out
}

// named tests the conditions on an interface and its frame.
func named(iface, frame string) func(slot int, pattern string) bool {
	return func(slot int, pattern string) bool {
		if slot == SlotInterface {
			return message.Glob(pattern, iface)
		}
		return message.Glob(pattern, frame)
	}
}

// Asks lists what a receiver must know beside the apps: tokens that were issued, values that were used.
func (x *Exchange) Asks() (tokens, nonces bool) {
	for _, f := range x.Calls {
		for _, g := range slices.Concat(append(slices.Collect(maps.Values(f.Profiles)), f.Guards)...) {
			tokens = tokens || g.Kind == "issued"
			nonces = nonces || g.Kind == "once" && !g.Effect
		}
	}
	return tokens, nonces
}

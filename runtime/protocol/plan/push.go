package plan

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// HasHandshake reports whether a variant asks a receiver whether it is there.
func (x *Exchange) HasHandshake() bool {
	return slices.ContainsFunc(x.Calls, func(f *Form) bool { return f.Answer != nil })
}

// Ages reports whether a receiver refuses a message for its time, or a value that it
// has seen.
func (x *Exchange) Ages() bool {
	return slices.ContainsFunc(x.Calls, func(f *Form) bool {
		return f.Answer == nil && slices.ContainsFunc(f.Guards, func(g Guard) bool {
			return g.Kind == "window" || g.Kind == "until" || g.Kind == "once" && !g.Effect
		})
	})
}

// Methods lists the HTTP methods of all variants, POST where none is declared.
func (x *Exchange) Methods() []string {
	var out []string
	for _, f := range x.Calls {
		method := "POST"
		if f.Decl.Method != nil && len(f.Decl.Method.Holes()) == 0 {
			method = f.Decl.Method.Source
		}
		if !slices.Contains(out, method) {
			out = append(out, method)
		}
	}
	return out
}

// Sender is the text that notifications have in the place where calls have {app}.
func (p *Protocol) Sender() string {
	if p.Call == nil || p.Push == nil {
		return ""
	}
	call, push := p.Call.Calls[len(p.Call.Calls)-1], p.Push.Calls[len(p.Push.Calls)-1]
	for _, place := range call.Items {
		one := Single(place.Expr)
		if !place.Leaf || one == nil || one.Slot != SlotApp || len(one.Steps) > 0 {
			continue
		}
		for _, it := range push.Items {
			if it.Leaf && it.Name == place.Name {
				return push.constant(it)
			}
		}
	}
	return ""
}

// constant is the text of a place that is the same in every message, or is a value that
// is; empty where it is not.
func (f *Form) constant(it *Item) string {
	if one := Single(it.Expr); one != nil && len(one.Steps) == 0 && f.Infos[one.Slot].Item != nil {
		if it = f.Infos[one.Slot].Item; it.Expr == nil || it.Expr.Kind != FromTemplate || len(it.Expr.Steps) > 0 {
			return ""
		}
	}
	var text []byte
	for i := range it.Expr.Pieces {
		if it.Expr.Pieces[i].Slot >= 0 {
			return ""
		}
		text = append(text, it.Expr.Pieces[i].Lit...)
	}
	return string(text)
}

// Named is the slot of what names a message: the value that is kept with its effect,
// the one that is made of {id}, or {id} itself; -1: none.
func (f *Form) Named() int {
	if f.Effect >= 0 {
		return f.Effect
	}
	if at := f.sent(SlotID); at >= 0 {
		return at
	}
	if f.Bound(SlotID) {
		return SlotID
	}
	return -1
}

// Clocked is the slot of the time of a message: the value that a guard compares with
// ours, or the one that is made of {now}; -1: none.
func (f *Form) Clocked() int {
	for i := range f.Guards {
		if kind := f.Guards[i].Kind; kind == "window" || kind == "since" {
			return f.Guards[i].Slot
		}
	}
	return f.sent(SlotNow)
}

// sent is the first value that its sender makes of a name, -1: none is.
func (f *Form) sent(of int) int {
	for _, it := range f.Items {
		if !it.Leaf && it.Send && slices.ContainsFunc(it.Expr.Pieces, func(p Piece) bool { return p.Slot == of }) {
			return it.Slot
		}
	}
	return -1
}

// UsesKey reports whether a message, or an answer to it, needs a key.
func (x *Exchange) UsesKey(name string) bool {
	takes := func(f *Form) bool { return f != nil && f.TakesKey(f.Index[name]-Builtins) }
	return slices.ContainsFunc(slices.Concat(x.Calls, x.Replies), func(f *Form) bool { return takes(f) || takes(f.Answer) })
}

// greets warns of a handshake that a receiver would not take for one: what it asks for
// is not what is sent.
func (c *compiler) greets(f *Form) {
	for i := range f.When {
		it, told := f.asked(&f.When[i])
		if !told {
			continue
		}
		text := ""
		if it != nil {
			text = f.constant(it)
		}
		if it == nil || f.When[i].Set && !message.Glob(f.When[i].Glob, text) {
			c.weak(f.Decl.Pos, f.Place, "a receiver takes what is sent for no handshake: it does not have what when asks for",
				"write it as the handshake has it, for example json: {type: url_verification, challenge: \"{challenge}\"}")
			return
		}
	}
}

// asked is what a condition asks for in a message that is sent, nil where it is not
// there; told is false where the message alone does not say it.
func (f *Form) asked(w *Condition) (it *Item, told bool) {
	switch {
	case w.Part != nil:
		name := w.Part.Holder + "." + strings.Join(w.Part.Path, ".")
		i := slices.IndexFunc(f.Items, func(it *Item) bool { return it.Leaf && it.Name == name })
		if i < 0 {
			return nil, true
		}
		return f.Items[i], true
	case w.Slot == SlotMethod && f.method != nil:
		return f.method, true
	case w.Later:
		return f.Infos[w.Slot].Item, true
	}
	return nil, false
}

package plan

import "slices"

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
	uses := func(f *Form) bool {
		return f.Uses(f.Index[name]) || f.Answer != nil && f.Answer.Uses(f.Answer.Index[name])
	}
	return slices.ContainsFunc(x.Calls, uses) || slices.ContainsFunc(x.Replies, uses)
}

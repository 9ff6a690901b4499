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

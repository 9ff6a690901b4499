package plan

import (
	"slices"
)

// proof warns where nothing that is secret covers what the interface acts on.
func (s *solver) proof() {
	f := s.f
	if f.Reply || f.Answer != nil || !s.keys {
		return
	}
	keyed, covered := false, false
	for _, o := range s.ops {
		if o.Kind == OpMatch {
			secret, _ := f.reachesSecret(o.Expr, nil) // the secret itself is in a place
			keyed = keyed || secret && !o.Open
		}
		if o.Kind != OpCompare && o.Kind != OpVerify && o.Kind != OpUndo {
			continue
		}
		for _, e := range append([]*Expr{o.Expr}, o.Item.Accept...) {
			secret, acts := f.reachesSecret(e, nil)
			keyed = keyed || secret
			covered = covered || secret && acts
		}
	}
	for i := range f.Guards {
		keyed = keyed || f.Guards[i].Kind == "issued"
	}
	switch {
	case !keyed:
		s.c.weak(f.Decl.Pos, f.Place, "nothing in it proves who sent it", "sign something with a key, or demand an issued token")
	case !covered:
		s.c.weak(f.Decl.Pos, f.Place, "no signature covers what the interface acts on", "sign the body, the payload or the parameters")
	}
}

// reachesSecret reports whether an expression is made of a secret, and of what an
// interface acts on.
func (f *Form) reachesSecret(e *Expr, seen []int) (secretly, acts bool) {
	if e.Kind == FromSelection {
		acts = true
	}
	for _, at := range f.Needs(e) {
		if slices.Contains(seen, at) {
			continue
		}
		seen = append(seen, at)
		i := f.Infos[at]
		secretly = secretly || f.secret(at)
		acts = acts || at == SlotBody || at == SlotPayload || at == SlotQuery || at == SlotURL || at == SlotTarget || i.Kind == partSlot ||
			at == SlotPath && f.Carrier(SlotPayload) == "" // the members are in the path, or there are none
		if i.Item != nil && i.Item.Expr != nil {
			a, b := f.reachesSecret(i.Item.Expr, seen)
			secretly, acts = secretly || a, acts || b
		}
	}
	return secretly, acts
}

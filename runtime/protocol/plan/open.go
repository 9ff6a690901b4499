package plan

// open emits the reading of a text in which secrets are, as long as nothing else names the
// app: its other holes are taken, and it is compared once the keys are known.
func (s *solver) open(it *Item) bool {
	e := it.Expr
	if s.keys || s.opened[it] || e.Kind != FromTemplate || it.Into != nil || !s.undoes(e.Steps) || !s.opens(e.Pieces) {
		return false
	}
	for _, u := range e.Steps {
		s.make(u.needs())
	}
	s.opened[it] = true
	kind := OpUndo
	if it.Leaf {
		kind = OpMatch
	}
	s.emitMatch(kind, it, e)
	s.ops[len(s.ops)-1].Open = true
	s.done[it] = false
	for i := range e.Pieces {
		if at := e.Pieces[i].Slot; at >= 0 && s.f.Infos[at].Kind == KindSecret {
			delete(s.known, at)
		}
	}
	return true
}

// opens reports whether a template names the app and can be read but for its secrets.
func (s *solver) opens(list []Piece) bool {
	secret, app := false, false
	for i := range list {
		p := &list[i]
		switch {
		case p.Slot < 0 || s.fixed(p):
			continue
		case !s.ends(list, i):
			return false
		case s.f.Infos[p.Slot].Kind == KindSecret && len(p.Steps) == 0:
			secret = true
		case !s.matches([]Piece{*p}):
			return false
		}
		app = app || p.Slot == SlotApp
	}
	return secret && app
}

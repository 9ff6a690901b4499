package step

// Walk goes down a tree by names, in arrays by numbers from 0. scalar reports whether
// JSON has what stands there without quotes.
func (t *Tree) Walk(at int32, path []string) (b []byte, scalar, ok bool) {
	for _, name := range path {
		if t.Nodes[at].Kind == Array {
			at = t.element(at, name)
		} else {
			var err error
			if at, err = t.Find(at, name); err != nil {
				return nil, false, false
			}
		}
		if at < 0 {
			return nil, false, false
		}
	}
	n := &t.Nodes[at]
	return n.Text, n.Kind == Object || n.Kind == Array || n.Kind == Scalar, n.Kind != Null
}

func (t *Tree) element(at int32, word string) int32 {
	n := 0
	for _, ch := range word {
		if ch < '0' || ch > '9' || n > 1<<16 {
			return -1
		}
		n = n*10 + int(ch-'0')
	}
	at = t.Nodes[at].Down
	for ; at != 0 && n > 0; n-- {
		at = t.Nodes[at].Next
	}
	if at == 0 {
		return -1
	}
	return at
}

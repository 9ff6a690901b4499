package declare

import "slices"

// XML reports whether the members of a message come out of XML, where an element tells
// nothing of whether it is the only one of a list. A nil message has none.
func (m *Message) XML() bool {
	return m != nil && (m.Carriage == "xml" || m.Body.xml() || slices.ContainsFunc(m.Values, Value.xml) || slices.ContainsFunc(m.Variants, (*Message).XML))
}

// xml reports whether a value is XML with members in it.
func (v Value) xml() bool {
	return xmlSteps(v.By) || v.Of.xml() || v.Tree.xml() || slices.ContainsFunc(v.List, (*Text).xml)
}

func (p *Part) xml() bool {
	return p != nil && (p.Text.xml() || slices.ContainsFunc(p.Children, (*Part).xml))
}

func (t *Text) xml() bool {
	return t != nil && slices.ContainsFunc(t.Pieces, func(p Piece) bool { return xmlSteps(p.Steps) })
}

func xmlSteps(list []Use) bool {
	return slices.ContainsFunc(list, func(u Use) bool { return u.Name == "xml" })
}

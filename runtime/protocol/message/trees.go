package message

import "errors"

// levels is how deep the JSON of a value that becomes XML may be nested.
const levels = 64

var errRoot = errors.New("the XML has another root element")

// Trees reads and writes JSON and XML for steps: it is a step.Trees.
type Trees struct{}

// Compact is the function of that name.
func (Trees) Compact(dst, src []byte) ([]byte, error) { return Compact(dst, src) }

// Canonical is the function of that name.
func (Trees) Canonical(dst, src []byte, dropEmpty bool) ([]byte, error) {
	return Canonical(dst, src, dropEmpty)
}

// ToXML appends the members of a JSON object as elements below root.
func (Trees) ToXML(dst, object []byte, root string) ([]byte, error) {
	var t Tree
	if err := t.JSON(object, levels); err != nil {
		return dst, err
	}
	dst = append(append(append(dst, '<'), root...), '>')
	dst, err := t.AppendMembers(dst, 0, nil)
	return append(append(append(dst, "</"...), root...), '>'), err
}

// FromXML appends the elements below root as a JSON object.
func (Trees) FromXML(dst, src []byte, root string) ([]byte, error) {
	var t Tree
	if err := t.XML(src); err != nil {
		return dst, err
	}
	at := t.Nodes[0].Down
	if string(t.Nodes[at].Name) != root {
		return dst, errRoot
	}
	return t.AppendJSON(dst, at, nil), nil
}

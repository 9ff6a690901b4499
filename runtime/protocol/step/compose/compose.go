// Package compose writes the names of nested members as one name, a.b.0 or a[b][0],
// and nests members with such names again.
package compose

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// Names says how names are composed. Close is empty where one text stands between names.
type Names struct {
	Open, Close string
	First       int // number of a list's first element
}

// Member is a name with its value as JSON.
type Member struct{ Name, Raw []byte }

// Below is the name of a member of what has a name itself.
func (n Names) Below(above, own []byte) []byte {
	return slices.Concat(above, []byte(n.Open), own, []byte(n.Close))
}

// maxDepth bounds how deep members are nested.
const maxDepth = 32

var (
	errTwice = errors.New("a name is there twice, or has a value and members")
	errDepth = errors.New("names are composed of too many parts")
)

// split takes a name apart. A name that is composed in another way is one part.
func (n Names) split(name []byte) [][]byte {
	parts := bytes.Split(name, []byte(n.Open))
	for _, one := range parts[1:] {
		if !bytes.HasSuffix(one, []byte(n.Close)) {
			return [][]byte{name}
		}
	}
	for i, one := range parts {
		if i > 0 {
			one = one[:len(one)-len(n.Close)]
		}
		if len(one) == 0 {
			return [][]byte{name}
		}
		parts[i] = one
	}
	return parts
}

// branch is a member that is being nested: it has a value or members.
type branch struct {
	name    string
	raw     []byte
	members []*branch
	byName  map[string]*branch
}

// below finds or makes a member.
func (b *branch) below(name string) *branch {
	if found := b.byName[name]; found != nil {
		return found
	}
	if b.byName == nil {
		b.byName = map[string]*branch{}
	}
	made := &branch{name: name}
	b.byName[name] = made
	b.members = append(b.members, made)
	return made
}

// Nest appends the JSON object whose members have those names. What has the numbers of
// a list, without a gap, is a list.
func (n Names) Nest(dst []byte, members []Member, quote func(dst, text []byte) []byte) ([]byte, error) {
	var root branch
	for _, m := range members {
		at := &root
		parts := n.split(m.Name)
		if len(parts) > maxDepth {
			return dst, errDepth
		}
		for _, part := range parts {
			if at.raw != nil {
				return dst, errTwice
			}
			at = at.below(string(part))
		}
		if at.raw != nil || at.members != nil {
			return dst, errTwice
		}
		at.raw = m.Raw
	}
	return n.write(dst, &root, true, quote), nil
}

func (n Names) write(dst []byte, b *branch, root bool, quote func(dst, text []byte) []byte) []byte {
	if b.raw != nil {
		return append(dst, b.raw...)
	}
	list := n.elements(b)
	if root || list == nil {
		dst = append(dst, '{')
		for i, one := range b.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(quote(dst, []byte(one.name)), ':')
			dst = n.write(dst, one, false, quote)
		}
		return append(dst, '}')
	}
	dst = append(dst, '[')
	for i, one := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = n.write(dst, one, false, quote)
	}
	return append(dst, ']')
}

// elements are the members of a list in its order, nil where it is none.
func (n Names) elements(b *branch) []*branch {
	out := make([]*branch, len(b.members))
	for _, one := range b.members {
		i, err := strconv.Atoi(one.name)
		if i -= n.First; err != nil || i < 0 || i >= len(out) || out[i] != nil || strconv.Itoa(i+n.First) != one.name {
			return nil
		}
		out[i] = one
	}
	return out
}

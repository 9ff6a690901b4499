package message

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// Names says how the names of nested members are composed: a.b.0, or a[b][0]. Close is
// empty where one text is between names.
type Names struct {
	Open, Close string
	First       int // number of a list's first element
}

// Member is a name with its value as JSON.
type Member struct{ Name, Raw []byte }

var (
	errTwice = errors.New("a name is there twice, or has a value and members")
	errDepth = errors.New("a name is composed of too many parts")
)

// maxParts bounds the parts of a name.
const maxParts = 32

// Below is the name of a member of what has a name itself.
func (n Names) Below(above, own []byte) []byte {
	return slices.Concat(above, []byte(n.Open), own, []byte(n.Close))
}

// split takes a name apart. A name that is composed in another way is one part.
func (n Names) split(name []byte) [][]byte {
	parts := bytes.Split(name, []byte(n.Open))
	for i, one := range parts {
		if i > 0 && bytes.HasSuffix(one, []byte(n.Close)) {
			one = one[:len(one)-len(n.Close)]
		} else if i > 0 {
			one = nil
		}
		if len(one) == 0 {
			return [][]byte{name}
		}
		parts[i] = one
	}
	return parts
}

// Nest appends the JSON object whose members have composed names. Members that have the
// numbers of a list, without a gap, are a list.
func (n Names) Nest(dst []byte, members []Member, quote func(dst, text []byte) []byte) ([]byte, error) {
	list := make([]composed, len(members))
	for i, m := range members {
		if list[i] = (composed{n.split(m.Name), m.Raw}); len(list[i].parts) > maxParts {
			return dst, errDepth
		}
	}
	if len(list) == 0 {
		return append(dst, "{}"...), nil
	}
	return n.nest(dst, list, 0, quote)
}

// composed is a member with its name taken apart.
type composed struct {
	parts [][]byte
	raw   []byte
}

// nest writes members that have the first parts of their names in common.
func (n Names) nest(dst []byte, list []composed, at int, quote func(dst, text []byte) []byte) ([]byte, error) {
	var names []string
	below := map[string][]composed{}
	for _, m := range list {
		if at == len(m.parts) && len(list) > 1 {
			return dst, errTwice
		} else if at == len(m.parts) {
			return append(dst, m.raw...), nil
		}
		name := string(m.parts[at])
		if below[name] == nil {
			names = append(names, name)
		}
		below[name] = append(below[name], m)
	}
	open, end := byte('{'), byte('}')
	numbers := make([]string, len(names))
	for i := range numbers {
		numbers[i] = strconv.Itoa(n.First + i)
	}
	if at > 0 && !slices.ContainsFunc(numbers, func(one string) bool { return below[one] == nil }) {
		open, end, names = '[', ']', numbers
	}
	var err error
	for i, name := range names {
		if i == 0 {
			dst = append(dst, open)
		} else {
			dst = append(dst, ',')
		}
		if open == '{' {
			dst = append(quote(dst, []byte(name)), ':')
		}
		if dst, err = n.nest(dst, below[name], at+1, quote); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

// Tail is where the last segments of a path begin, at a slash; -1 where it has fewer.
func Tail(path []byte, segments int) int {
	n := len(path)
	for range segments {
		n = bytes.LastIndexByte(path[:max(0, n)], '/')
	}
	return n
}

package sample

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// deepest is how many elements may be inside each other.
const deepest = 32

// elements are the members of an example in XML, without the element around it. A comment behind an
// element describes it. They are nil where the example does not end.
func elements(text string) []Member {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.CharsetReader = false, asRead
	r := &elementReader{at: map[string]int{}, ended: -1}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(r.open) == 0 {
			return r.out
		}
		if err != nil || len(r.open) > deepest {
			return nil
		}
		switch t := token.(type) {
		case xml.StartElement:
			line, _ := d.InputPos()
			r.begin(t.Name.Local, line)
		case xml.EndElement:
			r.end()
		case xml.Comment:
			r.comment(string(t))
		case xml.Directive: // <!—, whose dashes a word processor joined
			if strings.HasPrefix(string(t), "—") || strings.HasPrefix(string(t), "–") {
				r.comment(string(t))
			}
		}
	}
}

// asRead reads what says that it is in another charset: it is no longer.
func asRead(_ string, in io.Reader) (io.Reader, error) { return in, nil }

// elementReader is what has been read of an example.
type elementReader struct {
	out   []Member
	at    map[string]int // where the member of a path is
	open  []element
	ended int // the member that ended last; -1: none
}

// element is one that has not ended.
type element struct {
	name   string
	member int             // -1: the one around all
	inside map[string]bool // the names of its elements
}

func (r *elementReader) begin(name string, line int) {
	r.ended = -1
	if len(r.open) == 0 {
		r.open = append(r.open, element{name, -1, map[string]bool{}})
		return
	}
	var path []string
	for _, e := range r.open[1:] {
		path = append(path, e.name)
	}
	path = append(path, name)
	around := r.open[len(r.open)-1]
	key := strings.Join(path, joint)
	n, known := r.at[key]
	if !known {
		n = len(r.out)
		r.at[key] = n
		r.out = append(r.out, Member{Path: slices.Clone(path), Kind: "string", Line: line})
	}
	r.out[n].List = r.out[n].List || around.inside[name]
	around.inside[name] = true
	if around.member >= 0 && r.out[around.member].Kind != "object" {
		r.out[around.member].Kind = "object"
	}
	r.open = append(r.open, element{name, n, map[string]bool{}})
}

func (r *elementReader) end() {
	last := r.open[len(r.open)-1]
	r.open, r.ended = r.open[:len(r.open)-1], last.member
}

func (r *elementReader) comment(text string) {
	if r.ended >= 0 && r.out[r.ended].Comment == "" {
		r.out[r.ended].Comment = strings.Trim(text, "—–- \n\t")
	}
}

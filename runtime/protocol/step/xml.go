package step

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var errXML = errors.New("no well-formed XML")

// XML reads an XML text: elements, their texts and CDATA. Attributes, comments and
// blanks between elements are ignored, a document type is refused. The root of the
// tree has one child, the root element. Text in GBK or GB18030 is read where its
// first line says so.
func (t *Tree) XML(src []byte) error {
	src, err := xmlText(src)
	if err != nil {
		return err
	}
	t.begin(src, Object)
	d := xml.NewDecoder(bytes.NewReader(src))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	x := xmlReader{t: t, d: d, open: []level{{}}}
	for {
		from := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(x.open) == 1 && x.open[0].last != 0 {
			return nil
		}
		if err != nil {
			return errXML
		}
		if err := x.take(token, int(from)); err != nil {
			return err
		}
	}
}

// xmlText is src as UTF-8.
func xmlText(src []byte) ([]byte, error) {
	switch xmlCharset(src) {
	case "gbk", "gb2312", "gb18030":
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(src)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return nil, ErrUTF8
		}
		return out, nil
	}
	if !utf8.Valid(src) {
		return nil, ErrUTF8
	}
	return src, nil
}

// xmlCharset is what the first line of a text says of its charset, in small letters;
// empty where it says nothing.
func xmlCharset(src []byte) string {
	head, ok := bytes.CutPrefix(bytes.TrimLeft(bytes.TrimPrefix(src, []byte("\ufeff")), " \t\r\n"), []byte("<?xml"))
	if !ok {
		return ""
	}
	head, _, ok = bytes.Cut(head[:min(len(head), 200)], []byte("?>"))
	_, name, said := bytes.Cut(head, []byte("encoding"))
	name = bytes.TrimLeft(name, "= \t\r\n")
	if !ok || !said || len(name) == 0 {
		return ""
	}
	name, _, _ = bytes.Cut(name[1:], name[:1]) // the mark in front is that at its end
	return strings.ToLower(string(name))
}

type level struct {
	node, last int32
	from       int // where its element begins
	text       []byte
}

type xmlReader struct {
	t    *Tree
	d    *xml.Decoder
	open []level
}

func (x *xmlReader) take(token xml.Token, from int) error {
	top := &x.open[len(x.open)-1]
	switch v := token.(type) {
	case xml.StartElement:
		if len(x.open) > maxDepth || len(x.t.Nodes) > 1<<16 || len(x.open) == 1 && top.last != 0 {
			return errXML
		}
		top.last = x.t.child(top.node, top.last, Node{Name: []byte(v.Name.Local)})
		x.t.Nodes[top.node].Kind = Object
		x.open = append(x.open, level{node: top.last, from: from})
	case xml.EndElement:
		n := &x.t.Nodes[top.node]
		n.Raw = x.t.src[top.from:x.d.InputOffset()]
		n.Text = top.text
		if n.Kind == Object {
			n.Text = n.Raw
		}
		x.open = x.open[:len(x.open)-1]
	case xml.CharData:
		if len(x.open) > 1 {
			top.text = append(top.text, v...)
		} else if len(bytes.TrimSpace(v)) > 0 && !bytes.Equal(v, []byte("\ufeff")) {
			return errXML
		}
	case xml.Directive:
		return errXML
	}
	return nil
}

// AppendXML appends an element. The text is escaped, or put into CDATA.
func AppendXML(dst []byte, name string, text []byte, cdata bool) []byte {
	dst = append(append(append(dst, '<'), name...), '>')
	if cdata && !bytes.Contains(text, []byte("]]>")) {
		dst = append(append(append(dst, "<![CDATA["...), text...), "]]>"...)
	} else {
		dst = appendEscaped(dst, text)
	}
	return append(append(append(dst, "</"...), name...), '>')
}

func appendEscaped(dst, text []byte) []byte {
	for _, ch := range text {
		switch ch {
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '&':
			dst = append(dst, "&amp;"...)
		case '\r':
			dst = append(dst, "&#13;"...)
		default:
			if ch < ' ' && ch != '\n' && ch != '\t' {
				ch = ' '
			}
			dst = append(dst, ch)
		}
	}
	return dst
}

// XMLName reports whether a name can be that of an element.
func XMLName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
		if !letter && (i == 0 || r != '-' && r != '.' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}

// AppendMembers appends the members of a JSON object as elements: an array as one
// element each, an object as an element with elements, null as an empty one. skip
// leaves out members of the first level.
func (t *Tree) AppendMembers(dst []byte, at int32, skip func(name []byte) bool) ([]byte, error) {
	for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
		n := &t.Nodes[c]
		if skip != nil && skip(n.Name) {
			continue
		}
		if !XMLName(string(n.Name)) {
			return dst, errXML
		}
		var err error
		if n.Kind != Array {
			if dst, err = t.appendElement(dst, string(n.Name), c); err != nil {
				return dst, err
			}
			continue
		}
		for e := n.Down; e != 0; e = t.Nodes[e].Next {
			if dst, err = t.appendElement(dst, string(n.Name), e); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

func (t *Tree) appendElement(dst []byte, name string, at int32) ([]byte, error) {
	if t.Nodes[at].Kind != Object {
		return AppendXML(dst, name, t.Nodes[at].Text, false), nil
	}
	dst = append(append(append(dst, '<'), name...), '>')
	dst, err := t.AppendMembers(dst, at, nil)
	return append(append(append(dst, "</"...), name...), '>'), err
}

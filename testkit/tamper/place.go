package tamper

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// ErrSpent is the error of a message that is the same at any moment and was sent before.
var ErrSpent = errors.New("no moment gives a message that was not sent before")

// ErrPlace is the error of a place that a message does not have.
var ErrPlace = errors.New("the message has no such place")

// edit says what becomes of a place: its new text; drop leaves it out, twice keeps it
// and writes it once more.
type edit struct {
	change      func(old string) (string, error)
	drop, twice bool
	all         bool // every one, where the place comes twice
}

// Replace is a copy of a message in which the text of a place, and of each further one
// of the same name, is another one.
func Replace(m *message.Message, place string, change func(old string) string) (*message.Message, error) {
	out := clone(m)
	err := edit{all: true, change: func(old string) (string, error) { return change(old), nil }}.apply(out, place)
	return out, err
}

// apply changes the place of that name in a message.
func (e edit) apply(m *message.Message, place string) (err error) {
	holder, name, deep := strings.Cut(place, ".")
	switch {
	case holder == "header":
		return e.header(m, name)
	case holder == "query" && deep:
		m.Query, err = e.pairs(m.Query, name)
	case holder == "query":
		m.Query, err = e.whole(m.Query)
	case holder == "form":
		var text string
		text, err = e.pairs(string(m.Body), name)
		m.Body = []byte(text)
	case !deep && (holder == "json" || holder == "text" || holder == "xml"):
		var text string
		text, err = e.whole(string(m.Body))
		m.Body = []byte(text)
	case holder == "json":
		m.Body, err = e.json(m.Body, strings.Split(name, "."))
	case holder == "xml":
		m.Body, err = e.xml(m.Body, strings.Split(name, "."))
	case holder == "multipart":
		m.Body, err = e.part(m.Body, name)
	default:
		return ErrPlace
	}
	return err
}

// whole changes a text that is one place.
func (e edit) whole(text string) (string, error) {
	if e.drop {
		if text == "" {
			return "", errSame
		}
		return "", nil
	}
	if e.twice {
		return "", ErrPlace
	}
	return e.change(text)
}

func (e edit) header(m *message.Message, name string) error {
	name = http.CanonicalHeaderKey(name)
	values := m.Header[name]
	if len(values) == 0 {
		return ErrPlace
	}
	m.Header = m.Header.Clone()
	switch {
	case e.drop:
		if name == "User-Agent" {
			m.Header[name] = nil // net/http names itself where there is no such key
		} else {
			delete(m.Header, name)
		}
	case e.twice:
		m.Header[name] = append(slices.Clone(values), values[0])
	default:
		values = slices.Clone(values)
		for i := range values {
			text, err := e.change(values[i])
			if err != nil {
				return err
			}
			values[i] = text
		}
		m.Header[name] = values
	}
	return nil
}

// pairs changes one pair of a query or form and leaves the bytes of the others alone.
func (e edit) pairs(text, name string) (string, error) {
	list, found := strings.Split(text, "&"), false
	for i, one := range list {
		key, value, _ := strings.Cut(one, "=")
		if plain, err := url.QueryUnescape(key); err != nil || plain != name {
			continue
		}
		switch {
		case e.drop:
			list = slices.Delete(list, i, i+1)
		case e.twice:
			list = append(list, one)
		default:
			plain, err := url.QueryUnescape(value)
			if err != nil {
				return "", err
			}
			if plain, err = e.change(plain); err != nil {
				return "", err
			}
			list[i] = key + "=" + url.QueryEscape(plain)
		}
		if found = true; !e.all {
			break
		}
	}
	if !found {
		return "", ErrPlace
	}
	return strings.Join(list, "&"), nil
}

// json changes a member; the others keep their order.
func (e edit) json(body []byte, path []string) ([]byte, error) {
	root, err := tree.Parse(body)
	if err != nil {
		return nil, err
	}
	above, at := member(root, path)
	if above == nil {
		return nil, ErrPlace
	}
	one := above.Members[at]
	switch {
	case e.drop:
		above.Members = slices.Delete(above.Members, at, at+1)
	case e.twice:
		above.Members = append(above.Members, one)
	default:
		old, ok := one.Value.Plain()
		if !ok {
			return nil, ErrPlace
		}
		text, err := e.change(old)
		if err != nil {
			return nil, err
		}
		value := tree.Text(text)
		if one.Value.Scalar[0] != '"' && number(text) {
			value = tree.Raw(text) // a number stays one
		}
		for i := range above.Members {
			if i == at || e.all && above.Members[i].Name == one.Name {
				above.Members[i].Value = value
			}
		}
	}
	return []byte(root.String()), nil
}

// number reports whether a text is a whole number as JSON writes it.
func number(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits == "0" || digits[0] != '0')
}

// member finds the object that has a member, and its position. Names may have dots.
func member(v *tree.Value, path []string) (above *tree.Value, at int) {
	for n := len(path); n > 0; n-- {
		name := strings.Join(path[:n], ".")
		i := slices.IndexFunc(v.Members, func(m tree.Member) bool { return m.Name == name })
		if i < 0 {
			continue
		}
		if n == len(path) {
			return v, i
		}
		return member(v.Members[i].Value, path[n:])
	}
	return nil, 0
}

// xml changes an element of a body that has no attributes, as the engine writes it.
func (e edit) xml(body []byte, path []string) ([]byte, error) {
	from, to := 0, len(body)
	for n, name := range path {
		begin := bytes.Index(body[from:to], []byte("<"+name+">"))
		if begin < 0 {
			return nil, ErrPlace
		}
		inner := from + begin + len(name) + 2
		length := bytes.Index(body[inner:to], []byte("</"+name+">"))
		if length < 0 {
			return nil, ErrPlace
		}
		if n < len(path)-1 {
			from, to = inner, inner+length
			continue
		}
		if e.all && bytes.Count(body, []byte("<"+name+">")) > 1 {
			return nil, errors.New("the element comes twice")
		}
		outer, end := from+begin, inner+length+len(name)+3
		text, err := e.element(body[inner : inner+length])
		if err != nil {
			return nil, err
		}
		whole := body[outer:end]
		switch {
		case e.drop:
			return slices.Concat(body[:outer], body[end:]), nil
		case e.twice:
			return slices.Concat(body[:end], whole, body[end:]), nil
		}
		return slices.Concat(body[:inner], text, body[inner+length:]), nil
	}
	return nil, ErrPlace
}

// element is the changed text of an element.
func (e edit) element(text []byte) ([]byte, error) {
	if e.change == nil {
		return nil, nil
	}
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&apos;", "'", "&#39;", "'", "&amp;", "&")
	plain := strings.TrimSuffix(strings.TrimPrefix(string(text), "<![CDATA["), "]]>")
	if plain == string(text) {
		if strings.ContainsRune(plain, '<') {
			return nil, ErrPlace // it has elements
		}
		plain = unescape.Replace(plain)
	}
	out, err := e.change(plain)
	return []byte(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(out)), err
}

// part changes a text of a multipart body.
func (e edit) part(body []byte, name string) ([]byte, error) {
	boundary, _, ok := bytes.Cut(body, []byte("\r\n"))
	if !ok {
		return nil, ErrPlace
	}
	head := []byte(fmt.Sprintf("Content-Disposition: form-data; name=%q\r\n\r\n", name))
	at := bytes.Index(body, head)
	if at < 0 {
		return nil, ErrPlace
	}
	begin := at - len(boundary) - 2
	inner := at + len(head)
	length := bytes.Index(body[inner:], slices.Concat([]byte("\r\n"), boundary))
	if begin < 0 || length < 0 {
		return nil, ErrPlace
	}
	end := inner + length + 2
	switch {
	case e.drop:
		return slices.Concat(body[:begin], body[end:]), nil
	case e.twice:
		return slices.Concat(body[:end], body[begin:end], body[end:]), nil
	}
	text, err := e.change(string(body[inner : inner+length]))
	return slices.Concat(body[:inner], []byte(text), body[inner+length:]), err
}

// extra writes one more member into a container: the query, a form, an object of JSON.
func extra(m *message.Message, container, pair string) error {
	name, value, _ := strings.Cut(pair, "=")
	holder, path, _ := strings.Cut(container, ".")
	switch holder {
	case "query":
		m.Query = strings.TrimPrefix(m.Query+"&"+pair, "&")
	case "form":
		m.Body = []byte(strings.TrimPrefix(string(m.Body)+"&"+pair, "&"))
	case "header":
		m.Header = m.Header.Clone()
		m.Header.Set(name, value)
	case "json":
		root, err := tree.Parse(m.Body)
		if err != nil {
			return err
		}
		at := root
		if path != "" {
			above, i := member(root, strings.Split(path, "."))
			if above == nil {
				return ErrPlace
			}
			at = above.Members[i].Value
		}
		if at.Members == nil {
			return ErrPlace
		}
		at.Members = append(at.Members, tree.Member{Name: name, Value: tree.Text(value)})
		m.Body = []byte(root.String())
	default:
		return ErrPlace
	}
	return nil
}

// after changes a message on its way.
func after(m *message.Message, t *Tamper) error {
	switch t.What {
	case Put, Flip, Case, Cut, Blank:
		return edit{change: func(old string) (string, error) { return changed(t.What, t.Value, old) }}.apply(m, t.Part)
	case Drop:
		return edit{drop: true}.apply(m, t.Part)
	case Twice:
		return edit{twice: true}.apply(m, t.Part)
	case Extra:
		return extra(m, t.Part, t.Value)
	case Query:
		return extra(m, "query", t.Value)
	case Append:
		if len(m.Body) == 0 {
			return errors.New("tamper: the message has no body")
		}
		m.Body = append(m.Body, ' ')
	case Body:
		m.Body = []byte(t.Value)
	case Mark:
		m.Body = append([]byte("\ufeff"), m.Body...)
	case Pad:
		n, err := strconv.Atoi(t.Value)
		m.Body = append(m.Body, strings.Repeat(" ", max(0, n-len(m.Body)))...)
		return err
	case Method:
		m.Method = t.Value
	case Type:
		m.Header.Set("Content-Type", t.Value)
	case Encoding:
		m.Header.Set("Content-Encoding", t.Value)
	}
	return nil
}

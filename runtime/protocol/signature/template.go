package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// template is a compiled Over.
type template struct{ parts []part }

// part is one stretch of a template: a literal, or a value with its filters.
type part struct {
	literal string
	params  bool // {params}
	ref     ref
	shown   string // the text in the braces
	filters []filter
}

// filter changes a text: a hash and its encoding, or lower, upper or url.
type filter struct{ name, encoding string }

// compileTemplate reads a template. Values that it names are required when must is.
func (c *Codec) compileTemplate(text string, must bool) (template, error) {
	var t template
	if text == "" {
		return t, errors.New(`over is missing: name the string that is signed, like "{method}\n{path}\n{body}"`)
	}
	for rest := text; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			t.literal(rest)
			break
		}
		t.literal(rest[:at])
		if rest = rest[at:]; strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}") {
			t.literal(rest[:1])
			rest = rest[2:]
			continue
		}
		end := strings.IndexByte(rest, '}')
		if rest[0] == '}' || end < 0 || strings.Contains(rest[1:end], "{") {
			return t, fmt.Errorf("over: a brace without its other half at byte %d; write {{ or }} for a brace itself",
				len(text)-len(rest))
		}
		p, err := c.compilePart(rest[1:end], must)
		if err != nil {
			return t, fmt.Errorf("over: {%s}: %w", rest[1:end], err)
		}
		t.parts = append(t.parts, p)
		rest = rest[end+1:]
	}
	return t, nil
}

// literal adds a literal, joined to one before it.
func (t *template) literal(text string) {
	if n := len(t.parts); n > 0 && t.parts[n-1].shown == "" {
		t.parts[n-1].literal += text
	} else if text != "" {
		t.parts = append(t.parts, part{literal: text})
	}
}

// compilePart reads the text in braces.
func (c *Codec) compilePart(shown string, must bool) (part, error) {
	words := strings.Split(shown, ":")
	p := part{shown: shown}
	if p.params = words[0] == "params"; !p.params {
		var err error
		if p.ref, err = c.resolve(words[0]); err != nil {
			return p, err
		}
		if v := p.ref; must && v.place >= inHeader && v.place != inSecret {
			c.values[v.at].required = true
		}
	}
	for i := 1; i < len(words); i++ {
		f := filter{name: words[i]}
		switch hashed := slices.Contains(crypt.Hashes(), f.name); {
		case hashed && i+1 < len(words) && slices.Contains(crypt.Encodings(), words[i+1]):
			i++
			f.encoding = words[i]
		case !hashed && !slices.Contains([]string{"lower", "upper", "url"}, f.name):
			return p, crypt.Unknown("filter", f.name, append(crypt.Hashes(), "lower", "upper", "url")...)
		}
		p.filters = append(p.filters, f)
	}
	return p, nil
}

// uses reports whether the template has {params}.
func (t template) usesParams() bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.params })
}

// writer fills templates with the values of one message.
type writer struct {
	c      *Codec
	m      *Message
	k      *material
	params *params // of the step
	mask   bool    // write [appkey] for a secret
}

// write appends the whole text to dst.
func (w *writer) write(dst []byte, t template) []byte {
	for i := range t.parts {
		p := &t.parts[i]
		switch {
		case p.shown == "":
			dst = append(dst, p.literal...)
		case w.mask && p.ref.place == inSecret && !p.params:
			dst = append(append(append(dst, '['), p.shown...), ']')
		default:
			dst = w.part(dst, p)
		}
	}
	return dst
}

// part appends one value, filtered.
func (w *writer) part(dst []byte, p *part) []byte {
	start, filters := len(dst), p.filters
	switch {
	case p.params:
		dst = w.pairs(dst)
	case len(filters) > 0 && crypt.NewHash(filters[0].name) != nil:
		dst = filters[0].hash(dst, start, crypt.AliasBytes(w.text(p.ref)))
		filters = filters[1:]
	default:
		dst = append(dst, w.text(p.ref)...)
	}
	for _, f := range filters {
		dst = f.apply(dst, start)
	}
	return dst
}

// text returns a value or a secret.
func (w *writer) text(r ref) string {
	if r.place == inSecret {
		if w.mask {
			return "[" + w.c.secrets[r.at] + "]"
		}
		return w.k.secrets[r.at]
	}
	return w.m.values[r.at]
}

// apply replaces the text of dst from start on.
func (f filter) apply(dst []byte, start int) []byte {
	switch text := dst[start:]; f.name {
	case "lower":
		return append(dst[:start], strings.ToLower(string(text))...)
	case "upper":
		return append(dst[:start], strings.ToUpper(string(text))...)
	case "url":
		return escape(dst[:start], string(text))
	}
	return f.hash(dst, start, dst[start:])
}

// hash puts the hash of data into dst at start.
func (f filter) hash(dst []byte, start int, data []byte) []byte {
	var room [64]byte
	return crypt.Encode(dst[:start], f.encoding, crypt.Sum(room[:0], f.name, data))
}

// escape appends text as RFC 3986 escapes it: all but letters, digits, - . _ and ~,
// with upper case hex; a blank is %20.
func escape(dst []byte, text string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(text) {
		b := text[i]
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("-._~", b) >= 0 {
			dst = append(dst, b)
		} else {
			dst = append(dst, '%', digits[b>>4], digits[b&15])
		}
	}
	return dst
}

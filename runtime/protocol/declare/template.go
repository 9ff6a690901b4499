package declare

import (
	"errors"
	"fmt"
	"strings"
)

// ParseText reads a template: literals, {name} and {name|step argument|step}; {{
// and }} are braces.
func ParseText(source string) (*Text, error) {
	t := &Text{Source: source}
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			t.Pieces = append(t.Pieces, Piece{Literal: literal.String()})
			literal.Reset()
		}
	}
	for i := 0; i < len(source); i++ {
		ch := source[i]
		switch {
		case (ch == '{' || ch == '}') && i+1 < len(source) && source[i+1] == ch:
			literal.WriteByte(ch)
			i++
		case ch == '}':
			return nil, errors.New("a } without its {; write }} for the character")
		case ch == '{':
			end := closing(source, i)
			if end < 0 {
				return nil, errors.New("a { without its }; write {{ for the character")
			}
			flush()
			hole, err := parseHole(source[i+1 : end])
			if err != nil {
				return nil, err
			}
			t.Pieces = append(t.Pieces, hole)
			i = end
		default:
			literal.WriteByte(ch)
		}
	}
	flush()
	return t, nil
}

// closing finds the brace that ends a hole; quoted arguments may have braces.
func closing(s string, i int) int {
	quoted := false
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			quoted = !quoted
		case s[i] == '}' && !quoted:
			return i
		}
	}
	return -1
}

func parseHole(s string) (Piece, error) {
	parts := cutQuoted(s, '|')
	p := Piece{Name: strings.TrimSpace(parts[0])}
	if p.Name == "" || strings.ContainsAny(p.Name, " {'\"") {
		return p, fmt.Errorf("{%s} has no name in it", s)
	}
	for _, one := range parts[1:] {
		use, err := ParseUse(one)
		if err != nil {
			return p, err
		}
		p.Steps = append(p.Steps, use)
	}
	return p, nil
}

// ParseUse reads one step: "hmac-sha256 appkey", "aes-cbc key iv=prefix". An
// argument with blanks is written in single quotes; two of them inside are one. A text
// that ends with = is no argument with a name.
func ParseUse(source string) (Use, error) {
	u := Use{Source: strings.TrimSpace(source), Named: map[string]string{}}
	words, err := splitWords(u.Source)
	if err != nil {
		return u, err
	}
	if len(words) == 0 {
		return u, errors.New("a step without a name")
	}
	u.Name = words[0].text
	for _, w := range words[1:] {
		if name, value, ok := strings.Cut(w.text, "="); ok && value != "" && !w.quoted && identifier(name) {
			u.Named[name] = strings.TrimSuffix(strings.TrimPrefix(value, "'"), "'")
			continue
		}
		u.Args = append(u.Args, w.text)
	}
	return u, nil
}

type word struct {
	text   string
	quoted bool // it begins with a quote
}

func splitWords(s string) ([]word, error) {
	var out []word
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			return out, nil
		}
		if s[0] != '\'' {
			end := wordEnd(s)
			out = append(out, word{s[:end], false})
			s = s[end:]
			continue
		}
		text, rest, ok := cutQuotes(s)
		if !ok {
			return nil, fmt.Errorf("%s: a quote that does not end", s)
		}
		out = append(out, word{text, true})
		s = rest
	}
}

// wordEnd finds the first blank outside of single quotes.
func wordEnd(s string) int {
	quoted := false
	for i := range len(s) {
		if s[i] == '\'' {
			quoted = !quoted
		}
		if (s[i] == ' ' || s[i] == '\t') && !quoted {
			return i
		}
	}
	return len(s)
}

// cutQuotes takes the text out of the single quotes with which s begins; two of them
// inside are one.
func cutQuotes(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] == '\'' {
			if !strings.HasPrefix(s[i+1:], "'") {
				return b.String(), s[i+1:], true
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// cutQuoted splits at a byte outside of single quotes.
func cutQuoted(s string, at byte) []string {
	var out []string
	quoted, start := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '\'':
			quoted = !quoted
		case s[i] == at && !quoted:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func identifier(s string) bool {
	for i := range len(s) {
		ch := s[i]
		if ch != '_' && ch != '-' && (ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z') && (ch < '0' || ch > '9') {
			return false
		}
	}
	return s != ""
}

// Holes lists the names of the template's holes.
func (t *Text) Holes() []string {
	var out []string
	if t == nil {
		return nil
	}
	for _, p := range t.Pieces {
		if p.Name != "" {
			out = append(out, p.Name)
		}
	}
	return out
}

package sql

import (
	"fmt"
	"strings"
)

// kind is what a token is.
type kind int

const (
	end kind = iota
	word
	constant
	numeral
	field // :field
	sign
)

// token is a word of SQL.
type token struct {
	kind kind
	text string // of words in lower case, unless they are quoted
}

// unsupported is the reason why SQL is not understood.
type unsupported struct{ what string }

// lex takes SQL apart. It panics with unsupported.
func lex(text string) (out []token) {
	l := &lexer{rest: text}
	for {
		l.blank()
		if l.rest == "" {
			return append(out, token{kind: end})
		}
		out = append(out, l.next())
	}
}

// lexer reads SQL.
type lexer struct{ rest string }

// blank passes white space and comments.
func (l *lexer) blank() {
	for {
		l.rest = strings.TrimLeft(l.rest, " \t\r\n")
		switch {
		case strings.HasPrefix(l.rest, "--"):
			_, l.rest, _ = strings.Cut(l.rest, "\n")
		case strings.HasPrefix(l.rest, "/*"):
			_, l.rest, _ = strings.Cut(l.rest, "*/")
		default:
			return
		}
	}
}

// signs are the operators of more than one character.
var signs = []string{"::", "<>", "!=", "<=", ">=", "||", "->>", "->", "!~*", "!~", "~*"}

// next is the next token.
func (l *lexer) next() token {
	c := l.rest[0]
	switch {
	case c == '\'':
		return token{constant, l.quoted('\'')}
	case (c == 'e' || c == 'E') && strings.HasPrefix(l.rest[1:], "'"):
		l.rest = l.rest[1:]
		return token{constant, l.escaped()}
	case c == '"':
		return token{word, l.quoted('"')}
	case c == ':' && len(l.rest) > 1 && letter(l.rest[1]):
		l.rest = l.rest[1:]
		return token{field, l.while(func(c byte) bool { return wordy(c) || c == '/' })}
	case letter(c):
		return token{word, strings.ToLower(l.while(wordy))}
	case c >= '0' && c <= '9' || c == '.' && len(l.rest) > 1 && l.rest[1] >= '0' && l.rest[1] <= '9':
		return token{numeral, l.while(func(c byte) bool { return c >= '0' && c <= '9' || c == '.' })}
	}
	for _, s := range signs {
		if strings.HasPrefix(l.rest, s) {
			l.rest = l.rest[len(s):]
			return token{sign, s}
		}
	}
	l.rest = l.rest[1:]
	return token{sign, string(c)}
}

// while takes the bytes of a kind.
func (l *lexer) while(of func(byte) bool) string {
	n := 0
	for n < len(l.rest) && of(l.rest[n]) {
		n++
	}
	s := l.rest[:n]
	l.rest = l.rest[n:]
	return s
}

// quoted takes a text in quotes; two of them are one.
func (l *lexer) quoted(quote byte) string {
	var b strings.Builder
	for n := 1; n < len(l.rest); n++ {
		if l.rest[n] != quote {
			b.WriteByte(l.rest[n])
			continue
		}
		if n+1 < len(l.rest) && l.rest[n+1] == quote {
			b.WriteByte(quote)
			n++
			continue
		}
		l.rest = l.rest[n+1:]
		return b.String()
	}
	panic(unsupported{"a text without an end"})
}

// escaped takes a text in which a backslash escapes.
func (l *lexer) escaped() string {
	var b strings.Builder
	for n := 1; n < len(l.rest); n++ {
		switch c := l.rest[n]; c {
		case '\\':
			n++
			if n == len(l.rest) {
				break
			}
			at := strings.IndexByte("ntrbf", l.rest[n])
			if at < 0 {
				b.WriteByte(l.rest[n])
			} else {
				b.WriteByte("\n\t\r\b\f"[at])
			}
		case '\'':
			l.rest = l.rest[n+1:]
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	panic(unsupported{"a text without an end"})
}

func letter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func wordy(c byte) bool { return letter(c) || c >= '0' && c <= '9' || c == '$' }

// String describes a token.
func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

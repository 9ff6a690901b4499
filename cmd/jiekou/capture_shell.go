package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// word is one word of a command line.
type word struct {
	text string
	line int
}

// shell reads a command line as a POSIX shell does, with $'…' beside it. It knows no
// variables.
type shell struct {
	rest  string
	line  int
	words []word
	now   strings.Builder
	begun bool // a word, an empty one in quotes too
	cut   bool // an & inside of a word ended the command
}

// shellWords splits a command line into words, up to its end: a line break that is
// not escaped, or one of | ; & >.
func shellWords(text string, line int) (words []word, cut bool, err error) {
	s := &shell{rest: text, line: line}
	for s.rest != "" {
		done, err := s.step()
		if err != nil {
			return nil, false, fmt.Errorf("line %d: %w", s.line, err)
		}
		if done {
			break
		}
	}
	s.end()
	return s.words, s.cut, nil
}

// take returns the next n bytes and goes behind them.
func (s *shell) take(n int) string {
	out := s.rest[:n]
	s.rest = s.rest[n:]
	s.line += strings.Count(out, "\n")
	return out
}

// put adds text to the word.
func (s *shell) put(text string) {
	s.begun = true
	s.now.WriteString(text)
}

// end ends the word.
func (s *shell) end() {
	if s.begun {
		s.words = append(s.words, word{s.now.String(), s.line})
	}
	s.now.Reset()
	s.begun = false
}

// step reads one character, or a quoted text. done is true at the command's end.
func (s *shell) step() (done bool, err error) {
	switch c := s.rest[0]; c {
	case ' ', '\t', '\r':
		s.end()
	case '\n', '|', ';':
		return true, nil
	case '&':
		s.cut = s.begun && len(s.rest) > 1 && !strings.ContainsAny(s.rest[1:2], "& \t\r\n")
		return true, nil
	case '>':
		if strings.Trim(s.now.String(), "0123456789") == "" { // 2>file
			s.now.Reset()
			s.begun = false
		}
		return true, nil
	case '#':
		if !s.begun {
			return true, nil
		}
		s.put("#")
	case '<', '(', ')', '`':
		return false, fmt.Errorf("expected a curl command with its values in it, found %c: copy it as cURL (bash), and replace that by its value", c)
	case '^':
		if strings.HasPrefix(s.rest, "^\"") || strings.HasPrefix(s.rest, "^\n") || strings.HasPrefix(s.rest, "^\r") {
			return false, fmt.Errorf("expected the quotes of a POSIX shell, found those of Windows: copy it as cURL (bash), not as cURL (cmd)")
		}
		s.put("^")
	case '\\':
		return false, s.escape()
	case '\'':
		s.take(1)
		return false, s.until("'")
	case '"':
		s.take(1)
		return false, s.double()
	case '$':
		return false, s.dollar(true)
	default:
		s.put(s.rest[:1])
	}
	s.take(1)
	return false, nil
}

// escape reads a backslash outside of quotes.
func (s *shell) escape() error {
	switch {
	case strings.HasPrefix(s.rest, "\\\r\n"):
		s.take(3)
	case strings.HasPrefix(s.rest, "\\\n"):
		s.take(2)
	case len(s.rest) == 1:
		s.take(1)
	default:
		_, n := utf8.DecodeRuneInString(s.rest[1:])
		s.put(s.take(1 + n)[1:])
	}
	return nil
}

// until reads up to a closing quote, and goes behind it.
func (s *shell) until(quote string) error {
	end := strings.Index(s.rest, quote)
	if end < 0 {
		return fmt.Errorf("expected %s that closes the quote before", quote)
	}
	s.put(s.take(end))
	s.take(1)
	return nil
}

// double reads what stands in double quotes.
func (s *shell) double() error {
	s.begun = true
	for s.rest != "" {
		at := strings.IndexAny(s.rest, "\"\\$`")
		if at < 0 {
			break
		}
		s.put(s.take(at))
		switch s.rest[0] {
		case '"':
			s.take(1)
			return nil
		case '`':
			return fmt.Errorf("expected text, found a command in back quotes: replace it by its output")
		case '$':
			if err := s.dollar(false); err != nil {
				return err
			}
		default:
			switch {
			case strings.HasPrefix(s.rest, "\\\n"):
				s.take(2)
			case len(s.rest) > 1 && strings.ContainsAny(s.rest[1:2], "\"\\$`"):
				s.put(s.take(2)[1:])
			default:
				s.put(s.take(1))
			}
		}
	}
	return fmt.Errorf(`expected " that closes the quote before`)
}

// dollar reads $'…' where it is allowed, and a $ that begins no variable.
func (s *shell) dollar(quotes bool) error {
	rest := s.rest[1:]
	switch {
	case quotes && strings.HasPrefix(rest, "'"):
		s.take(2)
		return s.ansi()
	case rest != "" && (strings.ContainsAny(rest[:1], "_{(") || 'a' <= rest[0]|0x20 && rest[0]|0x20 <= 'z'):
		return fmt.Errorf("expected text, found a variable of the shell: put its value into the capture")
	}
	s.put(s.take(1))
	return nil
}

// ansi reads the text in $'…'.
func (s *shell) ansi() error {
	s.begun = true
	for s.rest != "" {
		at := strings.IndexAny(s.rest, `'\`)
		if at < 0 {
			break
		}
		s.put(s.take(at))
		if s.take(1) == "'" {
			return nil
		}
		if s.rest == "" {
			break
		}
		s.ansiEscape()
	}
	return fmt.Errorf("expected ' that closes the quote before")
}

// ansiEscape reads the escape after a backslash in $'…'.
func (s *shell) ansiEscape() {
	plain := map[byte]string{
		'n': "\n", 't': "\t", 'r': "\r", 'a': "\a", 'b': "\b", 'e': "\x1b", 'E': "\x1b", 'f': "\f", 'v': "\v",
		'\\': "\\", '\'': "'", '"': "\"", '?': "?",
	}
	c := s.rest[0]
	switch digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; {
	case plain[c] != "":
		s.take(1)
		s.put(plain[c])
	case digits > 0:
		if n, value := number(s.rest[1:], digits, 16); n > 0 {
			s.take(1 + n)
			if c == 'x' {
				s.put(string([]byte{byte(value)}))
			} else {
				s.put(string(rune(value)))
			}
			return
		}
		s.put("\\" + s.take(1))
	case '0' <= c && c <= '7':
		n, value := number(s.rest, 3, 8)
		s.take(n)
		s.put(string([]byte{byte(value)}))
	default:
		s.put("\\" + s.take(1))
	}
}

// number reads up to most digits and returns how many there are.
func number(text string, most, base int) (n int, value uint64) {
	for n < most && n < len(text) {
		v, err := strconv.ParseUint(text[:n+1], base, 32)
		if err != nil || text[n] == '_' || text[n] == '+' {
			break
		}
		n, value = n+1, v
	}
	return n, value
}

package envelope

// Limits of the outer JSON. They bound the work before the caller is known.
const (
	maxDepth = 32
	maxKeys  = 512
	maxKey   = 256 // bytes of one key
)

// scanner reads the outer JSON. encoding/json is of no use here: it folds the case
// of keys, takes the last of two equal ones and repairs bad UTF-8.
type scanner struct {
	b     []byte
	i     int
	total int // keys so far
	m     *Message
}

func (s *scanner) fail(what string) error { return &syntaxError{s.i, what} }

// next reads up to the next value of an object: its key and colon, or the end.
// keys[base:] are the object's keys so far.
func (s *scanner) next(base int, first bool) (key []byte, more bool, err error) {
	s.space()
	ch := s.peek()
	if ch == '}' {
		s.i++
		s.m.keys = s.m.keys[:base]
		return nil, false, nil
	}
	if !first {
		if ch != ',' {
			return nil, false, s.fail("no comma")
		}
		s.i++
		s.space()
	}
	if s.peek() != '"' {
		return nil, false, s.fail("no key")
	}
	if key, err = s.text(); err != nil {
		return nil, false, err
	}
	if err = s.remember(key, base); err != nil {
		return nil, false, err
	}
	s.space()
	if s.peek() != ':' {
		return nil, false, s.fail("no colon")
	}
	s.i++
	s.space()
	return key, true, nil
}

// remember refuses a key that the object already has.
func (s *scanner) remember(key []byte, base int) error {
	if s.total++; s.total > maxKeys || len(key) > maxKey {
		return s.fail("too many keys or too long a key")
	}
	for _, k := range s.m.keys[base:] {
		if string(k) == string(key) {
			return s.fail("duplicate key")
		}
	}
	s.m.keys = append(s.m.keys, key)
	return nil
}

// skip checks a value and drops it. depth is its level; the whole message is level
// 1.
func (s *scanner) skip(depth int) error {
	switch ch := s.peek(); {
	case depth > maxDepth && (ch == '{' || ch == '['):
		return s.fail("too deep")
	case ch == '{':
		return s.skipObject(depth)
	case ch == '[':
		return s.skipArray(depth)
	case ch == '"':
		kept := len(s.m.scratch)
		_, err := s.text()
		s.m.scratch = s.m.scratch[:kept]
		return err
	case ch == '-' || ch-'0' <= 9:
		return s.number()
	case ch == 't':
		return s.literal("true")
	case ch == 'f':
		return s.literal("false")
	case ch == 'n':
		return s.literal("null")
	}
	return s.fail("no value")
}

func (s *scanner) skipObject(depth int) error {
	s.i++
	base := len(s.m.keys)
	for first := true; ; first = false {
		_, more, err := s.next(base, first)
		if err != nil || !more {
			return err
		}
		if err = s.skip(depth + 1); err != nil {
			return err
		}
	}
}

func (s *scanner) skipArray(depth int) error {
	s.i++
	if s.space(); s.peek() == ']' {
		s.i++
		return nil
	}
	for {
		if err := s.skip(depth + 1); err != nil {
			return err
		}
		s.space()
		ch := s.peek()
		s.i++
		if ch == ']' {
			return nil
		}
		if ch != ',' {
			s.i--
			return s.fail("no comma")
		}
		s.space()
	}
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\r', '\t':
			s.i++
		default:
			return
		}
	}
}

func (s *scanner) literal(want string) error {
	if len(s.b)-s.i < len(want) || string(s.b[s.i:s.i+len(want)]) != want {
		return s.fail("no value")
	}
	s.i += len(want)
	return nil
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.i++
	}
	if s.peek() == '0' {
		s.i++
	} else if s.digits() == 0 {
		return s.fail("no number")
	}
	if s.peek() == '.' {
		if s.i++; s.digits() == 0 {
			return s.fail("no number")
		}
	}
	if s.peek()|0x20 == 'e' {
		if s.i++; s.peek() == '+' || s.peek() == '-' {
			s.i++
		}
		if s.digits() == 0 {
			return s.fail("no number")
		}
	}
	return nil
}

func (s *scanner) digits() int {
	start := s.i
	for s.peek()-'0' <= 9 {
		s.i++
	}
	return s.i - start
}

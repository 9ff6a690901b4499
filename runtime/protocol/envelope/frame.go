package envelope

import (
	"bytes"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// message reads {"header":{…},"data":"…"}.
func (s *scanner) message(c *Codec) error {
	if err := s.begin(); err != nil {
		return err
	}
	head := false
	for first := true; ; first = false {
		key, more, err := s.next(0, first)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		switch string(key) {
		case c.spec.Head:
			head = true
			err = s.header(c, 2)
		case c.spec.Data:
			err = s.data()
		default:
			err = s.skip(2)
		}
		if err != nil {
			return err
		}
	}
	if !head {
		return s.fail("no " + c.spec.Head)
	}
	return s.end()
}

// headerOnly reads {…}, a header on its own.
func (s *scanner) headerOnly(c *Codec) error {
	if err := s.prepare(); err != nil {
		return err
	}
	if err := s.header(c, 1); err != nil {
		return err
	}
	return s.end()
}

// prepare steps over the byte order mark and looks at the encoding.
func (s *scanner) prepare() error {
	if bytes.HasPrefix(s.b, []byte("\ufeff")) {
		s.i = 3
	}
	if !utf8.Valid(s.b) {
		return s.fail("not UTF-8")
	}
	s.space()
	return nil
}

func (s *scanner) begin() error {
	if err := s.prepare(); err != nil {
		return err
	}
	return s.open()
}

func (s *scanner) open() error {
	if s.peek() != '{' {
		return s.fail("no object")
	}
	s.i++
	return nil
}

func (s *scanner) end() error {
	if s.space(); s.i < len(s.b) {
		return s.fail("more after the end")
	}
	return nil
}

// header reads the header's fields into the message.
func (s *scanner) header(c *Codec, depth int) error {
	if err := s.open(); err != nil {
		return err
	}
	base := len(s.m.keys)
	for first := true; ; first = false {
		key, more, err := s.next(base, first)
		if err != nil || !more {
			return err
		}
		if i := c.field(key); i >= 0 {
			err = s.value(i, depth+1)
		} else {
			err = s.skip(depth + 1)
		}
		if err != nil {
			return err
		}
	}
}

// value reads one header field: a string, a number as it is written, or null.
func (s *scanner) value(i, depth int) error {
	switch ch := s.peek(); {
	case ch == '"':
		v, err := s.text()
		s.m.values[i] = crypt.AliasText(v)
		return err
	case ch == '-' || ch-'0' <= 9:
		start := s.i
		err := s.number()
		s.m.values[i] = crypt.AliasText(s.b[start:s.i])
		return err
	case ch == 'n':
	default:
		s.m.wrong |= 1 << i
	}
	return s.skip(depth)
}

// data reads the sealed text: a string or null.
func (s *scanner) data() (err error) {
	switch s.peek() {
	case '"':
		s.m.data, err = s.text()
		return err
	case 'n':
		return s.skip(2)
	}
	return s.fail("the payload is no string")
}

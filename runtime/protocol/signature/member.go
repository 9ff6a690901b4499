package signature

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// readJSON reads the members of a JSON body, where they are used.
func (c *Codec) readJSON(m *Message, body []byte) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !c.json || len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if !utf8.Valid(body) {
		return errUTF8
	}
	n := 0
	return members(body, func(name string, raw jx.Raw) error {
		if n++; n > maxPairs {
			return errMany
		}
		value, err := plain(raw)
		if err != nil {
			return err
		}
		return c.take(m, inBody, name, value)
	})
}

// members calls f for each member of a JSON object, which it reads to its end.
func members(body []byte, f func(name string, raw jx.Raw) error) error {
	d := jx.GetDecoder()
	defer jx.PutDecoder(d)
	d.ResetBytes(body)
	if d.Next() != jx.Object {
		return errShape
	}
	var own error
	err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
		raw, err := d.Raw()
		if err == nil {
			own = f(crypt.AliasText(key), raw)
			err = own
		}
		return err
	})
	switch {
	case own != nil:
		return own
	case err != nil || d.Next() != jx.Invalid || !errors.Is(d.Skip(), io.EOF):
		return errShape // the error of jx shows bytes of the body
	}
	return nil
}

// plain returns the text of a JSON value: a string without quotes and escapes,
// nothing for null, everything else as it is written.
func plain(raw jx.Raw) (string, error) {
	switch {
	case raw[0] == 'n':
		return "", nil
	case raw[0] != '"':
		return crypt.AliasText(raw), nil
	case bytes.IndexByte(raw, '\\') < 0:
		return crypt.AliasText(raw[1 : len(raw)-1]), nil
	}
	s, err := jx.DecodeBytes(raw).Str()
	if err != nil {
		return "", errShape
	}
	return s, nil
}

package tamper

import (
	"encoding/base64"
	"testing"
)

// TestFlipFirst changes the first byte of a cipher text in base64 whichever it is: a
// later one may give JSON that reads well and says something else.
func TestFlipFirst(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		text := base64.StdEncoding.EncodeToString([]byte{byte(b), 1, 2, 3, 4, 5, 6, 7, 8})
		out, err := changed(Flip, "first", text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := base64.StdEncoding.DecodeString(out); err != nil || got[0] == byte(b) {
			t.Errorf("%s becomes %s, %v", text, out, err)
		}
	}
}

// TestCutBytes takes one byte from bytes, whatever they are: a tag of 16 bytes that is
// joined to them still divides from the rest.
func TestCutBytes(t *testing.T) {
	t.Parallel()
	for b := range 256 {
		text := string([]byte{byte(b), 0xff, 0x80, 'a', byte(b), 0xfe})
		if out, err := changed(Cut, "", text); err != nil || out != text[:len(text)-1] {
			t.Errorf("%x becomes %x, %v", text, out, err)
		}
	}
}

package crypt

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestEncodings: what is encoded decodes to the same bytes, and to nothing else.
func TestEncodings(t *testing.T) {
	t.Parallel()
	for _, encoding := range Encodings() {
		for n := range 5 {
			b := []byte{0xFB, 0xEF, 0x00, 0x7F}[:n]
			text := string(Encode([]byte("x"), encoding, b))
			if got, err := Decode(encoding, text[1:]); err != nil || string(got) != string(b) || text[0] != 'x' {
				t.Errorf("%s: % X is %q and decodes to % X, %v", encoding, b, text, got, err)
			}
		}
		if _, err := Decode(encoding, "=*"); err == nil || err.Error() != "it is no "+strings.ToLower(encoding) {
			t.Errorf("%s: %v", encoding, err)
		}
	}
}

// TestHashes: each hash by name is what its constructor makes.
func TestHashes(t *testing.T) {
	t.Parallel()
	for _, name := range Hashes() {
		h := NewHash(name)()
		h.Write([]byte("客户"))
		if got := Sum(nil, name, []byte("客户")); string(got) != string(h.Sum(nil)) {
			t.Errorf("%s: % X", name, got)
		}
		if a, err := Signing("hmac-" + name); err != nil || a != (Algorithm{name, true}) {
			t.Errorf("%v, %v", a, err)
		}
	}
	if _, err := Signing("sha265"); err == nil || err.Error() != `unknown algorithm "sha265": did you mean "sha256"?` {
		t.Error(err)
	}
}

// TestTimes: a time that is written is read as the same.
func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, China())
	for _, unit := range Units() {
		text := WriteTime(unit, at)
		if got, err := ReadTime(unit, text); err != nil || !got.Equal(at) {
			t.Errorf("%s: %s is read as %v, %v", unit, text, got, err)
		}
		if _, err := ReadTime(unit, "soon"); err == nil {
			t.Errorf("%s: soon is a time", unit)
		}
	}
}

// TestHidden: no verb and no encoder shows what is hidden.
func TestHidden(t *testing.T) {
	t.Parallel()
	h := Hide([]string{"tk-5f0c"})
	encoded, err := json.Marshal(map[string]any{"h": h})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := h.MarshalText()
	shown := string(encoded) + string(text) + h.String() + h.GoString() + h.LogValue().String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown += fmt.Sprintf(verb, h) + fmt.Sprintf(verb, struct{ h Hidden[[]string] }{h})
	}
	if strings.Contains(shown, "5f0c") || strings.Contains(shown, fmt.Sprintf("%x", "5f0c")) {
		t.Error(shown)
	}
	if got, ok := Reveal(h); !ok || got[0] != "tk-5f0c" {
		t.Error(got, ok)
	}
	if _, ok := Reveal(Hidden[int]{}); ok {
		t.Error("nothing was hidden")
	}
}

// TestPick: secrets by name, in order.
func TestPick(t *testing.T) {
	t.Parallel()
	all := map[string]string{"token": "t", "appkey": "k", "empty": ""}
	if got, err := Pick(all, []string{"appkey", "token"}); err != nil || strings.Join(got, " ") != "k t" {
		t.Error(got, err)
	}
	for _, name := range []string{"empty", "other"} {
		if _, err := Pick(all, []string{name}); err == nil || err.Error() != "secret "+name+" is missing" {
			t.Error(err)
		}
	}
	if !Same("a", "a") || Same("a", "b") || Same("a", "") {
		t.Error("Same")
	}
}

// TestVisible writes what cannot be seen.
func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\r\n\t\\b": `a\r\n\t\\b`, "\x00\x7f\xff": `\x00\x7F\xFF`, "客\u3000户\ufeff": `客\u3000户\uFEFF`,
	} {
		if got := Visible(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

package document

import "testing"

// TestNumbered: a line below numbered code is none of it, though its number is the next one.
func TestNumbered(t *testing.T) {
	t.Parallel()
	p := &paper{}
	lines := []glyphs{{text: "1 {"}, {text: `2 "token": "eyJhbGci`}, {text: `OiJIUzI1", "n": [1]`}, {text: "3 }"}, {text: "4 错误码"}, {text: "5 签名"}}
	for n := range lines {
		if got, want := p.numbered(lines[n:]), n < 4; got != want {
			t.Errorf("%q is code: %v", lines[n].text, got)
		}
	}
	if want := "{\n\"token\": \"eyJhbGciOiJIUzI1\", \"n\": [1]\n}"; len(p.out) != 1 || p.out[0].Text != want {
		t.Errorf("%q", p.out[0].Text)
	}
}

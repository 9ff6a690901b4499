package envelope

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSealRefuses(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	_, foreign := setup(t)
	change := func(name, text string) Header {
		h := docHeader()
		for i := range h.Values {
			if h.Values[i].Name == name {
				h.Values[i].Text = text
				return h
			}
		}
		h.Values = append(h.Values, Value{name, text})
		return h
	}
	for want, tt := range map[string]struct {
		h Header
		k *Keys
	}{
		"header field sid is missing":                           {change("sid", ""), k},
		"header field cmd is missing":                           {change("cmd", "  "), k},
		"header field sid breaks its pattern":                   {change("sid", "12345"), k},
		"header field timestamp is no whole number":             {change("timestamp", "012"), k},
		"header field appid is too long":                        {change("appid", strings.Repeat("1", 17)), k},
		"header field version is not UTF-8 or holds U+0000":     {change("version", "\xff"), k},
		"header field version is not UTF-8 or holds U+0000 too": {change("version", "a\x00"), k},
		"header field authCode is computed":                     {change("authCode", "x"), k},
		"there is no header field token":                        {change("token", "x"), k},
		"header field sid is given twice": {
			Header{Values: append(docHeader().Values, Value{"sid", docSid})}, k,
		},
		"keys of another codec":    {docHeader(), foreign},
		"keys of another codec, 2": {docHeader(), nil},
	} {
		got, err := c.Seal([]byte("x"), tt.h, nil, tt.k)
		want, _, _ = strings.Cut(want, ", 2")
		if err == nil || err.Error() != strings.TrimSuffix(want, " too") || string(got) != "x" {
			t.Errorf("want %s, got %q, %v", want, got, err)
		}
	}
}

func TestSealDefaultsAndEscapes(t *testing.T) {
	t.Parallel()
	spec := lianfa()
	spec.Header = append(spec.Header, HeaderField{Name: "note"}, HeaderField{Name: "count", Number: true})
	c, k := setupSpec(t, spec)
	const note = "<a href=\"x\">&\\ \n\t\x01 \u2028 数据 😀 </a>"
	h := Header{Values: []Value{{"sid", docSid}, {"cmd", "x"}, {"timestamp", "-1"}, {"note", note}}}
	body, err := c.Seal(nil, h, nil, k)
	if err != nil {
		t.Fatal(err)
	}
	var m Message
	if err := c.Parse(body, &m); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"header.appid": "100", "header.version": "2.0", "header.note": note, "header.count": "", "header.timestamp": "-1",
	} {
		if got := m.Value(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if plain, err := c.Open(nil, &m, k); len(plain) != 0 || err != nil {
		t.Errorf("%q, %v", plain, err)
	}
	if !json.Valid(body) || strings.Contains(string(body), "count") || !strings.Contains(string(body), "<a href=") {
		t.Errorf("%s", body)
	}
}

// Every length around the pieces and the kept key stream, into a dst of any room.
func TestSealOpensAgain(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	noCipher := lianfa()
	noCipher.Steps = noCipher.Steps[1:]
	plainCodec, plainKeys := setupSpec(t, noCipher)
	lengths := []int{0, 1, 2, 3, 4, 766, 767, 768, 769, 770, 4095, 4096, 4097, 65535, 65536, 65537, 132 << 10}
	for i := range 60 {
		lengths = append(lengths, 5+i)
	}
	for _, n := range lengths {
		plain := make([]byte, n)
		for i := range plain {
			plain[i] = byte(i*7 + i>>8)
		}
		for name, pair := range map[string]struct {
			c *Codec
			k *Keys
		}{"rc4": {c, k}, "no cipher": {plainCodec, plainKeys}} {
			for _, room := range []int{0, 100, 300 << 10} {
				body, err := pair.c.Seal(make([]byte, 0, room), docHeader(), plain, pair.k)
				if err != nil {
					t.Fatal(err)
				}
				got, err := open(pair.c, pair.k, string(body))
				if err != nil || string(got) != string(plain) {
					t.Fatalf("%s, %d bytes, room %d: %v", name, n, room, err)
				}
			}
		}
	}
}

// A compare in the header sends the secret, as such a document wants it.
func TestSealCompare(t *testing.T) {
	t.Parallel()
	spec := lianfa()
	spec.Steps = []Step{spec.Steps[1], {Op: "compare", Value: "header.cmd", With: "token"}}
	spec.Header[4].Pattern = ""
	for i := range spec.Header {
		spec.Header[i].Required = i < 5 && i != 3
	}
	c, k := setupSpec(t, spec)
	h := docHeader()
	if _, err := c.Seal(nil, h, nil, k); err == nil || err.Error() != "header.cmd differs" {
		t.Error(err)
	}
	h.Values[2].Text = docToken
	sealed, err := c.Seal(nil, h, []byte(docPlain), k)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(c, k, string(sealed)); string(got) != docPlain || err != nil {
		t.Error(string(got), err)
	}
}

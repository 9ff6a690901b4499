package envelope

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzOpen turns one bit of a sealed message. A signed part never opens changed:
// the payload, its text, the app and the message id are as they were, or there is a
// refusal. (cmd, timestamp and version are not signed by the document, and the
// letter case of authCode does not count.)
func FuzzOpen(f *testing.F) {
	f.Add([]byte(docPlain), uint(0))
	f.Add([]byte{}, uint(900))
	f.Add(bytes.Repeat([]byte("客户"), 300), uint(4321))
	c, k := setup(f)
	f.Fuzz(func(t *testing.T, plain []byte, bit uint) { flip(t, c, k, plain, bit) })
}

// TestEveryBit turns each bit of one message.
func TestEveryBit(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	for bit := range uint(8 * len(sealed(t, c, k, 50))) {
		flip(t, c, k, payload(50), bit)
	}
}

// flip seals plain, turns a bit, and fails if a signed part opens changed.
func flip(t *testing.T, c *Codec, k *Keys, plain []byte, bit uint) {
	t.Helper()
	plain = bytes.ReplaceAll(plain, []byte("\ufeff"), nil)
	if bytes.HasPrefix(plain, []byte("\ufeff")) {
		return // one came together when another went
	}
	body, err := c.Seal(nil, docHeader(), plain, k)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(c, k, string(body)); !bytes.Equal(got, plain) || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	var before, m Message
	if err := c.Parse(bytes.Clone(body), &before); err != nil {
		t.Fatal(err)
	}
	bit %= uint(len(body)) * 8
	body[bit/8] ^= 1 << (bit % 8)
	err = c.Parse(body, &m)
	if err == nil {
		_, err = c.Open(nil, &m, k)
	}
	if err != nil {
		quiet(t, err, docSid)
		return
	}
	same := string(m.Data()) == string(before.Data()) && c.App(&m) == c.App(&before) &&
		c.MessageID(&m) == c.MessageID(&before) && m.Value("header.dataCode") == before.Value("header.dataCode") &&
		strings.EqualFold(m.Value("header.authCode"), before.Value("header.authCode"))
	if !same {
		t.Fatalf("bit %d: opened a changed message: %s", bit, body)
	}
}

// FuzzParse compares the scanner with encoding/json: text that Parse accepts is
// valid JSON with the same values.
func FuzzParse(f *testing.F) {
	f.Add([]byte(docMessage))
	f.Add([]byte(`{"header":{"appid":1,"sid":"\ud83d\ude00","x":[{},[1e5,-0.1,null,true]]},"data":"a\/\u003d"}`))
	f.Add([]byte("\ufeff{\"header\":{}}"))
	c, _ := setup(f)
	var m Message
	f.Fuzz(func(t *testing.T, body []byte) {
		if err := c.Parse(body, &m); err != nil {
			if r := refusal(t, err); strings.HasPrefix(r, "json") {
				return
			}
		}
		var want struct {
			Header map[string]any  `json:"header"`
			Data   json.RawMessage `json:"data"`
		}
		trimmed := bytes.TrimPrefix(body, []byte("\ufeff"))
		outer := map[string]json.RawMessage{}
		if err := json.Unmarshal(trimmed, &outer); err != nil {
			t.Fatalf("%q: taken, but %v", body, err)
		}
		d := json.NewDecoder(bytes.NewReader(outer["header"]))
		d.UseNumber()
		if err := d.Decode(&want.Header); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		for _, field := range c.fields {
			var text string
			switch v := want.Header[field.Name].(type) {
			case string:
				text = v
			case json.Number:
				text = v.String()
			}
			if got := m.Value(field.full); got != text {
				t.Fatalf("%q: %s = %q, want %q", body, field.full, got, text)
			}
		}
		var data *string
		if raw := outer["data"]; raw != nil {
			if err := json.Unmarshal(raw, &data); err != nil {
				t.Fatal(err)
			}
		}
		if data == nil {
			data = new(string)
		}
		if string(m.Data()) != *data {
			t.Fatalf("%q: data %q, want %q", body, m.Data(), *data)
		}
	})
}

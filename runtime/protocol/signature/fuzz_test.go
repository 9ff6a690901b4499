package signature

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// FuzzVerify turns one bit of a signed request: a signed part never holds changed.
func FuzzVerify(f *testing.F) {
	f.Add([]byte(testBody), "customerId=1&name=a+b", uint(0))
	f.Add([]byte(nil), "", uint(77))
	f.Add([]byte("{}"), "a=%E5%AE%A2&&b", uint(900))
	spec := headerSpec()
	spec.Steps[0].Over = "{method}\n{path}\n{query}\n{params}\n{header.timestamp}\n{body:sha256}"
	c, k := setup(f, spec)
	f.Fuzz(func(t *testing.T, body []byte, query string, bit uint) {
		r := request()
		r.Body, r.Query = body, query
		var m Message
		if c.Sign(r, k, clock(), nil) != nil {
			return // a query that no server reads
		}
		if got := verify(t, c, k, r, &m); got != "" {
			t.Fatalf("%q %q: %s", body, query, got)
		}
		parts := [][]byte{
			[]byte(r.Method), []byte(r.Path), []byte(r.Query), bytes.Clone(r.Body),
			[]byte(r.Header.Get("Timestamp")), []byte(r.Header.Get("Sign")),
		}
		n := uint(0)
		for _, p := range parts {
			n += 8 * uint(len(p))
		}
		at := bit % n
		for _, p := range parts {
			if at < 8*uint(len(p)) {
				p[at/8] ^= 1 << (at % 8)
				break
			}
			at -= 8 * uint(len(p))
		}
		r.Method, r.Path, r.Query, r.Body = string(parts[0]), string(parts[1]), string(parts[2]), parts[3]
		r.Header.Set("Timestamp", string(parts[4]))
		r.Header.Set("Sign", string(parts[5]))
		got := verify(t, c, k, r, &m)
		if got == "" {
			t.Fatalf("bit %d: a changed request holds", bit)
		}
		trace, err := c.Trace(r, "10086", secrets(), clock())
		if err != nil || refused(t, trace.Refusal()) != got {
			t.Fatalf("bit %d: Verify says %s, Trace %v, %v", bit, got, trace, err)
		}
	})
}

// FuzzParse holds the values of a JSON body, a query and a form against the
// standard library's.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"n":"\ud83d\ude00\/","o":{"n":1},"z":null}`), "n=%E5%AE%A2+1&b", false)
	f.Add([]byte("n=1&m=%41"), "n=;", true)
	f.Add([]byte("\ufeff{}"), "", false)
	c, err := New(Spec{App: "header.a", Steps: []Step{{
		Op: "sign", Algorithm: "hmac-md5", Key: "token", Over: "{params}{query.n}{body.n}",
		Accept: []string{"{form.n}"},
		Params: &Params{From: []string{"query", "form", "body"}}, To: "header.sign",
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, query string, form bool) {
		var m Message
		r := &Request{Query: query, Body: body, Form: form}
		if err := c.Parse(r, &m); err != nil && strings.HasPrefix(refused(t, err), "request json") {
			return
		}
		values, err := url.ParseQuery(query)
		if err != nil && !strings.Contains(query, ";") {
			t.Fatalf("%q is taken: %v", query, err)
		}
		if got := m.Value("query.n"); err == nil && got != values.Get("n") {
			t.Fatalf("%q: %q", query, got)
		}
		if form {
			values, err := url.ParseQuery(string(body))
			if err == nil && m.Value("form.n") != values.Get("n") {
				t.Fatalf("%q: %q", body, m.Value("form.n"))
			}
			return
		}
		body = bytes.TrimPrefix(body, []byte("\ufeff"))
		members := map[string]json.RawMessage{}
		if err := json.Unmarshal(body, &members); err != nil && len(bytes.TrimSpace(body)) > 0 {
			t.Fatalf("%q is taken: %v", body, err)
		}
		want := string(members["n"])
		if strings.HasPrefix(want, `"`) {
			_ = json.Unmarshal(members["n"], &want)
		}
		if got := m.Value("body.n"); got != want && want != "null" {
			t.Fatalf("%q: %q, want %q", body, got, want)
		}
	})
}

// FuzzTemplate compiles any template: it is refused, or signs and verifies.
func FuzzTemplate(f *testing.F) {
	for _, over := range []string{
		"{method}{{}}{path}\n", "{body:sha256:HEX:lower}", "{", "}}",
		"{params:url}|{token:md5}", "{query.id:upper}", "{header.sign}",
	} {
		f.Add(over, "from", "=")
	}
	f.Fuzz(func(t *testing.T, over, order, pair string) {
		c, err := New(Spec{App: "header.a", Steps: []Step{{
			Op: "sign", Algorithm: "hmac-sm3", Key: "appkey", Over: over, To: "header.sign",
			Params: &Params{From: []string{"query", "token"}, Order: order, Pair: pair},
		}}})
		if err != nil {
			return
		}
		k, err := c.Keys("10086", secrets())
		if err != nil {
			t.Fatal(err)
		}
		r := request()
		if err := c.Sign(r, k, clock(), nil); err != nil {
			return // a value that the request lacks
		}
		var m Message
		if err := c.Parse(r, &m); err != nil {
			t.Fatalf("%q: %v", over, err)
		}
		if err := c.Verify(t.Context(), &m, k, friend{}.guard()); err != nil {
			t.Fatalf("%q: %v", over, err)
		}
		trace, err := c.Trace(r, "10086", secrets(), clock())
		if err != nil {
			t.Fatal(err)
		}
		lines, err := trace.Step(0)
		if err != nil || slices.ContainsFunc(lines, func(l crypt.Line) bool { return strings.Contains(l.Text, testToken) }) {
			t.Fatalf("%q: %v %v", over, err, lines)
		}
	})
}

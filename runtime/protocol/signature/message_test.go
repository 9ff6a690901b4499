package signature

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// everywhere names values in all places.
func everywhere() Spec {
	return Spec{
		App: "header.App-Id", Payload: "body.data",
		Steps: []Step{{
			Op: "sign", Algorithm: "sha256", To: "header.sign", Over: "{params}{body.n}{path}{token}",
			Params: &Params{From: []string{"query", "body", "secret=appkey", "header.x"}, Except: []string{"skip"}},
		}},
	}
}

// TestParse reads values from all places.
func TestParse(t *testing.T) {
	t.Parallel()
	c, k := setup(t, everywhere())
	r := &Request{
		Method: "POST", Path: "/a%20b", Query: "b=%E5%AE%A2+1&&skip=1&e=&novalue",
		Header: http.Header{"App-Id": {"10086"}, "X": {"v"}},
		Body:   []byte("\ufeff{\"n\": 1.50, \"da\\u0074a\":\"{\\\"a\\\":1}\", \"o\":{ \"x\":[1, 2]},\"z\":null, \"t\":true}\n"),
	}
	signedBody := bytes.Clone(r.Body)
	signed(t, c, k, r)
	if !bytes.Equal(r.Body, signedBody) {
		t.Errorf("Sign changed the body to %s", r.Body)
	}
	trace, err := c.Trace(r, "10086", secrets(), clock())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := trace.Step(0)
	if err != nil {
		t.Fatal(err)
	}
	want := `b=客 1&data={"a":1}&n=1.50&o={ "x":[1, 2]}&secret=[secret]&t=true&x=v1.50/a%20b[token]`
	if lines[1].Step != "string to sign" || lines[1].Text != want {
		t.Errorf("%v\nwant %s", lines[1], want)
	}
	var m Message
	if got := verify(t, c, k, r, &m); got != "" || string(m.Payload()) != `{"a":1}` || c.App(&m) != "10086" {
		t.Errorf("%s, %s", got, m.Payload())
	}
	if m.Value("body.n") != "1.50" || m.Value("body.unknown") != "" {
		t.Error(m.Value("body.n"))
	}
	if shown := fmt.Sprintf("%v %+v %s %v", &m, &m, &m, r); strings.Contains(shown, "10086") {
		t.Error(shown)
	}
}

// TestParseRefuses turns one thing of a request wrong.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	c, k := setup(t, everywhere())
	for name, tt := range map[string]struct {
		change func(r *Request)
		want   string
	}{
		"escape of the query":        {func(r *Request) { r.Query = "a=%4" }, "request json"},
		"query that is not UTF-8":    {func(r *Request) { r.Query = "a=%ff" }, "request json"},
		"a query name twice":         {func(r *Request) { r.Query = "a=1&%61=2" }, "request json"},
		"a name in two places":       {func(r *Request) { r.Query = "n=1" }, "request json"},
		"a name twice among many":    {func(r *Request) { r.Query = numbered(30) + "p1=1" }, "request json"},
		"too many names":             {func(r *Request) { r.Query = numbered(600) }, "request json"},
		"a header twice":             {func(r *Request) { r.Header["X"] = []string{"a", "b"} }, "request json"},
		"a header that is not UTF-8": {func(r *Request) { r.Header["X"] = []string{"\xff"} }, "request json"},
		"a NUL":                      {func(r *Request) { r.Body = []byte(`{"n":"\u0000"}`) }, "request json"},
		"body not UTF-8":             {func(r *Request) { r.Body = []byte("{\"n\":\"\xff\"}") }, "request json"},
		"body not JSON":              {func(r *Request) { r.Body = []byte(`{"n":1,}`) }, "request json"},
		"body no object":             {func(r *Request) { r.Body = []byte(`"n"`) }, "request json"},
		"bytes behind the body":      {func(r *Request) { r.Body = []byte(`{"n":1} x`) }, "request json"},
		"a member twice":             {func(r *Request) { r.Body = []byte(`{"n":1,"\u006e":2}`) }, "request json"},
		"an unused member twice":     {func(r *Request) { r.Body = []byte(`{"n":1,"q":1,"q":2}`) }, "request json"},
		"no body":                    {func(r *Request) { r.Body = nil }, "request required n"},
		"a blank value":              {func(r *Request) { r.Body = []byte(`{"n":"  "}`) }, "request required n"},
		"a null value":               {func(r *Request) { r.Body = []byte(`{"n":null}`) }, "request required n"},
		"no app":                     {func(r *Request) { r.Header.Del("App-Id") }, "request required App-Id"},
		"no signature":               {func(r *Request) { r.Header.Del("Sign") }, "request required sign"},
		"a form":                     {func(r *Request) { r.Form, r.Body = true, []byte("n=1") }, "request required n"},
		"escape of a form":           {func(r *Request) { r.Form, r.Body = true, []byte("n=%") }, "request json"},
		"nothing wrong":              {func(*Request) {}, ""},
	} {
		r := &Request{Method: "POST", Header: http.Header{"X": {"v"}}, Body: []byte(`{"n":1}`)}
		signed(t, c, k, r)
		tt.change(r)
		var m Message
		if got := verify(t, c, k, r, &m); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// numbered is a query of n names.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d=1&", i)
	}
	return b.String()
}

// TestLongNonce: the stored nonce of every request is short.
func TestLongNonce(t *testing.T) {
	t.Parallel()
	c, k := setup(t, Spec{
		App: "header.a", Nonce: &Nonce{Value: "header.n"},
		Steps: []Step{{Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", Over: "{header.n}", To: "header.sign"}},
	})
	r := request()
	if err := c.Sign(r, k, clock(), func() string { return strings.Repeat("n", 257) }); err != nil {
		t.Fatal(err)
	}
	var m Message
	if got := verify(t, c, k, r, &m); got != "request length n" {
		t.Error(got)
	}
}

// TestDecode takes one text for each bytes.
func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ encoding, text, want string }{
		{"hex", "0aFF", "\n\xff"},
		{"base64", "CgE=", "\n\x01"},
		{"base64url", "-_8", "\xfb\xff"},
		{"base64url", "-_8=", "\xfb\xff"},
		{"base64url", "+/8", "it is no base64url"},
		{"base64", "CgF=", "it is no base64"}, // bits left over
		{"base64", "CgE", "it is no base64"},
		{"HEX", "0a0", "it is no hex"},
	} {
		got, err := crypt.Decode(tt.encoding, tt.text)
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != tt.want {
			t.Errorf("%s %s: %q", tt.encoding, tt.text, got)
		}
	}
	if got := string(crypt.Encode(nil, "base64url", []byte("\xfb\xff"))); got != "-_8" {
		t.Error(got)
	}
	if base64.StdEncoding.EncodeToString([]byte{0}) != string(crypt.Encode(nil, "base64", []byte{0})) {
		t.Error("base64")
	}
}

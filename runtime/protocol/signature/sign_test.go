package signature

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// TestSignAgain signs with every algorithm, every place and fresh ivs, and verifies.
func TestSignAgain(t *testing.T) {
	t.Parallel()
	for _, hash := range crypt.Hashes() {
		for _, s := range crypt.Suites() {
			for _, to := range []string{"body.data", "form.data", "header.data", "query.data", "body"} {
				iv := ""
				if s.Mode != "ecb" && to != "body" && hash == "sm3" {
					iv = strings.Replace(to, "data", "iv", 1)
				}
				crypt := Step{Op: "encrypt", Algorithm: s.Name, Key: "appkey", To: to, IV: iv}
				sign := Step{
					Op: "sign", Algorithm: "hmac-" + hash, Key: "token", Over: "{" + to + "}|{query.ts}",
					To: "header.sign",
				}
				c, k := setup(t, Spec{
					App: "query.app", Time: &Time{Value: "query.ts", Unit: "rfc3339"},
					Steps: []Step{crypt, sign},
				})
				r := &Request{Method: "POST", Path: "/", Query: "app=1&x=%20"}
				if err := c.SetPayload(r, []byte(testBody)); err != nil {
					t.Fatal(err)
				}
				signed(t, c, k, r)
				var m Message
				if got := verify(t, c, k, r, &m); got != "" || string(m.Payload()) != testBody ||
					!strings.HasPrefix(r.Query, "app=10086&x=%20&") {
					t.Errorf("hmac-%s %s %s: %q, %s, %s", hash, s.Name, to, got, m.Payload(), r.Query)
				}
			}
		}
	}
}

// TestSignWrites puts values into their places, in their form.
func TestSignWrites(t *testing.T) {
	t.Parallel()
	spec := Spec{
		App: "body.app", Time: &Time{Value: "body.ts"}, Nonce: &Nonce{Value: "body.nonce"},
		Steps: []Step{
			{Op: "compare", Value: "query", With: "token"},
			{Op: "token", Value: "header.access", Accept: []string{"body.access"}},
			{
				Op: "sign", Algorithm: "sha1", Over: "{params}{appkey}", Params: &Params{From: []string{"body"}},
				To: "body.sign",
			},
		},
	}
	c, k := setup(t, spec)
	r := &Request{
		Method: "POST", Path: "/", Body: []byte(`{ "ts": 0, "a" : [1, "\u5ba2"], "sign": "old"}`),
		Token: "issued/1",
	}
	signed(t, c, k, r)
	want := `{"ts":1795305600,"a":[1, "\u5ba2"],"sign":"cd","app":"10086","nonce":"n-1"}`
	at := strings.Index(string(r.Body), `"sign":"`) + 8
	if got := string(r.Body[:at]) + "cd" + string(r.Body[at+40:]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if r.Query != testToken || r.Header.Get("Access") != "issued/1" {
		t.Error(r.Query, r.Header)
	}
	var m Message
	if got := verify(t, c, k, r, &m); got != "" {
		t.Error(got)
	}
	for token, want := range map[string]string{"issued/1": "", "issued/2": "token auth"} {
		if got := refused(t, c.Verify(t.Context(), &m, k, NewGuard("shop", &once{token: token}, &once{}, clock))); got != want {
			t.Errorf("%s: %q, want %q", token, got, want)
		}
	}
}

// TestSignRefuses names the value that a caller left out.
func TestSignRefuses(t *testing.T) {
	t.Parallel()
	withToken := headerSpec()
	withToken.Steps = append([]Step{{Op: "token", Value: "query.access"}}, withToken.Steps...)
	withNonce := headerSpec()
	withNonce.Nonce, withNonce.Steps[0].Over = &Nonce{Value: "header.n"}, "{header.n}{header.timestamp}{params}"
	inForm := headerSpec()
	inForm.App = "form.app"
	inBody := headerSpec()
	inBody.App = "body.app"
	missing := headerSpec()
	missing.Steps[0].Over = "{params}{header.timestamp}{query.must}"
	for _, tt := range []struct {
		spec Spec
		r    *Request
		want string
	}{
		{withToken, request(), "query.access needs an issued token"},
		{withNonce, request(), "header.n needs a nonce"},
		{inForm, request(), "form.app: the body is not form-encoded"},
		{inBody, &Request{Form: true, Body: []byte("a=1")}, "body.app: the body is form-encoded"},
		{inBody, &Request{Body: []byte("[]")}, "body.app: the body is no JSON object"},
		{missing, request(), "step 1: sign: query.must is missing"},
	} {
		c, k := setup(t, tt.spec)
		if err := c.Sign(tt.r, k, clock(), nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	c, err := New(headerSpec())
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Keys("a\r\nb", secrets())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Sign(&Request{Header: http.Header{}}, k, clock(), nil); err == nil ||
		!strings.Contains(err.Error(), "cannot hold a line break") {
		t.Error(err)
	}
}

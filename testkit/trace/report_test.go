package trace

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// targetSpec signs path and query as they are sent, with the secret in the string.
func targetSpec() signature.Spec {
	return signature.Spec{App: "query.app", Steps: []signature.Step{
		{Op: "compare", Value: "query.token", With: "token"},
		{Op: "sign", Algorithm: "sha256", Over: "{path}\n{query}\n{appkey}", To: "header.sign"},
	}}
}

// target is a request for targetSpec, signed over path and query as they are given.
func target(t *testing.T, path, query string) *signature.Request {
	t.Helper()
	r := &signature.Request{Method: "GET", Path: "/a/%E5%BC%A0", Query: "z=1&app=10086&name=a+b&token=" + testToken, Header: http.Header{}}
	text := fmt.Sprintf("%s\n%s\n%s", path, query, testAppkey)
	r.Header.Set("sign", string(crypt.Encode(nil, "hex", crypt.Sum(nil, "sha256", []byte(text)))))
	return r
}

// examined is the report about a request; it must not have a secret.
func examined(t *testing.T, spec signature.Spec, r *signature.Request, theirs string) *Report {
	t.Helper()
	c, _ := setup(t, spec)
	report, err := Request(c, r, tester(), clock(), theirs)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v", report); strings.Contains(text, testAppkey) || strings.Contains(text, testToken) ||
		strings.Contains(text, strings.ToUpper(testToken)) {
		t.Errorf("a secret in %s", text)
	}
	return report
}

// TestTargetHints: mistakes in path and query, each with the first byte in which the
// strings differ.
func TestTargetHints(t *testing.T) {
	t.Parallel()
	const path, query = "/a/%E5%BC%A0", "z=1&app=10086&name=a+b&token=" + testToken
	for _, tt := range []struct{ path, query, want, at string }{
		{"/a/张", query, "the path without URL escapes", "byte 4 (line 1, column 4)"},
		{path, "z=1&app=10086&name=a b&token=" + testToken, "the query without URL escapes", "byte 34 (line 2, column 21): 20 ' ' instead of 2B '+'"},
		{path, "app=10086&name=a+b&token=" + testToken + "&z=1", "the query sorted by name", "byte 14 (line 2, column 1)"},
		{path, "", "no query", `0A '\n' instead of 7A 'z'`},
		{path, "z=1&app=10086&name=a%20b&token=" + testToken, "%20 instead of + in the query", "byte 34"},
		{path, strings.ToUpper(query), "none of the usual", ""},
	} {
		report := examined(t, targetSpec(), target(t, tt.path, tt.query), "")
		step := report.Steps[1]
		if tt.at == "" {
			if step.Difference != nil || len(step.Causes) > 0 || !strings.Contains(step.Advice, tt.want) {
				t.Errorf("%+v", step)
			}
			continue
		}
		if step.Verdict != Refused || len(step.Causes) == 0 || step.Causes[0] != (Cause{tt.want, exactly}) {
			t.Errorf("want %s, have %+v", tt.want, step.Causes)
			continue
		}
		if d := step.Difference; d == nil || d.Of != tt.want || !strings.Contains(d.String(), tt.at) {
			t.Errorf("%s: %+v, want %s", tt.want, d, tt.at)
		}
	}
	good := examined(t, targetSpec(), target(t, path, query), "")
	for _, step := range good.Steps {
		if step.Verdict != Holds || step.Why != "" || step.Causes != nil || good.Refusal != nil || good.App != "10086" {
			t.Errorf("%+v", good)
		}
	}
}

// TestComparedSecrets: usual mistakes in a compared value.
func TestComparedSecrets(t *testing.T) {
	t.Parallel()
	spec := signature.Spec{App: "header.app", Steps: []signature.Step{{Op: "compare", Value: "header.token", With: "token"}}}
	for sent, want := range map[string]string{
		testAppkey:                 "wrong key: the sender sends the appkey",
		strings.ToUpper(testToken): "letter case",
		testToken + "\n":           "blanks or a line break at its ends",
		testToken[:5]:              "its end is cut off",
		"%" + fmt.Sprintf("%02X", testToken[0]) + testToken[1:]: "URL encoding: it is escaped twice",
	} {
		r := &signature.Request{Method: "GET", Path: "/", Header: http.Header{"App": {"10086"}, "Token": {sent}}}
		step := examined(t, spec, r, "").Steps[0]
		if step.Verdict != Refused || len(step.Causes) != 1 || step.Causes[0].Text != want || step.Causes[0].Proof == "" {
			t.Errorf("%q: %+v, want %s", sent, step, want)
		}
	}
	r := &signature.Request{Method: "GET", Path: "/", Header: http.Header{"App": {"10086"}, "Token": {"unlike"}}}
	if step := examined(t, spec, r, "").Steps[0]; step.Causes != nil || !strings.Contains(step.Advice, "another value altogether") {
		t.Errorf("%+v", step)
	}
	spec.Steps[0] = signature.Step{Op: "token", Value: "header.token"}
	if step := examined(t, spec, r, "").Steps[0]; step.Verdict != Unknown || !strings.Contains(step.Why, "not the token of the app") {
		t.Errorf("%+v", step)
	}
}

// TestUndecrypted: usual mistakes of encryption.
func TestUndecrypted(t *testing.T) {
	t.Parallel()
	right := signature.Step{Op: "encrypt", Algorithm: "aes-cbc", Key: "appkey", Derive: "md5", To: "body.data"}
	proof := signature.Step{Op: "compare", Value: "header.token", With: "token"}
	for want, change := range map[string]func(s *signature.Step){
		"wrong key: the sender took the token":            func(s *signature.Step) { s.Key = "token" },
		"the sender made the key by derive: md5-hex":      func(s *signature.Step) { s.Derive = "md5-hex" },
		"the sender took iv: zero":                        func(s *signature.Step) { s.IV = "zero" },
		"the sender wrote the cipher text as hex":         func(s *signature.Step) { s.Encoding = "hex" },
		"the sender took aes-ecb":                         func(s *signature.Step) { s.Algorithm = "aes-ecb" },
		"compare the secret, then how the key is made of": func(s *signature.Step) { s.Key, s.IV = "token", "key" },
	} {
		wrong := right
		change(&wrong)
		sender, keys := setup(t, signature.Spec{App: "header.app", Steps: []signature.Step{wrong, proof}})
		r := &signature.Request{Method: "POST", Path: "/", Header: http.Header{}}
		if err := sender.SetPayload(r, []byte(`{"name":"a name that fills blocks"}`)); err != nil {
			t.Fatal(err)
		}
		signed(t, sender, keys, r)
		step := examined(t, signature.Spec{App: "header.app", Steps: []signature.Step{right, proof}}, r, "").Steps[0]
		found := step.Advice
		if len(step.Causes) > 0 {
			found = step.Causes[0].Text
		}
		if step.Why == "" || !strings.Contains(found, want) {
			t.Errorf("want %s, have %+v", want, step)
		}
	}
}

// TestSameString: both sides sign the same, so it is the key.
func TestSameString(t *testing.T) {
	t.Parallel()
	spec := signature.Spec{App: "query.app", Steps: []signature.Step{{Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", Over: "{method}\n{query}", To: "header.sign"}}}
	r := &signature.Request{Method: "GET", Path: "/", Query: "app=10086", Header: http.Header{"Sign": {strings.Repeat("ab", 32)}}}
	step := examined(t, spec, r, "GET\napp=10086").Steps[0]
	if step.Difference != nil || len(step.Causes) != 1 || !strings.HasPrefix(step.Causes[0].Text, "wrong key: both sides sign the same string") {
		t.Errorf("%+v", step)
	}
	unread := examined(t, spec, &signature.Request{Method: "GET", Path: "/", Query: "app=%", Header: http.Header{}}, "")
	if len(unread.Steps) != 1 || unread.Steps[0].Title != "request" || signature.RefusedBy(unread.Refusal) != "request" {
		t.Errorf("%+v", unread)
	}
}

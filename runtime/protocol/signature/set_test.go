package signature

import (
	"strings"
	"testing"
)

// TestSet: an app's own signature before the system's, a named one before both.
func TestSet(t *testing.T) {
	t.Parallel()
	login, own := headerSpec(), headerSpec()
	login.Steps[0].Algorithm, own.Steps[0].Algorithm = "hmac-sha1", "hmac-sm3"
	s, err := NewSet(headerSpec(), map[string]Spec{"login": login}, Override{Apps: map[string]Spec{"10086": own}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, app, want string }{
		{"", "", "hmac-sha256"},
		{"", "1", "hmac-sha256"},
		{"", "10086", "hmac-sm3"},
		{"login", "10086", "hmac-sha1"},
		{"other", "", "hmac-sha256"},
	} {
		if got := s.Codec(tt.name, tt.app).spec.Steps[0].Algorithm; got != tt.want {
			t.Errorf("%q %q: %s", tt.name, tt.app, got)
		}
	}
	k, err := s.Keys("10086", secrets())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "login"} {
		var m Message
		c := s.Codec(name, "10086")
		if got := verify(t, c, k, signed(t, c, k, request()), &m); got != "" {
			t.Errorf("%q: %s", name, got)
		}
	}
	if _, err := s.Keys("10086", nil); err == nil {
		t.Error("no secrets, and no error")
	}
}

// TestSetOverrides replaces the system's and a named signature.
func TestSetOverrides(t *testing.T) {
	t.Parallel()
	other := headerSpec()
	other.Steps[0].Algorithm = "hmac-md5"
	s, err := NewSet(Spec{}, map[string]Spec{"login": {}}, Override{
		Signature:  &other,
		Signatures: map[string]Spec{"login": other},
	})
	if err != nil || s.Codec("", "").spec.Steps[0].Algorithm != "hmac-md5" ||
		s.Codec("login", "").spec.Steps[0].Algorithm != "hmac-md5" {
		t.Error(err)
	}
	moved := headerSpec()
	moved.App = "header.caller"
	for want, over := range map[string]Override{
		`signatures: unknown name "logn": did you mean "login"?`:                {Signatures: map[string]Spec{"logn": other}},
		"app 10086: app is header.caller, and must be header.appId":             {Apps: map[string]Spec{"10086": moved}},
		"app 10086: app is missing":                                             {Apps: map[string]Spec{"10086": {}}},
		"signature login: app is missing":                                       {Signatures: map[string]Spec{"login": {}}},
		"app is missing: name the value that names the caller, like header.app": {Signature: &Spec{}},
	} {
		if _, err := NewSet(headerSpec(), map[string]Spec{"login": headerSpec()}, over); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
}

const overrides = `# of one deployment
custservice:
  signature:
    app: header.appId
    time: {value: header.timestamp, unit: ms, window: 90s}
    steps: &steps
      - encrypt: {algorithm: sm4-gcm, key: appkey, to: body.data}
      - sign:
          algorithm: hmac-sha256
          key: appkey
          over: "{params}{header.timestamp}"
          params: {from: [query, body], empty: true}
          to: header.sign
  apps:
    "10086": {app: header.appId, steps: *steps}
`

func TestReadOverrides(t *testing.T) {
	t.Parallel()
	all, err := ReadOverrides(strings.NewReader(overrides))
	if err != nil {
		t.Fatal(err)
	}
	over := all["custservice"]
	if s := over.Signature; s == nil || s.Time.Window.Seconds() != 90 || s.Steps[0].Op != "encrypt" ||
		!s.Steps[1].Params.Empty ||
		len(over.Apps["10086"].Steps) != 2 {
		t.Errorf("%+v", over)
	}
	if all, err := ReadOverrides(strings.NewReader("# nothing\n")); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
	for want, change := range map[string][2]string{
		`line 3: unknown key "signatur": did you mean "signature"?`: {"  signature:", "  signatur:"},
		`line 9: unknown key "algoritm": did you mean "algorithm"?`: {
			"sign:\n          algorithm",
			"sign:\n          algoritm",
		},
		"line 5: cannot construct !!str `soon` into time.Duration": {"90s", "soon"},
		`line 5: "0s" is no time span`:                             {"90s", "0s"},
		"line 12: cannot construct !!str `query` into []string":    {"[query, body]", "query"},
		"line 4: cannot construct !!seq into string":               {"app: header.appId\n", "app: [a]\n"},
		`line 5: mapping key "unit" already defined at line 5`:     {"unit: ms", "unit: ms, unit: s"},
		`line 8: write one step`:                                   {"- sign:\n", "- sign:\n        x:\n"},
		`line 4: step 2: sign: unknown algorithm "rot13"`:          {"hmac-sha256", "rot13"},
		"line 5: cannot construct !!seq into":                      {"{value: header.timestamp, unit: ms, window: 90s}", "[]"},
	} {
		_, err := ReadOverrides(strings.NewReader(strings.Replace(overrides, change[0], change[1], 1)))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
	if _, err := ReadOverrides(strings.NewReader(strings.Repeat("#", maxFile+1))); err == nil ||
		!strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
}

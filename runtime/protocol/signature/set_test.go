package signature

import (
	"os"
	"path/filepath"
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
		`line 5: "soon" is no time span`:                  {"90s", "soon"},
		`line 12: "yes" is neither true nor false`:        {"empty: true", "empty: yes"},
		`line 12: write a list`:                           {"[query, body]", "query"},
		`line 4: write a single value`:                    {"app: header.appId\n", "app: [a]\n"},
		`line 5: the key "unit" is given twice`:           {"unit: ms", "unit: ms, unit: s"},
		`line 8: write one step`:                          {"- sign:\n", "- sign:\n        x:\n"},
		`line 3: step 2: sign: unknown algorithm "rot13"`: {"hmac-sha256", "rot13"},
		`line 5: write a mapping`:                         {"{value: header.timestamp, unit: ms, window: 90s}", "[]"},
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

// TestRunSays what is wrong with a known answer.
func TestRunSays(t *testing.T) {
	t.Parallel()
	d := profiles(t)["hmac-header.yaml"]
	for want, change := range map[string]func(v *Vector){
		"expect lacks sign, digest":          func(v *Vector) { delete(v.Expect, "sign, digest") },
		`there is no line "sign, dgest"`:     func(v *Vector) { v.Expect["sign, dgest"] = "x" },
		"sign, digest:\n  have ":             func(v *Vector) { v.Expect["sign, digest"] = "00" },
		"sign: the signature differs":        func(v *Vector) { v.Request.Body += " " },
		"it is not refused, want sign 20001": func(v *Vector) { v.Refused = &VectorRefusal{"sign", "20001"} },
		"refused by sign with 20001, want time with 20001": func(v *Vector) {
			v.Request.Body, v.Refused = "{}", &VectorRefusal{"time", "20001"}
		},
		`the app is "10086"`:       func(v *Vector) { v.App = "10087" },
		"secret appkey is missing": func(v *Vector) { v.Secrets = nil },
		"sent for the first time: 20001: sign: the signature di": func(v *Vector) {
			v.Again, v.Request.Body = true, ""
		},
	} {
		v := d.Vectors[0]
		expect := map[string]string{}
		for name, text := range v.Expect {
			expect[name] = text
		}
		v.Expect = expect
		change(&v)
		if err := v.Run(d.Spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
}

// TestReadVectors skips what else a system.yaml has, and names the line.
func TestReadVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "sm3-body.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := "name: x\nsignatures:\n  login: {app: query.a, steps: []}\n" + string(data)
	all, err := ReadVectors(strings.NewReader(text))
	if err != nil || len(all) != 2 || all[0].Name != "login" || all[1].Name != "" || len(all[1].Vectors) != 8 {
		t.Error(all, err)
	}
	for want, change := range map[string][2]string{
		`line 10: "soon" is no time`:                      {"\"2026-11-22T08:00:00+08:00\"", "soon"},
		`line 9: unknown key "nam": did you mean "name"?`: {"- name:", "- nam:"},
		`line 4: step 1: sign: unknown algorithm "s`:      {"algorithm: sm3", "algorithm: s4"},
	} {
		_, err := ReadVectors(strings.NewReader(strings.Replace(string(data), change[0], change[1], 1)))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
	if _, err := ReadVectors(strings.NewReader("")); err == nil {
		t.Error("an empty file is taken")
	}
}

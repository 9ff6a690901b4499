package signature

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestKeysMasked formats keys in every way.
func TestKeysMasked(t *testing.T) {
	t.Parallel()
	_, k := setup(t, headerSpec())
	encoded, err := json.Marshal(map[string]any{"k": k, "v": *k})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "k", k, "v", *k)
	printed := []string{
		string(encoded), log.String(), k.String(), k.GoString(),
		fmt.Sprint(struct{ K *Keys }{k}, struct{ k Keys }{*k}),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed = append(printed, fmt.Sprintf(verb, k), fmt.Sprintf(verb, *k))
	}
	for _, text := range printed {
		if strings.Contains(text, testAppkey) || strings.Contains(text, fmt.Sprintf("%x", testAppkey)) {
			t.Errorf("a secret in %s", text)
		}
	}
	if k.App() != "10086" || (Keys{}).App() != "" {
		t.Error(k.App())
	}
}

// TestKeysRefuses names the wrong secret and the way to fix it.
func TestKeysRefuses(t *testing.T) {
	t.Parallel()
	step := func(f func(s *Step)) Spec {
		s := Step{Op: "encrypt", Algorithm: "aes-cbc", Key: "appkey", To: "body.data"}
		f(&s)
		return Spec{App: "header.a", Steps: []Step{s, {
			Op: "sign", Algorithm: "hmac-sm3", Key: "token",
			Over: "{body}", To: "header.sign",
		}}}
	}
	for want, spec := range map[string]Spec{
		"the key has 17 bytes, aes-cbc takes 16, 24, 32": step(func(*Step) {}),
		"the key has 17 bytes, sm4-ecb takes 16":         step(func(s *Step) { s.Algorithm = "sm4-ecb" }),
		"the key has 32 bytes, sm4-cbc takes 16": step(func(s *Step) {
			s.Algorithm, s.Derive = "sm4-cbc", "sha256"
		}),
		"it is no hex: give the app another one":        step(func(s *Step) { s.Derive = "hex" }),
		"it is no base64: give the app another one":     step(func(s *Step) { s.Derive = "base64" }),
		"the secret token has 5 bytes, the iv takes 16": step(func(s *Step) { s.Derive, s.IV = "md5", "token" }),
	} {
		c, err := New(spec)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Keys("a", map[string]string{"appkey": "seventeen-bytes!!", "token": "short"})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "seventeen") {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
	c, _ := setup(t, headerSpec())
	if _, err := c.Keys("a", map[string]string{"token": "x"}); err == nil ||
		!strings.Contains(err.Error(), "secret appkey is missing") {
		t.Error(err)
	}
}

// TestForeignKeys: keys and messages belong to their codec.
func TestForeignKeys(t *testing.T) {
	t.Parallel()
	c, k := setup(t, headerSpec())
	other, _ := setup(t, headerSpec())
	var m Message
	r := signed(t, c, k, request())
	if err := other.Parse(r, &m); err != nil {
		t.Fatal(err)
	}
	if other.Verify(t.Context(), &m, k, friend{}.guard()) == nil || c.Verify(t.Context(), &m, k, friend{}.guard()) == nil || other.Verify(t.Context(), &m, nil, friend{}.guard()) == nil {
		t.Error("foreign keys or message taken")
	}
	if c.App(&m) != "" || other.App(&m) != "10086" {
		t.Error("the app of a foreign message")
	}
}

package operate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// customerOf asks u8 for a customer with a token and returns the code.
func customerOf(t *testing.T, w *world, id, token string) string {
	t.Helper()
	got := w.Send(t, http.MethodGet, "/api/customer/get?from_account=a&to_account=b&id=0000000017&app_key="+id+"&token="+token, nil, "")
	var reply struct{ Errcode string }
	if err := json.Unmarshal([]byte(got.Raw), &reply); err != nil {
		t.Errorf("%s: %v", got.Raw, err)
	}
	return reply.Errcode
}

// TestAppToken: tokens that are issued and revoked beside a running server.
func TestAppToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.Signer(t, "u8", "erp")
	same(t, "first token", customerOf(t, w, "erp", p.Token), "0")

	var out, errs bytes.Buffer
	args := []string{"--database-url", w.Pool.Config().ConnString(), "--data-dir", filepath.Join(t.TempDir(), "data")}
	if code := run(t.Context(), append(args, "app", "token", "erp", "--lifetime", "30m", "--json"), &out, &errs); code != command.Fine {
		t.Fatalf("%d %s", code, &errs)
	}
	var made struct {
		System, AppID, Token string
		Expires              time.Time `json:"token_expires"`
	}
	if err := json.Unmarshal(out.Bytes(), &made); err != nil || made.System != "u8" || made.AppID != "erp" || len(made.Token) != 32 {
		t.Fatalf("%s: %v", &out, err)
	}
	if left := time.Until(made.Expires); left > 30*time.Minute || left < 20*time.Minute {
		t.Errorf("it is good for %v", left)
	}
	same(t, "second token", customerOf(t, w, "erp", made.Token), "0")
	same(t, "first token beside it", customerOf(t, w, "erp", p.Token), "0")
	same(t, "of another app", customerOf(t, w, w.Signer(t, "u8", "other").ID, made.Token), "99009")

	w.Told(t, "u8 erp: tokens ended: 1\n", "", 0, "app", "token", "revoke", "erp", "--token", made.Token)
	until(t, "the revoked token is refused", func() bool { return customerOf(t, w, "erp", made.Token) == "99009" })
	same(t, "first token after it", customerOf(t, w, "erp", p.Token), "0")
	w.Told(t, "", "jiekoud: error: u8 erp has no such token that is good\n", 1, "app", "token", "revoke", "erp", "--token", made.Token)
	w.Told(t, "u8 erp: disabled\n", "", 0, "app", "disable", "erp")
	until(t, "a disabled app is refused", func() bool { return customerOf(t, w, "erp", p.Token) == "30021" })
	w.Told(t, "u8 erp: tokens ended: 1\n", "", 0, "app", "token", "revoke", "erp", "--all")

	w.Signer(t, "baas", "tenant")
	w.Told(t, "", "jiekoud: error: baas asks for no issued tokens: its signature has no token step\n", 2, "app", "token", "tenant")
	w.Told(t, "", "jiekoud: error: app token revoke needs --token TOKEN or --all\n", 2, "app", "token", "revoke", "erp")
	w.Told(t, "", "jiekoud: error: app nobody: no such app\n", 1, "app", "token", "nobody")
	w.Told(t, "", "jiekoud: error: invalid: lifetime 1ms: from a second to ten years, for example 2h\n", 1, "app", "token", "erp", "--lifetime", "1ms")
	same(t, "audit", w.One(t, `select string_agg(action, ',' order by id) from jiekou.audit where app = 'erp'`),
		"add,issue token,revoke token,revoke token,disable,revoke token")
	if log := w.Log.String(); strings.Contains(log, made.Token) || strings.Contains(log, p.Token) || strings.Contains(log, "from_account") {
		t.Error("a token or a query is in the log")
	}
}

// TestMaking: appkeys fit the ciphers of a system, whatever its signatures are.
func TestMaking(t *testing.T) {
	t.Parallel()
	encrypt := func(algorithm, derive string) signature.Step {
		return signature.Step{Op: "encrypt", Algorithm: algorithm, Key: "appkey", Derive: derive, To: "body.data"}
	}
	sign := signature.Step{Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", Over: "{body.data}", To: "header.sign"}
	hexed := sign
	hexed.Derive = "hex"
	for _, tt := range []struct {
		steps []signature.Step
		want  app.Making
	}{
		{[]signature.Step{sign}, app.Making{}},
		{[]signature.Step{{Op: "token", Value: "query.token"}}, app.Making{Lifetime: time.Hour}},
		{[]signature.Step{encrypt("aes-cbc", ""), sign}, app.Making{KeyBytes: 32}},
		{[]signature.Step{encrypt("sm4-ecb", "raw"), sign}, app.Making{KeyBytes: 16}},
		{[]signature.Step{encrypt("sm4-gcm", "hex"), hexed}, app.Making{KeyBytes: 16, Encoding: "hex"}},
		{[]signature.Step{encrypt("aes-gcm", "base64")}, app.Making{KeyBytes: 32, Encoding: "base64"}},
		{[]signature.Step{encrypt("aes-gcm", "sha256"), sign}, app.Making{}},
		{[]signature.Step{hexed}, app.Making{KeyBytes: 32, Encoding: "hex"}},
	} {
		spec := signature.Spec{App: "header.appId", Steps: tt.steps}
		for _, s := range []route.System{{Signature: spec}, {Signatures: map[string]signature.Spec{"other": spec}}} {
			if got := operate.Making(s, time.Hour); got != tt.want {
				t.Errorf("%+v: %+v, want %+v", tt.steps, got, tt.want)
			}
		}
		if tt.steps[0].Op == "token" {
			continue
		}
		codec, err := signature.New(spec)
		if err != nil {
			t.Error(err)
			continue
		}
		c, err := setup(t).Admin.Add(t.Context(), app.New{System: "made", ID: "one", Making: tt.want})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := codec.Keys("one", map[string]string{"token": string(c.Token), "appkey": string(c.AppKey)}); err != nil {
			t.Errorf("%+v: %v", tt.steps, err)
		}
	}
}

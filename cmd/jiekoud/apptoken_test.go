package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// customerOf asks u8 for a customer with a token and returns the code.
func (w *world) customerOf(t *testing.T, id, token string) string {
	t.Helper()
	got := w.send(t, http.MethodGet, "/api/customer/get?from_account=a&to_account=b&id=0000000017&app_key="+id+"&token="+token, nil, "")
	var reply struct{ Errcode string }
	if err := json.Unmarshal([]byte(got.raw), &reply); err != nil {
		t.Errorf("%s: %v", got.raw, err)
	}
	return reply.Errcode
}

// TestAppToken: tokens that are issued and revoked beside a running server.
func TestAppToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := w.signer(t, "u8", "erp")
	same(t, "first token", w.customerOf(t, "erp", p.token), "0")

	var out, errs bytes.Buffer
	args := []string{"--database-url", w.pool.Config().ConnString(), "--data-dir", filepath.Join(t.TempDir(), "data")}
	if code := run(t.Context(), append(args, "app", "token", "erp", "--lifetime", "30m", "--json"), &out, &errs); code != exitFine {
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
	same(t, "second token", w.customerOf(t, "erp", made.Token), "0")
	same(t, "first token beside it", w.customerOf(t, "erp", p.token), "0")
	same(t, "of another app", w.customerOf(t, w.signer(t, "u8", "other").id, made.Token), "99009")

	w.told(t, "u8 erp: tokens ended: 1\n", "", 0, "app", "token", "revoke", "erp", "--token", made.Token)
	until(t, "the revoked token is refused", func() bool { return w.customerOf(t, "erp", made.Token) == "99009" })
	same(t, "first token after it", w.customerOf(t, "erp", p.token), "0")
	w.told(t, "", "jiekoud: error: u8 erp has no such token that is good\n", 1, "app", "token", "revoke", "erp", "--token", made.Token)
	w.told(t, "u8 erp: disabled\n", "", 0, "app", "disable", "erp")
	until(t, "a disabled app is refused", func() bool { return w.customerOf(t, "erp", p.token) == "30021" })
	w.told(t, "u8 erp: tokens ended: 1\n", "", 0, "app", "token", "revoke", "erp", "--all")

	w.signer(t, "baas", "tenant")
	w.told(t, "", "jiekoud: error: baas asks for no issued tokens: its signature has no token step\n", 2, "app", "token", "tenant")
	w.told(t, "", "jiekoud: error: app token revoke needs --token TOKEN or --all\n", 2, "app", "token", "revoke", "erp")
	w.told(t, "", "jiekoud: error: app nobody: no such app\n", 1, "app", "token", "nobody")
	w.told(t, "", "jiekoud: error: invalid: lifetime 1ms: from a second to ten years, for example 2h\n", 1, "app", "token", "erp", "--lifetime", "1ms")
	same(t, "audit", w.one(t, `select string_agg(action, ',' order by id) from jiekou.audit where app = 'erp'`),
		"add,issue token,revoke token,revoke token,disable,revoke token")
	if log := w.log.String(); strings.Contains(log, made.Token) || strings.Contains(log, p.token) || strings.Contains(log, "from_account") {
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
		c, err := setup(t).admin.Add(t.Context(), app.New{System: "made", ID: "one", Making: tt.want})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := codec.Keys("one", map[string]string{"token": string(c.Token), "appkey": string(c.AppKey)}); err != nil {
			t.Errorf("%+v: %v", tt.steps, err)
		}
	}
}

// TestReadSignatures: a mistake in the file is told with its line, before anything
// starts.
func TestReadSignatures(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "signatures.yaml")
	const head, step = "custservice:\n  signature:\n    app: header.appId\n    steps:\n", "      - sign: {algorithm: md5, over: '{body}{appkey}', to: header.sign}\n"
	for _, tt := range []struct{ text, want string }{
		{head + step, ""},
		{head + strings.Replace(step, "md5", "rot13", 1), file + ":2: "},
		{head + strings.Replace(step, "over", "ober", 1), file + ":5: "},
		{strings.Replace(head, "custservice", "custservices", 1) + step, file + ": signatures of custservices: no system of that name has a signature; there are baas, custservice, u8"},
		{strings.Replace(head, "custservice", "lianfa", 1) + step, file + ": signatures of lianfa: "},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		want := "jiekoud: error: --signatures (JIEKOU_SIGNATURES): " + tt.want
		if tt.want == "" {
			want = "jiekoud: error: listen: " // what comes next
		}
		var errs bytes.Buffer
		code := run(t.Context(), []string{"serve", "--data-dir", t.TempDir(), "--listen", "nowhere", "--signatures", file}, io.Discard, &errs)
		if code != exitRefused || !strings.HasPrefix(errs.String(), want) {
			t.Errorf("%d %s, want %s", code, errs.String(), want)
		}
	}
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "data")
	if code := run(t.Context(), []string{"serve", "--data-dir", dir, "--signatures", file + ".none"}, &out, &errs); code != exitRefused ||
		!strings.HasPrefix(errs.String(), "jiekoud: error: --signatures (JIEKOU_SIGNATURES): no file ") {
		t.Errorf("%d %s", code, &errs)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it has begun to start")
	}
}

// TestServeSignatures: a server that was started with a file judges one app by it,
// and all others as the YAML says.
func TestServeSignatures(t *testing.T) {
	t.Parallel()
	w := setup(t)
	own, other := w.signer(t, "custservice", "own"), w.signer(t, "custservice", "other")
	file := filepath.Join(t.TempDir(), "signatures.yaml")
	text := "custservice:\n  apps:\n    own:\n      app: header.appId\n      steps:\n" +
		"        - sign: {algorithm: md5, over: '{appkey}{body}{appkey}', to: header.sign}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	over, err := signature.LoadOverrides(file)
	if err != nil {
		t.Fatal(err)
	}
	handler, closeRegistry, err := newHandler(t.Context(), &base{pool: w.pool, master: w.master, signatures: over}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeRegistry)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	declared := w.url
	const body = `{"desc":"x"}`
	request := put{http.MethodPut, "customerId=1", body, map[string]string{
		"appId": own.id, "timestamp": "1", "sign": md5Text(own.appkey + body + own.appkey), "Content-Type": "application/json",
	}}
	for _, tt := range []struct {
		url  string
		p    *signer
		r    put
		good bool
	}{
		{server.URL, own, request, true},
		{server.URL, own, own.put(own.moment(), "customerId=1", body), false},
		{server.URL, other, other.put(other.moment(), "customerId=1", body), true},
		{declared, own, request, false},
		{declared, own, own.put(own.moment(), "customerId=1", body), true},
	} {
		w.url = tt.url
		if got := tt.p.deliver(t, tt.r).raw; strings.HasPrefix(got, `{"code":"10000"`) != tt.good {
			t.Errorf("app %s, %v: %s", tt.p.id, tt.good, got)
		}
	}
}

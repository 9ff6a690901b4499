package operate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
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
	w.Told(t, "", "jiekoud: error: baas asks for no issued tokens: its protocol has no guard issued\n", 2, "app", "token", "tenant")
	w.Told(t, "", "jiekoud: error: app token revoke needs --token TOKEN or --all\n", 2, "app", "token", "revoke", "erp")
	w.Told(t, "", "jiekoud: error: app nobody: no such app\n", 1, "app", "token", "nobody")
	w.Told(t, "", "jiekoud: error: invalid: lifetime 1ms: from a second to ten years, for example 2h\n", 1, "app", "token", "erp", "--lifetime", "1ms")
	same(t, "audit", w.One(t, `select string_agg(action, ',' order by id) from jiekou.audit where app = 'erp'`),
		"add,issue token,revoke token,revoke token,disable,revoke token")
	if log := w.Log.String(); strings.Contains(log, made.Token) || strings.Contains(log, p.Token) || strings.Contains(log, "from_account") {
		t.Error("a token or a query is in the log")
	}
}

// TestMaking: the keys of each system's apps follow from its protocol.
func TestMaking(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"lianfa": "[token (text) appkey (text)] 0s", "custservice": "[token (text) appkey (text)] 0s", "u8": "[] 1h0m0s",
	} {
		how := operate.Making(system.Find(generated.Systems(), name).Protocol, time.Hour)
		same(t, name, fmt.Sprint(how.Server, " ", how.Lifetime), want)
		same(t, name+", partner", fmt.Sprint(how.Partner), fmt.Sprint(how.Server))
		same(t, name+", senders", fmt.Sprint(how.Senders), map[bool]string{true: "[100]", false: "[]"}[name == "lianfa"])
	}
}

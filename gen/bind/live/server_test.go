package live_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// callers has one app of each system.
func callers(set *spec.Set) (list []bind.App) {
	for _, s := range set.Systems {
		list = append(list, bind.App{System: s.Name, ID: "300", Secrets: map[string]string{"token": "secret-token", "appkey": "secret-appkey"}})
	}
	return list
}

// serve serves every system of the built-in spec.
func serve(t *testing.T, set *spec.Set, c live.Config) string {
	t.Helper()
	c.Systems, c.Apps = set.Systems, callers(set)
	handler, err := live.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func loaded(t *testing.T) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// clientOf calls a system.
func clientOf(t *testing.T, set *spec.Set, system, url string, more map[string]string) *client.Client {
	t.Helper()
	at := slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == system })
	secrets := map[string]string{"token": "secret-token", "appkey": "secret-appkey"}
	maps.Copy(secrets, more)
	c, err := client.New(client.Config{System: bind.System(set.Systems[at]), URL: url, App: "300", Secrets: secrets})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestServe calls each system: the answer gets the fields from every place, and a
// request that breaks a rule never reaches it.
func TestServe(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	var verdicts []string
	url := serve(t, set, live.Config{
		Answer: func(_ context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
			if i.Cmd != call.Cmd || call.App != "300" {
				t.Errorf("call %+v of %s", call, i.Cmd)
			}
			if strings.Contains(string(payload), "none") {
				return nil, problem.Code("2001")
			}
			return json.Marshal(map[string]json.RawMessage{"got": payload})
		},
		Judged: func(_ context.Context, _ *route.Call, i *spec.Interface, _ []byte, verdict error) {
			if verdict != nil {
				verdicts = append(verdicts, i.Cmd+" "+verdict.Error())
			}
		},
	})
	for _, one := range []struct{ system, cmd, payload, code, want string }{
		{"lianfa", "cst_info_get", `{"mobile":"13800138000"}`, "0", `"content":{"got":{"mobile":"13800138000"}}`},
		{"lianfa", "cst_info_get", `{"mobile":""}`, "1001", ""},
		{"lianfa", "cst_info_get", `{"mobile":"13800138000","x":"none"}`, "2001", ""},
		{"lianfa", "no_such_thing", `{}`, "1008", ""},
		{"u8", "customer_get", `{"app_key":"300","token":"secret-token","from_account":"a","to_account":"b","id":"7"}`, "0", `"id":"7"`},
		{"custservice", "customer_update", `{"customerId":"7","Content-Type":"application/json","name":"张三"}`, "10000", `"customerId":"7"`},
	} {
		reply, err := clientOf(t, set, one.system, url, nil).Call(t.Context(), one.cmd, []byte(one.payload))
		if err != nil {
			t.Errorf("%s: %v", one.cmd, err)
			continue
		}
		if reply.Code != one.code || !strings.Contains(string(reply.Plain), one.want) {
			t.Errorf("%s %s: %s", one.cmd, one.payload, reply.Plain)
		}
	}
	stranger := clientOf(t, set, "u8", url, map[string]string{"token": "another"})
	reply, err := stranger.Call(t.Context(), "customer_get", []byte(`{"from_account":"a","to_account":"b","id":"7"}`))
	if err != nil || reply.Code != "99009" {
		t.Errorf("another token: %s, %v", reply.Plain, err)
	}
	if want := "cst_info_get required mobile"; len(verdicts) != 1 || verdicts[0] != want {
		t.Errorf("verdicts %q, want %q", verdicts, want)
	}
}

// TestRefused wants a report of every refusal and its reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	told := make(chan string, 10)
	url := serve(t, set, live.Config{
		Answer: func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) { return nil, nil },
		Refused: func(_ context.Context, call route.Call, refusal *problem.Error) {
			told <- call.App + " " + call.Cmd + " " + refusal.Error()
		},
	})
	c := clientOf(t, set, "lianfa", url, map[string]string{"token": "another"})
	_, _ = c.Call(t.Context(), "cst_info_get", []byte(`{}`)) // its reply cannot be verified
	if got, want := <-told, "300  1009: authCode: it differs"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestMemory holds which values are remembered, and for how long.
func TestMemory(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	m := bind.NewMemory([]bind.App{{System: "u8", ID: "1", Secrets: map[string]string{"token": "own"}}}, func() time.Time { return now })
	m.Issue("u8", "1", "short", now.Add(time.Minute))
	valid := func(app, token string) bool {
		ok, err := m.Valid(t.Context(), "u8", app, token)
		return ok && err == nil
	}
	fresh := func(value string, until time.Time) bool {
		ok, err := m.Use(t.Context(), "u8", "1", value, until)
		return ok && err == nil
	}
	if !valid("1", "own") || !valid("1", "short") || valid("2", "own") || valid("1", "x") || valid("1", "") {
		t.Error("tokens are mixed up")
	}
	if !fresh("a", now.Add(time.Minute)) || fresh("a", now.Add(time.Minute)) || !fresh("b", time.Time{}) || !m.Used("u8", "1", "b") {
		t.Error("values are mixed up")
	}
	now = now.Add(time.Minute)
	if valid("1", "short") || !valid("1", "own") {
		t.Error("a token lives too long, or too short")
	}
	if !fresh("a", now) || fresh("b", time.Time{}) || m.Used("u8", "1", "c") {
		t.Error("a value is remembered too long, or too short")
	}
	for n := range 150_000 {
		fresh(time.Duration(n).String(), now.Add(time.Hour))
	}
	if !m.Used("u8", "1", time.Duration(149_999).String()) {
		t.Error("the latest value is forgotten")
	}
}

// TestNewRefuses holds which systems and apps cannot be served.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	answer := func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) { return nil, nil }
	one := callers(set)[:1]
	for want, c := range map[string]live.Config{
		"no Answer":                                    {Systems: set.Systems},
		`app 1: no system "x" is served`:               {Answer: answer, Apps: []bind.App{{System: "x", ID: "1"}}},
		"app 300 of " + one[0].System + " comes twice": {Answer: answer, Systems: set.Systems, Apps: append(one, one...)},
		"app 1 of lianfa: no token":                    {Answer: answer, Systems: set.Systems, Apps: []bind.App{{System: "lianfa", ID: "1"}}},
	} {
		if _, err := live.New(c); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

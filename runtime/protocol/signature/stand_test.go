package signature_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// TestStands: a value that an override moved replaces the declared one, a dropped
// one is "-", and a value in its declared place is left alone.
func TestStands(t *testing.T) {
	t.Parallel()
	declared := signature.Spec{
		App:  "header.appId",
		Time: &signature.Time{Value: "header.timestamp", Unit: "ms"},
		Steps: []signature.Step{
			{Op: "compare", Value: "query.token", With: "token"},
			{Op: "sign", Algorithm: "md5", Over: "{body}{appkey}{header.timestamp}", To: "header.sign"},
		},
	}
	used := signature.Spec{
		App:   "header.appId",
		Steps: []signature.Step{{Op: "sign", Algorithm: "md5", Over: "{params}{appkey}", Params: &signature.Params{From: []string{"query"}}, To: "query.s"}},
	}
	set, err := signature.NewSet(declared, nil, signature.Override{Apps: map[string]signature.Spec{"300": used}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := set.Keys("300", map[string]string{"appkey": "k", "token": "t"})
	if err != nil {
		t.Fatal(err)
	}
	r := &signature.Request{Method: "POST", Path: "/", Header: http.Header{}, Body: []byte(`{}`)}
	if err := set.Codec("", "300").Sign(r, keys, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	find := func(_ context.Context, app string) (*signature.Keys, bool) { return keys, app == "300" }
	var m signature.Message
	v, err := set.Verify(t.Context(), "", r, &m, find, signature.NewGuard("shop", noTokens{}, fresh{}, nil))
	if err != nil || v.App != "300" || string(v.Payload()) != "{}" {
		t.Fatal(err, v.App)
	}
	for place, want := range map[string]string{
		"header.sign": m.Value("query.s"), "header.Timestamp": "-", "query.token": "-", "header.appId": "", "header.other": "",
	} {
		got, ok := v.Stands(place)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", place, got, ok, want)
		}
	}
	if m.Value("query.s") == "" {
		t.Error("nothing was signed")
	}
}

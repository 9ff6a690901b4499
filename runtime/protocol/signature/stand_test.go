package signature_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// TestStand: what an override moved stands for what was declared, what it dropped is
// "-", and what stands where it was declared is left alone.
func TestStand(t *testing.T) {
	t.Parallel()
	declared := signature.Spec{
		App:  "header.appId",
		Time: &signature.Time{Value: "header.timestamp", Unit: "ms"},
		Steps: []signature.Step{
			{Op: "compare", Value: "query.token", With: "token"},
			{Op: "sign", Algorithm: "md5", Over: "{body}{appkey}{header.timestamp}", To: "header.sign"},
		},
	}
	codec, err := signature.New(signature.Spec{
		App:   "header.appId",
		Steps: []signature.Step{{Op: "sign", Algorithm: "md5", Over: "{params}{appkey}", Params: &signature.Params{From: []string{"query"}}, To: "query.s"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.Keys("300", map[string]string{"appkey": "k", "token": "t"})
	if err != nil {
		t.Fatal(err)
	}
	r := &signature.Request{Method: "POST", Path: "/", Header: http.Header{}, Body: []byte(`{}`)}
	if err := codec.Sign(r, keys, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	var m signature.Message
	if err := codec.Parse(r, &m); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{
		"header.sign": m.Value("query.s"), "header.Timestamp": "-", "query.token": "-", "header.appId": "", "header.other": "",
	} {
		got, ok := m.Stand(&declared, place)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", place, got, ok, want)
		}
	}
	if m.Value("query.s") == "" {
		t.Error("nothing was signed")
	}
}

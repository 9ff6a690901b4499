package inbox

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestParseFault holds the values of --fail.
func TestParseFault(t *testing.T) {
	t.Parallel()
	s := &spec.System{Reply: spec.Reply{CodeType: "int", Success: "0"}}
	for text, want := range map[string]Fault{
		"503":       {text: "503", status: 503},
		"302x3":     {text: "302", status: 302, times: 3},
		"slow=5s":   {text: "slow=5s", wait: 5 * time.Second},
		"slow=1sx2": {text: "slow=1s", wait: time.Second, times: 2},
		"garbage":   {text: "garbage", garbage: true},
		"garbagex1": {text: "garbage", garbage: true, times: 1},
		"code=-1x2": {text: "code=-1", code: "-1", times: 2},
		"code=1005": {text: "code=1005", code: "1005"},
	} {
		if got, err := ParseFault(s, text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x3", "200", "99", "600", "503x0", "503x-1", "503 x3", "slow", "slow=", "slow=0s", "slow=-1s", "slow=x2", "garbage=", "garbage=3", "code=", "code=x2", "code=a", "code=0", "noise"} {
		if got, err := ParseFault(s, text); err == nil {
			t.Errorf("%s: %+v", text, got)
		}
	}
	s.Reply.CodeType = "string"
	if got, err := ParseFault(s, "code=E1"); err != nil || got.code != "E1" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestFaults holds the order of ways to fail.
func TestFaults(t *testing.T) {
	t.Parallel()
	q := faults{list: []Fault{{text: "a", times: 2}, {text: "b", times: 1}, {text: "c"}}}
	var got []string
	for range 5 {
		got = append(got, q.next().text)
	}
	if strings.Join(got, "") != "aabcc" {
		t.Error(got)
	}
	if f := new(faults).next(); f != (Fault{}) {
		t.Errorf("%+v", f)
	}
}

// TestNoMessage sends a message that does not open.
func TestNoMessage(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(set.Systems, func(s *spec.System) bool { return !s.HasPaths() })
	var got *Arrival
	p, err := New(Config{
		System: set.Systems[at], App: "300", Secrets: map[string]string{"token": "test-token", "appkey": "test-appkey"},
		Arrived: func(a *Arrival) { got = a },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		body, printed, said string
		status              int
	}{
		{"", "\"\" \"\": answered HTTP 400\n", "json: ", 400},
		{`{"header":{"cmd":"a\u001b[2J"},"data":""}`, "\"\" \"\": answered HTTP 400\n", "required header/appid", 400},
		{strings.Repeat(" ", 2<<20), "\"\" \"\": answered HTTP 413\n", "json: ", 413},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.HasSuffix(got.String(), tt.printed) || !strings.HasPrefix(got.Refused, tt.said) {
			t.Errorf("%.50s: %d %s%s", tt.body, w.Code, got, got.Refused)
		}
	}
}

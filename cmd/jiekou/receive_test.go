package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jiekou-dev/jiekou/spec"
)

// freePort sets variables to addresses that nobody listens on: freeport A B.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Setenv(name, l.Addr().String())
		ts.Check(l.Close())
	}
}

// await waits until somebody listens on addresses: await $A $B.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for _, addr := range args {
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			c, err := net.Dial("tcp", addr)
			if err == nil {
				ts.Check(c.Close())
				break
			}
			if time.Now().After(end) {
				ts.Fatalf("nobody listens on %s", addr)
			}
		}
	}
}

// eventually waits until a file, which others write, matches: eventually 'pattern'
// file.
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(ts.MkAbs(args[1]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s never held %s, but\n%s", args[1], args[0], text)
		}
	}
}

// TestParseFault holds the values of --fail.
func TestParseFault(t *testing.T) {
	t.Parallel()
	s := &spec.System{Reply: spec.Reply{CodeType: "int", Success: "0"}}
	for text, want := range map[string]fault{
		"503":       {text: "503", status: 503},
		"302x3":     {text: "302", status: 302, times: 3},
		"slow=5s":   {text: "slow=5s", wait: 5 * time.Second},
		"slow=1sx2": {text: "slow=1s", wait: time.Second, times: 2},
		"garbage":   {text: "garbage", garbage: true},
		"garbagex1": {text: "garbage", garbage: true, times: 1},
		"code=-1x2": {text: "code=-1", code: "-1", times: 2},
		"code=1005": {text: "code=1005", code: "1005"},
	} {
		if got, err := parseFault(s, text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x3", "200", "99", "600", "503x0", "503x-1", "503 x3", "slow", "slow=", "slow=0s", "slow=-1s", "slow=x2", "garbage=", "garbage=3", "code=", "code=x2", "code=a", "code=0", "noise"} {
		if got, err := parseFault(s, text); err == nil {
			t.Errorf("%s: %+v", text, got)
		}
	}
	s.Reply.CodeType = "string"
	if got, err := parseFault(s, "code=E1"); err != nil || got.code != "E1" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestFaults holds the order of ways to fail.
func TestFaults(t *testing.T) {
	t.Parallel()
	q := faults{list: []fault{{text: "a", times: 2}, {text: "b", times: 1}, {text: "c"}}}
	var got []string
	for range 5 {
		got = append(got, q.next().text)
	}
	if strings.Join(got, "") != "aabcc" {
		t.Error(got)
	}
	if f := new(faults).next(); f != (fault{}) {
		t.Errorf("%+v", f)
	}
}

// TestNoMessage sends a message that does not open.
func TestNoMessage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "app.json")
	text := `{"system":"lianfa","appid":"300","token":"test-token","appkey":"test-appkey"}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, speech strings.Builder
	p, err := (&tool{stdout: &out, stderr: &speech}).newPushed(receiveOptions{app: file})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		body, printed, said string
		status              int
	}{
		{"", "\"\" \"\": answered HTTP 400\n", "the message does not open: json: ", 400},
		{`{"header":{"cmd":"a\u001b[2J"},"data":""}`, "\"a\\x1b[2J\" \"\": answered HTTP 400\n", "does not open: required header/appid", 400},
		{strings.Repeat(" ", 2<<20), "\"\" \"\": answered HTTP 413\n", "the message does not open: json: ", 413},
	} {
		out.Reset()
		speech.Reset()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.HasSuffix(out.String(), tt.printed) || !strings.Contains(speech.String(), tt.said) {
			t.Errorf("%.50s: %d %s%s", tt.body, w.Code, out.String(), speech.String())
		}
	}
}

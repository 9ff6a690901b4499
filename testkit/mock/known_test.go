package mock_test

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// TestKnownAnswers sends the known answers of the documents to a mock whose clock is
// set to their time: what holds is let in, and what does not has its code.
func TestKnownAnswers(t *testing.T) {
	t.Parallel()
	sent := 0
	for _, s := range loaded(t).Systems {
		for _, k := range s.Known {
			if k.Push || len(k.System) > 0 {
				continue
			}
			sent++
			t.Run(s.Name+"/"+k.Name, func(t *testing.T) {
				t.Parallel()
				answerKnown(t, s, k)
			})
		}
	}
	if sent < 30 {
		t.Errorf("only %d known answers", sent)
	}
}

// answerKnown sends one, twice where the second time counts.
func answerKnown(t *testing.T, s *spec.System, k *spec.Known) {
	at, err := time.Parse(time.RFC3339, k.At)
	if err != nil {
		t.Fatal(err)
	}
	texts, secrets := map[string]string{}, protocol.Secrets{}
	for _, one := range k.Keys {
		if name, _, older := strings.Cut(one.Name, " "); !older {
			texts[name], secrets[name] = one.Value, []string{one.Value}
		}
	}
	if k.Issued != "" {
		texts["token"] = k.Issued
	}
	m, _, err := mock.New(mock.Config{
		Systems: []*spec.System{s}, Seed: 1, Now: func() time.Time { return at }, Apps: []bind.App{{System: s.Name, ID: k.App, Secrets: texts}},
	})
	if err != nil {
		t.Skip(err) // it is about keys that no server takes
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	var code string
	for range map[bool]int{true: 2, false: 1}[k.Again] {
		code = codeOf(t, s, secrets, k, handler)
	}
	system := bind.System(s)
	want := k.Refused
	if mapped, ok := system.Errors.Rules[problem.Rule(want)]; ok {
		want = mapped
	}
	switch {
	case want != "" && code != want:
		t.Errorf("answered with %q, want %q", code, want)
	case want == "" && slices.Contains(doubts(system.Protocol), code):
		t.Errorf("refused with %s", code)
	}
}

// doubts are the codes with which values and guards of a protocol refuse.
func doubts(p *protocol.Protocol) (out []string) {
	calls, _ := p.Call.Parts()
	for _, c := range calls {
		for _, v := range c.Values {
			out = append(out, v.Code)
		}
		for _, g := range c.Guards {
			out = append(out, g.Code)
		}
	}
	return slices.DeleteFunc(out, func(code string) bool { return code == "json" })
}

// codeOf sends a known answer and reads the code of the reply, empty where it has none.
func codeOf(t *testing.T, s *spec.System, secrets protocol.Secrets, k *spec.Known, handler http.Handler) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), cmp.Or(k.Method, http.MethodPost), k.URL, strings.NewReader(k.Body))
	for _, h := range k.Header {
		r.Header.Set(h.Name, h.Value)
	}
	if k.Body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code == http.StatusMethodNotAllowed {
		t.Skip("no interface has the method")
	}
	p := bind.System(s).Protocol
	keys, err := p.Keys(k.App, secrets)
	if err != nil {
		t.Fatal(err)
	}
	reply := &message.Message{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
	o, err := p.Call.OpenAlone(t.Context(), keys, protocol.Incoming{Message: reply, Interface: k.Interface})
	if err != nil {
		if w.Code == http.StatusUnauthorized && k.Refused == "app" || w.Code == http.StatusNotFound {
			return k.Refused
		}
		t.Fatalf("HTTP %d: %v\n%s", w.Code, err, w.Body)
	}
	return o.Code
}

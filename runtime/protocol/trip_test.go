package protocol_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// TestRoundTrips sends, admits, answers and opens with every protocol.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for _, path := range files(t) {
		f, p := load(t, path)
		for _, one := range f.Trips {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml")+"/"+one.Name, func(t *testing.T) {
				t.Parallel()
				round(t, f, p, one)
			})
		}
	}
}

func send(t testing.TB, f *file, p *protocol.Protocol, one trip, at time.Time) (*protocol.Exchange, *protocol.Side, *protocol.Sent) {
	t.Helper()
	x := p.Call
	if one.Push {
		x = p.Push
	}
	s, keys := side(t, f, p, at, nil)
	o := protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Now: at, Values: one.Values}
	if one.File != "" {
		o.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte(one.File)}}
	}
	if one.Draft != "" {
		o.Draft = parse(t, one.Draft)
	}
	sent, err := x.Send(keys, o)
	if err != nil {
		t.Fatal(err)
	}
	return x, s, sent
}

func round(t *testing.T, f *file, p *protocol.Protocol, one trip) {
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	x, s, sent := send(t, f, p, one, at)
	a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
	if err != nil {
		t.Fatalf("%v\n%s", err, dump(sent.Message))
	}
	if a.Interface() != one.Interface {
		t.Errorf("interface %q", a.Interface())
	}
	if one.Payload != "" {
		sameJSON(t, "payload", one.Payload, string(a.Payload()))
	}
	for _, o := range []protocol.Outcome{
		{OK: true, Code: one.Code, Text: "成功", Payload: []byte(one.Reply), ID: "log-1"},
		{Code: one.Failure, Text: "失败", ID: "log-2"},
	} {
		m, err := x.Reply(a, o)
		if err != nil {
			t.Fatal(err)
		}
		if m == nil {
			t.Fatal("no reply")
		}
		t.Logf("%s%d %s\n%s", dump(sent.Message)+"\n\n", m.Status, m.Header, m.Body)
		got, err := x.Open(t.Context(), sent, m)
		if err != nil {
			t.Fatal(err)
		}
		if got.OK != o.OK {
			t.Errorf("ok is %v, want %v: %s", got.OK, o.OK, m.Body)
		}
		if o.OK && one.Reply != "" {
			sameJSON(t, "reply", one.Reply, string(got.Payload))
		}
		if show := one.Shows[map[bool]string{true: "success", false: "failure"}[o.OK]]; !strings.Contains(string(m.Body), show) {
			t.Errorf("the answer %s does not show %s", m.Body, show)
		}
	}
	again, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
	again.Release()
	if code(err) != one.Replay {
		t.Errorf("once more: %v, want %q", err, one.Replay)
	}
}

// TestTampered changes every part of a message, one at a time: each change is
// refused, or the protocol does not protect that part and its file says so.
func TestTampered(t *testing.T) {
	t.Parallel()
	for _, path := range files(t) {
		f, p := load(t, path)
		for _, one := range f.Trips {
			name := strings.TrimSuffix(filepath.Base(path), ".yaml") + "/" + one.Name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
				_, _, sent := send(t, f, p, one, at)
				for part, m := range tampered(sent.Message) {
					x, s, _ := send(t, f, p, one, at)
					a, err := x.Admit(t.Context(), protocol.Incoming{Message: m, Interface: one.Interface}, s)
					a.Release()
					free := false
					for _, word := range f.Unsigned {
						free = free || strings.Contains(part, word)
					}
					if err == nil && !free {
						t.Errorf("%s was changed and let in:\n%s", part, dump(m))
					}
				}
			})
		}
	}
}

// tampered are copies of a message with one part changed.
func tampered(m *message.Message) map[string]*message.Message {
	out := map[string]*message.Message{}
	clone := func() *message.Message {
		c := *m
		c.Header = m.Header.Clone()
		c.Body = append([]byte(nil), m.Body...)
		return &c
	}
	for name, values := range m.Header {
		if name == "Content-Type" || name == "Accept" {
			continue
		}
		c := clone()
		c.Header[name] = []string{changed(values[0])}
		out["header "+name] = c
	}
	parts := strings.Split(m.Query, "&")
	for i, one := range parts {
		if one == "" {
			continue
		}
		c := clone()
		other := append([]string(nil), parts...)
		other[i] = changed(one)
		c.Query = strings.Join(other, "&")
		out["query "+one] = c
	}
	for i := range m.Body {
		if i%max(1, len(m.Body)/97) != 0 || m.Body[i] < '0' || m.Body[i] > 'z' {
			continue
		}
		c := clone()
		c.Body[i] = flip(c.Body[i])
		out["body "+label(string(m.Body), i)] = c
	}
	return out
}

// label is the name of the member in which a byte of a body stands.
func label(body string, i int) string {
	names := regexp.MustCompile(`"([^"]*)"\s*:|<([A-Za-z_]\w*)>|(?:^|&)([^&=]*)=`).FindAllStringSubmatch(body[:i], -1)
	if len(names) == 0 {
		return body[:i]
	}
	return strings.Join(names[len(names)-1][1:], "")
}

func flip(ch byte) byte {
	switch {
	case ch == '9':
		return '8'
	case ch >= '0' && ch < '9':
		return ch + 1
	case ch == 'z' || ch == 'Z':
		return ch - 1
	}
	return ch + 1
}

// changed flips the last letter or digit.
func changed(s string) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		ch := b[i]
		if '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z' {
			b[i] = flip(ch)
			return string(b)
		}
	}
	return s + "x"
}

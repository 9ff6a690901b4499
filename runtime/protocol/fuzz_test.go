package protocol_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// FuzzAdmit throws messages at every protocol: none panics, each refusal is one of
// problem's, and what is let in was made with the key: it has the signature of one
// of the messages that the fuzzer was given.
func FuzzAdmit(f *testing.F) {
	type one struct {
		name string
		f    *file
		p    *protocol.Protocol
	}
	var all []one
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	for _, path := range files(f) {
		file, p := load(f, path)
		all = append(all, one{path, file, p})
		for _, v := range file.Vectors {
			f.Add(uint8(len(all)-1), v.Message)
		}
		for _, v := range file.Trips {
			_, _, sent := send(f, file, p, v, at)
			f.Add(uint8(len(all)-1), dump(sent.Message))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		if len(text) > 1<<14 || !strings.Contains(text, " ") {
			return
		}
		p := all[int(which)%len(all)]
		for _, line := range strings.Split(strings.Split(text, "\n\n")[0], "\n")[1:] {
			if !strings.Contains(line, ": ") {
				return
			}
		}
		for _, x := range []*protocol.Exchange{p.p.Call, p.p.Push} {
			if x == nil {
				continue
			}
			s, _ := side(t, p.f, p.p, at, nil)
			a, err := x.Admit(t.Context(), protocol.Incoming{Message: parse(t, text), Interface: "x"}, s)
			if err != nil && problem.From(err).Rule == problem.Internal {
				t.Errorf("%s: %v", p.name, err)
			}
			if _, err := x.Reply(a, protocol.Outcome{OK: err == nil, Code: "1", Text: "x"}); err != nil && a.Known() {
				t.Logf("%s: %v", p.name, err)
			}
			a.Release()
		}
	})
}

// FuzzRead holds that no text makes the reader or the compiler panic, and that every
// problem has a place.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("request: {like: reply}")
	f.Add("keys: {a: rsa}\nrequest: {json: {a: \"{app|rsa-encrypt a}\"}, variants: [{when: x}]}")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := declare.Parse([]byte(text))
		if err != nil {
			return
		}
		if _, err := protocol.Compile(d); err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Error("a problem without words")
		}
	})
}

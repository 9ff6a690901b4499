package protocol_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// TestTamperedReplies changes every part of every reply, and of every answer to a
// notification, that something proves: nobody takes it for another one of success.
func TestTamperedReplies(t *testing.T) {
	t.Parallel()
	proved := 0
	for _, path := range files(t) {
		f, p := load(t, path)
		for _, one := range f.Trips {
			at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
			x, s, sent := send(t, f, p, one, at)
			a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
			if err != nil {
				t.Fatal(path, err)
			}
			for _, o := range []protocol.Outcome{
				{OK: true, Code: one.Code, Text: "成功", Payload: []byte(one.Reply), ID: "log-1"},
				{Code: one.Failure, Text: "失败", ID: "log-2"},
			} {
				if forged(t, strings.TrimSuffix(filepath.Base(path), ".yaml")+"/"+one.Name, x, sent, a, o) && one.Push {
					proved++
				}
			}
		}
	}
	if proved < 18 {
		t.Errorf("only %d answers to notifications are proved", proved)
	}
}

// forged changes one reply, and reports whether something proves it.
func forged(t *testing.T, name string, x *protocol.Exchange, sent *protocol.Sent, a *protocol.Admitted, o protocol.Outcome) bool {
	t.Helper()
	m, err := x.Reply(a, o)
	if err != nil || m == nil {
		t.Fatal(name, err)
	}
	opened, err := x.Open(t.Context(), sent, m)
	if err != nil {
		t.Fatal(name, err)
	}
	if opened.Plain {
		return false
	}
	code, payload := opened.Code, bytes.Clone(opened.Payload)
	for part, other := range tampered(m) {
		got, err := x.Open(t.Context(), sent, other)
		if err == nil && got.OK && (!o.OK || got.Code != code || !bytes.Equal(got.Payload, payload)) {
			t.Errorf("%s: %s was changed, and it is one of success: %s", name, part, other.Body)
		}
	}
	return true
}

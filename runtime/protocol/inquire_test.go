package protocol_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// A value that failed is tried with another text of one of its parts: it holds with
// what the sender signed, and with nothing else, and the inquiry stays as it was.
func TestInquire(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/custservice.yaml")
	x, s, sent := send(t, f, p, f.Trips[0], time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC))
	m := *sent.Message
	m.Body = []byte(strings.Replace(string(m.Body), "1", "2", 1))
	q := x.Inquire(t.Context(), protocol.Incoming{Message: &m, Interface: "customer"}, s)
	defer q.Release()
	if code(q.Err) != "21002" || len(q.Failed) != 1 || q.Failed[0].Op.Item.Name != "sign" {
		t.Fatal(q.Err, q.Failed)
	}
	failed := q.Failed[0]
	other := func(body []byte) *protocol.Overlay {
		return &protocol.Overlay{Texts: map[int][]byte{plan.SlotBody: body}}
	}
	for range 2 {
		if _, ok := q.Try(failed, &protocol.Overlay{}); ok {
			t.Error("it holds without a change")
		}
		if _, ok := q.Try(failed, other([]byte("{}"))); ok {
			t.Error("it holds with another body")
		}
		if _, ok := q.Try(failed, other(sent.Message.Body)); !ok {
			t.Error("it does not hold with the body that was signed")
		}
	}
	if text := q.Masked(failed.Op.Expr); !strings.HasPrefix(text, "PUT\n/basic/openapi/v1/customer\n") {
		t.Errorf("masked text %q", text)
	}
	if at, within, ok := q.Sent(); !ok || within != 5*time.Minute || at.Unix() != 1795847100 {
		t.Error(at, within, ok)
	}
	again := q.Again(other(sent.Message.Body))
	defer again.Release()
	if again.Err == nil {
		t.Error("an overlay of a text holds beyond one trial")
	}
}

// What a stream cipher makes of a wrong key is no text: the inquiry doubts it, though
// the protocol has nothing to compare it with.
func TestInquireDoubts(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/lianfa.yaml")
	x, s, sent := send(t, f, p, f.Trips[0], time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC))
	q := x.Inquire(t.Context(), protocol.Incoming{Message: sent.Message}, s)
	if q.Err != nil || len(q.Failed) > 0 {
		t.Error(q.Err, q.Failed)
	}
	q.Release()
	f.Keys["appkey"] = "another"
	other, _ := side(t, f, p, time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC), nil)
	q = x.Inquire(t.Context(), protocol.Incoming{Message: sent.Message}, other)
	defer q.Release()
	if len(q.Failed) != 1 || q.Failed[0].Op.Item.Name != "data" {
		t.Error(q.Err, q.Failed)
	}
}

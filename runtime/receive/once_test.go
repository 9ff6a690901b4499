package receive_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/receive"
)

// shelf is a Deduper that the methods write to, as a table is.
type shelf struct {
	ids sync.Map
	err error
}

func (s *shelf) Seen(_ context.Context, sid string) (bool, error) {
	_, ok := s.ids.Load(sid)
	return ok, s.err
}

// forgetful is a Recorder that cannot write.
type forgetful struct{ shelf }

func (*forgetful) Done(context.Context, string) error { return errors.New("no room") }

// TestSeen: a message that was carried out is not carried out again, one that
// failed is.
func TestSeen(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *receive.Config) { c.Seen = receive.NewMemory(2) })
	for n, tt := range []struct{ sid, guid, code string }{
		{"10026112111040500001", "a", "0"},
		{"10026112111040500001", "a", "1013"},
		{"10026112111040500001", "", "1001"}, // an invalid message was never carried out under this id
		{"10026112111040500002", "error", "1005"},
		{"10026112111040500002", "error", "1005"},
		{"10026112111040500002", "panic", "1005"},
		{"10026112111040500002", "b", "0"},
		{"10026112111040500002", "b", "1013"},
		{"10026112111040500003", "c", "0"}, // the first is forgotten
		{"10026112111040500001", "a", "0"},
		{"10026112111040500003", "c", "1013"},
	} {
		r := push{cmd: "thing_notify", payload: `{"cstGUID":"` + tt.guid + `"}`, sid: tt.sid}
		reply := b.push(t, r)
		called := len(b.taken())
		if reply.err != nil || reply.code != tt.code || called != 0 != (tt.code == "0" || tt.code == "1005") {
			t.Errorf("%d: %s %s is %s, %v, %d calls; want %s", n, tt.sid, tt.guid, reply.code, reply.err, called, tt.code)
		}
	}
}

// TestSeenFails: without a Deduper's answer the message waits.
func TestSeenFails(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *receive.Config) { c.Seen = &shelf{err: errors.New("no table")} })
	r := push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid}
	reply := b.push(t, r)
	if reply.err != nil || reply.code != "1005" || b.taken() != nil || !strings.Contains(b.log.String(), "no table") {
		t.Errorf("%+v: %s", reply, b.log)
	}
}

// TestDoneFails: the effect is there, so the answer is that of success.
func TestDoneFails(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *receive.Config) { c.Seen = new(forgetful) })
	r := push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid}
	reply := b.push(t, r)
	if reply.err != nil || reply.code != "0" || !strings.Contains(b.log.String(), "carried out and not recorded") {
		t.Errorf("%+v: %s", reply, b.log)
	}
}

// TestCopies: copies of a message at once are carried out once, other messages
// do not wait for them.
func TestCopies(t *testing.T) {
	t.Parallel()
	var running, calls, most atomic.Int32
	seen, gate, first := new(shelf), make(chan struct{}), make(chan struct{})
	b := serveTake(t, seen, func(ctx context.Context, call *receive.Call, q *event) error {
		if q.GUID == "other" {
			close(gate)
			return nil
		}
		if calls.Add(1) == 1 {
			close(first)
		}
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		select { // holds its id until the other message came through
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
		seen.ids.Store(call.Sid, true)
		return nil
	})
	codes := make(chan string, 21)
	var all sync.WaitGroup
	send := func(sid, guid string) {
		reply := b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"` + guid + `"}`, sid: sid})
		codes <- fmt.Sprint(reply.code, reply.err)
	}
	for range 20 {
		all.Go(func() { send(sid, "a") })
	}
	<-first
	all.Go(func() { send("10026112111040500002", "other") })
	all.Wait()
	close(codes)
	count := map[string]int{}
	for code := range codes {
		count[code]++
	}
	if calls.Load() != 1 || most.Load() != 1 || count["0<nil>"] != 2 || count["1013<nil>"] != 19 {
		t.Errorf("%d calls, %d at once, answers %v", calls.Load(), most.Load(), count)
	}
}

// TestCopyWaitsInVain: a copy waits no longer than a method may take.
func TestCopyWaitsInVain(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	b := serveTake(t, new(shelf), func(context.Context, *receive.Call, *event) error {
		close(entered)
		<-leave // deaf to its context
		return nil
	})
	r := push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid}
	first := make(chan string, 1)
	go func() {
		reply := b.push(t, r)
		first <- fmt.Sprint(reply.code, reply.err)
	}()
	<-entered
	reply := b.push(t, r)
	close(leave)
	if reply.err != nil || reply.code != "1005" {
		t.Errorf("%+v", reply)
	}
	if got := <-first; got != "0<nil>" {
		t.Error(got)
	}
}

// TestCrowd: many messages at once, each carried out once.
func TestCrowd(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *receive.Config) { c.Seen = receive.NewMemory(0); c.Timeout = time.Minute })
	const messages, copies = 40, 3
	var all sync.WaitGroup
	for n := range messages * copies {
		all.Go(func() {
			id := fmt.Sprintf("100261121110405%05d", n%messages)
			payload := fmt.Sprintf(`{"cstGUID":"%d"}`, n%messages)
			reply := b.push(t, push{cmd: "thing_notify", payload: payload, sid: id})
			if reply.err != nil || reply.code != "0" && reply.code != "1013" {
				t.Errorf("%s: %+v", id, reply)
			}
		})
	}
	all.Wait()
	once := map[string]bool{}
	for _, call := range b.taken() {
		words := strings.Fields(call)
		if once[call] || fmt.Sprintf("100261121110405%05s", words[5]) != words[3] {
			t.Errorf("%s: twice, or mixed up", call)
		}
		once[call] = true
	}
	if len(once) != messages {
		t.Errorf("%d of %d messages", len(once), messages)
	}
}

// serveTake starts a receiver of thing_notify alone.
func serveTake(t *testing.T, seen receive.Deduper, take receive.Take[event]) *bench {
	t.Helper()
	return setup(t, func(c *receive.Config) { c.Seen, c.Timeout = seen, time.Second }, receive.Handle("thing_notify", take))
}

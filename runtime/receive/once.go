package receive

import (
	"context"
	"strings"
	"sync"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Deduper knows which messages were carried out. It must be safe for concurrent
// use; within one process, messages of one id are looked up and carried out one
// after the other.
//
// Seen only asks. The id is written with the effect: by the method, in the
// transaction of the effect and under a unique key, returning ErrRepeated if the
// key is taken; or by a Recorder. If an id is written before its effect and the
// method fails, the notification is lost.
type Deduper interface {
	Seen(ctx context.Context, sid string) (bool, error)
}

// Recorder is a Deduper that records every message that was carried out, once its
// method has returned nil. A crash between the two makes the message come again; so
// this is for methods that may be repeated. An error of Done is only logged.
type Recorder interface {
	Deduper
	Done(ctx context.Context, sid string) error
}

// ErrRepeated is the error of a method that finds its message carried out already;
// the answer counts as delivered.
var ErrRepeated error = problem.New(problem.Repeated)

// own reports whether only the application itself gives such message ids. A
// message that has one is the reply to a call of the application, sent back to it
// under another cmd, which no code protects.
func (r *receiver) own(sid string) bool {
	return r.sender != "" && strings.HasPrefix(sid, r.app) && !strings.HasPrefix(sid, r.sender)
}

// once carries a message out unless that was done.
func (r *receiver) once(parent context.Context, call *Call, do func(context.Context) error) error {
	if r.own(call.Sid) {
		return problem.New(problem.Sid)
	}
	ctx, cancel := context.WithTimeout(parent, r.timeout)
	defer cancel()
	if r.seen == nil || call.Sid == "" {
		return do(ctx)
	}
	leave, err := r.busy.enter(ctx, call.Sid)
	if err != nil {
		return problem.Wrap(problem.Unavailable, err)
	}
	defer leave()
	seen, err := r.seen.Seen(ctx, call.Sid)
	switch {
	case err != nil:
		return problem.Wrap(problem.Unavailable, err)
	case seen:
		return ErrRepeated
	}
	if err := do(ctx); err != nil {
		return err
	}
	if recorder, ok := r.seen.(Recorder); ok {
		r.record(parent, recorder, call)
	}
	return nil
}

// record records that a message was carried out. The method has done its work, so
// its time does not count here, and a failure is no reason to get the message
// again.
func (r *receiver) record(parent context.Context, recorder Recorder, call *Call) {
	ctx, cancel := context.WithTimeout(parent, r.timeout)
	defer cancel()
	if err := recorder.Done(ctx, call.Sid); err != nil {
		r.log.ErrorContext(ctx, "a message was carried out and not recorded", "cmd", call.Cmd, "sid", call.Sid, "cause", err)
	}
}

// inFlight holds the ids that are being carried out. The zero value is ready.
type inFlight struct {
	mu  sync.Mutex
	ids map[string]chan struct{} // closed when the id is free
}

// enter waits until nobody else carries out the id, and returns the function that
// frees it. It fails with the context.
func (f *inFlight) enter(ctx context.Context, id string) (leave func(), err error) {
	for {
		f.mu.Lock()
		free, taken := f.ids[id]
		if !taken {
			free = make(chan struct{})
			if f.ids == nil {
				f.ids = map[string]chan struct{}{}
			}
			f.ids[id] = free
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				delete(f.ids, id)
				f.mu.Unlock()
				close(free)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Memory is a Recorder that remembers the latest ids of this process, for methods
// that may be repeated after a restart, and for trying things out.
type Memory struct {
	mu   sync.Mutex
	ids  map[string]struct{}
	ring []string // the ids, oldest at next once it is full
	next int
	most int
}

// NewMemory returns a Memory of the latest n ids; n below 1 is 10,000.
func NewMemory(n int) *Memory {
	if n < 1 {
		n = 10_000
	}
	return &Memory{ids: map[string]struct{}{}, most: n}
}

// Seen reports whether an id is remembered. It never fails.
func (m *Memory) Seen(_ context.Context, sid string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.ids[sid]
	return ok, nil
}

// Done remembers an id, and forgets the oldest where there is no room. It never
// fails.
func (m *Memory) Done(_ context.Context, sid string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.ids[sid]; ok {
		return nil
	}
	if len(m.ring) < m.most {
		m.ring = append(m.ring, sid)
	} else {
		delete(m.ids, m.ring[m.next])
		m.ring[m.next] = sid
	}
	m.next = (m.next + 1) % m.most
	m.ids[sid] = struct{}{}
	return nil
}

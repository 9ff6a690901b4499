package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	messages "github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// arrival is a notification that was taken, the first copy.
type arrival struct{ sid, mobile, value, project string }

// inbox is a partner that takes notifications. One may fail now and then, and one refuses
// what it will never take.
type inbox struct {
	*rig
	app      string
	fails    int // of 200 before a notification is taken, and as many after it
	only     string
	refuses  bool
	url      string
	protocol *protocol.Protocol
	side     *protocol.Side

	mu     sync.Mutex
	random *rand.Rand
	bySid  map[string]string
	list   []arrival
	copies int
	last   time.Time
	active map[string]int // that are being taken, by id
}

// one knows one app.
type one struct{ keys *protocol.Keys }

// Keys returns the keys of the app.
func (o one) Keys(context.Context, string) (*protocol.Keys, error) { return o.keys, nil }

// open starts an inbox.
func (b *inbox) open(secrets map[string]string) error {
	b.protocol = lianfa.Protocol()
	keys, err := b.protocol.Keys(b.app, secretsOf(secrets))
	if err != nil {
		return err
	}
	b.side = protocol.NewSide(one{keys}, nil, nil, time.Now)
	b.bySid, b.active = map[string]string{}, map[string]int{}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return err
	}
	b.url = "http://" + l.Addr().String()
	s := &http.Server{Handler: b, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	return nil
}

// ServeHTTP takes a notification.
func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, err := messages.Request(r, 1<<20)
	if err != nil {
		return // its sender was killed
	}
	a, err := b.protocol.Push.Admit(r.Context(), protocol.Incoming{Message: in}, b.side)
	defer a.Release()
	if err != nil {
		b.anomaly("notification", "%s: does not verify: %v", b.app, err)
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	if !b.take(r.Context(), a.Value("sid"), string(a.Payload())) {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	reply, err := b.protocol.Push.Reply(a, protocol.Outcome{OK: true, Code: "0", Payload: []byte("{}")})
	if err == nil {
		_, _ = w.Write(reply.Body)
	}
}

// take notes a notification; false: the answer is a failure.
func (b *inbox) take(ctx context.Context, sid, plain string) bool {
	b.mu.Lock()
	if len(b.active) > 0 && b.active[sid] == 0 && ctx.Err() == nil && b.calm(40*time.Second) {
		b.anomaly("alone", "%s is served twice at a time", b.app)
	}
	b.active[sid]++
	luck := b.random.IntN(200)
	b.mu.Unlock()
	time.Sleep(time.Duration(luck%4) * time.Millisecond) // so that two at a time would be seen
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.active[sid]--; b.active[sid] == 0 {
		delete(b.active, sid)
	}
	var m struct{ Mobile, CustomerName, ProjGUID string }
	if err := json.Unmarshal([]byte(plain), &m); err != nil {
		b.anomaly("notification", "%s: %v", b.app, err)
		return false
	}
	if b.refuses && strings.HasSuffix(m.CustomerName, "死") || luck < b.fails {
		return false
	}
	b.last = time.Now()
	if before, ok := b.bySid[sid]; ok {
		if before != plain {
			b.anomaly("notification", "%s: %s comes with other bytes", b.app, sid)
		}
		b.copies++
	} else {
		b.bySid[sid] = plain
		b.list = append(b.list, arrival{sid, m.Mobile, m.CustomerName, m.ProjGUID})
	}
	b.deliveries.Add(1)
	return luck >= 2*b.fails
}

// mend lets what failed by chance be sound.
func (b *inbox) mend() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fails = 0
}

// when is when the last one came.
func (b *inbox) when() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

func (b *inbox) String() string {
	return fmt.Sprintf("%s %d taken, %d copies", b.app, len(b.list), b.copies)
}

// secretsOf are the credentials of an app as its protocol takes them.
func secretsOf(made map[string]string) protocol.Secrets {
	out := protocol.Secrets{}
	for name, value := range made {
		out[name] = []string{value}
	}
	return out
}

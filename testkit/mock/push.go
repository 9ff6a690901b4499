package mock

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// The bounds of deliveries.
const (
	maxWaiting = 10_000 // notifications of one app that wait
	pushTries  = 5
	pushWait   = time.Second // before the second try; each further wait is twice as long
)

// Pusher sends the notifications of mocks: to each app its own queue, in order, written
// with the app's keys.
type Pusher struct {
	url    string
	log    *slog.Logger
	queues map[string][]*queue // by system
}

// queue is the notifications of one app.
type queue struct {
	app    string
	config client.Config
	client *client.Client
	wait   chan model.Told
	sid    func() string // the next message id
}

// NewPusher sends to a URL until ctx ends. Apps that may call nothing get nothing.
func NewPusher(ctx context.Context, url string, systems []*spec.System, apps []bind.App, now func() time.Time, log *slog.Logger) (*Pusher, error) {
	p := &Pusher{url: url, log: log, queues: map[string][]*queue{}}
	for _, s := range systems {
		described := bind.System(s)
		if described.Protocol == nil || described.Protocol.Push == nil {
			continue
		}
		for _, a := range apps {
			if a.System != s.Name || a.May != nil {
				continue
			}
			config := client.Config{System: described, URL: url, App: a.ID, Secrets: a.Secrets, Now: now}
			c, err := client.New(config)
			if err != nil {
				return nil, fmt.Errorf("notifications for app %s: %w", a.ID, err)
			}
			q := &queue{app: a.ID, config: config, client: c, wait: make(chan model.Told, maxWaiting), sid: ids(s, described.Protocol, now)}
			p.queues[s.Name] = append(p.queues[s.Name], q)
			go p.deliver(ctx, q)
		}
	}
	return p, nil
}

// ids makes message ids of notifications as servers make them: the sender, the time in the
// system's zone, and a number.
func ids(s *spec.System, p *protocol.Protocol, now func() time.Time) func() string {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || !p.Push.HasID() {
		return func() string { return "" }
	}
	if now == nil {
		now = time.Now
	}
	n := 0 // of one queue, whose notifications are sent one after another
	return func() string {
		n++
		return p.Sender() + now().In(zone).Format("060102150405") + fmt.Sprintf("%05d", n%100_000)
	}
}

// Push queues notifications for the apps of a system.
func (p *Pusher) Push(system string, told []model.Told) {
	for _, q := range p.queues[system] {
		for _, t := range told {
			if !t.For(q.app) {
				continue
			}
			select {
			case q.wait <- t:
			default:
				p.log.Error("a notification is dropped: too many wait", "app", q.app, "cmd", t.Of.Cmd)
			}
		}
	}
}

// deliver sends the notifications of one app, one after another.
func (p *Pusher) deliver(ctx context.Context, q *queue) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-q.wait:
			p.send(ctx, q, t)
		}
	}
}

// send tries until the receiver takes a notification, or gives it up.
func (p *Pusher) send(ctx context.Context, q *queue, t model.Told) {
	c, err := q.at(t.URL)
	if err != nil {
		p.log.Error("a notification is dropped: its URL is none", "app", q.app, "cmd", t.Of.Cmd, "cause", err)
		return
	}
	sid := q.sid()
	for n, wait := 1, pushWait; ; n, wait = n+1, wait*2 {
		reply, err := c.CallWithSid(ctx, sid, t.Of.Cmd, []byte(t.Body.String()))
		if err == nil && reply.OK {
			return
		}
		p.log.Warn("a notification was not taken", "app", q.app, "cmd", t.Of.Cmd, "try", n, "code", reply.Code, "cause", err)
		if n == pushTries {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// at is the client that calls the receiver at a URL that a request gave; empty: at the one
// of all notifications.
func (q *queue) at(given string) (*client.Client, error) {
	if given == "" {
		return q.client, nil
	}
	if _, err := outbox.ParseURL(given); err != nil {
		return nil, err
	}
	config := q.config
	config.URL = given
	return client.New(config)
}

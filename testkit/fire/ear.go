package fire

import (
	"context"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/inbox"
	"github.com/jiekou-dev/jiekou/testkit/sample"
	"github.com/jiekou-dev/jiekou/testkit/standin"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// ear receives the notifications of the app while cases are fired. nil hears nothing.
type ear struct {
	heard *twin.Heard
	app   string
	at    string // its URL
	end   func()
}

// listen begins to receive where the config says so.
func listen(ctx context.Context, s *spec.System, config Config) (*ear, error) {
	if config.Listen == "" {
		return nil, nil //nolint:nilnil // nobody listens
	}
	e := &ear{heard: twin.NewHeard(), app: config.App.ID}
	handler, err := inbox.New(inbox.Config{System: s, App: config.App.ID, Secrets: config.App.Secrets, Arrived: e.arrived})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	began, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		err = standin.Listen(ctx, config.Listen, handler, func(url string) { began <- url })
	}()
	e.end = func() {
		stop()
		<-ended
	}
	select {
	case e.at = <-began:
		return e, nil
	case <-ended:
		stop()
		return nil, err
	}
}

// arrived passes a message on. One that was carried out before is none, nor is a handshake.
func (e *ear) arrived(a *inbox.Arrival) {
	switch {
	case a.Handshake || a.Repeated:
	case a.Refused != "":
		e.heard.Take(expect.Notification{}, a.Refused)
	default:
		e.heard.Take(expect.Notification{App: e.app, Cmd: a.Cmd, Body: a.Payload}, strings.Join(a.Breaks, "；"))
	}
}

// url is where notifications go; empty: nowhere.
func (e *ear) url() string {
	if e == nil {
		return ""
	}
	return e.at + "/"
}

// all are the notifications that may arrive.
func (e *ear) all(s *spec.System) (cmds []string) {
	for _, i := range s.Interfaces {
		if e != nil && i.IsSent() {
			cmds = append(cmds, i.Cmd)
		}
	}
	return cmds
}

// receiving is a payload of an interface that gives the URL of notifications, with that of
// the listener in place of the samples' own. The URL names the notification where the request
// is about one, since messages need not.
func (g *gun) receiving(cmd, payload string) string {
	i := g.interfaceOf(cmd)
	if i == nil || g.Twin.Listens == "" {
		return payload
	}
	var given []string
	for _, n := range g.Twin.System.Interfaces {
		if n.To != nil && len(i.Giving(n)) > 0 {
			given = append(given, n.Cmd)
		}
	}
	switch len(given) {
	case 0:
		return payload
	case 1:
		return strings.ReplaceAll(payload, strconv.Quote(sample.Receiver), strconv.Quote(g.Twin.Listens+given[0]))
	}
	return strings.ReplaceAll(payload, strconv.Quote(sample.Receiver), strconv.Quote(g.Twin.Listens))
}

// close ends it.
func (e *ear) close() {
	if e != nil {
		e.end()
	}
}

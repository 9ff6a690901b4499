package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// receiveOptions are the flags of receive.
type receiveOptions struct {
	app, listen string
	fail        []string
	asJSON      bool
}

// receiveCommand receives notifications.
func receiveCommand(t *tool) *cobra.Command {
	var o receiveOptions
	cmd := &cobra.Command{
		Use:   "receive",
		Short: "Receive notifications, print and answer them",
		Long: `receive is an application that gets notifications, for trying things out:
 it verifies and opens each message, prints what is in it, and answers. It takes
every notification of the system, on any path, and keeps nothing.

It prints the time, cmd and message id, how often the id came (try), whether its
message was carried out before (repeated), the answer, the problems of the payload,
and the payload, personal data included. A message that
does not open is answered as a real application would, and every step is printed to
standard error.

--fail makes it fail: by an HTTP status (503), by an answer that comes late
(slow=5s) or is no message (garbage), or by a code of the document (code=1005). xN
behind it is for the next N messages, without it from then on. Several follow each
other. A message that met a status or a code was not carried out; one that met slow
or garbage was, so that its next try is a repeated one.

Ctrl-C ends it.`,
		Example: `  jiekou receive --app app.json
  jiekou receive --app app.json --listen 127.0.0.1:9000 --json
  jiekou receive --app app.json --fail 503x3,garbagex1,code=1005x2,slow=5s

  # A data centre without a data centre: another app file, its appid that of the sender.
  jiekou call cst_status_notify --app centre.json --url http://127.0.0.1:9000 --data @status.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.receive(cmd.Context(), o) },
	}
	appFlag(cmd, &o.app)
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:9000", "address to listen on")
	cmd.Flags().StringSliceVar(&o.fail, "fail", nil, "ways to fail: 503x3, slow=5s, garbage, code=1005x2")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "print a JSON object for each message, one a line")
	return cmd
}

func (t *tool) receive(ctx context.Context, o receiveOptions) error {
	p, err := t.newPushed(o)
	if err != nil {
		return err
	}
	return t.listen(ctx, o.listen, p, func(url string) {
		t.say("app %s of %s receives at %s; Ctrl-C ends it", p.app.id, p.system.Name, url)
	})
}

// newPushed makes the receiver of an app ready.
func (t *tool) newPushed(o receiveOptions) (*pushed, error) {
	a, err := readApp(o.app)
	if err != nil {
		return nil, err
	}
	set, err := t.read()
	if err != nil {
		return nil, err
	}
	s, err := a.of(set, "")
	if err != nil {
		return nil, err
	}
	if s.Plain() {
		return nil, command.Misused("its apps get no notifications", "%s has no sealed messages", s.Name)
	}
	p := &pushed{tool: t, app: a, system: s, asJSON: o.asJSON, memory: receive.NewMemory(0), tries: map[string]int{}}
	for _, text := range o.fail {
		f, err := parseFault(s, text)
		if err != nil {
			return nil, err
		}
		p.faults.list = append(p.faults.list, f)
	}
	if p.codec, p.keys, err = a.keys(s); err != nil {
		return nil, err
	}
	if p.zone, err = time.LoadLocation(s.Zone); err != nil {
		return nil, command.Bug(err) // the YAML was checked
	}
	p.schemas = t.schemas(s)
	config := receive.Config{System: bind.System(s), App: a.id, Secrets: a.members, Seen: p.memory}
	if p.next, err = receive.New(config, handlers(s)...); err != nil {
		return nil, command.Misused("", "%s: %s", a.file, err)
	}
	return p, nil
}

// anything is a notification that is read but not validated.
type anything struct{}

// Decode reads any object.
func (*anything) Decode(in *wire.Reader) {
	for o := in.Object(nil); o.Next(); {
		o.Skip()
	}
}

// Check finds nothing.
func (*anything) Check(*problem.List) {}

// failWith is the key under which a request's context has the code that its method
// fails with.
type failWith struct{}

// handlers take every notification of a system.
func handlers(s *spec.System) []receive.Handler {
	var list []receive.Handler
	for _, i := range s.Interfaces {
		if i.Kind != spec.Notify || i.Status == spec.Unimplemented {
			continue
		}
		list = append(list, receive.Handle(i.Cmd, func(ctx context.Context, _ *receive.Call, _ *anything) error {
			if code, ok := ctx.Value(failWith{}).(string); ok {
				return problem.Code(code)
			}
			return nil
		}))
	}
	return list
}

// schemas validate payloads, by cmd. Without them receive goes on, and says so.
func (t *tool) schemas(s *spec.System) map[string]*validate.Schema {
	list := map[string]*validate.Schema{}
	for _, i := range s.Interfaces {
		if i.Kind != spec.Notify {
			continue
		}
		text, err := schema.Request(i)
		if err != nil {
			t.say("payloads of %s are not held against the document's rules: %s", i.Cmd, err)
			continue
		}
		schema, err := validate.CompileSchema(i.Cmd, text)
		if err != nil {
			t.say("payloads of %s are not held against the document's rules: %s", i.Cmd, err)
			continue
		}
		list[i.Cmd] = schema
	}
	return list
}

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"slices"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/inbox"
	"github.com/jiekou-dev/jiekou/testkit/standin"
)

// receiveOptions are the flags of receive.
type receiveOptions struct {
	app, listen string
	forward     string
	fail        []string
	asJSON      bool
	validate    bool
}

// receiveCommand receives notifications.
func receiveCommand(t *tool) *cobra.Command {
	var o receiveOptions
	cmd := &cobra.Command{
		Use:   "receive",
		Short: "Receive notifications, print and answer them",
		Long: `receive is an application that gets notifications, for trying things out:
it verifies each message as the system's protocol declares it, prints what is in it,
and answers. It takes every notification of the system, on any path, and keeps
nothing. Where messages do not say which notification they are, the last part of the
path does: /order_paid.

It prints the time, cmd and message id, how often the id came (try), whether its
message was carried out before (repeated), the answer, which parts were verified, the
problems of the payload, and the payload, personal data included. A message that is
refused is answered as a real application would, and every step is printed to
standard error. A handshake is answered.

A payload that breaks rules of its fields is printed with what it breaks and answered
with success; --validate refuses it, as a receiver with generated code does. jiekou
fire --receiver fires test cases at such a receiver.

--fail makes it fail: by an HTTP status (503), by an answer that comes late
(slow=5s) or is no message (garbage), or by a code of the document (code=1005). xN
behind it is for the next N messages, without it from then on. Several follow each
other. A message that met a status or a code was not carried out; one that met slow
or garbage was, so that its next try is a repeated one.

--forward-to passes each message on to an application, such as one that runs on this
machine in a debugger, and hands its answer back to the sender: receive verifies and
prints both, and answers nothing itself. The message is sent as it came; a URL without a
path keeps the path of the message. With --fail it is between the sender and the
application as a bad line does: a message that meets a status or a code is not passed
on; one that meets slow or garbage is, and its answer comes late or is lost.

Ctrl-C ends it.`,
		Example: `  jiekou receive --app app.json
  jiekou receive --app app.json --listen 127.0.0.1:9000 --json
  jiekou receive --app app.json --fail 503x3,garbagex1,code=1005x2,slow=5s
  jiekou receive --app app.json --forward-to http://127.0.0.1:8000
  jiekou receive --app app.json --forward-to http://127.0.0.1:8000 --fail 503x2,garbagex1
  jiekou call cst_status_notify --app centre.json --url http://127.0.0.1:9000 --data @status.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.receive(cmd.Context(), o) },
	}
	appFlag(cmd, &o.app)
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:9000", "address to listen on")
	cmd.Flags().StringSliceVar(&o.fail, "fail", nil, "ways to fail: 503x3, slow=5s, garbage, code=1005x2")
	cmd.Flags().StringVar(&o.forward, "forward-to", "", "URL of an application that answers in place of receive")
	cmd.Flags().BoolVar(&o.validate, "validate", false, "refuse payloads that break rules of their fields")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "print a JSON object for each message, one a line")
	cmd.MarkFlagsMutuallyExclusive("forward-to", "validate")
	return cmd
}

func (t *tool) receive(ctx context.Context, o receiveOptions) error {
	a, s, err := t.app(o.app, "", "")
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(s.Interfaces, func(i *spec.Interface) bool { return i.Kind == spec.Notify }) {
		return command.Misused("its apps get none", "system %s declares no notifications", s.Name)
	}
	config := inbox.Config{System: s, App: a.ID, Secrets: a.Members, Validate: o.validate, Arrived: func(m *inbox.Arrival) { t.arrived(m, o.asJSON) }}
	if config.Faults, err = inbox.ParseFaults(s, o.fail); err != nil {
		return command.Misused("--fail 503x3, slow=5s, garbage or code=1005x2; xN for the next N messages, without it from then on", "%w", err)
	}
	if o.forward != "" {
		to, err := url.Parse(o.forward)
		if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
			return command.Misused("--forward-to http://127.0.0.1:8000/push", "%q is no URL of an application", o.forward)
		}
		config.Forward = inbox.Forwarder(to, func(err error) { t.say("%s does not answer: %v", to.Redacted(), err) })
	}
	handler, err := inbox.New(config)
	if err != nil {
		return command.Misused("", "%s: %w", a.File, err)
	}
	return standin.Listen(ctx, o.listen, handler, func(url string) {
		t.say("app %s of %s receives at %s; Ctrl-C ends it", a.ID, s.Name, url)
	})
}

// arrived prints a message. A reader that is gone is not told.
func (t *tool) arrived(m *inbox.Arrival, asJSON bool) {
	if asJSON {
		e := json.NewEncoder(t.stdout)
		e.SetEscapeHTML(false)
		_ = e.Encode(m)
		return
	}
	_, _ = io.WriteString(t.stdout, m.String())
	if m.Payload != nil {
		_ = t.printJSON(m.Payload)
	}
	if m.Refused != "" {
		t.say("the message is refused: %s", m.Refused)
		_ = caller.Print(t.stderr, m.Steps)
	}
}

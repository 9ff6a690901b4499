package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/trace"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// callOptions are the flags of call.
type callOptions struct {
	app, data, url, sid     string
	mock                    string
	signatures              string
	timeout                 time.Duration
	asJSON, get, raw, aloud bool
}

// callCommand calls one interface.
func callCommand(t *tool) *cobra.Command {
	var o callOptions
	cmd := &cobra.Command{
		Use:   "call CMD",
		Short: "Call an interface of a server and print the reply",
		Long: `call seals or signs the data, sends it, verifies and opens a sealed reply, and prints
it. It exits 1 when the code is not that of success, and says which field is meant.

The app file is what jiekoud app add --json prints, with "url" for the server;
without one it is the server of this machine, JIEKOU_LISTEN or 127.0.0.1:8080. Of a
system whose messages are not sealed, members of the data are sent where the
interface has them: in the path, the query, a header, the form or the body. Further
members of the app file, such as an account name, are sent where a field outside
the body has that name and the data lack it. With --signatures requests are signed
as that file says, like those of a server that was started with it.

A sealed call that failed on its way may have been carried out. Repeat it with --sid
and the id that was printed: the server carries it out once.`,
		Example: `  jiekou call cst_info_get --app app.json --data '{"mobile":"13800138000"}'
  jiekou call cst_info_create --app app.json --data @customer.json --json
  jiekou call base_project_list --app app.json --get --url http://127.0.0.1:8080
  jiekou call customer_get --app u8.json --data '{"id":"0000000017"}'
  jiekou call customer_update --app custservice.json --data @customer.json --signatures signatures.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return t.call(cmd.Context(), args[0], o) },
	}
	flags := cmd.Flags()
	appFlag(cmd, &o.app)
	flags.StringVar(&o.data, "data", "", "the request: JSON, @file, or - for standard input")
	flags.StringVar(&o.url, "url", "", "the server, in place of the app file's")
	flags.StringVar(&o.sid, "sid", "", "message id (default: a new one)")
	signaturesFlag(cmd, &o.signatures)
	flags.DurationVar(&o.timeout, "timeout", client.DefaultTimeout, "how long the call may take")
	flags.StringVar(&o.mock, "mock", "", "the answer that jiekou mock gives: 4001, delay=2s, empty, example, random; real servers ignore it")
	flags.BoolVar(&o.asJSON, "json", false, "print code, message, sid and reply as one JSON object")
	flags.BoolVar(&o.get, "get", false, "send a sealed message by GET, for queries")
	flags.BoolVar(&o.raw, "raw", false, "send the data even if it is no JSON object")
	flags.BoolVarP(&o.aloud, "verbose", "v", false, "show every step of the message on standard error")
	return cmd
}

func (t *tool) call(ctx context.Context, cmd string, o callOptions) error {
	a, s, err := t.app(o.app, "", cmd)
	if err != nil {
		return err
	}
	data, err := t.payload(o.data, o.raw)
	if err != nil {
		return err
	}
	one := s.Interface(cmd)
	if one == nil {
		if s.Endpoint.Path == "" {
			return command.Misused("jiekou catalog --system "+s.Name+" lists them", "%s has no interface %q", s.Name, cmd)
		}
		t.say("hint: %s has no interface %q; it is sent all the same", s.Name, cmd)
	}
	if err := t.plain(a, s, o); err != nil {
		return err
	}
	over, err := caller.Overrides(o.signatures, s)
	if err != nil {
		return err
	}
	o.url = t.server(o.url, a, "calling")
	c, err := a.Client(s, one, client.Config{URL: o.url, Timeout: o.timeout, Signatures: over, Header: mock.Order(s, o.mock)})
	if err != nil {
		return err
	}
	r := client.Request{Cmd: cmd, Payload: data, Sid: o.sid, Get: o.get}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	return t.send(ctx, c, caller.Call{App: a, System: s, Interface: one}, r, o)
}

// plain refuses flags of sealed messages, and warns of an expired token.
func (t *tool) plain(a caller.App, s *spec.System, o callOptions) error {
	if !s.Plain() {
		return nil
	}
	if o.sid != "" || o.get {
		return command.Misused("--sid and --get are for sealed messages", "%s has no sealed messages", s.Name)
	}
	if end, err := time.Parse(time.RFC3339, a.Members["token_expires"]); err == nil && time.Now().After(end) {
		t.say("hint: the token of %s ended at %s; jiekoud app token %s --system %s prints another",
			a.File, end.Local().Format(time.DateTime), a.ID, s.Name)
	}
	return nil
}

// server is the URL that is called: that of the flag, of the app file, or of a server on
// this machine.
func (t *tool) server(flag string, a caller.App, does string) string {
	if flag != "" || a.URL != "" {
		return cmp.Or(flag, a.URL)
	}
	url := caller.Local(os.Getenv("JIEKOU_LISTEN"))
	t.say("hint: %s has no url; %s %s", a.File, does, url)
	return url
}

// send makes the call and prints the reply.
func (t *tool) send(ctx context.Context, c *client.Client, by caller.Call, r client.Request, o callOptions) error {
	if o.aloud {
		if message, codec, err := c.Seal(r); err == nil {
			lines, _ := trace.Seal(codec, message, r.Payload, by.App.Members) // it was made just now
			_ = trace.Print(t.stderr, lines)                                  // speech
		}
		r.Signed = func(codec *signature.Codec, q *signature.Request) {
			if report, err := trace.Request(codec, q, trace.Caller{App: by.App.ID, Secrets: by.App.Members}, time.Now(), ""); err == nil {
				_ = trace.Print(t.stderr, report.Lines())
			}
		}
	}
	start := time.Now()
	reply, err := c.Send(ctx, r)
	if o.aloud {
		t.say("%s, %s", strings.TrimSpace("answered "+r.Sid), since(start))
	}
	if err != nil {
		return by.Failure(err, reply.Sid)
	}
	if err := t.printReply(reply, o.asJSON); err != nil {
		return err
	}
	if !reply.OK {
		return command.Failed(by.About(reply), "%s", strings.TrimSpace(reply.Code+" "+reply.Message))
	}
	return nil
}

// printReply prints the opened reply, or everything that is known about it.
func (t *tool) printReply(reply client.Reply, asJSON bool) error {
	if asJSON {
		return writeJSON(t.stdout, struct {
			OK      bool            `json:"ok"`
			Code    string          `json:"code"`
			Message string          `json:"message"`
			Field   string          `json:"field"`
			Sid     string          `json:"sid"`
			Reply   json.RawMessage `json:"reply"`
		}{reply.OK, reply.Code, reply.Message, reply.Field, reply.Sid, reply.Plain})
	}
	return t.printJSON(reply.Plain)
}

// printJSON indents JSON; other text is printed as it is.
func (t *tool) printJSON(text []byte) error {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		b.Reset()
		b.Write(text)
	}
	b.WriteByte('\n')
	_, err := t.stdout.Write(b.Bytes())
	return err
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// callOptions are the flags of call.
type callOptions struct {
	app, data, url, sid     string
	mock                    string
	signatures, at          string
	files                   []string
	values                  map[string]string
	timeout                 time.Duration
	way                     caller.Way
	asJSON, get, raw, aloud bool
}

// callCommand calls one interface.
func callCommand(t *tool) *cobra.Command {
	var o callOptions
	cmd := &cobra.Command{
		Use:   "call CMD",
		Short: "Call an interface of a server and print the reply",
		Long: `call writes the data as the system's protocol says, sends them, verifies the reply and
prints it. It exits 1 when the code is not that of success, and says which field is
meant.

The app file is what jiekoud app add --json prints, with "url" for the server;
without one it is the server of this machine, JIEKOU_LISTEN or 127.0.0.1:8080. The
keys that the protocol names are read from it by their names. Members of the data are
sent where the interface has them: in the path, the query, a header, the form or the
body; each is written by the type of its field ("5" as 5 where it is a number), and a
required field with one value is filled in. Further members of the app file, such as
an account name, are sent where a field outside the body has that name and the data
lack it. With --signatures messages are written as that file says, like those of a
server that was started with it.

A notification is sent to the URL as it is, as the server would send it to the app: so
a receiver is tried out.

A call that failed on its way may have been carried out. Where messages have an id,
repeat it with --sid and the id that was printed: the server carries it out once.
--at and --value send a message again as it was: its time, and values of the protocol
such as a nonce.`,
		Example: `  jiekou call cst_info_get --app app.json --data '{"mobile":"13800138000"}'
  jiekou call cst_info_create --app app.json --data @customer.json --json
  jiekou call base_project_list --app app.json --get --url http://127.0.0.1:8080
  jiekou call customer_get --app u8.json --data '{"id":"0000000017"}'
  jiekou call customer_update --app custservice.json --data @customer.json --signatures signatures.yaml
  jiekou call cst_status_notify --app app.json --data @status.json --url http://127.0.0.1:9000/push`,
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
	o.way.Flags(flags)
	flags.StringVar(&o.mock, "mock", "", "the answer that jiekou mock gives: 4001, delay=2s, empty, example, random; real servers ignore it")
	flags.StringVar(&o.at, "at", "", "the time of the message, as 2026-11-22T08:00:00+08:00 (default: now)")
	flags.StringToStringVar(&o.values, "value", nil, "a value of the protocol, in place of what is sent without it: nonce=abc")
	flags.StringArrayVar(&o.files, "file", nil, "a file of a multipart body: NAME=FILE")
	flags.BoolVar(&o.asJSON, "json", false, "print code, message, sid and reply as one JSON object")
	flags.BoolVar(&o.get, "get", false, "send by GET, for queries, where all interfaces have one URL")
	flags.BoolVar(&o.raw, "raw", false, "send the data to the letter, even if they are no JSON object")
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
		if p, err := bind.Protocol(s); err != nil || p.Call == nil || !p.Call.NamesInterface() || !p.Call.HasPath() {
			return command.Misused("jiekou catalog --system "+s.Name+" lists them", "%s has no interface %q", s.Name, cmd)
		}
		t.say("hint: %s has no interface %q; it is sent all the same", s.Name, cmd)
	}
	if !o.raw {
		data = caller.Payload(one, data)
	}
	over, err := caller.Overrides(o.signatures, []*spec.System{s})
	if err != nil {
		return err
	}
	o.url = t.server(o.url, a, "calling")
	config := client.Config{URL: o.url, Timeout: o.timeout, Override: over[s.Name], Header: mock.Order(o.mock), Values: o.values}
	if config.Now, err = clock(o.at); err != nil {
		return err
	}
	if config.Transport, err = o.way.Transport(); err != nil {
		return err
	}
	c, err := a.Client(s, one, config)
	if err != nil {
		return err
	}
	r := client.Request{Cmd: cmd, Payload: data, Sid: o.sid, Get: o.get}
	if r.Files, err = t.files(o.files); err != nil {
		return err
	}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	if err := t.fits(a, s, one, r, o); err != nil {
		return err
	}
	return t.send(ctx, c, caller.Call{App: a, System: s, Interface: one}, r, o)
}

// clock is the time of the message; nil is the clock of this machine.
func clock(at string) (func() time.Time, error) {
	if at == "" {
		return nil, nil
	}
	fixed, err := clockAt(at)
	return func() time.Time { return fixed }, err
}

// files reads the files of a multipart body.
func (t *tool) files(list []string) (parts []message.Part, err error) {
	for _, one := range list {
		name, file, ok := strings.Cut(one, "=")
		if !ok || name == "" || file == "" {
			return nil, command.Misused("write --file picture=photo.png", "--file %s: not understood", one)
		}
		part := message.Part{Name: name, File: filepath.Base(file)}
		if part.Body, err = t.input(file); err != nil {
			return nil, err
		}
		part.Type = http.DetectContentType(part.Body)
		parts = append(parts, part)
	}
	return parts, nil
}

// fits refuses flags that the messages of a system cannot have, and warns of an expired
// token.
func (t *tool) fits(a caller.App, s *spec.System, one *spec.Interface, r client.Request, o callOptions) error {
	switch {
	case o.sid != "" && r.Sid != "" && !hasIDs(s):
		return command.Misused("leave --sid out", "messages of %s have no id", s.Name)
	case o.get && one != nil && one.Method != "":
		return command.Misused("leave --get out", "%s is called by %s", one.Cmd, one.Method)
	}
	if end, over := a.Ended(); over {
		t.say("hint: the token of %s ended at %s; jiekoud app token %s --system %s prints another", a.File, end.Local().Format(time.DateTime), a.ID, s.Name)
	}
	return nil
}

// hasIDs reports whether messages of a system have an id that their sender makes.
func hasIDs(s *spec.System) bool {
	p, err := bind.Protocol(s)
	return err == nil && (p.Call != nil && p.Call.HasID() || p.Push != nil && p.Push.HasID())
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
		r.Explain = func(lines []protocol.Line, _ *message.Message) { _ = caller.Print(t.stderr, lines) } // speech
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
		said := cmp.Or(strings.TrimSpace(reply.Code+" "+reply.Message), fmt.Sprintf("refused with HTTP %d and no code", reply.Status))
		return command.Failed(by.About(reply), "%s", said)
	}
	return nil
}

// printReply prints the opened reply, or everything that is known about it.
func (t *tool) printReply(reply client.Reply, asJSON bool) error {
	if asJSON {
		return writeJSON(t.stdout, caller.Known(reply))
	}
	var err error
	for _, text := range caller.Shown(reply) {
		err = errors.Join(err, t.printJSON(text))
	}
	return err
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

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/proxy"
	"github.com/jiekou-dev/jiekou/testkit/standin"
)

// proxyOptions are the flags of proxy.
type proxyOptions struct {
	standOptions
	to, report string
	enforce    bool
	alone      bool
	timeout    time.Duration
	way        caller.Way
}

// proxyCommand runs a proxy before a server.
func proxyCommand(t *tool) *cobra.Command {
	var o proxyOptions
	cmd := &cobra.Command{
		Use:   "proxy",
		Short: "Pass traffic through and report everything that breaks the document",
		Long: `proxy sits between callers and a server. It passes every request and reply through
as it came (bytes, headers, status), opens both with the keys of the apps, and prints a
line for everything that breaks the document, in either direction: envelope, signature
and field rules of requests; frame, codes, missing fields, types, lengths and
enumerations of responses. A line names the system, the interface, the direction, the
rule, the document's code, the field, the section and the line of YAML, and describes
the fault without the value: values of messages are never printed.

Replies are held against the messages before them, too: a row that a report wrote must be
read back with its values, a value that only one row may have and a message id are taken
once, and pages of one list do not overlap. Somebody else may change rows beside the proxy,
so contradictions are remarks; with --alone they are violations.

Harmless and unknown things are remarks: members that the document does not have, apps
without a file, unreadable bodies. Facts that only the server can know are not
validated: issued tokens, grants, rows that nobody wrote through the proxy. Notifications
of a server are not looked at.

With --enforce a request that breaks a rule is not passed on but answered with the
document's code, and such a reply is replaced by the document's code of a failure, sealed
like one of the server, with the HTTP header Jiekou-Proxy.

The YAML is read again when it changes; while it has findings, the last good version is
used. Ctrl-C ends it and prints the counts.

Exit codes: 0 nothing broke the document, 1 something did, 2 wrong usage.`,
		Example: `  jiekou proxy --to http://127.0.0.1:8080 --app app.json
  jiekou proxy --to https://partner.example.com --app app.json --report report.jsonl
  jiekou proxy --to http://127.0.0.1:8080 --app app.json --enforce`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.proxy(cmd.Context(), o) },
	}
	o.flags(cmd, "127.0.0.1:8091")
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "the server, http://127.0.0.1:8080")
	_ = cmd.MarkFlagRequired("to")
	f.BoolVar(&o.enforce, "enforce", false, "refuse everything that breaks the document")
	f.BoolVar(&o.alone, "alone", false, "nobody changes the server's rows but through the proxy: contradictions are violations")
	f.StringVar(&o.report, "report", "", "write a JSON object for each finding to this file, one a line")
	f.DurationVar(&o.timeout, "timeout", proxy.DefaultTimeout, "how long an exchange may take")
	o.way.Flags(f)
	return cmd
}

func (t *tool) proxy(ctx context.Context, o proxyOptions) (err error) {
	to, err := url.Parse(o.to)
	if err != nil {
		return command.Misused("", "--to: want a URL like http://127.0.0.1:8080")
	}
	told := func(f proxy.Finding) { fmt.Fprintln(t.stdout, f) }
	if o.report != "" {
		file, err := os.OpenFile(o.report, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return command.Misused("", "--report: %s", err)
		}
		defer file.Close()
		told = proxy.Record(file, told, func(err error) { t.say("findings are missing in the report: %s", err) })
	}
	tally := proxy.NewTally(told)
	transport := proxy.NewTransport()
	if err := o.way.Through(transport); err != nil {
		return err
	}
	r := &standin.Reloading{Make: func(set *spec.Set) (http.Handler, error) {
		cast, err := o.In(set)
		if err != nil {
			return nil, err
		}
		return proxy.New(proxy.Config{
			Systems: cast.Systems, Apps: cast.Apps, Overrides: cast.Overrides,
			To: to, Enforce: o.enforce, Alone: o.alone, Tally: tally, Timeout: o.timeout, Transport: transport,
		})
	}}
	if err := t.serveYAML(ctx, o.listen, r, "passes on to "+to.Redacted()); err != nil {
		return err
	}
	if err := tally.Print(t.stdout); err != nil {
		return err
	}
	if tally.Count(proxy.Violation) > 0 {
		return command.Quiet()
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/mock"
	"github.com/jiekou-dev/jiekou/testkit/project"
	"github.com/jiekou-dev/jiekou/testkit/standin"
)

// standOptions are the flags of a stand-in for a server, or of one before it.
type standOptions struct {
	standin.Wanted
	listen string
}

// flags adds the flags.
func (o *standOptions) flags(cmd *cobra.Command, listen string) {
	f := cmd.Flags()
	f.StringSliceVar(&o.Systems, "system", nil, "a system (default: all); may be given several times")
	f.StringSliceVar(&o.Apps, "app", nil, `file of an app that calls: {"system","appid","token","appkey"}; may be given several times`)
	_ = cmd.MarkFlagRequired("app")
	f.StringVar(&o.listen, "listen", listen, "address to listen on")
	signaturesFlag(cmd, &o.Signatures)
}

// mockOptions are the flags of mock.
type mockOptions struct {
	standOptions
	seed  uint64
	aloud bool
	at    string
	rows  string
	save  string
	push  string
}

// mockCommand answers like a server.
func mockCommand(t *tool) *cobra.Command {
	var o mockOptions
	cmd := &cobra.Command{
		Use:   "mock",
		Short: "Answer every interface from the YAML, without a database",
		Long: `mock replaces a server: it verifies, opens and validates each request like the real
one, with the same codes and fields, and carries out the answers of the YAML on rows
in memory. A query finds what was reported. --rows says which rows there are at first:
  demo   those of jiekoud serve --demo, and those that test cases need (default)
  empty  none
  FILE   those that mock --save FILE wrote when it ended
  none   never any: a reply is the document's example where it fits the rules, else valid
         data made up from the response fields, the same for the same --seed and request
What the YAML does not say is made up in any case: interfaces that are not implemented,
and answers that a handler gives.

curl -X POST http://…/_mock/reset begins with the first rows again. GET /_mock/rows shows
all rows as JSON, and PUT puts such rows in their place.

With --push URL the notifications of accepted reports are sent to a receiver, signed with
the keys of each app, in their order.

A caller can order an answer, inside the envelope in the header field "mock", or for
systems without sealed messages in the HTTP header Jiekou-Mock; jiekou call --mock does
both, and real servers ignore it:
  4001          this code of the document; 1001:mobile names a field too
  delay=2s      wait first, at most a minute
  empty         required members only, and empty lists
  example       the document's example to the letter
  random        made-up data although there is an example
Several are joined by commas: delay=2s,empty. A request that breaks a rule is refused
whatever it orders.

App files are those of jiekoud app add --json; apps may call everything. The YAML is
read again when it changes; while it has findings, the last good version is served.

Ctrl-C ends it.`,
		Example: `  jiekou mock --app app.json
  jiekou mock --app app.json --rows empty --save rows.json --push http://127.0.0.1:9090/
  jiekou mock --system u8 --app u8.json --listen 127.0.0.1:9001 --seed 7
  jiekou call cst_info_get --app app.json --url http://127.0.0.1:8090 --data '{"mobile":"13800138000"}' --mock 2001`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.mock(cmd.Context(), o) },
	}
	o.flags(cmd, "127.0.0.1:8090")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "where made-up data come from")
	cmd.Flags().StringSliceVar(&o.Limited, "limited", nil, "file of an app that may call nothing, as of jiekou fire")
	cmd.Flags().StringVar(&o.at, "at", "", "the clock of the mock, as 2026-11-22T08:00:00+08:00: messages of that time are taken (default: now)")
	cmd.Flags().StringVar(&o.rows, "rows", about.DemoRows, "the rows at first: demo, empty, none, or a file of --save")
	cmd.Flags().StringVar(&o.save, "save", "", "write the rows to this file at the end")
	cmd.Flags().StringVar(&o.push, "push", "", "send notifications to this URL")
	cmd.Flags().BoolVarP(&o.aloud, "verbose", "v", false, "log every request on standard error")
	return cmd
}

func (t *tool) mock(ctx context.Context, o mockOptions) error {
	level := slog.LevelWarn
	if o.aloud {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(t.stderr, &slog.HandlerOptions{Level: level}))
	now, err := clock(o.at)
	if err != nil {
		return err
	}
	stock := &mock.Stock{What: o.rows, Now: now}
	r := &standin.Reloading{Make: func(set *spec.Set) (http.Handler, error) { return t.mocked(ctx, o, set, stock, log) }}
	if err := t.serveYAML(ctx, o.listen, r, "answers"); err != nil || o.save == "" {
		return err
	}
	text, err := stock.Save()
	if err != nil {
		return command.Bug(err)
	}
	return os.WriteFile(o.save, text, 0o600)
}

// mocked is a mock of the YAML as it is now, with the rows of the one before.
func (t *tool) mocked(ctx context.Context, o mockOptions, set *spec.Set, stock *mock.Stock, log *slog.Logger) (http.Handler, error) {
	cast, err := o.In(set)
	if err != nil {
		return nil, err
	}
	first := stock.Memory == nil
	if first {
		stock.Memory = bind.NewMemory(cast.Apps, stock.Now)
	}
	lost, err := stock.Take(cast.Systems)
	if err != nil {
		return nil, err
	}
	for _, name := range lost {
		t.say("the rows of %s do not fit the YAML any more: they begin anew", name)
	}
	c := mock.Config{
		Systems: cast.Systems, Apps: cast.Apps, Seed: o.seed, Memory: stock.Memory, Worlds: stock.Worlds, Overrides: cast.Overrides,
		Log: log, Now: stock.Now,
	}
	if o.push != "" {
		if c.Push, err = mock.NewPusher(ctx, o.push, cast.Systems, cast.Apps, stock.Now, log); err != nil {
			return nil, err
		}
	}
	m, unfit, err := mock.New(c)
	if err != nil {
		return nil, err
	}
	for _, e := range unfit {
		if first && o.rows == about.NoRows {
			t.say("hint: %s", e)
		}
	}
	handler, err := m.Handler()
	if err != nil {
		return nil, err
	}
	return mock.WithControl(stock, handler), nil
}

// serveYAML reads the YAML, serves it, and follows its changes. The built-in YAML never
// changes.
func (t *tool) serveYAML(ctx context.Context, address string, r *standin.Reloading, does string) error {
	p, err := t.project()
	if err != nil {
		return err
	}
	read := ""
	if !p.BuiltIn {
		read = standin.State(p.FS, project.Folder)
	}
	set, err := t.load(p)
	if err != nil {
		return err
	}
	if err := r.Take(set); err != nil {
		if _, ok := errors.AsType[*command.Error](err); ok {
			return err
		}
		return command.Misused("", "%w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return standin.Listen(ctx, address, r, func(url string) {
		t.say("%s at %s; Ctrl-C ends it", does, url)
		if !p.BuiltIn {
			go r.Follow(ctx, p.FS, project.Folder, read, func() (*spec.Set, error) { return t.load(p) }, t.followed)
		}
	})
}

// followed says what became of a change of the YAML.
func (t *tool) followed(set *spec.Set, err error) {
	if err != nil {
		t.say("the YAML changed and is not served: %s; the last good version still is", err)
		return
	}
	systems, interfaces, _ := set.Count()
	t.say("the YAML changed: %s, %s are served as it is now", count(systems, "system"), count(interfaces, "interface"))
}

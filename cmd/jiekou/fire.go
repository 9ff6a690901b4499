package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/bundle"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// fireOptions are the flags of fire.
type fireOptions struct {
	fire.Wanted
	verify string
	before string // an earlier report
	docs   string // URL of the site of documents
	tool   string
	files  fire.Files
	most   int
}

// fireLong and fireExample are the help of fire.
const (
	fireLong = `fire sends every test case that follows from the YAML to a server, sealed and signed
like the messages of the app, and compares code, field and reply with what each case
expects. jiekou fixtures lists the cases.

What must be carried out is carried out by a model of the system too, and each member of
the reply is compared with it. With --database, the URL of the server's PostgreSQL, so are
the rows that were written and the notifications that were queued.

With --listen the notifications of the app are received there, verified and compared, too:
of our own server it is subscribed with --database, as long as cases are fired; a mock sends
them with --push; any other server must know the URL http://ADDRESS/ before. A server may
have to be allowed to send to addresses of a private network (JIEKOU_PUSH_ALLOW).

Cases that must succeed need rows: those of a server started with --demo, or those of
jiekou fixtures --setup loaded with jiekoud load. Cases change data: use a server whose
data may be lost. New values (mobile numbers, ids) come from --seed, at random without
it, so that runs do not meet each other's rows.

With --clean the rows that cases wrote are what they were when the run ends: new ones are
gone, changed ones and those that were deleted are back. Message ids stay used.

--limited names an app without any grant, for the cases about permissions; without it
they are skipped. An app without a token logs in where an interface issues them. One that
is over is token_ended in its file; at a mock and with --database none is needed.

--receiver fires at whoever receives notifications, in place of a server: handshakes,
signatures, times, repetitions and the rules of fields, sent as the server would send
them to the app. A pair needs the half that the server signs with in the app file.
Where messages do not say which notification they are, write {interface} in the URL.

--tool writes one program with the YAML, the app files and the other flags in it, and fires
nothing. A tester who runs it needs no Go, no YAML and no file: it fires with these flags
and with those of its own command line. It holds the keys of the apps.

Exit codes: 0 all passed, 1 some did not, 2 wrong usage.`
	fireExample = `  jiekou fire --url http://127.0.0.1:8080 --app .jiekou/apps/300.json
  jiekou fire --app app.json --phases boundary,conditional --only 'cst_*' --parallel 8
  jiekou fire --app app.json --replay cst_info_create/boundary/mobile/length-over-ascii
  jiekou fire --app app.json --database postgres://127.0.0.1/jiekou --clean
  jiekou fire --app app.json --listen 127.0.0.1:9000 --database postgres://127.0.0.1/jiekou
  jiekou fire --app app.json --junit junit.xml --html report.html
  jiekou fire --app app.json --receiver http://127.0.0.1:9000/push
  jiekou fire --app app.json --verify report.html
  jiekou fire --app app.json --limited limited.json --url http://10.1.2.3:8080 --html report.html --tool shop-tester`
)

// fireCommand fires the fixtures at a live server.
func fireCommand(t *tool) *cobra.Command {
	o := fireOptions{}
	cmd := &cobra.Command{
		Use:   "fire",
		Short: "Fire the fixtures at a live server and report",
		Long:  fireLong, Example: fireExample,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.verify != "":
				return t.verify(o)
			case o.tool != "":
				return t.bundled(cmd.Flags(), o)
			}
			return t.fire(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	appFlag(cmd, &o.App)
	f.StringVar(&o.URL, "url", "", "the server, in place of the app file's")
	f.StringVar(&o.Receiver, "receiver", "", "the URL of a receiver of notifications, which are fired in place of requests")
	f.StringVar(&o.Profile, "profile", "", "the profile that the app has on the server, such as hardened: cases follow from its guards, too")
	f.StringVar(&o.Limited, "limited", "", "file of an app that may call nothing")
	comparedFlags(f, &o.Wanted)
	f.StringVar(&o.System, "system", "", "the system, where the app file names none")
	f.StringSliceVar(&o.Phases, "phases", nil, "documented, boundary, conditional, envelope, content, sequence, scope (default: all)")
	f.StringVar(&o.Only, "only", "", "pattern of interfaces or of cases: 'order_*', 'order_create/boundary/*'")
	f.StringVar(&o.Replay, "replay", "", "one case by its id, shown in full")
	f.Uint64Var(&o.Seed, "seed", 0, "where new values come from (default: at random)")
	f.StringVar(&o.At, "at", "", "the time of the messages, for a server with another clock such as jiekou mock --at (default: now)")
	signaturesFlag(cmd, &o.Signatures)
	o.reports(f)
	completeWords(cmd, "phases", fixture.PhaseNames())
	completeWords(cmd, "judge", fire.Depths())
	return cmd
}

// reports adds the flags of reports.
func (o *fireOptions) reports(f *pflag.FlagSet) {
	f.StringVar(&o.files.JUnit, "junit", "", "write a report as JUnit XML")
	f.StringVar(&o.files.JSON, "json", "", "write a report as JSON")
	f.StringVar(&o.files.HTML, "html", "", "write a report (联调报告) as one HTML page")
	f.StringVar(&o.verify, "verify", "", "check the digest of such a page, and fire nothing")
	f.StringVar(&o.before, "before", "", "an earlier report, JSON or page: the new one says what changed since")
	f.StringVar(&o.docs, "docs", "", "URL of the site of documents that the page links, such as https://api.example.com/docs")
	f.StringVar(&o.tool, "tool", "", "write a program that fires with these flags, for a tester without Go or YAML; fire nothing")
	f.IntVar(&o.most, "show", 20, "failures that are shown in full; the reports have all")
}

// comparedFlags adds the flags about load, and about what is compared.
func comparedFlags(f *pflag.FlagSet, w *fire.Wanted) {
	f.Float64Var(&w.Rate, "rate", 0, "cases a second at most (default: no limit)")
	f.IntVar(&w.Parallel, "parallel", 4, "cases at once, at most 256")
	f.DurationVar(&w.Timeout, "timeout", fire.DefaultTimeout, "how long one call may take")
	f.StringVar(&w.Listen, "listen", "", "address at which the app's notifications arrive, to be compared: 127.0.0.1:9000; one call at a time")
	f.StringVar(&w.Database, "database", "", "URL of the server's PostgreSQL: rows and notifications are compared too, one call at a time")
	f.BoolVar(&w.Clean, "clean", false, "take back what the run writes, at its end: with --database, or at jiekou mock")
	w.Way.Flags(f)
	f.StringVar(&w.Judge, "judge", "", "what is compared: codes, shape, values or all (default)")
}

// fire runs the command.
func (t *tool) fire(ctx context.Context, o fireOptions) error {
	a, s, err := t.app(o.App, o.System, "")
	if err != nil {
		return err
	}
	earlier, err := o.earlier()
	if err != nil {
		return err
	}
	config, err := o.Config(a, s)
	if err != nil {
		return err
	}
	t.leftOut(config.Suite.Skipped, s.Name)
	if o.Receiver == "" {
		release, err := t.beside(ctx, o, a, s, &config)
		if err != nil {
			return err
		}
		defer release()
	}
	report, err := t.fired(ctx, config)
	switch {
	case report == nil:
		return command.Misused("", "%s", err)
	case errors.Is(err, fire.ErrUnreachable) && report.Count(fire.Passed)+report.Count(fire.Failed) == 0:
		hint := caller.Unreached(err)
		if o.Receiver != "" {
			hint = "no receiver listens there: jiekou receive --validate is one"
		}
		return command.Failed(hint, "%s: %s", report.URL, err)
	case len(report.Results) == 0 && err == nil:
		return command.Misused("jiekou fixtures --list --system "+s.Name+" lists them; interfaces of status: unimplemented have none", "no case is meant by these flags")
	}
	paper := report.Paper(s, command.Language(t.ctx))
	paper.Docs = o.docs
	paper.Since(earlier)
	if e := paper.Save(o.files, a.Members["token"]); e != nil {
		return e
	}
	paper.Text(t.stdout, fire.TextOptions{Most: o.most, All: o.Replay != "", Again: func(id string) string { return o.Again(id, paper, t.builtIn) }})
	if err != nil {
		return command.Failed("", "stopped after %s: %s", count(len(report.Results), "case"), err)
	}
	if report.Count(fire.Failed)+report.Count(fire.Broken) > 0 {
		return command.Quiet()
	}
	return nil
}

// beside puts the model that the server is compared with into a configuration. release ends it.
func (t *tool) beside(ctx context.Context, o fireOptions, a caller.App, s *spec.System, config *fire.Config) (release func(), err error) {
	config.URL = t.server(o.URL, a, "firing at")
	config.Mock = about.Ask(ctx, &http.Client{Timeout: fire.DefaultTimeout, Transport: config.Transport}, config.URL)
	if o.Listen != "" && config.Mock == nil && o.Database == "" {
		t.say("hint: the server must know the address: jiekoud app subscribe %s --notify NAMES --url http://%s/, where it is ours", a.ID, o.Listen)
	}
	if o.Clean && o.Database == "" && (config.Mock == nil || config.Mock.Rows == about.NoRows) {
		return nil, command.Misused("give --database, the URL of the server's PostgreSQL", "--clean: nothing can take back what is written at %s", config.URL)
	}
	config.Waits = func() { t.say("another jiekou fire changes the rows of this server: waiting until it has ended") }
	config.Twin, release, err = fire.Beside(ctx, s, *config, o.Database)
	return release, err
}

// bundled writes a program that fires with the flags of this command.
func (t *tool) bundled(flags *pflag.FlagSet, o fireOptions) error {
	if _, _, err := t.app(o.App, o.System, ""); err != nil {
		return err
	}
	p, err := t.project()
	if err != nil {
		return err
	}
	files, args := map[string][]byte{}, []string{"fire"}
	flags.Visit(func(f *pflag.Flag) {
		value := strings.TrimSuffix(strings.TrimPrefix(f.Value.String(), "["), "]")
		switch f.Name {
		case "tool", "dir", "built-in":
			return
		case "app", "limited":
			text, e := bundle.ReadFile(value)
			if e != nil {
				err = e
			}
			files[f.Name+".json"], value = text, bundle.Prefix+f.Name+".json"
		}
		args = append(args, "--"+f.Name+"="+value)
	})
	if err != nil {
		return err
	}
	if err := bundle.Write(o.tool, p.FS, project.Folder, files, args); err != nil {
		return command.Failed("", "--tool: %s", err)
	}
	t.say("%s fires with these flags, and holds the keys of the apps", o.tool)
	return nil
}

// fired fires and shows how far it is.
func (t *tool) fired(ctx context.Context, config fire.Config) (*fire.Report, error) {
	total, done, wrong := config.Count(), 0, 0
	bar := command.NewProgress(ctx, t.stderr, fmt.Sprintf("%d of %d cases fired", done, total), int64(total), false)
	defer bar.Stop()
	config.Done = func(r fire.Result) { // it is not called twice at once
		if r.Verdict == fire.Skipped {
			return
		}
		done++
		bar.Add(1)
		if r.Verdict == fire.Failed || r.Verdict == fire.Broken {
			wrong++
		}
		text := fmt.Sprintf("%d of %d cases fired", done, total)
		if wrong > 0 {
			text = fmt.Sprintf("%d of %d cases fired, %d wrong", done, total, wrong)
		}
		bar.Say(text)
	}
	return fire.Run(ctx, config)
}

// earlier reads the report that --before names, nil where it names none.
func (o *fireOptions) earlier() (*fire.Paper, error) {
	if o.before == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	p, err := fire.ReadPaper(o.before)
	if err != nil {
		return nil, command.Misused("--json or --html of an earlier jiekou fire", "%s", err)
	}
	return p, nil
}

// verify checks the digest of a report.
func (t *tool) verify(o fireOptions) error {
	a, err := caller.Read(o.App)
	if err != nil {
		return err
	}
	text, err := t.input(o.verify)
	if err != nil {
		return err
	}
	p, err := fire.Verify(text, a.Members["token"])
	if errors.Is(err, fire.ErrForged) {
		return command.Failed("was it another app, or were its keys changed since?", "%s: %s", o.verify, err)
	}
	if err != nil {
		return command.Failed("", "%s: %s", o.verify, err)
	}
	return t.tell("%s: as signed: %s %s at %s, %s, %s\n", o.verify, p.System, p.Version, p.URL,
		p.Began.Format(time.RFC3339), count(len(p.Cases), "case"))
}

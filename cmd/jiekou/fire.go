package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// fireOptions are the flags of fire.
type fireOptions struct {
	url, app, limited, system, only, replay string
	junit, json, html, verify               string
	phases                                  []string
	seed                                    uint64
	rate                                    float64
	parallel                                int
	signatures                              string
	timeout                                 time.Duration
	most                                    int
}

// fireCommand fires the fixtures at a live server.
func fireCommand(t *tool) *cobra.Command {
	o := fireOptions{}
	cmd := &cobra.Command{
		Use:   "fire",
		Short: "Fire the fixtures at a live server and report",
		Long: `fire sends every test case that follows from the YAML to a server, sealed and signed
like the messages of the app, and compares code, field and reply with what each case
expects. jiekou fixtures lists the cases.

Cases that must succeed need rows: those of a server started with --demo, or those of
jiekou fixtures --setup loaded with jiekoud load. Cases write: fire at a server whose
data may be lost. New values (mobile numbers, ids) come from --seed, so that runs do
not meet each other's rows.

--limited names an app without any grant, for the cases about permissions; without it
they are skipped.

Exit codes: 0 all passed, 1 some did not, 2 wrong usage.`,
		Example: `  jiekou fire --url http://127.0.0.1:8080 --app .jiekou/apps/300.json
  jiekou fire --app app.json --phases boundary,conditional --only 'cst_*' --parallel 8
  jiekou fire --app app.json --replay cst_info_create/boundary/mobile/length-over-ascii
  jiekou fire --app app.json --junit junit.xml --html report.html
  jiekou fire --app app.json --verify report.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.verify != "" {
				return t.verify(o)
			}
			return t.fire(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	appFlag(cmd, &o.app)
	f.StringVar(&o.url, "url", "", "the server, in place of the app file's")
	f.StringVar(&o.limited, "limited", "", "file of an app that may call nothing")
	f.StringVar(&o.system, "system", "", "the system, where the app file names none")
	f.StringSliceVar(&o.phases, "phases", nil, "documented, boundary, conditional, envelope, sequence (default: all)")
	f.StringVar(&o.only, "only", "", "pattern of interfaces or of cases: 'order_*', 'order_create/boundary/*'")
	f.StringVar(&o.replay, "replay", "", "one case by its id, shown in full")
	f.Uint64Var(&o.seed, "seed", 0, "where new values come from (default: the clock)")
	f.Float64Var(&o.rate, "rate", 0, "cases a second at most (default: no limit)")
	f.IntVar(&o.parallel, "parallel", 4, "cases at once, at most 256")
	f.DurationVar(&o.timeout, "timeout", fire.DefaultTimeout, "how long one call may take")
	f.IntVar(&o.most, "show", 20, "failures that are shown in full; the reports have all")
	signaturesFlag(cmd, &o.signatures)
	f.StringVar(&o.junit, "junit", "", "write a report as JUnit XML")
	f.StringVar(&o.json, "json", "", "write a report as JSON")
	f.StringVar(&o.html, "html", "", "write a report (联调报告) as one HTML page")
	f.StringVar(&o.verify, "verify", "", "check the digest of such a page, and fire nothing")
	completeWords(cmd, "phases", phaseNames())
	return cmd
}

// phaseNames lists the phases.
func phaseNames() (names []string) {
	for _, p := range fixture.Phases() {
		names = append(names, string(p))
	}
	return names
}

// fire runs the command.
func (t *tool) fire(ctx context.Context, o fireOptions) error {
	a, s, err := t.caller(o)
	if err != nil {
		return err
	}
	config, err := t.fireConfig(o, a, s)
	if err != nil {
		return err
	}
	bar := newBar(t.stderr, len(config.Suite.Cases))
	config.Done = bar.add
	report, err := fire.Run(ctx, config)
	bar.end()
	switch {
	case report == nil:
		return command.Misused("", "%s", err)
	case errors.Is(err, fire.ErrUnreachable) && report.Count(fire.Passed)+report.Count(fire.Failed) == 0:
		return command.Failed("no server listens there: start one with make run (jiekoud serve), or name another with --url",
			"%s: %s", report.URL, err)
	case len(report.Results) == 0 && err == nil:
		return command.Misused("jiekou fixtures --system "+s.Name+" lists them", "no case is meant by these flags")
	}
	paper := report.Paper(s)
	if e := t.writeReports(o, paper, a.members["token"]); e != nil {
		return e
	}
	t.summary(o, paper)
	if err != nil {
		return command.Failed("", "stopped after %s: %s", count(len(report.Results), "case"), err)
	}
	if report.Count(fire.Failed)+report.Count(fire.Broken) > 0 {
		return command.Quiet()
	}
	return nil
}

// caller reads the app and finds its system.
func (t *tool) caller(o fireOptions) (app, *spec.System, error) {
	a, err := readApp(o.app)
	if err != nil {
		return a, nil, err
	}
	set, err := t.read()
	if err != nil {
		return a, nil, err
	}
	if o.system != "" {
		a.system = o.system
	}
	s, err := a.of(set, "")
	return a, s, err
}

// fireConfig turns flags into a Config of fire.
func (t *tool) fireConfig(o fireOptions, a app, s *spec.System) (fire.Config, error) {
	c := fire.Config{
		System: bind.System(s), Suite: fixture.Derive(s), URL: a.url, App: fire.App{ID: a.id, Secrets: a.members},
		Only: o.only, Seed: o.seed, Rate: o.rate, Parallel: o.parallel, Timeout: o.timeout,
	}
	over, err := overrides(o.signatures, s)
	if err != nil {
		return c, err
	}
	c.Override = over
	for _, skipped := range c.Suite.Skipped {
		t.say("hint: %s has no cases: %s", skipped.Cmd, skipped.Err)
	}
	for _, name := range o.phases {
		if !slices.Contains(phaseNames(), name) {
			return c, command.Misused("they are "+list(phaseNames()), "no phase %q", name)
		}
		c.Phases = append(c.Phases, fixture.Phase(name))
	}
	if o.url != "" {
		c.URL = o.url
	}
	if c.URL == "" {
		c.URL = local(os.Getenv("JIEKOU_LISTEN"))
		t.say("hint: %s has no url; firing at %s", a.file, c.URL)
	}
	if o.limited != "" {
		l, err := readApp(o.limited)
		if err != nil {
			return c, err
		}
		c.Limited = &fire.App{ID: l.id, Secrets: l.members}
	}
	if o.replay != "" {
		if !slices.ContainsFunc(c.Suite.Cases, func(one *fixture.Case) bool { return one.ID == o.replay }) {
			return c, command.Misused("jiekou fixtures --system "+s.Name+" lists them", "no case %q", o.replay)
		}
		c.Only = o.replay
	}
	return c, nil
}

// writeReports writes the files that the flags ask for.
func (t *tool) writeReports(o fireOptions, p *fire.Paper, token string) error {
	for _, one := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{o.junit, p.JUnit},
		{o.json, p.JSON},
		{o.html, func(w io.Writer) error { return p.HTML(w, token) }},
	} {
		if one.file == "" {
			continue
		}
		var b bytes.Buffer
		if err := one.write(&b); err != nil {
			return command.Bug(err)
		}
		if err := os.WriteFile(one.file, b.Bytes(), 0o644); err != nil { //nolint:gosec // a report is to be read
			return err
		}
	}
	return nil
}

// summary prints the failures and the tables.
func (t *tool) summary(o fireOptions, p *fire.Paper) {
	shown, skipped := 0, map[string]int{}
	for _, e := range p.Cases {
		wrong := e.Verdict == string(fire.Failed) || e.Verdict == string(fire.Broken)
		if e.Verdict == string(fire.Skipped) {
			skipped[e.Why]++
		}
		if !wrong && o.replay == "" {
			continue
		}
		if shown++; shown > o.most {
			continue
		}
		t.block(o, e, p)
	}
	if shown > o.most {
		fmt.Fprintf(t.stdout, "… and %d more; --show %d shows them, --html writes all\n\n", shown-o.most, shown)
	}
	if p.Warning != "" {
		fmt.Fprintf(t.stdout, "WARNING %s\n\n", p.Warning)
	}
	t.tallies(p)
	for _, why := range slices.Sorted(maps.Keys(skipped)) {
		fmt.Fprintf(t.stdout, "%s skipped: %s\n", count(skipped[why], "case"), why)
	}
}

// block prints one case with everything that is needed to fix it.
func (t *tool) block(o fireOptions, e fire.Entry, p *fire.Paper) {
	fmt.Fprintf(t.stdout, "%s %s\n  %s\n  rule      %s, section %s, %s\n", strings.ToUpper(e.Verdict), e.ID, e.Title, e.Rule, e.Section, e.Source)
	for _, line := range []struct{ name, text string }{
		{"why", e.Why}, {"expected", e.Expected}, {"payload", e.Payload}, {"got", e.Got}, {"sent", e.Sent},
	} {
		if line.text != "" {
			fmt.Fprintf(t.stdout, "  %-9s %s\n", line.name, line.text)
		}
	}
	builtIn := ""
	if t.builtIn {
		builtIn = " --built-in"
	}
	again := fmt.Sprintf("jiekou fire"+builtIn+" --replay %s --seed %d --app %s --url %s", e.ID, p.Seed, o.app, p.URL)
	for _, one := range []struct{ flag, value string }{{"system", o.system}, {"limited", o.limited}, {"signatures", o.signatures}} {
		if one.value != "" {
			again += " --" + one.flag + " " + one.value
		}
	}
	fmt.Fprintf(t.stdout, "  again     %s\n\n", again)
}

// tallies prints the counts by interface and phase.
func (t *tool) tallies(p *fire.Paper) {
	w := pretty.NewWriter()
	w.SetOutputMirror(t.stdout)
	w.SetStyle(pretty.StyleLight)
	w.AppendHeader(pretty.Row{"interface", "phase", "passed", "failed", "broken", "skipped"})
	sum := fire.Tally{}
	for _, one := range p.Tallies {
		w.AppendRow(pretty.Row{one.Cmd, one.Phase, one.Passed, one.Failed, one.Broken, one.Skipped})
		sum.Passed, sum.Failed, sum.Broken, sum.Skipped = sum.Passed+one.Passed, sum.Failed+one.Failed, sum.Broken+one.Broken, sum.Skipped+one.Skipped
	}
	w.AppendFooter(pretty.Row{"", "", sum.Passed, sum.Failed, sum.Broken, sum.Skipped})
	w.Render()
	fmt.Fprintf(t.stdout, "%d cases in %.1f s, seed %d\n", len(p.Cases), float64(p.Millis)/1000, p.Seed)
}

// verify checks the digest of a report.
func (t *tool) verify(o fireOptions) error {
	a, err := readApp(o.app)
	if err != nil {
		return err
	}
	text, err := t.input(o.verify)
	if err != nil {
		return err
	}
	p, err := fire.Verify(text, a.members["token"])
	if errors.Is(err, fire.ErrForged) {
		return command.Failed("was it another app, or were its keys changed since?", "%s: %s", o.verify, err)
	}
	if err != nil {
		return command.Failed("", "%s: %s", o.verify, err)
	}
	_, err = fmt.Fprintf(t.stdout, "%s: as signed: %s %s at %s, %s, %s\n", o.verify, p.System, p.Version, p.URL,
		p.Began.Format(time.RFC3339), count(len(p.Cases), "case"))
	return err
}

// bar shows progress on a terminal.
type bar struct {
	w                io.Writer
	all, done, wrong int
	shown            time.Time
}

// newBar returns a bar, one that shows nothing where w is no terminal.
func newBar(w io.Writer, all int) *bar {
	f, ok := w.(*os.File)
	if !ok {
		return &bar{all: all}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{all: all}
	}
	return &bar{w: w, all: all}
}

// add counts one result; it is not called twice at once.
func (b *bar) add(r fire.Result) {
	b.done++
	if r.Verdict == fire.Failed || r.Verdict == fire.Broken {
		b.wrong++
	}
	if b.w != nil && time.Since(b.shown) > 100*time.Millisecond {
		b.shown = time.Now()
		full := b.done * 40 / max(b.all, 1)
		fmt.Fprintf(b.w, "\r[%-40s] %d of at most %d, %d wrong", strings.Repeat("=", full), b.done, b.all, b.wrong)
	}
}

// end clears the line.
func (b *bar) end() {
	if b.w != nil {
		fmt.Fprintf(b.w, "\r%80s\r", "")
	}
}

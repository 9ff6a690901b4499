package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
	"github.com/jiekou-dev/jiekou/testkit/fixture/left"
	"github.com/jiekou-dev/jiekou/testkit/power"
)

// fixturesOptions are the flags of fixtures.
type fixturesOptions struct {
	system, out, setup, id            string
	list, power, notifications, force bool
	cases, rows                       map[string][]byte // what is written, of all systems
}

// fixturesCommand lists and writes the test cases that follow from the YAML.
func fixturesCommand(t *tool) *cobra.Command {
	var o fixturesOptions
	cmd := &cobra.Command{
		Use:   "fixtures",
		Short: "List, write and measure the test cases that follow from the YAML",
		Long: `fixtures derives test cases from the rules: for each field a value that is missing,
too long, of another type, outside its list or bounds; each condition from both sides; the
envelope; sequences in which one interface needs the result of another. Each case names
the rule and the section of the document that it probes, and the exact code and field
of the answer.

Without flags it counts them. jiekou generate writes them to generated/fixtures; --out
writes them anywhere. --setup writes the rows that cases need, for jiekoud load.
--power changes the rules one at a time and counts how many changes the cases detect.
--notifications is about the cases for receivers of notifications, which jiekou fire
--receiver fires.`,
		Example: `  jiekou fixtures
  jiekou fixtures --system lianfa --list
  jiekou fixtures --case cst_info_create/boundary/mobile/taken
  jiekou fixtures --system lianfa --setup rows && jiekoud load --system lianfa rows/*.csv
  jiekou fixtures --system lianfa --notifications --list
  jiekou fixtures --power`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.fixtures(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.system, "system", "", "one system (default: all)")
	f.BoolVar(&o.list, "list", false, "list every case with its title")
	f.StringVar(&o.id, "case", "", "print one case in full")
	f.StringVar(&o.out, "out", "", "write the cases below a folder")
	f.StringVar(&o.setup, "setup", "", "write the rows that cases need into a folder, as CSV; of all systems: a folder each")
	forceFlag(cmd, &o.force)
	f.BoolVar(&o.notifications, "notifications", false, "the cases of notifications, in place of those of requests")
	f.BoolVar(&o.power, "power", false, "measure how many changed rules the cases detect")
	return cmd
}

// fixtures runs the command.
func (t *tool) fixtures(ctx context.Context, o fixturesOptions) error {
	set, err := t.read()
	if err != nil {
		return err
	}
	systems, err := caller.Systems(set, o.system)
	if err != nil {
		return err
	}
	if o.id != "" {
		return t.oneCase(systems, o)
	}
	var suites []*fixture.Suite
	o.cases, o.rows = map[string][]byte{}, map[string][]byte{}
	for _, s := range systems {
		suite := o.suite(s)
		if err := t.handle(ctx, o, s, suite); err != nil {
			return err
		}
		suites = append(suites, suite)
	}
	for folder, list := range map[string]map[string][]byte{o.out: o.cases, o.setup: o.rows} {
		if folder == "" {
			continue
		}
		if err := disk.GiveFolder(folder, list, o.force); err != nil {
			return inTheWay(err)
		}
	}
	if !o.list && !o.power {
		fire.Count(t.stdout, suites, command.Language(t.ctx))
	}
	return nil
}

// suite is the cases that are meant.
func (o fixturesOptions) suite(s *spec.System) *fixture.Suite {
	if o.notifications {
		return fixture.Notifications(s)
	}
	return fixture.Derive(s)
}

// leftOut says which cases of a system there are not.
func (t *tool) leftOut(list []left.Skip, system string) {
	for _, one := range list {
		if one.Case != "" {
			t.say("hint: %s of %s is left out: %s", one.Case, system, one.Err)
		} else {
			t.say("hint: %s of %s has no cases: %s", one.Cmd, system, one.Err)
		}
	}
}

// handle carries out the flags for one system.
func (t *tool) handle(ctx context.Context, o fixturesOptions, s *spec.System, suite *fixture.Suite) error {
	t.leftOut(suite.Skipped, s.Name)
	if o.list {
		for _, c := range suite.Cases {
			if _, err := fmt.Fprintf(t.stdout, "%s\t%s\t%s\n", c.ID, c.Expect.Code, c.Title); err != nil {
				return err
			}
		}
	}
	if o.power {
		p, err := power.Measure(ctx, s, fire.First)
		if err != nil {
			return command.Bug(err)
		}
		if _, err := fmt.Fprintf(t.stdout, "%s: %s", s.Name, p); err != nil {
			return err
		}
	}
	if o.setup != "" {
		below := ""
		if o.system == "" {
			below = s.Name // tables of two systems may have one name
		}
		list, err := files.Setup(suite, below)
		if err != nil {
			return command.Bug(err)
		}
		maps.Copy(o.rows, list)
	}
	if o.out == "" {
		return nil
	}
	list, err := files.Write(suite, s, s.Name)
	if err != nil {
		return command.Bug(err)
	}
	maps.Copy(o.cases, list)
	return nil
}

// oneCase prints a case with its payload.
func (t *tool) oneCase(systems []*spec.System, o fixturesOptions) error {
	for _, s := range systems {
		suite := o.suite(s)
		at := slices.IndexFunc(suite.Cases, func(c *fixture.Case) bool { return c.ID == o.id })
		if at < 0 {
			continue
		}
		return writeJSON(t.stdout, struct {
			System  string `json:"system"`
			Source  string `json:"source"` // the line of YAML
			Payload string `json:"payload"`
			*fixture.Case
		}{s.Name, suite.Cases[at].Source, suite.Cases[at].Payload(), suite.Cases[at]})
	}
	return command.Misused("jiekou fixtures --list lists them", "no case %q", o.id)
}

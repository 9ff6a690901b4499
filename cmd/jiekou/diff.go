package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
	"github.com/jiekou-dev/jiekou/spec/diff/report"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	against, format, failOn, apps, database, accepted string
}

// diffCommand says what a revision changes.
func diffCommand(t *tool) *cobra.Command {
	f := diffFlags{format: "text", failOn: "breaking"}
	cmd := &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "Say what a revision of the YAML changes, and for whom",
		Long: `diff compares two revisions by their meaning, never by their text: what breaks a
correct caller or receiver of yesterday (wire), what changes in signatures, frames
and codes (protocol), in the names and types that handlers use (code), in what is
stored (data), and, with --apps or --database, which partners it touches, and how
often they called in the last 30 days, and how many of these calls it would have refused.
The server counts calls without what they hold; where that decides, the number is a bound
("at most"). What partners send and what we send are weighed in opposite directions.

OLD and NEW are folders, or revisions of git as v3.9:spec, from the root of the
repository, or v3.9:./spec, from the project. NEW is the project by
default, and --against REV is short for the same project in a revision of git.

Each change has an id that outlives another wording. ` + accepted.File + ` lists the
changes that the team accepts, as ID: {reason: …, date: yyyy-MM-dd}; an entry that
matches no change is a finding, as is was: that names nothing of the older revision.

Exit codes: 0 nothing of the level of --fail-on that is not accepted, 1 something,
2 a revision could not be read, or wrong usage.`,
		Example: `  jiekou diff --against main
  jiekou diff v3.9:spec --format markdown --lang zh
  jiekou diff --against v3.9 --format changelog --fail-on none
  jiekou diff old/spec new/spec --fail-on any
  jiekoud app list --json > apps.json; jiekou diff --against main --apps apps.json
  jiekou diff --against main --database "$DATABASE_URL"`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return t.diff(args, f) },
	}
	cmd.Flags().StringVar(&f.against, "against", "", "revision of git that the project is compared with")
	cmd.Flags().StringVar(&f.format, "format", f.format, strings.Join(report.Formats(), ", "))
	cmd.Flags().StringVar(&f.failOn, "fail-on", f.failOn, "least level that fails: breaking, warning, any or none")
	cmd.Flags().StringVar(&f.apps, "apps", "", "file with what jiekoud app list --json prints: who the partners are")
	cmd.Flags().StringVar(&f.database, "database", "", "URL of the server's database: who the partners are, and how often they called in the last 30 days")
	cmd.Flags().StringVar(&f.accepted, "accepted", "", "file of accepted changes (default "+accepted.File+" of the project)")
	completeWords(cmd, "format", report.Formats())
	completeWords(cmd, "fail-on", []string{"breaking", "warning", "any", "none"})
	return cmd
}

// failLevels are the levels of --fail-on.
var failLevels = map[string]diff.Level{"breaking": diff.Breaking, "warning": diff.Warning, "any": diff.Info, "none": diff.Breaking + 1}

func (t *tool) diff(args []string, f diffFlags) error {
	level, ok := failLevels[f.failOn]
	switch {
	case !ok:
		return command.Misused("breaking, warning, any or none", "unknown level %q", f.failOn)
	case f.against != "" && len(args) > 0:
		return command.Misused("jiekou diff --against REV, or jiekou diff OLD NEW", "--against names the old revision already")
	case f.against == "" && len(args) == 0:
		return command.Misused("jiekou diff --against main, or jiekou diff OLD NEW", "which revision is the old one?")
	case f.against != "":
		args = []string{f.against}
	}
	p := project.Project{Root: "."}
	if len(args) < 2 {
		var err error
		if p, err = t.project(); err != nil {
			return err
		}
		args = append(args, p.Root)
	}
	var c *project.Compared
	if err := command.Until(t.ctx, func() (err error) { c, err = p.Compare(t.ctx, args[0], args[1]); return err }); err != nil {
		return err
	}
	changes := c.Changes
	losses, err := t.touch(changes, f)
	if err != nil {
		return err
	}
	agreed, err := p.Accepted(f.accepted)
	if err != nil {
		return err
	}
	stale := append(c.Findings, diff.Accept(changes, c.Fresh(agreed))...)
	r := report.Report{
		Old: args[0], New: t.called(args[1], p), Changes: changes, Losses: losses, ZH: command.Language(t.ctx) == speech.Chinese,
		Systems: c.After.Systems, Below: p.Below(t.ctx), Findings: stale.In(t.said),
	}
	if err := r.Write(t.stdout, f.format); err != nil {
		return command.Misused("jiekou diff --help", "%s", err)
	}
	if len(stale) > 0 {
		if err := t.found(stale); level <= diff.Breaking {
			return err
		}
	}
	if worst := diff.Worst(changes); worst >= level {
		return command.Failed("accept them in "+accepted.File+", or change the YAML", "there are changes of the level %s", worst)
	}
	return nil
}

// called is the name of a revision for people: a folder of this machine means nothing
// to them.
func (t *tool) called(name string, p project.Project) string {
	if name != p.Root {
		return name
	}
	return t.said("the project")
}

// touch reads who the partners are, and says which of their calls would be refused.
func (t *tool) touch(changes []diff.Change, f diffFlags) ([]diff.Loss, error) {
	var partners []diff.Partner
	var err error
	switch {
	case f.apps != "" && f.database != "":
		return nil, command.Misused("leave one of them out", "--apps and --database both say who the partners are")
	case f.database != "":
		if partners, err = project.Partners(t.ctx, f.database); err != nil {
			return nil, command.Misused("the URL of the database of jiekoud, of this version of jiekou", "%s", err)
		}
	case f.apps != "":
		text, err := os.ReadFile(f.apps)
		if err == nil {
			partners, err = diff.ReadPartners(text)
		}
		if err != nil {
			return nil, command.Misused("write it with jiekoud app list --json", "%s: %s", f.apps, err)
		}
	default:
		return nil, nil
	}
	diff.Touch(changes, partners)
	return diff.Losses(changes, partners), nil
}

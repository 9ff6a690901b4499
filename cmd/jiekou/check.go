package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/report"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// checkFlags are the flags of check.
type checkFlags struct {
	format   string
	asJSON   bool
	database string
}

// checkCommand reads the YAML and prints the findings.
func checkCommand(t *tool) *cobra.Command {
	f := checkFlags{format: "text"}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the YAML and print every finding",
		Long: `check reads everything below spec/ and prints every finding with its place, a hint
and the line. Without findings it prints the counts of systems, interfaces and
fields, and exits 0; with findings, or without a system, it exits 1.

A clean check is proven: everything is generated in memory, and the generated Go is
type-checked against the runtime that go.mod requires. That needs the go command and
downloads nothing; where it cannot be done, check says so.

With --database it also runs the migrations from zero, prepares every statement, those
of sql: blocks too, and finds those that would read a whole table where an index could
serve, in a scratch database that is dropped at the end: on a private PostgreSQL, or on the server of --database=URL or of DATABASE_URL, whose role
must be allowed to create databases. Of the tables with existing: it says what the
database of --database=URL lacks.`,
		Example: `  jiekou check
  jiekou check --database
  jiekou check --format sarif > check.sarif
  jiekou check --json | jq -r '.findings[].id' | sort | uniq -c`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.check(f) },
	}
	cmd.Flags().StringVar(&f.format, "format", f.format, strings.Join(report.Formats(), ", "))
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "short for --format json")
	cmd.Flags().StringVar(&f.database, "database", "", "prepare every statement in a scratch database, too: of a private PostgreSQL, or of a URL")
	cmd.Flags().Lookup("database").NoOptDefVal = private
	completeWords(cmd, "format", report.Formats())
	return cmd
}

// private is what --database means without a URL.
const private = "private"

func (t *tool) check(f checkFlags) error {
	start := time.Now()
	if f.asJSON {
		f.format = "json"
	}
	if !slices.Contains(report.Formats(), f.format) {
		return command.Misused(strings.Join(report.Formats(), ", "), "no format %q", f.format)
	}
	p, err := t.project()
	if err != nil {
		return err
	}
	proof := project.Proof{Generate: withoutCases}
	if url := f.database; url != "" {
		named := url != private
		if !named {
			url = os.Getenv("DATABASE_URL")
		}
		proof.Database = func(ctx context.Context, set *spec.Set) (spec.Findings, error) {
			found, err := project.Statements(ctx, set, url)
			if err != nil || !named {
				return found, err
			}
			lacking, err := project.Lacking(ctx, url, project.Taken(set))
			return append(found, lacking...), err
		}
	}
	var result *project.Checked
	var found project.Found
	if err := command.Until(t.ctx, func() (err error) { result, found, err = p.Check(t.ctx, proof); return err }); err != nil {
		return err
	}
	switch {
	case f.format == "json":
		err = writeJSON(t.stdout, result.In(t.said))
	case f.format == "github" || f.format == "sarif":
		below := found.Below(p.Below(t.ctx))
		err = report.Write(t.stdout, below.Findings, below.Waived, f.format, t.said)
	case !result.OK:
		err = report.Write(t.stdout, found.Findings, found.Waived, f.format, t.said)
	default:
		where := ""
		if p.BuiltIn {
			where = " (built in)"
		}
		waived := ""
		if n := len(result.Waived); n > 0 {
			waived = fmt.Sprintf(" but %d waived", n)
		}
		err = t.tell("ok%s: %s, %s, %s, no findings%s, %s\n", where, count(result.Systems, "system"),
			count(result.Interfaces, "interface"), count(result.Fields, "field"), waived, since(start))
	}
	if result.Unproven != "" {
		t.say("%s", result.Unproven)
	}
	if err == nil && !result.OK {
		err = saidOf(found.Findings)
	}
	return err
}

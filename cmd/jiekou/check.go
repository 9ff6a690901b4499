package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// checkCommand reads the YAML and prints the findings.
func checkCommand(t *tool) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the YAML and print every finding",
		Long: `check reads everything below spec/ and prints every finding with its place, a hint
and the line. Without findings it prints the counts of systems, interfaces and
fields, and exits 0; with findings, or without a system, it exits 1.`,
		Example: `  jiekou check
  jiekou check --json | jq -r '.findings[].id' | sort | uniq -c`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.check(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

func (t *tool) check(asJSON bool) error {
	start := time.Now()
	p, err := t.project()
	if err != nil {
		return err
	}
	var result *project.Checked
	var findings spec.Findings
	if err := command.Until(t.ctx, func() (err error) { result, findings, err = p.Check(proves); return err }); err != nil {
		return err
	}
	switch {
	case asJSON:
		err = writeJSON(t.stdout, result)
	case !result.OK:
		_, err = fmt.Fprintln(t.stdout, findings.Error())
	default:
		where := ""
		if p.BuiltIn {
			where = " (built in)"
		}
		_, err = fmt.Fprintf(t.stdout, "ok%s: %s, %s, %s, no findings, %s\n", where, count(result.Systems, "system"),
			count(result.Interfaces, "interface"), count(result.Fields, "field"), since(start))
	}
	if err == nil && !result.OK {
		err = saidOf(findings)
	}
	return err
}

package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
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

// checked is the result of check as JSON.
type checked struct {
	OK         bool      `json:"ok"`
	Systems    int       `json:"systems"`
	Interfaces int       `json:"interfaces"`
	Fields     int       `json:"fields"`
	Findings   []finding `json:"findings"`
}

// finding is a spec.Finding as JSON.
type finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	ID      string `json:"id"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Source  string `json:"source"`
}

func (t *tool) check(asJSON bool) error {
	start := time.Now()
	p, err := t.project()
	if err != nil {
		return err
	}
	set, err := load.Systems(p.FS, project.Folder)
	findings, found := errors.AsType[spec.Findings](err)
	if err != nil && !found {
		return err
	}
	if !found {
		if err := bind.Servable(set); err != nil {
			return err
		}
	}
	result := checked{OK: !found, Findings: []finding{}}
	for _, f := range findings {
		result.Findings = append(result.Findings,
			finding{f.Pos.File, f.Pos.Line, f.Pos.Col, f.ID, f.Message, f.Hint, f.Source})
	}
	if set != nil {
		result.count(set)
	}
	switch {
	case asJSON:
		err = writeJSON(t.stdout, result)
	case found:
		_, err = fmt.Fprintln(t.stdout, findings.Error())
	default:
		where := ""
		if p.BuiltIn {
			where = " (built in)"
		}
		_, err = fmt.Fprintf(t.stdout, "ok%s: %s, %s, %s, no findings, %s\n", where, count(result.Systems, "system"),
			count(result.Interfaces, "interface"), count(result.Fields, "field"), since(start))
	}
	if err == nil && found {
		err = command.Failed("jiekou explain ID says more about a finding", "%s", count(len(findings), "finding"))
	}
	return err
}

// count counts the parts of the model. The rows of the reply's frame count once in
// each interface that has them.
func (c *checked) count(set *spec.Set) {
	c.Systems = len(set.Systems)
	for _, s := range set.Systems {
		c.Interfaces += len(s.Interfaces)
		for _, i := range s.Interfaces {
			c.Fields += countFields(i.Request) + countFields(i.Frame) + countFields(i.Response)
		}
	}
}

// countFields counts fields and their members.
func countFields(fields spec.Fields) int {
	n := len(fields)
	for _, f := range fields {
		n += countFields(f.Fields)
	}
	return n
}

// Package report writes findings for people and for other programs.
package report

import (
	"fmt"
	"io"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/annotation"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/waiver"
)

// Formats lists the forms in which findings are written. That of json belongs to
// whoever counts what was checked.
func Formats() []string { return []string{"text", "json", "sarif", "github"} }

// Write writes findings as text, sarif or github. Those that a waiver lets stay are for
// scanners alone, which list them apart. further are the rules beside those of check. say
// puts everything that is said into another language; nil: it stays.
func Write(w io.Writer, findings spec.Findings, waived []waiver.Waived, format string, say func(string) string, further ...annotation.Rule) error {
	if say == nil {
		say = func(text string) string { return text }
	}
	if format == "text" {
		_, err := fmt.Fprintln(w, findings.Text(say))
		return err
	}
	findings = findings.In(say)
	var remarks []annotation.Remark
	for _, f := range findings {
		remarks = append(remarks, annotation.Remark{At: f.Pos, Rule: f.ID, Level: annotation.Error, Text: f.Message, Details: hinted(f.Hint)})
	}
	if format == "github" {
		return annotation.GitHub(w, remarks)
	}
	for _, f := range waived {
		remarks = append(remarks, annotation.Remark{
			At: f.Pos, Rule: f.ID, Level: annotation.Error, Text: say(f.Message), Accepted: f.Reason, InSource: true,
		})
	}
	rules := further
	for _, r := range check.Rules() {
		rules = append(rules, annotation.Rule{ID: r.ID, Title: say(r.Title), Why: say(r.Why)})
	}
	return annotation.SARIF(w, "jiekou check", rules, remarks)
}

func hinted(hint string) string {
	if hint == "" {
		return ""
	}
	return "(" + hint + ")"
}

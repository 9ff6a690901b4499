// Package rule holds YAML against rules that a team has for itself: how interfaces are
// named, which fields every report has, what must be marked as personal.
//
// A rule is a Go function over the linked model. A program of three lines runs them
// beside jiekou check, with the same findings, waivers and formats:
//
//	func main() { rule.Main(Rules()...) }
//
// docs/check.md shows a whole one, and how go.mod makes it a tool.
package rule

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/annotation"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/report"
	"github.com/jiekou-dev/jiekou/spec/waiver"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Rule is one rule of a team.
type Rule struct {
	ID    string // capital letters and digits, for example "TEAM01"; not JK…, which are the language's
	Title string // the fault, in a few words
	Why   string // why it matters; may be empty
	// Check looks at one system, and reports each fault.
	Check func(s *spec.System, report Report)
}

// Report notes a finding: its place, how to fix it (may be empty), and what is wrong, as
// fmt.Sprintf has it. Everything in the model knows its place.
type Report func(at spec.Pos, hint, format string, args ...any)

var form = regexp.MustCompile(`^[A-Z]+[0-9]+$`)

// Check loads the systems below a folder and runs the rules over each. Where the YAML
// itself has findings, those are returned and the rules do not run. An error means
// that the folder cannot be read, or that a rule has no proper id.
func Check(fsys fs.FS, root string, rules ...Rule) (spec.Findings, []waiver.Waived, error) {
	for _, r := range rules {
		if !form.MatchString(r.ID) || strings.HasPrefix(r.ID, "JK") || r.Check == nil {
			return nil, nil, fmt.Errorf("rule %q: an id is capital letters and digits like TEAM01, not JK…, and a rule has a Check", r.ID)
		}
	}
	l, err := load.All(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	if len(l.Findings) > 0 {
		return l.Findings, nil, nil
	}
	var found spec.Findings
	for _, s := range l.Set.Systems {
		for _, r := range rules {
			r.Check(s, func(at spec.Pos, hint, format string, args ...any) {
				found = append(found, spec.Finding{Pos: at, ID: r.ID, Hint: hint, Message: fmt.Sprintf(format, args...)})
			})
		}
	}
	own := func(id string) bool { return slices.ContainsFunc(rules, func(r Rule) bool { return r.ID == id }) }
	kept, waived := l.Further(found, own)
	return kept, waived, nil
}

// Main runs the rules over the project in the working directory, or that of --dir,
// prints the findings as jiekou check does, and exits: 0 none, 1 some, 2 wrong usage.
func Main(rules ...Rule) { os.Exit(Run(os.Args[1:], os.Stdout, os.Stderr, rules...)) }

// Run is Main for those who exit themselves.
func Run(args []string, stdout, stderr io.Writer, rules ...Rule) int {
	flags := flag.NewFlagSet("rules", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", ".", "the folder that holds spec/")
	format := flags.String("format", "text", "text, sarif or github")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if !slices.Contains([]string{"text", "sarif", "github"}, *format) || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "error: --format is text, sarif or github; there are no arguments")
		return 2
	}
	found, waived, err := Check(yamltree.Folder(*dir), "spec", rules...)
	if err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 2
	}
	if *format != "text" || len(found) > 0 {
		var titles []annotation.Rule
		for _, r := range rules {
			titles = append(titles, annotation.Rule{ID: r.ID, Title: r.Title, Why: r.Why})
		}
		if err := report.Write(stdout, found, waived, *format, nil, titles...); err != nil {
			fmt.Fprintln(stderr, "error:", err)
			return 2
		}
	}
	if len(found) > 0 {
		return 1
	}
	return 0
}

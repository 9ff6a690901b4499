package fire

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"

	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// TextOptions says what Text shows.
type TextOptions struct {
	Most  int                    // cases that are shown in full
	All   bool                   // cases that passed are shown too
	Again func(id string) string // the command line that fires a case again
}

// Text writes a report for a terminal: the cases that did not pass, and the counts.
func (p *Paper) Text(w io.Writer, o TextOptions) {
	shown, skipped := 0, map[string]int{}
	for _, e := range p.Cases {
		wrong := e.Verdict == string(Failed) || e.Verdict == string(Broken)
		if e.Verdict == string(Skipped) {
			skipped[e.Why]++
		}
		if !wrong && !o.All {
			continue
		}
		if shown++; shown <= o.Most {
			e.text(w, o.Again(e.ID))
		}
	}
	if shown > o.Most {
		fmt.Fprintf(w, "… and %d more; --show %d shows them, --html writes all\n\n", shown-o.Most, shown)
	}
	p.causes(w)
	if p.Warning != "" {
		fmt.Fprintf(w, "WARNING %s\n\n", p.Warning)
	}
	p.counts(w)
	for _, why := range slices.Sorted(maps.Keys(skipped)) {
		fmt.Fprintf(w, "%s skipped: %s\n", cases(skipped[why]), why)
	}
}

// mostCauses is how many causes are listed.
const mostCauses = 8

// causes writes what several cases did not pass for.
func (p *Paper) causes(w io.Writer) {
	if len(p.Causes) < 2 && (len(p.Causes) == 0 || p.Causes[0].Count < 2) {
		return
	}
	fmt.Fprintln(w, "CAUSES")
	for _, c := range p.Causes[:min(mostCauses, len(p.Causes))] {
		fmt.Fprintf(w, "  %5d  %s, first %s\n", c.Count, c.Why, c.First)
	}
	if more := len(p.Causes) - mostCauses; more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
	fmt.Fprintln(w)
}

// text writes one case so that nothing else is needed to fix it.
func (e *Entry) text(w io.Writer, again string) {
	fmt.Fprintf(w, "%s %s\n  %s\n  rule      %s, section %s, %s\n", strings.ToUpper(e.Verdict), e.ID, e.Title, e.Rule, e.Section, e.Source)
	for _, line := range []struct{ name, text string }{
		{"why", e.Why}, {"expected", e.Expected}, {"payload", e.Payload}, {"got", e.Got}, {"sent", e.Sent},
	} {
		if line.text != "" {
			fmt.Fprintf(w, "  %-9s %s\n", line.name, line.text)
		}
	}
	fmt.Fprintf(w, "  again     %s\n\n", again)
}

// counts writes the counts by interface and phase.
func (p *Paper) counts(w io.Writer) {
	t := pretty.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(pretty.StyleLight)
	t.AppendHeader(pretty.Row{"interface", "phase", "passed", "failed", "broken", "skipped"})
	sum := Tally{}
	for _, one := range p.Tallies {
		t.AppendRow(pretty.Row{one.Cmd, one.Phase, one.Passed, one.Failed, one.Broken, one.Skipped})
		sum.Passed, sum.Failed, sum.Broken, sum.Skipped = sum.Passed+one.Passed, sum.Failed+one.Failed, sum.Broken+one.Broken, sum.Skipped+one.Skipped
	}
	t.AppendFooter(pretty.Row{"", "", sum.Passed, sum.Failed, sum.Broken, sum.Skipped})
	t.Render()
	for _, what := range p.Unseen {
		fmt.Fprintf(w, "NOT SEEN %s\n", what)
	}
	if p.Cleaned != "" {
		fmt.Fprintf(w, "CLEANED %s\n", p.Cleaned)
	}
	fmt.Fprintf(w, "%s in %.1f s, seed %d\n", cases(len(p.Cases)), float64(p.Millis)/1000, p.Seed)
}

// cases is "1 case", "2 cases".
func cases(n int) string {
	if n == 1 {
		return "1 case"
	}
	return strconv.Itoa(n) + " cases"
}

// Count writes how many cases suites have by phase, and how many rows these need.
func Count(w io.Writer, suites []*fixture.Suite) {
	t := pretty.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(pretty.StyleLight)
	head := pretty.Row{"system"}
	for _, name := range fixture.PhaseNames() {
		head = append(head, name)
	}
	t.AppendHeader(append(head, "all", "rows"))
	for _, s := range suites {
		t.AppendRow(tally(s))
	}
	t.Render()
}

// tally is the row of one suite.
func tally(s *fixture.Suite) pretty.Row {
	cases, rows := map[fixture.Phase]int{}, 0
	for _, c := range s.Cases {
		cases[c.Phase]++
	}
	for _, r := range s.Setup {
		rows += len(r.Rows)
	}
	row := pretty.Row{s.System}
	for _, p := range fixture.Phases() {
		row = append(row, cases[p])
	}
	return append(row, len(s.Cases), rows)
}

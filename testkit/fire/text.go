package fire

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/jiekou-dev/jiekou/runtime/speech"
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
			p.text(w, e, o.Again(e.ID))
		}
	}
	if shown > o.Most {
		fmt.Fprintf(w, "%s\n\n", p.saidf("… and %d more; --show %d shows them, --html writes all", shown-o.Most, shown))
	}
	p.causes(w)
	if p.Warning != "" {
		fmt.Fprintf(w, "%s %s\n\n", p.said("WARNING"), p.Warning)
	}
	p.counts(w)
	for _, why := range slices.Sorted(maps.Keys(skipped)) {
		fmt.Fprintln(w, p.saidf("skipped %s: %s", cases(skipped[why]), why))
	}
}

// mostCauses is how many causes are listed.
const mostCauses = 8

// causes writes what several cases did not pass for.
func (p *Paper) causes(w io.Writer) {
	if len(p.Causes) < 2 && (len(p.Causes) == 0 || p.Causes[0].Count < 2) {
		return
	}
	fmt.Fprintln(w, p.said("CAUSES"))
	for _, c := range p.Causes[:min(mostCauses, len(p.Causes))] {
		fmt.Fprintf(w, "  %5d  %s%s%s\n", c.Count, c.Why, p.said(", first "), c.First)
	}
	if more := len(p.Causes) - mostCauses; more > 0 {
		fmt.Fprintf(w, "  %s\n", p.saidf("and %d more", more))
	}
	fmt.Fprintln(w)
}

// text writes one case so that nothing else is needed to fix it.
func (p *Paper) text(w io.Writer, e Entry, again string) {
	fmt.Fprintf(w, "%s %s\n  %s\n", p.said(strings.ToUpper(e.Verdict)), e.ID, e.Title)
	for _, line := range []struct{ name, text string }{
		{"Rule", p.rule(e)}, {"Why", e.Why}, {"Expected", e.Expected}, {"Payload", e.Payload}, {"Got", e.Got}, {"Sent", e.Sent}, {"Again", again},
	} {
		if line.text != "" {
			name := p.said(line.name)
			fmt.Fprintf(w, "  %s%s %s\n", strings.ToLower(name), strings.Repeat(" ", max(0, labelled-text.StringWidthWithoutEscSequences(name))), line.text)
		}
	}
	fmt.Fprintln(w)
}

// labelled is how wide the names of a case's lines are on a terminal.
const labelled = 9

// rule says where a case comes from.
func (p *Paper) rule(e Entry) string {
	return p.saidf("%s, section %s, %s", e.Rule, e.Section, e.Source)
}

// said is a text in the report's language.
func (p *Paper) said(text string) string { return p.Language.Say(text) }

// saidf is a text with values in the report's language.
func (p *Paper) saidf(format string, args ...any) string { return p.said(fmt.Sprintf(format, args...)) }

// phaseName is a phase as --phases takes it; in Chinese, its title.
func phaseName(l speech.Language, name string) string {
	if l == speech.Chinese {
		return l.Say(fixture.Phase(name).Title())
	}
	return name
}

// row is the head of a table in a language.
func row(l speech.Language, names ...string) (out pretty.Row) {
	for _, name := range names {
		out = append(out, l.Say(name))
	}
	return out
}

// counts writes the counts by interface and phase.
func (p *Paper) counts(w io.Writer) {
	t := pretty.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(pretty.StyleLight)
	t.AppendHeader(row(p.Language, "INTERFACE", "PHASE", "PASSED", "FAILED", "BROKEN", "SKIPPED"))
	sum := Tally{}
	for _, one := range p.Tallies {
		t.AppendRow(pretty.Row{one.Cmd, phaseName(p.Language, one.Phase), one.Passed, one.Failed, one.Broken, one.Skipped})
		sum.Passed, sum.Failed, sum.Broken, sum.Skipped = sum.Passed+one.Passed, sum.Failed+one.Failed, sum.Broken+one.Broken, sum.Skipped+one.Skipped
	}
	t.AppendFooter(pretty.Row{"", "", sum.Passed, sum.Failed, sum.Broken, sum.Skipped})
	t.Render()
	for _, what := range p.Unseen {
		fmt.Fprintf(w, "%s %s\n", p.said("NOT SEEN"), what)
	}
	if p.Cleaned != "" {
		fmt.Fprintf(w, "%s %s\n", p.said("CLEANED"), p.Cleaned)
	}
	fmt.Fprintln(w, p.saidf("%s in %.1f s, seed %d", cases(len(p.Cases)), float64(p.Millis)/1000, p.Seed))
}

// cases is "1 case", "2 cases".
func cases(n int) string {
	if n == 1 {
		return "1 case"
	}
	return strconv.Itoa(n) + " cases"
}

// Count writes how many cases suites have by phase, and how many rows these need.
func Count(w io.Writer, suites []*fixture.Suite, l speech.Language) {
	t := pretty.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(pretty.StyleLight)
	head := row(l, "SYSTEM")
	for _, name := range fixture.PhaseNames() {
		head = append(head, phaseName(l, name))
	}
	t.AppendHeader(append(head, row(l, "ALL", "ROWS")...))
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

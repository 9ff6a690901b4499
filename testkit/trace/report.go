package trace

import (
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Verdict is how a step went.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Refused Verdict = "refused"
	Unknown Verdict = "open" // only the server can tell: an issued token, a nonce
)

// Report has the findings about one request, for people.
type Report struct {
	App     string // that the request names
	Steps   []Step
	Payload string // as visible text; empty where the request is refused
	Refusal error  // of the receiver, see signature.RefusedBy; nil: it holds
}

// Step is one step on the receiver's side: "request" where the request cannot be
// read, the steps of the declaration in the order of sending, numbered where an
// operation comes twice, then "time" and "nonce".
type Step struct {
	Title   string
	Verdict Verdict
	Why     string       // one sentence; empty where the step holds
	Lines   []crypt.Line // intermediate results, in their order
	// Difference is between our string and the sender's: the one that is known, or
	// else that of the first cause. It is nil where they are equal or nothing is known.
	Difference *Difference
	Causes     []Cause // the likeliest first
	Advice     string  // the next thing to do if no cause is proven
}

// Cause is a possible mistake of the sender.
type Cause struct {
	Text string
	// Proof says how the cause was proven, for example that it gives exactly the
	// signature that came. Empty: it is a guess from the looks of the strings.
	Proof string
}

// Lines is the report as lines of text: the intermediate results under the names of
// their steps, "sign, string to sign", and explanations of those that do not hold.
func (r *Report) Lines() []crypt.Line {
	var lines []crypt.Line
	for i := range r.Steps {
		lines = append(lines, r.Steps[i].flat()...)
	}
	if r.Refusal != nil {
		return append(lines, crypt.Line{Step: "result", Text: "refused: " + r.Refusal.Error()})
	}
	return append(lines, crypt.Line{Step: "payload", Text: r.Payload})
}

// flat writes a step as lines.
func (s *Step) flat() (lines []crypt.Line) {
	add := func(step, text string) { lines = append(lines, crypt.Line{Step: step, Text: text}) }
	if s.Title == "request" {
		add("request", "refused: "+s.Why)
		return lines
	}
	for _, l := range s.Lines {
		add(s.Title+", "+l.Step, l.Text)
	}
	lines = append(lines, s.Difference.flat()...)
	for _, cause := range s.Causes {
		if cause.Proof == "" {
			add("likely cause", cause.Text)
		} else {
			add("hint", cause.Text+": "+cause.Proof)
		}
	}
	if s.Advice != "" {
		add("hint", s.Advice)
	}
	return lines
}

// Print writes intermediate results: each step, and its result below it.
func Print(w io.Writer, lines []crypt.Line) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s\n    %s\n", l.Step, strings.ReplaceAll(l.Text, "\n", "\n    ")); err != nil {
			return err
		}
	}
	return nil
}

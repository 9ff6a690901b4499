package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// explained is the output of explain-signature.
type explained struct {
	System    string          `json:"system"`
	Interface string          `json:"interface"`
	App       string          `json:"app"`
	Holds     bool            `json:"holds"`
	Clock     clock           `json:"clock,omitzero"`
	Refused   *refusedBy      `json:"refused,omitempty"`
	Notes     []string        `json:"notes,omitempty"`
	Steps     []explainedStep `json:"steps"`
	Payload   string          `json:"payload,omitempty"`

	asJSON bool
	tool   *tool
	code   func(error) (code, text string)
}

// refusedBy is how the server answers a request that does not hold.
type refusedBy struct {
	Step    string `json:"step"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// explainedStep is one step.
type explainedStep struct {
	Step       string               `json:"step"`
	Verdict    explain.Verdict      `json:"verdict,omitempty"` // sealed messages: none, the results say it
	Why        string               `json:"why,omitempty"`
	Results    []explainedResult    `json:"results,omitempty"`
	Difference *explainedDifference `json:"difference,omitempty"`
	Causes     []explainedCause     `json:"causes,omitempty"`
	Advice     string               `json:"advice,omitempty"`
}

// explainedResult is an intermediate string.
type explainedResult struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// explainedDifference is the first byte that differs.
type explainedDifference struct {
	Of           string `json:"of"`
	Byte         int    `json:"byte"`
	Line         int    `json:"line"`
	Column       int    `json:"column"`
	Ours         string `json:"ours"`
	Theirs       string `json:"theirs"`
	OursAround   string `json:"ours_around"`
	TheirsAround string `json:"theirs_around"`
	text         string
}

// explainedCause is a possible mistake of the sender; with a proof, or as a guess.
type explainedCause struct {
	Cause string `json:"cause"`
	Proof string `json:"proof,omitempty"`
}

// note keeps a remark; an empty one is none.
func (x *explained) note(text string) {
	if text != "" {
		x.Notes = append(x.Notes, text)
	}
}

// coded resolves a refusal to code and text of the document.
func coded(s *spec.System) func(error) (string, string) {
	codes := bind.System(s).Errors
	return func(err error) (string, string) { return codes.Resolve(problem.From(err)) }
}

// report converts the report about a signed request.
func (x *explained) report(a app, s *spec.System, r *explain.Report) {
	x.Holds, x.Payload = r.Refusal == nil, r.Payload
	if r.Refusal != nil {
		code, text := x.code(r.Refusal)
		x.Refused = &refusedBy{signature.RefusedBy(r.Refusal), code, text}
	}
	if r.App != "" && r.App != a.id {
		x.Holds, x.Payload = false, ""
		x.Steps = append(x.Steps, explainedStep{
			Step: "app", Verdict: explain.Refused,
			Why: fmt.Sprintf("the request names app %q, and %s is of app %s: the server takes the secrets of the app that is named",
				r.App, a.file, a.id),
			Causes: []explainedCause{{Cause: "wrong key: the request is signed for another app than its secrets are of"}},
		})
		if x.Refused == nil {
			code, text := x.code(problem.New(problem.App))
			x.Refused = &refusedBy{"app", code, text}
		}
	} else if r.App != "" {
		x.Steps = append(x.Steps, explainedStep{
			Step: "app", Verdict: explain.Holds, Results: []explainedResult{{s.Signature.App, r.App}},
		})
	}
	for _, step := range r.Steps {
		x.Steps = append(x.Steps, stepOf(step))
	}
}

// stepOf is the output of a step.
func stepOf(s explain.Step) explainedStep {
	out := explainedStep{Step: s.Title, Verdict: s.Verdict, Why: s.Why, Advice: s.Advice, Difference: differenceOf(s.Difference)}
	for _, l := range s.Lines {
		out.Results = append(out.Results, explainedResult{l.Step, l.Text})
	}
	out.Causes = causesOf(s.Causes)
	return out
}

func causesOf(list []explain.Cause) (out []explainedCause) {
	for _, c := range list {
		out = append(out, explainedCause{c.Text, c.Proof})
	}
	return out
}

func differenceOf(d *explain.Difference) *explainedDifference {
	if d == nil {
		return nil
	}
	return &explainedDifference{
		d.Of, d.Byte, d.Line, d.Column, d.Ours, d.Theirs, d.OursAround, d.TheirsAround, d.String(),
	}
}

// print prints everything. A message that does not hold ends with exit code 1.
func (x *explained) print() error {
	var err error
	if x.asJSON {
		err = writeJSON(x.tool.stdout, x)
	} else {
		err = x.text(x.tool.stdout)
	}
	if err == nil && !x.Holds {
		return command.Quiet()
	}
	return err
}

// text prints for people.
func (x *explained) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s, app %s\n", x.Interface, x.System, x.App)
	for _, note := range x.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for _, s := range x.Steps {
		fmt.Fprintf(&b, "\n%s: %s\n", s.Step, s.verdict())
		for _, r := range s.Results {
			fmt.Fprintf(&b, "  %s\n    %s\n", r.Name, r.Text)
		}
		if d := s.Difference; d != nil {
			fmt.Fprintf(&b, "  first difference, theirs is %s\n    %s\n    ours   %s\n    theirs %s\n", d.Of, d.text, d.OursAround, d.TheirsAround)
		}
		s.causes(&b)
	}
	b.WriteString("\nresult\n")
	if x.Refused != nil {
		fmt.Fprintf(&b, "  refused by %s: %s\n", x.Refused.Step, strings.TrimSpace(x.Refused.Code+" "+x.Refused.Message))
	} else {
		fmt.Fprintf(&b, "  it holds; payload:\n    %s\n", x.Payload)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict is the verdict with its reason.
func (s *explainedStep) verdict() string {
	if s.Why == "" {
		return string(s.Verdict)
	}
	return string(s.Verdict) + ": " + s.Why
}

// causes lists the possible mistakes of the sender, and the next thing to do.
func (s *explainedStep) causes(b *strings.Builder) {
	if len(s.Causes) > 0 {
		b.WriteString("  likely causes\n")
	}
	for i, c := range s.Causes {
		fmt.Fprintf(b, "    %d. %s\n", i+1, c.Cause)
		if c.Proof != "" {
			fmt.Fprintf(b, "       proof: %s\n", c.Proof)
		}
	}
	if s.Advice != "" {
		fmt.Fprintf(b, "  advice\n    %s\n", s.Advice)
	}
}

// sealed explains a sealed message: its steps as open --explain prints them.
func (x *explained) sealed(a app, s *spec.System, c *captured, theirs string, o explainOptions) error {
	if o.at != "" {
		return command.Misused("remove --at", "messages of %s do not grow old", s.Name)
	}
	text := c.body
	if len(text) == 0 {
		text = []byte(c.query)
	}
	opened, err := x.tool.opened(a, s, text)
	if f, ok := errors.AsType[*command.Error](err); ok {
		f.Code = command.Usage // the capture cannot be read
		return f
	}
	x.Interface, x.Holds, x.Payload = opened.cmd, opened.refusal == nil, string(opened.plain)
	if theirs != "" {
		opened.lines = append(opened.lines, joined(opened.lines, a.masked(theirs))...)
	}
	for _, l := range opened.lines {
		x.Steps = append(x.Steps, explainedStep{Step: l.Step, Results: []explainedResult{{"", l.Text}}})
	}
	if opened.refusal != nil {
		code, message := coded(s)(opened.refusal)
		x.Refused = &refusedBy{"", code, message}
	}
	if x.asJSON {
		return x.print()
	}
	for _, note := range x.Notes {
		x.tool.say("%s", note)
	}
	if err := printLines(x.tool.stdout, opened.lines); err != nil {
		return err
	}
	if opened.refusal != nil {
		return command.Failed(opened.hint, "the message does not open: %s", opened.refusal)
	}
	return nil
}

// masked replaces the secrets of the app in a text by their names.
func (a app) masked(text string) string {
	for _, name := range []string{"token", "appkey"} {
		if a.members[name] != "" {
			text = strings.ReplaceAll(text, a.members[name], "["+name+"]")
		}
	}
	return text
}

// joined compares the sender's string with the text that a digest of the envelope
// covers, in the order that comes nearest.
func joined(lines []protocol.Line, theirs string) []protocol.Line {
	var best *explain.Difference
	var nearest string
	for _, l := range lines {
		if !strings.HasPrefix(l.Step, "join for ") {
			continue
		}
		ours := strings.ReplaceAll(l.Text, " + ", "")
		d := explain.Compare(ours, theirs)
		if d == nil {
			return []protocol.Line{{Step: "the sender's string", Text: "the same as in " + l.Step}}
		}
		if best == nil || d.Byte > best.Byte {
			best, nearest = d, ours
		}
	}
	if best == nil {
		return nil
	}
	out := []protocol.Line{
		{Step: "first difference", Text: best.String()},
		{Step: "ours there", Text: best.OursAround},
		{Step: "theirs there", Text: best.TheirsAround},
	}
	for _, cause := range explain.Causes(nearest, theirs) {
		out = append(out, protocol.Line{Step: "likely cause", Text: cause.Text})
	}
	return out
}

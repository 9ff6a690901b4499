package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// account prints everything. What does not hold ends with exit code 1.
func (t *tool) account(x *explain.Account, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(t.stdout, x)
	} else {
		err = accountText(t.stdout, x)
	}
	if err == nil && !x.Holds {
		return command.Quiet()
	}
	return err
}

// accountText prints for people.
func accountText(w io.Writer, x *explain.Account) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s, app %s\n", x.Interface, x.System, x.App)
	for _, note := range x.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for _, s := range x.Steps {
		fmt.Fprintf(&b, "\n%s: %s\n", s.Step, verdict(&s))
		for _, r := range s.Results {
			fmt.Fprintf(&b, "  %s\n    %s\n", r.Name, r.Text)
		}
		if d := s.Difference; d != nil {
			fmt.Fprintf(&b, "  first difference, theirs is %s\n    %s\n    ours   %s\n    theirs %s\n", d.Of, d, d.OursAround, d.TheirsAround)
		}
		causes(&b, &s)
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
func verdict(s *explain.AccountStep) string {
	if s.Why == "" {
		return string(s.Verdict)
	}
	return string(s.Verdict) + ": " + s.Why
}

// causes lists what the sender may have done, and what to do next.
func causes(b *strings.Builder, s *explain.AccountStep) {
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

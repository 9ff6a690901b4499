package explain

import (
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Print writes intermediate results: each step, and its result below it.
func Print(w io.Writer, lines []crypt.Line) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s\n    %s\n", l.Step, strings.ReplaceAll(l.Text, "\n", "\n    ")); err != nil {
			return err
		}
	}
	return nil
}

// Text is the account for people.
func (x *Account) Text() string {
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
	return b.String()
}

// verdict is the verdict with its reason.
func verdict(s *AccountStep) string {
	if s.Why == "" {
		return string(s.Verdict)
	}
	return string(s.Verdict) + ": " + s.Why
}

// causes lists the possible mistakes of the sender, and the next thing to do.
func causes(b *strings.Builder, s *AccountStep) {
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

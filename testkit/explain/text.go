package explain

import (
	"fmt"
	"strings"
)

// Text is the account for people.
func (x *Account) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s of %s, app %s\n", x.Kind, x.Interface, x.System, x.App)
	for _, note := range x.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for i := range x.Steps {
		x.Steps[i].text(&b)
	}
	b.WriteString("\nresult\n")
	if x.Refused != nil {
		fmt.Fprintf(&b, "  refused by %s: %s\n", x.Refused.Step, strings.TrimSpace(x.Refused.Code+" "+x.Refused.Message))
	} else {
		fmt.Fprintf(&b, "  it holds; payload:\n    %s\n", x.Payload)
	}
	return b.String()
}

func (s *Step) text(b *strings.Builder) {
	verdict := string(s.Verdict)
	if s.Why != "" {
		verdict += ": " + s.Why
	}
	fmt.Fprintf(b, "\n%s: %s\n", s.Step, verdict)
	for _, r := range s.Results {
		fmt.Fprintf(b, "  %s\n    %s\n", r.Name, r.Text)
	}
	if d := s.Difference; d != nil {
		fmt.Fprintf(b, "  first difference, theirs is %s\n    %s\n    ours   %s\n    theirs %s\n", d.Of, d, d.OursAround, d.TheirsAround)
	}
	if len(s.Causes) > 0 {
		b.WriteString("  what the sender does\n")
	}
	for i, c := range s.Causes {
		fmt.Fprintf(b, "    %d. %s\n", i+1, strings.Join(c.Cause, "; and "))
		for _, same := range c.Same {
			fmt.Fprintf(b, "       or: %s\n", same)
		}
		for _, fix := range c.Fix {
			if fix != "" {
				fmt.Fprintf(b, "       fix: %s\n", fix)
			}
		}
		if c.Proven {
			b.WriteString("       proven: that gives exactly what came\n")
		}
	}
	for _, one := range s.Advice {
		fmt.Fprintf(b, "  note\n    %s\n", one)
	}
}

package explain

import (
	"fmt"
	"strings"
)

// heads are the first lines of accounts: interface, system and app.
var heads = map[Kind]string{
	Request: "request %s of %s, app %s",
	Reply:   "reply %s of %s, app %s",
	Push:    "notification %s of %s, app %s",
	Answer:  "answer %s of %s, app %s",
}

// verdicts are the verdicts in whole words, as they are said in another language.
var verdicts = map[Verdict]string{Holds: "the value holds", Refused: "the value is refused", Unknown: "the receiver alone can tell"}

// results are the names of results in whole words; the others are steps of the protocol.
var results = map[string]string{
	"came": "what came", "ours": "what our side makes", "is": "what it is", "text": "the text that it is made of", "undone": "what comes out",
}

// speaker says texts in a language.
type speaker func(string) string

// or is the text in the language, or a shorter word where the language is English.
func (say speaker) or(text, word string) string {
	if said := say(text); text != "" && said != text {
		return said
	}
	return word
}

// printf is a text with its values in the language.
func (say speaker) printf(format string, args ...any) string {
	return say(fmt.Sprintf(format, args...))
}

// Text is the account for a terminal, in the language that say translates into; nil:
// English. Texts of messages and protocols stay as they are.
func (x *Account) Text(in func(string) string) string {
	say := speaker(in)
	if in == nil {
		say = func(s string) string { return s }
	}
	var b strings.Builder
	fmt.Fprintln(&b, say.printf(heads[x.Kind], x.Interface, x.System, x.App))
	for _, note := range x.Notes {
		fmt.Fprintf(&b, "%s: %s\n", say.or("what to note", "note"), say(note))
	}
	for i := range x.Steps {
		x.Steps[i].text(&b, say)
	}
	fmt.Fprintf(&b, "\n%s\n", say.or("what follows", "result"))
	if x.Refused != nil {
		fmt.Fprintf(&b, "  %s: %s\n", say.printf("refused by %s", say(x.Refused.Step)), strings.TrimSpace(x.Refused.Code+" "+x.Refused.Message))
	} else {
		fmt.Fprintf(&b, "  %s\n    %s\n", say("it holds; payload:"), x.Payload)
	}
	return b.String()
}

func (s *Step) text(b *strings.Builder, say speaker) {
	verdict := say.or(verdicts[s.Verdict], string(s.Verdict))
	if s.Why != "" {
		verdict += ": " + say(s.Why)
	}
	fmt.Fprintf(b, "\n%s: %s\n", say(s.Step), verdict)
	for _, r := range s.Results {
		fmt.Fprintf(b, "  %s\n    %s\n", say.or(results[r.Name], r.Name), r.Text)
	}
	if d := s.Difference; d != nil {
		fmt.Fprintf(b, "  %s\n    %s\n    %s %s\n    %s %s\n", say.printf("first difference, theirs is %s", said(d.Of, say)), say(d.String()),
			say.or("on our side", "ours  "), d.OursAround, say.or("on their side", "theirs"), d.TheirsAround)
	}
	if len(s.Causes) > 0 {
		fmt.Fprintf(b, "  %s\n", say("what the sender does"))
	}
	for i, c := range s.Causes {
		c.text(b, i+1, say)
	}
	for _, one := range s.Advice {
		fmt.Fprintf(b, "  %s\n    %s\n", say.or("what to note", "note"), say(one))
	}
}

func (c *Cause) text(b *strings.Builder, n int, say speaker) {
	fmt.Fprintf(b, "    %d. %s\n", n, said(strings.Join(c.Cause, joint), say))
	for _, same := range c.Same {
		fmt.Fprintf(b, "       %s: %s\n", say.or("or, with the same result", "or"), said(same, say))
	}
	for _, fix := range c.Fix {
		if fix != "" {
			fmt.Fprintf(b, "       %s: %s\n", say.or("how to fix it", "fix"), say(fix))
		}
	}
	if c.Proven {
		fmt.Fprintf(b, "       %s\n", say("proven: that gives exactly what came"))
	}
}

// joint is between two mistakes that were made at once.
const joint = "; and "

// said is one mistake or two in the language.
func said(causes string, say speaker) string {
	parts := strings.Split(causes, joint)
	for i := range parts {
		parts[i] = say(parts[i])
	}
	return strings.Join(parts, say.or("and, at the same time,", joint))
}

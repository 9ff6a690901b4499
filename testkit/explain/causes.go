package explain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/dialect"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// causes looks for the mistakes that explain each value that does not hold.
func (c *Case) causes(x *Account, q *protocol.Inquiry, r *reader) {
	o := dialect.Options{Secrets: c.others(), Parts: map[string]string{}, Theirs: c.unmasked(), Budget: c.Budget}
	if r.found.prefix != "" {
		o.Parts["the path with "+r.found.prefix+" in front, which the gateway takes away"] = r.found.prefix + r.found.path
	}
	for _, f := range q.Failed {
		c.value(x.step(f.Op.Item.Name), dialect.Find(q, f, o))
	}
	for i := range x.Steps {
		if s := &x.Steps[i]; s.Verdict == Unknown && strings.HasPrefix(s.Step, "issued ") {
			c.token(s, q.Value(strings.TrimPrefix(s.Step, "issued ")))
		}
		if s := &x.Steps[i]; strings.HasPrefix(s.Step, "window ") {
			c.unit(s, q, x.Clock)
		}
	}
	c.lost(x, q)
}

// value writes what was found out about a value.
func (c *Case) value(s *Step, r dialect.Result) {
	for _, f := range r.Findings {
		s.Causes = append(s.Causes, Cause{f.Causes, f.Same, f.Fixes, f.Proven})
		if s.Difference == nil && c.Theirs == "" {
			if s.Difference = Compare(f.Ours, f.Theirs); s.Difference != nil {
				s.Difference.Of = strings.Join(f.Causes, joint)
			}
		}
	}
	if r.Note != "" {
		s.Advice = append(s.Advice, r.Note)
	}
	if c.Theirs != "" {
		c.compared(s, r)
	}
	switch {
	case len(r.Findings) > 1:
		s.Advice = append(s.Advice, "each of these gives exactly what came: this message cannot tell them apart")
	case len(r.Findings) == 0 && r.Tried > 0:
		s.Advice = append(s.Advice, "none of the usual mistakes, alone or two at once, gives what came: compare the secret, then ask the sender for the string that it signs (--sender)")
	}
}

// compared holds the sender's string against ours.
func (c *Case) compared(s *Step, r dialect.Result) {
	if r.Tried == 0 {
		return
	}
	if s.Difference = Compare(r.Ours, r.Theirs); s.Difference != nil {
		s.Difference.Of = "the sender's string"
	}
	switch {
	case r.Same:
		s.Advice = append(s.Advice, "the sender's string gives what came under our secrets: only the string differs")
	case s.Difference == nil:
		s.Advice = append(s.Advice, "both sides sign the same string: the secret, the digest or how it is written differs")
	default:
		s.Advice = append(s.Advice, "the sender's string does not give what came under our secrets: the secret or the digest differs too, or it is not the string that was signed")
	}
}

// token compares a token with that of the app's file.
func (c *Case) token(s *Step, got string) {
	want := c.Secrets["token"]
	if want == "" || got == want {
		return
	}
	s.Why = fmt.Sprintf("%s; it is not the token of %s", s.Why, c.File)
	if cause, fix := writer.Damage(got, want); cause != "" {
		s.Causes = append(s.Causes, Cause{[]string{cause}, nil, []string{fix}, true})
	}
}

// unit shows a time, and says which other unit it may be in where it is none of these
// days.
func (c *Case) unit(s *Step, q *protocol.Inquiry, clock Clock) {
	got := q.Value(strings.TrimPrefix(s.Step, "window "))
	at, within, ok := q.Sent()
	if ok {
		old := clock.At.Sub(at)
		s.Results = append(s.Results, NamedText{"is", fmt.Sprintf("%s, %s; the window is %s", at.In(clock.At.Location()).Format(time.RFC3339), age(old), within)})
	}
	if s.Verdict != Refused || ok && at.Year() >= 2000 && at.Year() < 2100 {
		return
	}
	for _, t := range writer.Times(got) {
		read := "the time is written " + t.Name + "; read so it is " + t.At.In(clock.At.Location()).Format(time.RFC3339)
		s.Causes = append(s.Causes, Cause{[]string{read}, nil, []string{"write it as declared"}, false})
	}
}

// age says how far a time is from ours.
func age(old time.Duration) string {
	far, by := old.Abs() > 10*365*24*time.Hour, old.Abs().Round(time.Millisecond)
	switch {
	case far && old < 0:
		return "more than ten years ahead of our clock"
	case far:
		return "more than ten years behind our clock"
	case old < 0:
		return fmt.Sprintf("%s ahead of our clock", by)
	}
	return fmt.Sprintf("%s behind our clock", by)
}

// lost says of what is missing where something of the same name stands.
func (c *Case) lost(x *Account, q *protocol.Inquiry) {
	e := problem.From(q.Err)
	if q.Err == nil || len(e.Problems) == 0 {
		return
	}
	s := x.step("the message")
	s.Verdict = Refused
	for _, p := range e.Problems {
		s.Results = append(s.Results, NamedText{p.Field, string(p.Rule)})
		name := p.Field[strings.LastIndexAny(p.Field, "./")+1:]
		if places := elsewhere(q.Message(), name); len(places) > 0 {
			s.Advice = append(s.Advice, p.Field+" is missing where it is declared; there is "+strings.Join(places, ", "))
		}
	}
}

// elsewhere lists the parts of a message that are named like one that is missing.
func elsewhere(m *message.Message, name string) (out []string) {
	for header := range m.Header {
		if alike(header, name) {
			out = append(out, "a header "+header)
		}
	}
	pairs := func(text, what string) {
		for one := range strings.SplitSeq(text, "&") {
			if key, _, ok := strings.Cut(one, "="); ok && alike(key, name) {
				out = append(out, what+" "+key)
			}
		}
	}
	pairs(m.Query, "a parameter of the query")
	var members map[string]json.RawMessage
	if json.Unmarshal(m.Body, &members) == nil {
		for key := range members {
			if alike(key, name) {
				out = append(out, "a member of the body "+key)
			}
		}
	} else {
		pairs(string(m.Body), "a parameter of the body")
	}
	slices.Sort(out)
	return out
}

// alike compares names without letter case, - and _.
func alike(a, b string) bool {
	bare := strings.NewReplacer("-", "", "_", "")
	return strings.EqualFold(bare.Replace(a), bare.Replace(b))
}

// others are the texts of the app's file that may be secrets.
func (c *Case) others() map[string]string {
	out := map[string]string{}
	for name, text := range c.Secrets {
		if name != "system" && name != "appid" && name != "url" && len(text) > 0 && !strings.Contains(name, "expires") {
			out[name] = text
		}
	}
	return out
}

// unmasked is the sender's string with the secrets that it names in brackets.
func (c *Case) unmasked() string {
	text := c.Theirs
	for name, secret := range c.others() {
		text = strings.ReplaceAll(text, "["+name+"]", secret)
	}
	return text
}

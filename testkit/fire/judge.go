package fire

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/sample"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// judge compares an answer with the expected one.
func (g *gun) judge(s shot, got Answer, known map[string]string, a asked) (Verdict, string) {
	if s.Tamper != nil && s.Tamper.Value == tamper.Together && a.refused != nil && !a.rightly {
		return Failed, fmt.Sprintf("neither of two messages sent at once succeeded: %s, %s", a.refused.said(), got.said())
	}
	want, accepted := g.wanted(s, got, a)
	status := want.Status
	if status == 0 {
		status = 200
	}
	switch {
	case got.Shut != "":
		return Failed, unopened(got.Shut)
	case got.Status != status:
		return Failed, because(strings.TrimSpace(got.Code+" "+got.Text), fmt.Sprintf("HTTP status %d expected, %d came", status, got.Status))
	case got.Code != want.Code, got.OK != (accepted || want.Taken):
		return Failed, because(got.Text, codes(want.Code, got.Code))
	}
	if text, ok := g.says(s.Cmd, want); ok && got.Text != "" && got.Text != text {
		return Failed, fmt.Sprintf("text %q expected, %q came", text, got.Text)
	}
	if found := a.differ(g.Depth); len(found) > 0 {
		return Failed, firstOf(found)
	}
	return g.replied(s, got, known)
}

// wanted is the answer that must come, and whether it is one of success: that of the case, unless
// rows are there that the case cannot know.
func (g *gun) wanted(s shot, got Answer, a asked) (want fixture.Expect, accepted bool) {
	want, again := s.Expect, s.Expect.Again
	unspent := a.rightly && g.remembers // its id is as good as new
	if unspent {
		again = want.First
	}
	code := a.code()
	model := g.Suite.Answer(code)
	knows := code != "" && g.Twin.Knows()
	switch {
	case a.spent && code == "": // the first message was none that is refused, so that its id is used up
		return g.spent(s), false
	case !knows && got.Code != "" && got.Code != want.Code && slices.Contains(again, got.Code): // by rows of an earlier run
		return g.Suite.Answer(got.Code), false
	case knows, code != "" && (unspent || slices.Contains(again, model.Code)), code != "" && got.Code == model.Code: // the run changed the rows
		if model.Code != want.Code {
			want = model
		}
		return want, code == g.System.Errors.Success
	}
	return want, s.Accepted()
}

// spent is the answer to a message whose id is used up.
func (g *gun) spent(s shot) fixture.Expect {
	for _, c := range g.Suite.Cases {
		if c.Cmd == s.Cmd && c.Tamper != nil && c.Tamper.What == tamper.Repeat && c.Tamper.Value == "" {
			return c.Expect
		}
	}
	return s.Expect
}

// words learns what the protocol says of the texts of answers.
func (g *gun) words() {
	reply := g.System.Protocol.Declaration().Reply
	if push := g.System.Protocol.Declaration().Push; g.Suite.Push && push != nil {
		reply = push.Answer
	}
	if reply != nil {
		g.one = slices.ContainsFunc(reply.Failure, func(c declare.Constant) bool { return c.Name == "code" })
		for _, c := range reply.Success {
			if c.Name == "text" && len(c.Texts) == 1 {
				g.greeting = c.Texts[0].Source
			}
		}
	}
}

// says is the text that an answer must have; ok is false where the case does not know it.
func (g *gun) says(cmd string, want fixture.Expect) (text string, ok bool) {
	switch want.Code {
	case "":
		return "", false
	case g.System.Errors.Success:
		return g.greeting, g.greeting != ""
	}
	if strings.Contains(g.System.Errors.Texts[want.Code], "%s") && want.Field == "" || g.one {
		return "", false
	}
	for rule := range g.System.Errors.Picked {
		if g.System.Errors.Rules[rule] == want.Code {
			return "", false // it has several texts
		}
	}
	_, text = g.System.Errors.ResolveOf(cmd, &problem.Error{Code: want.Code, Field: want.Field})
	return text, text != ""
}

// unopened says that a reply is protected by other keys.
func unopened(step string) string {
	return "the reply cannot be verified with the app's keys: " + step
}

// codes says which code came in place of another one.
func codes(want, got string) string {
	switch {
	case got == "":
		return fmt.Sprintf("code %s expected, no answer that can be read came", want)
	case want == "":
		return fmt.Sprintf("no code expected, code %s came", got)
	}
	return fmt.Sprintf("code %s expected, code %s came", want, got)
}

// because adds what a server says itself.
func because(text, what string) string {
	if text == "" {
		return what
	}
	return what + ": " + text
}

// replied compares values of the reply's payload.
func (g *gun) replied(s shot, got Answer, known map[string]string) (Verdict, string) {
	for _, c := range s.Expect.Reply {
		filled, err := sample.Fill(c.Value.String(), s.number, known)
		if err != nil {
			return Broken, err.Error()
		}
		value, err := tree.Parse([]byte(filled))
		if err != nil {
			return Broken, err.Error()
		}
		want, _ := value.Plain()
		have, ok := tree.At([]byte(got.Payload), c.Path)
		if !ok || have != want {
			return Failed, fmt.Sprintf("%s of the reply: %q expected, %q came", c.Path, want, have)
		}
	}
	return Passed, ""
}

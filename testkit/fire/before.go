package fire

import (
	"context"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/sample"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// sound is a shot of a message that must succeed.
var sound = shot{Case: &fixture.Case{Rule: "accept"}}

// before makes a preceding call and keeps its captures, or says why the case cannot go on.
func (g *gun) before(ctx context.Context, s shot, call *fixture.Call, known map[string]string) (Verdict, string) {
	whole, err := g.Suite.CallPayload(call)
	text := whole
	if err == nil {
		text, err = sample.Fill(whole, s.number, known)
		text = g.receiving(call.Cmd, text)
	}
	if err != nil {
		return Broken, fmt.Sprintf("earlier call %s: %s", call.Cmd, err)
	}
	var a asked
	p := parcel{cmd: call.Cmd, payload: text, tamper: &tamper.Tamper{What: tamper.Sound}, same: text == g.receiving(call.Cmd, whole)}
	_, got, err := g.wire.send(ctx, p, g.through(ctx, sound, p, &a))
	if err != nil {
		return Broken, fmt.Sprintf("earlier call %s: %s", call.Cmd, err)
	}
	if g.wasTaken(call.Again, a, got) {
		if len(call.Captures) > 0 {
			return Skipped, fmt.Sprintf("the values of the earlier call %s are taken, and it has no new ones: %s %s", call.Cmd, got.Code, got.Text)
		}
		return "", ""
	}
	if !got.OK {
		if got.Shut != "" {
			got.Text = unopened(got.Shut)
		}
		return Broken, fmt.Sprintf("the earlier call %s did not succeed: %s", call.Cmd, got.said())
	}
	for at, name := range call.Captures {
		value, ok := tree.At([]byte(got.Payload), at)
		if !ok {
			return Broken, fmt.Sprintf("the reply of the earlier call %s lacks %s", call.Cmd, at)
		}
		known[name] = value
	}
	return "", ""
}

package fire

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/fixture/text"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// Depth is how much of what a message leads to is compared with the model.
type Depth string

// The depths.
const (
	Codes  Depth = "codes"  // codes and their texts alone
	Shape  Depth = "shape"  // members of replies: which, their types, how times are written
	Values Depth = "values" // and their values
	All    Depth = "all"    // and rows and notifications, where they can be seen
)

// Depths lists them as they are written.
func Depths() []string { return []string{string(Codes), string(Shape), string(Values), string(All)} }

// leg is one message of a case, with its place among those of the case.
type leg struct {
	place, of int
	send      func() (Answer, error)
}

// first says whether it is the first of two messages of a case of a kind.
func (e leg) first(p parcel, what string) bool {
	return p.tamper != nil && p.tamper.What == what && e.place < e.of-1
}

// asked is what the twin saw of the messages of a case.
type asked struct {
	seen    []twin.Seen
	last    bool    // the last message was among them
	refused *Answer // to the first of two messages; nil where it was carried out
	rightly bool    // its values were taken before
	spent   bool    // a first message that should be refused was rightly carried out: rows that it names are gone
}

// differ are the differences that count, the first ones first.
func (a asked) differ(depth Depth) (out []expect.Difference) {
	for _, s := range a.seen {
		switch depth {
		case Codes:
		case Shape:
			out = append(out, s.Shape...)
		case Values:
			out = append(out, s.Reply...)
		default:
			out = append(out, s.Differ()...)
		}
	}
	return out
}

// code is the code that the model answers the last message with; "" where it cannot tell.
func (a asked) code() string {
	if !a.last || len(a.seen) == 0 {
		return ""
	}
	return a.seen[len(a.seen)-1].Code
}

// through sends a message, beside the twin where the case says that a sound message is
// carried out.
func (g *gun) through(ctx context.Context, s shot, p parcel, a *asked) func(leg) (Answer, error) {
	return func(e leg) (got Answer, err error) {
		if e.place < e.of-1 {
			defer func() { g.note(s, p, a, got) }()
		}
		i := g.interfaceOf(p.cmd)
		unspent := g.unspent(p, *a)
		if i == nil || !g.carriedOut(s, p, e, *a) && !unspent {
			got, err = e.send()
			if err == nil && g.Twin != nil && e.place == e.of-1 {
				var seen twin.Seen
				seen, err = g.Twin.Quiet(ctx)
				a.seen = append(a.seen, seen)
			}
			return got, err
		}
		sent := p
		if unspent && p.tamper.What == tamper.Reused || e.first(p, tamper.Corrected) {
			sent.payload = p.tamper.Value
		}
		payload, err := sent.whole(i)
		if err != nil {
			return e.send() // the case is about that
		}
		_, seen, err := g.Twin.Ask(ctx, i, payload, func() (twin.Answer, error) {
			var err error
			got, err = e.send()
			return twin.Answer{Code: got.Code, Payload: []byte(got.Payload)}, err
		})
		a.seen, a.last = append(a.seen, seen), e.place == e.of-1
		a.spent = e.first(p, tamper.Corrected) && got.OK && seen.Code == g.System.Errors.Success
		return got, err
	}
}

// note keeps what became of the first of two messages, where it was not carried out.
func (g *gun) note(s shot, p parcel, a *asked, got Answer) {
	if got.OK || p.tamper == nil || p.tamper.What == tamper.Corrected {
		return
	}
	a.refused, a.rightly = &got, g.wasTaken(s.Expect.First, *a, got)
}

// wasTaken reports whether a message is rightly refused because its values were taken before.
// codes are those that may say so; a model that has all rows knows better.
func (g *gun) wasTaken(codes []string, a asked, got Answer) bool {
	if got.OK || got.Code == "" {
		return false
	}
	if n := len(a.seen); n > 0 && a.seen[n-1].Code != "" && g.Twin.Knows() {
		return g.Suite.Answer(a.seen[n-1].Code).Code == got.Code
	}
	return slices.Contains(codes, got.Code)
}

// unspent reports whether a message comes with the id of one that was refused, which does not
// count then.
func (g *gun) unspent(p parcel, a asked) bool {
	again := p.tamper != nil && (p.tamper.What == tamper.Repeat || p.tamper.What == tamper.Reused)
	return again && a.rightly && g.remembers
}

// carriedOut reports whether a message reaches the answer of its interface.
func (g *gun) carriedOut(s shot, p parcel, e leg, a asked) bool {
	switch {
	case g.Twin == nil || a.spent || p.tamper != nil && (p.tamper.What == tamper.OtherCmd || p.tamper.What == tamper.Empty && !s.Accepted()):
		return false
	case e.first(p, tamper.Corrected):
		return p.tamper.Value != "{}" // else its fields refuse it
	case e.place < e.of-1:
		return true // it is sent again
	}
	return s.Accepted() || s.Rule == "check"
}

// interfaceOf finds an interface of the twin; nil where there is none.
func (g *gun) interfaceOf(cmd string) *spec.Interface {
	if g.Twin == nil {
		return nil
	}
	return g.Twin.System.Interface(cmd)
}

// whole is the payload of a parcel with the fields outside of its body.
func (p parcel) whole(i *spec.Interface) ([]byte, error) {
	if p.body == nil {
		return []byte(p.payload), nil
	}
	body, err := tree.Parse([]byte(strings.TrimPrefix(*p.body, text.Mark)))
	if err != nil {
		return nil, err
	}
	if all := i.Request.Whole(); all != nil {
		body = &tree.Value{Members: []tree.Member{{Name: all.Name, Value: body}}}
	}
	beside, err := tree.Parse([]byte(p.payload))
	if err != nil {
		return nil, err
	}
	out := &tree.Value{Members: []tree.Member{}}
	for _, m := range slices.Concat(beside.Members, body.Members) {
		if out.Get(m.Name) == nil {
			out.Members = append(out.Members, m)
		}
	}
	return []byte(out.String()), nil
}

// unseen says what a run could not see, each in a line.
func (g *gun) unseen() (out []string) {
	if g.Twin != nil && len(g.Twin.Unheard()) > 0 {
		out = append(out, "notifications that did not reach --listen: "+strings.Join(g.Twin.Unheard(), ", ")+" (no grant, or subscribed elsewhere)")
	}
	return append(out, g.unlooked()...)
}

// unlooked says what was not looked at.
func (g *gun) unlooked() []string {
	switch {
	case g.Suite.Push:
		return nil
	case g.Twin == nil || g.Depth == Codes:
		return []string{"the values of replies, the rows that were written and the notifications were not compared"}
	case g.Depth == Shape:
		return []string{"only the form of replies was compared, not their values, the rows that were written and the notifications"}
	case g.Depth == Values:
		return []string{"the rows that were written and the notifications were not compared (--judge values)"}
	case !g.Twin.Sees() && g.Twin.Hears():
		return []string{"the rows that were written were not looked at: the server's database is not seen (--database)"}
	case !g.Twin.Sees():
		return []string{"the rows that were written and the notifications were not looked at: the server's database is not seen (--database)"}
	}
	return nil
}

// firstOf is the first few of a list of differences, for people.
func firstOf(list []expect.Difference) string {
	const most = 5
	text := expect.Texts(list[:min(most, len(list))])
	if len(list) > most {
		text += "; " + fmt.Sprintf("and %d more", len(list)-most)
	}
	return text
}

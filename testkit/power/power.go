// Package power measures how many changed rules the fixtures detect: it changes the
// rules of a system one at a time, makes validation anew from the changed rules,
// and validates the cases of the unchanged ones again.
//
// fixture.Suite.Power covers the rules of fields and answers. This package changes
// the message around the payload (the declaration of the protocol, limits, codes of
// messages), and has the cases fired at a server of gen/bind.
package power

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/fixture/once"
	"github.com/jiekou-dev/jiekou/testkit/mutant"
)

// First fires the cases of a suite at a server until one does not pass, and returns
// its ID with the reason; "" if all pass. limited is an app that may call nothing.
// fire.First is one: what fires is given, and this package knows of changed rules only.
type First func(
	ctx context.Context, system route.System, suite *fixture.Suite, server http.Handler, app, limited bind.App,
) (wrong string, err error)

// Measure changes the rules of a system and counts the changes that its cases
// detect. The system is as before when it returns.
func Measure(ctx context.Context, s *spec.System, first First) (*mutant.Power, error) {
	return sample(ctx, s, first, 1)
}

// sample measures like Measure. Of the changes that the cases have to be fired at it takes
// one out of some, and counts the others nowhere.
func sample(ctx context.Context, s *spec.System, first First, outOf int) (*mutant.Power, error) {
	suite := fixture.Derive(s)
	p, err := suite.Power(s)
	if err != nil {
		return nil, err
	}
	original := bind.System(s)
	wrong, err := first.fire(ctx, original, s, suite)
	if err == nil && wrong != "" {
		err = errors.New(wrong)
	}
	if err != nil {
		return nil, fmt.Errorf("power: the cases of %s do not pass before anything is changed: %w", s.Name, err)
	}
	unseen := p.Survived // by validation of payloads alone
	p.Survived = nil
	around, err := mutants(s, suite)
	if err != nil {
		return nil, err
	}
	for n, m := range append(unseen, around...) {
		if n%outOf != 0 {
			continue
		}
		undo := m.Apply()
		wrong, err := first.fire(ctx, original, s, suite)
		undo()
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil || wrong != "": // a declaration that is refused is noticed too
			p.Caught++
		case m.Same != "":
			p.Same = append(p.Same, m)
		default:
			p.Survived = append(p.Survived, m)
		}
	}
	return p, nil
}

// fire has the cases, which are sealed for a system as it was, fired at a server with
// the rules that it has now.
func (f First) fire(ctx context.Context, was route.System, now *spec.System, suite *fixture.Suite) (string, error) {
	app := bind.App{System: now.Name, ID: "300", Secrets: map[string]string{
		"token": "0123456789abcdef0123456789abcdef", "appkey": "0123456789abcdef0123456789ABCDEF",
		"token_ended": "ended",
	}}
	limited := bind.App{System: now.Name, ID: "301", Secrets: map[string]string{
		"token": "fedcba9876543210fedcba9876543210", "appkey": "fedcba9876543210fedcba9876543210",
	}, May: func(string) bool { return false }}
	server, err := live.New(live.Config{
		Systems: []*spec.System{now}, Answer: Answer(suite), Apps: []bind.App{app, limited},
	})
	if err != nil {
		return "", err
	}
	return f(ctx, was, suite, server, app, limited)
}

// Answer answers valid requests without a database: by the checks of the answer and
// the rows that cases presuppose, and once for each message id and each unique
// value. Then all cases of the suite pass except the sequences, which need rows
// that others made.
func Answer(suite *fixture.Suite) live.Answer {
	return (&desk{suite: suite, seen: map[string]bool{}}).answer
}

// desk remembers the ids and values that Answer has seen.
type desk struct {
	suite *fixture.Suite
	mu    sync.Mutex
	seen  map[string]bool
}

// answer is a live.Answer.
func (d *desk) answer(_ context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
	id := "sid " + call.App + " " + call.Sid
	if call.Sid != "" && d.has(id) {
		return nil, problem.New(problem.Repeated)
	}
	if code := d.suite.Outcome(i, payload); code != i.System.Reply.Success {
		return nil, problem.Code(code)
	}
	claims := once.Claims(i, payload)
	d.mu.Lock()
	defer d.mu.Unlock()
	if call.Sid != "" && d.seen[id] { // by another one meanwhile
		return nil, problem.New(problem.Repeated)
	}
	for _, claim := range claims {
		if d.seen[claim.Name] {
			return nil, problem.Code(claim.Value)
		}
	}
	for _, claim := range claims {
		d.seen[claim.Name] = true
	}
	d.seen[id] = call.Sid != "" // what was refused does not count
	return nil, nil
}

// has reports whether a text was noted.
func (d *desk) has(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen[text]
}

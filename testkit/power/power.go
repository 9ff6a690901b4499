// Package power measures how many changed rules the fixtures detect: it changes the
// rules of a system one at a time, makes validation anew from the changed rules,
// and validates the cases of the unchanged ones again.
//
// fixture.Suite.Power covers the rules of fields and answers. This package changes
// the message around the payload (envelope, signature, limits, codes of messages),
// and fires at a server of gen/bind.
package power

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/held"
)

// Measure changes the rules of a system and counts the changes that its cases
// detect. The system is as before when it returns.
func Measure(ctx context.Context, s *spec.System) (*fixture.Power, error) {
	suite := fixture.Derive(s)
	p, err := suite.Power(s)
	if err != nil {
		return nil, err
	}
	wrong, err := Fire(ctx, s, s, suite)
	if err == nil && wrong != "" {
		err = errors.New(wrong)
	}
	if err != nil {
		return nil, fmt.Errorf("power: the cases of %s do not pass before anything is changed: %w", s.Name, err)
	}
	original := bind.System(s)
	unseen := p.Survived // by validation of payloads alone
	p.Survived = nil
	for _, m := range append(unseen, mutants(s)...) {
		undo := m.Apply()
		wrong, err := fireAt(ctx, original, s, suite)
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

// Fire fires all cases of a suite at a server of a system, which may be another
// than the one that the cases are sealed for. It returns the ID of the first case
// that did not pass, and the reason; "" if all did.
func Fire(ctx context.Context, from, judging *spec.System, suite *fixture.Suite) (string, error) {
	return fireAt(ctx, bind.System(from), judging, suite)
}

// fireAt is Fire for a system as the runtime knows it. Sequences are left out:
// without a database a server cannot make their rows.
func fireAt(ctx context.Context, from route.System, judging *spec.System, suite *fixture.Suite) (string, error) {
	secrets := map[string]string{"token": "0123456789abcdef0123456789abcdef", "appkey": "0123456789abcdef0123456789ABCDEF"}
	limited := map[string]string{"token": "fedcba9876543210fedcba9876543210", "appkey": "fedcba9876543210fedcba9876543210"}
	handler, err := bind.New(bind.Config{
		Systems: []*spec.System{judging}, Answer: Answer(suite),
		Apps: []bind.App{
			{System: judging.Name, ID: "300", Secrets: secrets},
			{System: judging.Name, ID: "301", Secrets: limited, May: func(string) bool { return false }},
		},
	})
	if err != nil {
		return "", err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wrong := ""
	_, err = fire.Run(ctx, fire.Config{
		System: from, Suite: suite, URL: "http://judge", Seed: 1, Parallel: 2, Transport: direct{handler},
		Phases: []fixture.Phase{fixture.Envelope, fixture.Documented, fixture.Boundary, fixture.Conditional},
		App:    fire.App{ID: "300", Secrets: secrets}, Limited: &fire.App{ID: "301", Secrets: limited},
		Done: func(r fire.Result) {
			if wrong == "" && r.Verdict != fire.Passed && ctx.Err() == nil {
				wrong = r.Case.ID + ": " + r.Why
				stop()
			}
		},
	})
	if wrong != "" {
		err = nil // stopped on purpose
	}
	return wrong, err
}

// direct is a transport without a network.
type direct struct{ handler http.Handler }

// RoundTrip serves a request.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if r.ContentLength == 0 && in.Body != http.NoBody {
		in.ContentLength = -1
	}
	in.RequestURI = in.URL.RequestURI()
	return held.Serve(d.handler, in).Response(r), nil
}

// Answer answers valid requests without a database: by the checks of the answer and
// the rows that cases presuppose, and once for each message id and each unique
// value. Then all cases of the suite pass except the sequences, which need rows
// that others made.
func Answer(suite *fixture.Suite) bind.Answer {
	return (&desk{suite: suite, seen: map[string]bool{}}).answer
}

// desk remembers the ids and values that Answer has seen.
type desk struct {
	suite *fixture.Suite
	mu    sync.Mutex
	seen  map[string]bool
}

// answer is a bind.Answer.
func (d *desk) answer(_ context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
	if i.Kind == spec.Report && call.Sid != "" && !d.first("sid "+call.App+" "+call.Sid) {
		return nil, problem.New(problem.Repeated)
	}
	if code := d.suite.Outcome(i, payload); code != i.System.Reply.Success {
		return nil, problem.Code(code)
	}
	for _, claim := range fixture.Claims(i, payload) {
		if !d.first(claim.Name) {
			return nil, problem.Code(claim.Value)
		}
	}
	return nil, nil
}

// first reports whether a text comes for the first time.
func (d *desk) first(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen[text] {
		return false
	}
	d.seen[text] = true
	return true
}

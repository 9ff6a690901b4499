package fire

import (
	"context"
	"net/http"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/held"
)

// First fires the cases of a suite at a handler, without a network, until one does
// not pass, and returns its ID with the reason; "" if all pass. limited is an app that
// may call nothing. Sequences are left out: without a database a server cannot make
// their rows.
func First(
	ctx context.Context, system route.System, suite *fixture.Suite, server http.Handler, app, limited bind.App,
) (string, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	wrong := ""
	_, err := Run(ctx, Config{
		System: system, Suite: suite, URL: "http://judge", Seed: 1, Parallel: 2, Transport: direct{server},
		Phases: []fixture.Phase{fixture.Envelope, fixture.Documented, fixture.Boundary, fixture.Conditional},
		App:    App{ID: app.ID, Secrets: app.Secrets}, Limited: &App{ID: limited.ID, Secrets: limited.Secrets},
		Done: func(r Result) {
			if wrong == "" && r.Verdict != Passed && ctx.Err() == nil {
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

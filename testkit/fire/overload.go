package fire

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// pause is how long an overloaded server is left alone before a case is sent once more.
const pause = 500 * time.Millisecond

// slow is how long a server with too much to do at least takes for an answer with the code of
// one that is not available. A server that is wrong answers at once.
const slow = time.Second

// overloaded says how an answer shows that the server had too much to do; "" where the
// case passed, or the answer shows nothing of the kind.
func (g *gun) overloaded(r Result, took time.Duration) string {
	switch {
	case r.Verdict != Failed && r.Verdict != Broken:
		return ""
	case r.Got.Status == http.StatusTooManyRequests, r.Got.Status == http.StatusServiceUnavailable && r.Got.Code == "":
		return fmt.Sprintf("HTTP status %d came", r.Got.Status)
	}
	code := g.System.Errors.Rules[problem.Unavailable]
	if took >= slow && code != "" && r.Got.Code == code && r.Case.Expect.Code != code {
		return fmt.Sprintf("code %s came", code)
	}
	return ""
}

// once sends a case again with new values, alone and after a pause.
func (g *gun) once(ctx context.Context, s shot) Result {
	g.quiet.Lock()
	defer g.quiet.Unlock()
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
	s.number = (s.number + maxNumber/2) % maxNumber
	return g.send(ctx, s)
}

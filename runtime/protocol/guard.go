package protocol

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// maxNonce is the longest value that is kept as it came, bytes; every message has one.
const maxNonce = 256

// brief is a value that counts once as it is kept: of an RSA signature its digest.
func brief(b []byte) string {
	if len(b) > maxNonce {
		return fmt.Sprintf("sha256:%x", sha256.Sum256(b))
	}
	return string(b)
}

var (
	errStale   = errors.New("the time is outside of the window")
	errEarly   = errors.New("the time has not come")
	errOver    = errors.New("the time is over")
	errUsed    = errors.New("it was used before")
	errIssued  = errors.New("it is not good")
	errPattern = errors.New("it does not have the form that is declared")
	errSide    = errors.New("protocol: the receiver lacks its apps, tokens, nonces or clock; see NewSide")
)

// guard checks the values that came; what counts once is used up last, when
// everything else is proved.
func (r *run) guard(a *Admitted) error {
	for pass := range 2 {
		a.proved = pass == 1
		for _, list := range [...][]plan.Guard{r.f.Guards, r.f.Profiles[r.keys.m().profile]} {
			if err := r.checkAll(list, pass == 1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) checkAll(list []plan.Guard, once bool) error {
	for i := range list {
		if g := &list[i]; (g.Kind == "once") == once {
			if err := r.check(g); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) check(g *plan.Guard) error {
	s := r.slots[g.Slot]
	var wrong error
	switch g.Kind {
	case "window", "until", "since":
		t, err := r.readClock(g)
		if g.Kind == "until" && g.After >= 0 && err == nil {
			t, err = r.after(g, t)
		}
		switch {
		case err != nil:
			wrong = err
		case g.Kind == "until" && r.now.After(t):
			wrong = errOver
		case g.Kind == "since" && t.After(r.now.Add(g.Keep)):
			wrong = errEarly
		case g.Kind == "window" && r.now.Sub(t).Abs() > g.Keep:
			wrong = errStale
		}
	case "like":
		if !g.Match(str(s.b)) {
			wrong = errPattern
		}
	case "equal":
		if err := r.match(g.Template, s.b, s.json, false); err != nil {
			wrong = errDiffers
		}
	case "issued":
		return r.issued(g, s)
	case "once":
		return r.once(g, s)
	}
	r.noteGuard(g, wrong)
	if wrong != nil {
		return at(g.At, refusal.Of(g.Refuse(), g.Value, wrong))
	}
	return nil
}

// at names the place of a value in its refusal, where it breaks a rule on fields.
func at(it *plan.Item, e *problem.Error) *problem.Error {
	if it != nil && e.Rule != "" {
		e.Field = refusal.Short(it.Said)
		e.Problems = []problem.Problem{{Rule: e.Rule, Field: e.Field, At: e.Field}}
	}
	return e
}

// maxAfter bounds how long after its beginning a time may end.
const maxAfter = 10 * 366 * 24 * time.Hour

// after adds the seconds or milliseconds that a value says.
func (r *run) after(g *plan.Guard, t time.Time) (time.Time, error) {
	unit := time.Second
	if g.Millis {
		unit = time.Millisecond
	}
	n, err := strconv.ParseUint(str(r.slots[g.After].b), 10, 63)
	if err != nil || n > uint64(maxAfter/unit) {
		return t, errPattern
	}
	return t.Add(time.Duration(n) * unit), nil //nolint:gosec // at most ten years
}

func (r *run) issued(g *plan.Guard, s slot) error {
	if r.side.tokens == nil {
		return errSide
	}
	good, err := len(s.b) > 0, error(nil)
	if good {
		good, err = r.side.tokens.Valid(r.ctx, r.keys.App(), string(s.b))
	}
	if err != nil {
		return err
	}
	if !good {
		r.noteGuard(g, errIssued)
		return refusal.Of(g.Refuse(), g.Value, errIssued)
	}
	r.noteGuard(g, nil)
	if _, only := r.f.Proof(); only {
		r.proven = true
	}
	return nil
}

func (r *run) once(g *plan.Guard, s slot) error {
	if g.Effect || s.absent {
		return nil // it is kept elsewhere, or it is optional and was not sent
	}
	if r.side.nonces == nil {
		return errSide
	}
	until := time.Time{}
	if keep := r.f.Keeps(g); keep > 0 {
		until = r.now.Add(keep)
	}
	fresh, err := r.side.nonces.Use(r.ctx, r.keys.App(), brief(s.b), until)
	if err != nil {
		return err
	}
	if !fresh {
		r.noteGuard(g, errUsed)
		return refusal.Of(g.Refuse(), g.Value, errUsed)
	}
	r.noteGuard(g, nil)
	return nil
}

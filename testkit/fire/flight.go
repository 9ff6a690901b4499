package fire

import (
	"cmp"
	"context"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// flight is the messages of a parcel on their way.
//
// Where a signature over the contents and a time counts once, another run that sends the same
// at the same second spends it. Such a message is made for another second and sent again.
type flight struct {
	*courier
	parcel
	order   tamper.Order
	made    *tamper.Made
	deliver func(ctx context.Context, n int) (Answer, error)
}

// mostMoments is how many moments are tried, which is more than a window has.
const mostMoments = 1000

// make makes the messages.
func (f *flight) make() error {
	made, err := f.sender.Make(f.order)
	if err != nil {
		return err
	}
	if f.made != nil {
		f.made.Release()
	}
	f.made = made
	f.deliver = func(ctx context.Context, n int) (Answer, error) {
		reply, err := f.exchange(ctx, made.Messages[n], made.Chunked)
		if err != nil {
			return Answer{}, err
		}
		return f.read(ctx, made.Of(n), reply), nil
	}
	if f.tamper.Value == tamper.Together && len(made.Messages) == 2 {
		f.deliver = together(f.deliver, f.want)
	}
	return nil
}

// send sends a message, until it is none that another run sent.
func (f *flight) send(ctx context.Context, n int) (Answer, error) {
	a, err := f.deliver(ctx, n)
	for range mostMoments {
		if err != nil || n > 0 || !f.spent(a) {
			return a, err
		}
		if err = f.make(); err == nil {
			a, err = f.deliver(ctx, n)
		}
	}
	f.beaten.Store(true)
	return a, err
}

// spent reports whether the answer to a first message may be about one of another run.
func (f *flight) spent(a Answer) bool {
	awaited := len(f.made.Messages) == 1 && a.Code == f.want
	return f.same && !a.OK && !awaited && !f.beaten.Load() && slices.Contains(f.repeated, a.Code)
}

// repeated are the codes of messages with a value that came before.
func repeated(errors problem.Catalogue, calls []protocol.Parts) (codes []string) {
	for _, one := range calls {
		for _, g := range one.Guards {
			if g.Kind != "once" || g.Effect {
				continue
			}
			codes = append(codes, cmp.Or(errors.Rules[problem.Rule(g.Code)], g.Code))
		}
	}
	return codes
}

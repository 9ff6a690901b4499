package fire

import (
	"context"
	"fmt"

	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// stranger is an app that no server knows.
const stranger = "99999999"

// bind has the server bind the app to the scopes of a case, and free it for the next one that
// has none.
func (g *gun) bind(ctx context.Context, s shot) error {
	if g.Twin == nil || !g.Twin.Sees() {
		return nil
	}
	changed, err := g.Twin.Bind(ctx, s.Scopes)
	if err != nil || !changed {
		return err
	}
	// The server looks at its apps again before it says that it does not know one.
	p := parcel{cmd: s.Cmd, payload: "{}", tamper: &tamper.Tamper{What: tamper.UnknownApp, Value: stranger}}
	_, _, err = g.wire.send(ctx, p, func(e leg) (Answer, error) { return e.send() })
	return err
}

// clean has what messages wrote taken back, and says what became of it.
func (g *gun) clean(ctx context.Context) string {
	if !g.Clean || g.Twin == nil {
		return ""
	}
	rows, err := g.Twin.Clean(ctx)
	if err != nil {
		return "what was written could not be taken back: " + err.Error()
	}
	return fmt.Sprintf("rows that cases wrote are as they were before: %d", rows)
}

//go:build !race

package signature

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// A request with an HMAC costs no allocation once a Message has its room. The race
// detector adds some, so this test is not built with it.
func TestNoAllocation(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole program
	for _, hash := range crypt.Hashes() {
		spec := headerSpec()
		spec.Steps[0].Algorithm = "hmac-" + hash
		spec.Steps[0].Params.From = []string{"query", "body"}
		c, k := setup(t, spec)
		r := request()
		r.Query = "page=1&size=20"
		signed(t, c, k, r)
		var m Message
		ctx, g := t.Context(), friend{}.guard()
		got := testing.AllocsPerRun(100, func() {
			if err := c.Parse(r, &m); err != nil {
				t.Fatal(err)
			}
			if err := c.Verify(ctx, &m, k, g); err != nil {
				t.Fatal(err)
			}
		})
		if got != 0 {
			t.Errorf("hmac-%s: %v allocations", hash, got)
		}
	}
}

//go:build !race

package envelope

import (
	"strings"
	"testing"
)

// With room in dst a message costs no allocation. The race detector adds some, so
// this test is not built with it.
func TestNoAllocation(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole program
	c, k := setup(t)
	var m Message
	for _, n := range []int{0, 200, 600, 16 << 10, 64 << 10} {
		body, in, out := sealed(t, c, k, n), make([]byte, n+64), make([]byte, 2*n+1024)
		escaped := []byte(strings.ReplaceAll(string(body), "/", `\/`))
		openSeal(t, c, k, &m, escaped, in, out)
		for name, b := range map[string][]byte{"plain": body, "escaped": escaped} {
			if got := testing.AllocsPerRun(100, func() { openSeal(t, c, k, &m, b, in, out) }); got != 0 {
				t.Errorf("%s, %d bytes: %v allocations", name, n, got)
			}
		}
	}
}

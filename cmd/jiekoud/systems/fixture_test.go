package systems_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/testkit"
)

// TestFixtures fires every case that the YAML implies at a real server, which has
// the demo data and the rows that the cases ask for.
func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, s := range loadSpec(t).Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			testkit.FireAt(t, testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true}), s)
		})
	}
}

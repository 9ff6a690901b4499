package trial_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
)

// TestJudged holds the lists of sound and of broken requests to what the server says.
func TestJudged(t *testing.T) {
	t.Parallel()
	trial.Judged(t, trial.Ruled(t).Systems[0])
}

package trial_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestTimes holds the times that clients read to what the server reads.
func TestTimes(t *testing.T) {
	t.Parallel()
	for zone, times := range map[string]map[string]string{"Asia/Shanghai": trial.Moments(), "America/St_Johns": trial.Skipped()} {
		in, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range times {
			layout := wire.RFC3339
			if len(text) == len(wire.Compact) {
				layout = wire.Compact
			}
			got := ""
			if at, err := wire.ParseTimeAs(layout, text, in); err == nil {
				got = fmt.Sprint(at.UnixMilli(), " ", at.In(in).Format(wire.Compact))
			}
			if got != want {
				t.Errorf("%s in %s is %q, want %q", text, zone, got, want)
			}
		}
	}
}

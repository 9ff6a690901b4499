package model

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestSkippedTimes reads times around changes of clocks as the server reads them.
func TestSkippedTimes(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"America/St_Johns":  {"2026-03-08 01:59:59", "2026-03-08 02:30:00", "2026-03-08T02:00:00.5", "2026-03-08 03:00:00", "2026-03-08", "20260308023000", "20260308033000", "2026-11-01 01:30:00"},
		"America/Sao_Paulo": {"2018-11-04 00:30:00", "2018-11-04", "20181104000000", "2018-11-04 01:00:00", "1541300400"},
		"Asia/Shanghai":     {"1947-04-15 00:00:00", "1947-04-15", "1947-04-15 01:00:00"},
		"Pacific/Apia":      {"2011-12-30", "2011-12-30 10:00:00", "2011-12-31"},
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for form, layout := range map[string]string{"": wire.Seconds, "compact": wire.Compact} {
			for _, text := range texts {
				want, err := wire.ParseTimeAs(layout, text, zone)
				got, ok := decoder{zone: zone}.moment(&spec.Field{Layout: form, Rules: spec.Rules{Type: spec.Datetime}}, text)
				if ok != (err == nil) || ok && !got.Equal(want) {
					t.Errorf("%s %s in %s: %s %t, the server has %s %v", form, text, name, got, ok, want, err)
				}
			}
		}
	}
}

package notify

import (
	"testing"
	"time"
)

// FuzzRetryAfter reads the header of any receiver: the wait is none or a bounded one.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "120", "-1", "9223372036854775807", "Sat, 28 Nov 2026 06:25:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1e3", " 5"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, now); d < 0 || d > maxRetryAfter {
			t.Errorf("%q: %s", s, d)
		}
	})
}

// FuzzSchedule reads waits as an operator writes them.
func FuzzSchedule(f *testing.F) {
	for _, s := range []string{"", "15s,15s,30s,3m,6h", "1ns", "168h1ns", ",", "-1s", "1h,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ParseSchedule(s)
		if err == nil && (len(list) == 0 || len(list) > maxWaits) {
			t.Errorf("%q: %d waits", s, len(list))
		}
		for _, d := range list {
			if d < time.Millisecond || d > maxWait {
				t.Errorf("%q: %s", s, d)
			}
		}
	})
}

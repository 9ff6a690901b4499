package notify

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that a receiver may ask for.
const maxRetryAfter = time.Hour

// DefaultSchedule is 15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 30 min three times,
// 60 min, 3 h three times, 6 h twice: a day and four minutes in all.
func DefaultSchedule() []time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return []time.Duration{
		15 * s, 15 * s, 30 * s, 3 * m, 10 * m, 20 * m, 30 * m, 30 * m, 30 * m, 60 * m, 3 * h, 3 * h, 3 * h, 6 * h, 6 * h,
	}
}

// after says how long to wait after the failure of a notification that failed so
// often before, and whether it is dead. The one behind a dead one is tried as if
// it had failed once.
func (c *Config) after(before int, asked time.Duration) (wait time.Duration, dead bool) {
	dead = before >= len(c.Schedule)
	if dead {
		before = 0
	}
	return max(c.jitter(c.Schedule[before]), min(asked, maxRetryAfter)), dead
}

// jitter varies a wait, so that receivers that failed together are not tried
// together.
func (c *Config) jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 + c.Jitter*(2*rand.Float64()-1)))
}

// retryAfter reads the header of that name: seconds, or a time; else nothing.
func retryAfter(text string, now time.Time) time.Duration {
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int(maxRetryAfter/time.Second))) * time.Second
}

// Limits of a schedule that is read.
const (
	maxWaits = 100
	maxWait  = 7 * 24 * time.Hour
)

// ParseSchedule reads waits with commas between them, each from 1 ms to 7 days, at
// most 100: "15s,15s,30s,3m,6h". Empty is DefaultSchedule.
func ParseSchedule(text string) ([]time.Duration, error) {
	if text == "" {
		return DefaultSchedule(), nil
	}
	var list []time.Duration
	for one := range strings.SplitSeq(text, ",") {
		d, err := time.ParseDuration(strings.TrimSpace(one))
		if err != nil || d < time.Millisecond || d > maxWait {
			return nil, fmt.Errorf("notify: schedule: wait %d is %q: want a time from 1ms to 168h such as 15s, 3m or 6h", len(list)+1, one)
		}
		list = append(list, d)
	}
	if len(list) > maxWaits {
		return nil, fmt.Errorf("notify: schedule: %d waits; at most %d", len(list), maxWaits)
	}
	return list, nil
}

// ParseJitter reads a Config's Jitter as a percentage from 0% to 90%: "20%". Empty
// is DefaultJitter.
func ParseJitter(text string) (float64, error) {
	if text == "" {
		return DefaultJitter, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if err != nil || n < 0 || n > 90 || !strings.HasSuffix(text, "%") {
		return 0, fmt.Errorf("notify: jitter %q: want a percentage from 0%% to 90%% such as 20%%", text)
	}
	if n == 0 {
		return -1, nil
	}
	return float64(n) / 100, nil
}

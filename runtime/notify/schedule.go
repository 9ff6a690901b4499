package notify

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// maxRetryAfter bounds what a receiver may ask for.
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
	return max(jitter(c.Schedule[before]), min(asked, maxRetryAfter)), dead
}

// jitter varies a wait by up to a fifth, so that receivers that failed together
// are not tried together.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// retryAfter reads the header of that name: seconds, or nothing.
func retryAfter(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int(maxRetryAfter/time.Second))) * time.Second
}

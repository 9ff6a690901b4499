package signature

import (
	"errors"
	"strconv"
	"time"
)

// defaultWindow is how far a request's time may be from ours.
const defaultWindow = 5 * time.Minute

var (
	errClock = errors.New("the time is not written in its unit")
	errStale = errors.New("the time is outside of the window")
)

// units lists how times are written; the first is the default.
func units() []string {
	return []string{"s", "ms", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss", "rfc3339"}
}

// layout is that of the units that are no plain number.
func layout(unit string) string {
	switch unit {
	case "yyyyMMddHHmmss":
		return "20060102150405"
	case "yyyy-MM-dd HH:mm:ss":
		return time.DateTime
	}
	return time.RFC3339
}

// china is the zone of times that are written without one. It has had no summer
// time since 1991, and a fixed zone needs no database of zones.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

// readTime reads a time in its unit.
func readTime(unit, text string) (time.Time, error) {
	if unit != "s" && unit != "ms" {
		t, err := time.ParseInLocation(layout(unit), text, china())
		if err != nil {
			return t, errClock
		}
		return t, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || len(text) > 16 {
		return time.Time{}, errClock
	}
	if unit == "ms" {
		return time.UnixMilli(int64(n)), nil
	}
	return time.Unix(int64(n), 0), nil
}

// writeTime is the reverse of readTime; rfc3339 is written in UTC.
func writeTime(unit string, t time.Time) string {
	switch unit {
	case "s":
		return strconv.FormatInt(t.Unix(), 10)
	case "ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	case "rfc3339":
		return t.UTC().Format(time.RFC3339)
	}
	return t.In(china()).Format(layout(unit))
}

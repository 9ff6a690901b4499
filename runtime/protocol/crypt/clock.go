package crypt

import (
	"errors"
	"strconv"
	"time"
)

// DefaultWindow is how far a request's time may be from ours.
const DefaultWindow = 5 * time.Minute

// Why a time does not hold; only the log says which.
var (
	ErrClock = errors.New("the time is not written in its unit")
	ErrStale = errors.New("the time is outside of the window")
)

// Units lists how times are written; the first is the default.
func Units() []string {
	return []string{"s", "ms", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss", "rfc3339"}
}

// layout is the layout of units that are not a number.
func layout(unit string) string {
	switch unit {
	case "yyyyMMddHHmmss":
		return "20060102150405"
	case "yyyy-MM-dd HH:mm:ss":
		return time.DateTime
	}
	return time.RFC3339
}

// China is the zone of times that are written without one. It has had no summer
// time since 1991, and a fixed zone needs no database of zones.
func China() *time.Location { return time.FixedZone("CST", 8*60*60) }

// ReadTime reads a time in its unit.
func ReadTime(unit, text string) (time.Time, error) {
	if unit != "s" && unit != "ms" {
		t, err := time.ParseInLocation(layout(unit), text, China())
		if err != nil {
			return t, ErrClock
		}
		return t, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || len(text) > 16 {
		return time.Time{}, ErrClock
	}
	if unit == "ms" {
		return time.UnixMilli(int64(n)), nil
	}
	return time.Unix(int64(n), 0), nil
}

// WriteTime is the reverse of readTime; rfc3339 is written in UTC.
func WriteTime(unit string, t time.Time) string {
	switch unit {
	case "s":
		return strconv.FormatInt(t.Unix(), 10)
	case "ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	case "rfc3339":
		return t.UTC().Format(time.RFC3339)
	}
	return t.In(China()).Format(layout(unit))
}

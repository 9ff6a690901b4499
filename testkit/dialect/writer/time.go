package writer

import (
	"fmt"
	"strconv"
	"time"
)

// timeForms are ways to write a time.
func timeForms() []struct{ name, layout, zone string } {
	return []struct{ name, layout, zone string }{
		{"in seconds", "s", ""},
		{"in milliseconds", "ms", ""},
		{"in microseconds", "us", ""},
		{"as yyyy-MM-dd HH:mm:ss", time.DateTime, "china"},
		{"as yyyy-MM-dd HH:mm:ss in UTC", time.DateTime, ""},
		{"as yyyyMMddHHmmss", "20060102150405", "china"},
		{"as yyyyMMddHHmmss in UTC", "20060102150405", ""},
		{"as yyyy-MM-dd", time.DateOnly, "china"},
		{"as yyyy-MM-dd in UTC", time.DateOnly, ""},
		{"as yyyyMMdd", "20060102", "china"},
		{"as yyyyMMdd in UTC", "20060102", ""},
		{"as ISO 8601 with +08:00", time.RFC3339, "china"},
		{"as ISO 8601 in UTC", time.RFC3339, ""},
		{"as ISO 8601 in UTC with milliseconds", "2006-01-02T15:04:05.000Z07:00", ""},
		{"as ISO 8601 basic in UTC", "20060102T150405Z", ""},
		{"as ISO 8601 basic in China's time", "20060102T150405Z", "china"},
		{"as RFC 1123", "Mon, 02 Jan 2006 15:04:05 GMT", ""},
		{"as RFC 1123 in China's time", "Mon, 02 Jan 2006 15:04:05 GMT", "china"},
		{"as ISO 8601 without a zone", "2006-01-02T15:04:05", "china"},
		{"as ISO 8601 in China's time, called Z", "2006-01-02T15:04:05Z", "china"},
	}
}

func zoneOf(name string) *time.Location {
	if name == "china" {
		return time.FixedZone("CST", 8*60*60)
	}
	return time.UTC
}

func times() []Writer {
	var out []Writer
	for _, form := range timeForms() {
		out = append(out, Writer{"time", "written " + form.name, "sign the time as it is sent", Usual, func(in []byte) []byte {
			t, ok := readTime(string(in))
			if !ok {
				return in
			}
			switch form.layout {
			case "s":
				return strconv.AppendInt(nil, t.Unix(), 10)
			case "ms":
				return strconv.AppendInt(nil, t.UnixMilli(), 10)
			case "us":
				return strconv.AppendInt(nil, t.UnixMicro(), 10)
			}
			return []byte(t.In(zoneOf(form.zone)).Format(form.layout))
		}})
	}
	for _, hours := range []int{8, -8} {
		out = append(out, Writer{"time", fmt.Sprintf("written %+d hours off: another time zone", hours), "sign the time as it is sent", Usual, shifted(hours)})
	}
	return out
}

// shifted moves a time that is written without a zone.
func shifted(hours int) func([]byte) []byte {
	return func(in []byte) []byte {
		for _, form := range timeForms()[3:] {
			t, err := time.ParseInLocation(form.layout, string(in), zoneOf(form.zone))
			if err == nil && t.Year() > 1990 {
				return []byte(t.Add(time.Duration(hours) * time.Hour).Format(form.layout))
			}
		}
		return in
	}
}

// readTime reads a time of this age, however it is written.
func readTime(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		switch len(s) {
		case 10:
			return time.Unix(n, 0), true
		case 13:
			return time.UnixMilli(n), true
		case 16:
			return time.UnixMicro(n), true
		}
	}
	for _, form := range timeForms()[3:] {
		if t, err := time.ParseInLocation(form.layout, s, zoneOf(form.zone)); err == nil && t.Year() > 1990 && t.Year() < 2100 {
			return t, true
		}
	}
	return time.Time{}, false
}

// Time is one way to read a time.
type Time struct {
	Name string
	At   time.Time
}

// Times are the ways in which a text can be read as a time.
func Times(text string) (out []Time) {
	if t, ok := readTime(text); ok {
		unit := map[int]string{10: "in seconds", 13: "in milliseconds", 16: "in microseconds"}[len(text)]
		out = append(out, Time{or(unit, "a date"), t})
	}
	return out
}

package writer

import (
	"fmt"
	"strconv"
	"strings"
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

// timeSlips are ways to write a time that nobody reads: slips with the letters of a
// layout, and what languages print where no layout is given.
func timeSlips() []struct{ name, layout string } {
	return []struct{ name, layout string }{
		{"with hh for HH: 12 hours, not 24", "2006-01-02 03:04:05"},
		{"with hh for HH: 12 hours, not 24, as yyyyMMddhhmmss", "20060102030405"},
		{"with mm for MM: minutes in the place of the month", "2006-04-02 15:04:05"},
		{"with mm for MM: minutes in the place of the month, as yyyymmddHHmmss", "20060402150405"},
		{"with MM for mm: the month in the place of minutes", "2006-01-02 15:01:05"},
		{"with MM for mm: the month in the place of minutes, as yyyyMMddHHMMss", "20060102150105"},
		{"with mm and MM exchanged", "2006-04-02 15:01:05"},
		{"with DD for dd: the day of the year", "2006-01-002 15:04:05"},
		{"with DD for dd: the day of the year, as yyyyMMDDHHmmss", "200601002150405"},
		{"without seconds", "2006-01-02 15:04"},
		{"as Java's Date.toString writes it", "Mon Jan 02 15:04:05 CST 2006"},
		{"as Java's LocalDateTime.toString writes it", "2006-01-02T15:04"},
		{"as JavaScript's Date becomes a text", "Mon Jan 02 2006 15:04:05 GMT+0800 (China Standard Time)"},
		{"as JavaScript's Date becomes a text, in Chinese", "Mon Jan 02 2006 15:04:05 GMT+0800 (\u4e2d\u56fd\u6807\u51c6\u65f6\u95f4)"},
		{"as JavaScript's toLocaleString writes it", "2006/1/2 15:04:05"},
		{"as .NET's DateTime becomes a text", "2006/01/02 15:04:05"},
		{"as .NET's DateTime becomes a text, in English", "1/2/2006 3:04:05 PM"},
		{"as .NET's DateTime becomes a text, in the invariant culture", "01/02/2006 15:04:05"},
		{"as Python's datetime becomes a text, with microseconds", "2006-01-02 15:04:05.000000"},
		{"as Python's datetime becomes a text, with its zone", "2006-01-02 15:04:05-07:00"},
		{"as Go's Time becomes a text", "2006-01-02 15:04:05 -0700 CST"},
		{"as Ruby's Time becomes a text", "2006-01-02 15:04:05 -0700"},
		{"with milliseconds", "2006-01-02 15:04:05.000"},
		{"with milliseconds, as yyyyMMddHHmmssSSS", "20060102150405000"},
	}
}

// slips write a time by slips, and at a moment close by: a clock that is read twice.
func slips() (out []Writer) {
	for _, form := range timeSlips() {
		out = append(out, Writer{"time", "written " + form.name, "write it as declared, and sign the text that is sent", Possible, func(in []byte) []byte {
			t, ok := readTime(string(in))
			if !ok {
				return in
			}
			return []byte(t.In(zoneOf("china")).Format(form.layout))
		}})
	}
	for _, zeros := range []string{".0", ".000", ".000000"} {
		out = append(out, Writer{"time", "as a float, with " + zeros + " at its end", "write it as a whole number", Usual, func(in []byte) []byte {
			if _, err := strconv.ParseInt(string(in), 10, 64); err != nil || len(in) != 10 {
				return in
			}
			return append(append([]byte{}, in...), zeros...)
		}})
	}
	const fix = "read the clock once, and sign the time that is sent"
	near := func(n int, unit string, by time.Duration) {
		side := "later"
		if n < 0 {
			side = "earlier"
		}
		name := fmt.Sprintf("%d %s %s than it is sent: the clock is read twice", max(n, -n), unit, side)
		out = append(out, Writer{"time", name, fix, Rare, moved(time.Duration(n)*by, by == time.Millisecond)})
	}
	for n := 1; n <= 5; n++ {
		unit := "seconds"
		if n == 1 {
			unit = "second"
		}
		near(n, unit, time.Second)
		near(-n, unit, time.Second)
	}
	for n := 1; n <= 50; n++ {
		near(n, "milliseconds", time.Millisecond)
		near(-n, "milliseconds", time.Millisecond)
	}
	return out
}

// timely reports whether a text may be a time: most are none, and are not read.
func timely(s string) bool {
	return len(s) >= 8 && len(s) <= 40 && ('0' <= s[0] && s[0] <= '9' || strings.Contains(s, ", "))
}

// moved writes a time at another moment, as it is written itself.
func moved(by time.Duration, fine bool) func([]byte) []byte {
	return func(in []byte) []byte {
		if !timely(string(in)) {
			return in
		}
		if n, err := strconv.ParseInt(string(in), 10, 64); err == nil {
			switch {
			case len(in) == 10 && !fine && n > 0:
				return strconv.AppendInt(nil, n+int64(by/time.Second), 10)
			case len(in) == 13 && n > 0:
				return strconv.AppendInt(nil, n+by.Milliseconds(), 10)
			}
			if len(in) != 14 {
				return in
			}
		}
		if fine || len(in) < 14 {
			return in
		}
		for _, form := range timeForms()[3:] {
			if t, err := time.ParseInLocation(form.layout, string(in), zoneOf(form.zone)); err == nil && t.Year() > 1990 && t.Year() < 2100 {
				return []byte(t.Add(by).Format(form.layout))
			}
		}
		return in
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
	for _, digits := range []int{3, 6} {
		out = append(out, Writer{"time", fmt.Sprintf("written in seconds with %d decimals", digits), "sign the time as it is sent", Usual, func(in []byte) []byte {
			t, ok := readTime(string(in))
			if !ok {
				return in
			}
			return fmt.Appendf(nil, "%d.%0*d", t.Unix(), digits, t.Nanosecond()/[]int{3: 1e6, 6: 1e3}[digits])
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
	if !timely(s) {
		return time.Time{}, false
	}
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

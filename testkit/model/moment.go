package model

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// The forms in which times are written.
const (
	inSeconds = "2006-01-02 15:04:05"
	inMillis  = "2006-01-02 15:04:05.000"
	inDays    = "2006-01-02"
	inCompact = "20060102150405"
)

// usual is a time in the usual forms: a day, and behind it a blank, a T or nothing and the
// time of day, which may have a fraction.
var usual = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[ T]?(\d\d:\d\d:\d\d(?:\.\d{1,9})?))?$`)

// offset is what may follow a time in RFC 3339.
var offset = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT.*?)(Z|[+-]\d\d:\d\d)$`)

// moment reads a time of a request.
func (d decoder) moment(f *spec.Field, s string) (time.Time, bool) {
	if form := f.WrittenLayout(); form != "" {
		layout := spec.GoLayout(form)
		if t, ok := local(layout, s, d.zone); ok && t.Format(layout) == s {
			return t, true
		}
	}
	if f.Layout == "compact" && f.Type == spec.Datetime {
		t, ok := local(inCompact, s, d.zone)
		return t, ok && len(s) == len(inCompact)
	}
	if m := offset.FindStringSubmatch(s); m != nil && f.Layout == "rfc3339" {
		t, err := time.Parse(time.RFC3339Nano, s)
		return t, err == nil
	}
	return parseMoment(s, d.zone)
}

// parseMoment reads a time in the usual forms, or in digits since 1970.
func parseMoment(s string, zone *time.Location) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch len(s) {
		case 10:
			return time.Unix(n, 0), true
		case 13:
			return time.UnixMilli(n), true
		}
		return time.Time{}, false
	}
	m := usual.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	if m[2] == "" {
		return local(inDays, m[1], zone)
	}
	t, ok := local("2006-01-02 15:04:05", m[1]+" "+m[2], zone)
	return t.Truncate(time.Microsecond), ok
}

// local reads a time of the clocks of a zone. What they skip is no time, but a midnight, which is that of a
// day: one that they begin later begins then.
func local(layout, s string, zone *time.Location) (time.Time, bool) {
	if day, err := time.Parse(layout, s); err == nil && layout != inDays && day.Equal(day.Truncate(24*time.Hour)) {
		return local(inDays, day.Format(inDays), zone)
	}
	t, err := time.ParseInLocation(layout, s, zone)
	for i := 0; i < 120 && err == nil && !strings.HasPrefix(s, t.Format(layout)); i++ {
		t = t.Add(time.Minute) // no zone has skipped more than a day, and none begins a day later than two hours
	}
	return t, err == nil && strings.HasPrefix(s, t.Format(layout))
}

// written is a moment in the form of a field; last says that it is the mark of an
// incremental list.
func (w *World) written(f *spec.Field, t time.Time, last bool) string {
	local := t.In(w.zone)
	switch {
	case last:
		return local.Format(inMillis)
	case f.WrittenLayout() != "":
		return local.Format(spec.GoLayout(f.Layout))
	case f.Type == spec.Date:
		return local.Format(inDays)
	case f.Layout == "millis":
		return local.Format(inMillis)
	case f.Layout == "rfc3339":
		return local.Format(time.RFC3339)
	case f.Layout == "compact":
		return local.Format(inCompact)
	}
	return local.Format(inSeconds)
}

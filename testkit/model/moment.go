package model

import (
	"regexp"
	"strconv"
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
		if t, err := time.ParseInLocation(layout, s, d.zone); err == nil && t.Format(layout) == s {
			return t, true
		}
	}
	if f.Layout == "compact" && f.Type == spec.Datetime {
		t, err := time.ParseInLocation(inCompact, s, d.zone)
		return t, err == nil && len(s) == len(inCompact)
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
		t, err := time.ParseInLocation(inDays, m[1], zone)
		return t, err == nil
	}
	t, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", m[1]+" "+m[2], zone)
	return t.Truncate(time.Microsecond), err == nil
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

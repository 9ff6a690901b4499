package step

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// A time between steps is the decimal number of its nanoseconds since 1970.

// AppendTime appends a time as steps take it.
func AppendTime(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.UnixNano(), 10) }

// ReadTime reads a time as steps take it.
func ReadTime(b []byte) (time.Time, error) {
	n, err := strconv.ParseInt(unsafe.String(unsafe.SliceData(b), len(b)), 10, 64)
	if err != nil {
		return time.Time{}, errClock
	}
	return time.Unix(0, n), nil
}

var errClock = errors.New("the time is not written in its form")

// clocks write the time now and read times.
func clocks() []Row {
	return []Row{
		epoch("unix", "seconds since 1970", time.Second),
		epoch("unix-minutes", "minutes since 1970", time.Minute),
		epoch("unix-ms", "milliseconds since 1970", time.Millisecond),
		epoch("unix-us", "microseconds since 1970", time.Microsecond),
		{
			Name: "time", Args: "LAYOUT [zone=utc|+08:00]",
			Doc:  "a time in a layout: datetime, compact, date, iso, rfc1123, rfc2822, or letters such as yyyyMMdd'T'HHmmss'Z'; China's time by default",
			Make: layout,
		},
		{Name: "later", Args: "DURATION", Doc: "so much later: later 10m", Make: later},
	}
}

func epoch(name, doc string, unit time.Duration) Row {
	return plain(name, doc, Do{
		Clock: true,
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			t, err := ReadTime(in)
			return strconv.AppendInt(dst, t.UnixNano()/int64(unit), 10), err
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			if len(in) == 0 || len(in) > 16 || strings.Trim(string(in), "0123456789") != "" {
				return dst, errClock
			}
			n, err := strconv.ParseInt(string(in), 10, 64)
			if err != nil || n > 1<<62/int64(unit) {
				return dst, errClock
			}
			return strconv.AppendInt(dst, n*int64(unit), 10), nil
		},
	})
}

// china is the zone of times that are written without one. It has had no summer
// time since 1991, and a fixed zone needs no database of zones.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

// zone reads the argument of that name.
func zone(word string) (*time.Location, error) {
	switch word {
	case "", "Asia/Shanghai", "china":
		return china(), nil
	case "utc", "UTC", "GMT":
		return time.UTC, nil
	}
	t, err := time.Parse("-07:00", word)
	if err != nil {
		return nil, fmt.Errorf("zone is utc or like +08:00, not %q", word)
	}
	return t.Location(), nil
}

func layout(a *Args) (*Do, error) {
	word, err := a.one("the layout")
	if err != nil {
		return nil, err
	}
	at, err := zone(a.Named["zone"])
	if err != nil {
		return nil, err
	}
	layouts := []string{}
	switch word {
	case "datetime":
		layouts = append(layouts, time.DateTime)
	case "compact":
		layouts = append(layouts, "20060102150405")
	case "date":
		layouts = append(layouts, time.DateOnly)
	case "iso":
		layouts = append(layouts, time.RFC3339, "2006-01-02T15:04:05Z0700")
	case "rfc1123":
		layouts, at = append(layouts, "Mon, 02 Jan 2006 15:04:05 GMT"), time.UTC
	case "rfc2822":
		layouts = append(layouts, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 GMT")
	default:
		own, err := letters(word)
		if err != nil {
			return nil, err
		}
		layouts = append(layouts, own)
	}
	return timed(layouts, at), nil
}

// timed writes the first layout and reads any.
func timed(layouts []string, at *time.Location) *Do {
	first, millis := strings.CutSuffix(layouts[0], "05000") // Go has no milliseconds without a dot
	if millis {
		layouts = []string{first + "05.000"}
	}
	return &Do{
		Clock: true, Vague: !strings.Contains(layouts[0], "15") && !strings.Contains(layouts[0], "03"),
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			t, err := ReadTime(in)
			dst = t.In(at).AppendFormat(dst, layouts[0])
			if millis {
				dst = append(dst[:len(dst)-4], dst[len(dst)-3:]...)
			}
			return dst, err
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			text := string(in)
			if n := len(text) - 3; millis && n > 0 {
				text = text[:n] + "." + text[n:]
			}
			for _, one := range layouts {
				if t, err := time.ParseInLocation(one, text, at); err == nil {
					return AppendTime(dst, t), nil
				}
			}
			return dst, errClock
		},
	}
}

// letters turns yyyyMMddHHmmss into Go's layout. Other letters are quoted, or
// it is Go's layout already.
func letters(word string) (string, error) {
	if strings.Contains(word, "2006") || strings.Contains(word, "15") || strings.Contains(word, "06") {
		return word, nil
	}
	parts := strings.Split(strings.ReplaceAll(word, "'", `"`), `"`)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer(
			"yyyy", "2006", "yy", "06", "EEE", "Mon", "MMM", "Jan", "MM", "01", "dd", "02", "HH", "15", "hh", "03", "mm", "04", "SSS", "000", "ss", "05",
			"XXX", "Z07:00", "xx", "-0700",
		).Replace(parts[i])
	}
	out := strings.Join(parts, "")
	if !strings.ContainsAny(out, "0123456789") {
		return "", fmt.Errorf("%q is no layout: write yyyyMMddHHmmss or a name", word)
	}
	return out, nil
}

func later(a *Args) (*Do, error) {
	word, err := a.one("the duration")
	if err != nil {
		return nil, err
	}
	d, err := time.ParseDuration(word)
	if err != nil {
		return nil, fmt.Errorf("%q is no duration: write 10m or 30s", word)
	}
	shift := func(by time.Duration) Func {
		return func(dst, in []byte, _ *Call) ([]byte, error) {
			t, err := ReadTime(in)
			return AppendTime(dst, t.Add(by)), err
		}
	}
	return &Do{Shift: true, Apply: shift(d), Undo: shift(-d)}, nil
}

package wire_test

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestParseTimeAs reads times with offsets and times in digits; the pattern of the
// schemas is held against it in gen.
func TestParseTimeAs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ layout, text, want string }{ // "": refused
		{wire.RFC3339, "2026-11-21T08:09:10Z", "2026-11-21T08:09:10Z"},
		{wire.RFC3339, "2026-11-21T08:09:10+08:00", "2026-11-21T00:09:10Z"},
		{wire.RFC3339, "2026-11-21T08:09:10.5-03:30", "2026-11-21T11:39:10.5Z"},
		{wire.RFC3339, "2026-11-21T08:09:10-00:00", "2026-11-21T08:09:10Z"},
		{wire.RFC3339, "2026-11-21T08:09:10", "2026-11-21T00:09:10Z"},
		{wire.RFC3339, "2026-11-21 08:09:10", "2026-11-21T00:09:10Z"},
		{wire.RFC3339, "1795219750123", "2026-11-21T00:09:10.123Z"},
		{wire.RFC3339, "2026-11-21 08:09:10Z", ""},
		{wire.RFC3339, "2026-11-21Z", ""},
		{wire.RFC3339, "1795219750Z", ""},
		{wire.RFC3339, "2026-11-21T08:09:10z", ""},
		{wire.RFC3339, "2026-11-21T08:09:10+0800", ""},
		{wire.RFC3339, "2026-11-21T08:09:10+24:00", ""},
		{wire.RFC3339, "2026-11-21T08:09:10+08:60", ""},
		{wire.RFC3339, "2026-11-21T08:09:10+8:000", ""},
		{wire.RFC3339, "Z", ""},
		{wire.RFC3339, "+08:00", ""},
		{wire.Compact, "20261121080910", "2026-11-21T00:09:10Z"},
		{wire.Compact, "20240229000000", "2024-02-28T16:00:00Z"},
		{wire.Compact, "20230229000000", ""},
		{wire.Compact, "2026112108091", ""}, // thirteen digits are no milliseconds here
		{wire.Compact, "202611210809101", ""},
		{wire.Compact, "20261121240910", ""},
		{wire.Compact, "02026112108091", ""},
		{wire.Compact, "2026-11-21 08:", ""},
		{wire.Compact, "2026-11-21 08:09:10", ""},
		{wire.Seconds, "2026-11-21T08:09:10Z", ""},
		{wire.Seconds, "20261121080910", ""},
		{wire.Seconds, "2026-11-21 08:09:10", "2026-11-21T00:09:10Z"},
	} {
		got, err := wire.ParseTimeAs(c.layout, c.text, shanghai)
		switch text := got.UTC().Format(time.RFC3339Nano); {
		case (err != nil) != (c.want == ""):
			t.Errorf("%q as %s: %v", c.text, c.layout, err)
		case err == nil && text != c.want:
			t.Errorf("%q as %s is %s, want %s", c.text, c.layout, text, c.want)
		}
	}
}

// moment has a time in each layout.
type moment struct{ A, B wire.Time }

func (q *moment) Decode(in *wire.Reader) {
	o := in.Object([]string{"a", "b"})
	for o.Next() {
		switch o.Key() {
		case "a":
			o.TimeAs(0, &q.A, wire.RFC3339)
		case "b":
			o.TimeAs(1, &q.B, wire.Compact)
		default:
			o.Skip()
		}
	}
}

func (q *moment) Encode(out *wire.Writer) {
	out.Time("a", q.A, wire.RFC3339)
	out.Time("b", q.B, wire.Compact)
}

// TestTimesComeBack reads written times back, in the zone of the system.
func TestTimesComeBack(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // "": refused
		`{"a":"2026-11-21T00:09:10Z","b":"20261121080910"}`: `{"a":"2026-11-21T08:09:10+08:00","b":"20261121080910"}`,
		`{"a":1795219750,"b":null}`:                         `{"a":"2026-11-21T08:09:10+08:00"}`,
		`{"a":"","b":""}`:                                   `{}`,
		`{"b":20261121080910}`:                              "",
		`{"b":true}`:                                        "",
	} {
		in := wire.NewReader([]byte(text), shanghai, wire.Limits{})
		var q moment
		q.Decode(in)
		err := in.Close()
		if err == nil {
			err = in.List.Err()
		}
		if (err != nil) != (want == "") {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil {
			continue
		}
		out := wire.NewWriter(shanghai)
		out.Begin()
		q.Encode(out)
		out.End()
		if got := string(out.Bytes()); got != want {
			t.Errorf("%s comes back as %s, want %s", text, got, want)
		}
	}
}

// TestSkippedTimes reads times that the clocks of a zone never showed, in every form: none
// becomes another time. A day, and its midnight, begin after what is skipped, and the day of a date counts
// alone: a birthday is written with a midnight that its zone may have skipped.
func TestSkippedTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, layout, text, want string }{ // "": refused
		{"America/St_Johns", wire.Seconds, "2026-03-08 02:30:00", ""},
		{"America/St_Johns", wire.Seconds, "2026-03-08T02:00:00", ""},
		{"America/St_Johns", wire.Seconds, "2026-03-0802:59:59.999999999", ""},
		{"America/St_Johns", wire.RFC3339, "2026-03-08T02:30:00", ""},
		{"America/St_Johns", wire.Compact, "20260308023000", ""},
		{"America/St_Johns", "2006/01/02 15:04", "2026/03/08 02:30", ""},
		{"America/St_Johns", wire.RFC3339, "2026-03-08T02:30:00+08:00", "2026-03-07T15:00:00-03:30"},
		{"America/St_Johns", wire.Seconds, "2026-03-08 01:59:59.5", "2026-03-08T01:59:59.5-03:30"},
		{"America/St_Johns", wire.Seconds, "2026-03-08 03:00:00", "2026-03-08T03:00:00-02:30"},
		{"America/St_Johns", wire.Seconds, "2026-11-01 01:30:00", "2026-11-01T01:30:00-02:30"},
		{"Europe/Berlin", wire.Seconds, "2026-03-29 02:30:00", ""},
		{"America/Sao_Paulo", wire.Seconds, "2018-11-04 00:00:00", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", wire.Seconds, "2018-11-04 00:00:01", ""},
		{"America/Sao_Paulo", wire.Seconds, "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", "2006.01.02", "2018.11.04", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", wire.Day, "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", wire.Day, "2018-11-04 00:30:00", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", wire.Day, "1541300400", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", wire.Day, "2018-11-03 25:00:00", ""},
		{"Asia/Shanghai", wire.Day, "1947-04-15 00:00:00", "1947-04-15T01:00:00+09:00"},
		{"Asia/Shanghai", wire.Seconds, "1947-04-15 00:00:00", "1947-04-15T01:00:00+09:00"},
		{"Asia/Shanghai", wire.Compact, "19470415000000", "1947-04-15T01:00:00+09:00"},
		{"Asia/Shanghai", wire.Seconds, "1947-04-15 00:30:00", ""},
		{"Pacific/Apia", wire.Day, "2011-12-30", ""},
		{"Pacific/Apia", wire.Seconds, "2011-12-30", ""},
		{"Pacific/Apia", wire.Day, "2011-12-31", "2011-12-31T00:00:00+14:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.ParseTimeAs(c.layout, c.text, zone)
		switch text := got.In(zone).Format(time.RFC3339Nano); {
		case (err != nil) != (c.want == ""):
			t.Errorf("%q as %s in %s: %v, %s", c.text, c.layout, c.zone, err, text)
		case err == nil && text != c.want:
			t.Errorf("%q as %s in %s is %s, want %s", c.text, c.layout, c.zone, text, c.want)
		}
	}
}

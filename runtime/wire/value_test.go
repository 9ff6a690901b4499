package wire_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	const layout = "2006-01-02 15:04:05.999999999 -0700"
	for text, want := range map[string]string{ // "": refused
		"2026-11-21":                    "2026-11-21 00:00:00 +0800",
		"2026-11-21 08:09:10":           "2026-11-21 08:09:10 +0800",
		"2026-11-21T08:09:10":           "2026-11-21 08:09:10 +0800",
		"2026-11-2108:09:10":            "2026-11-21 08:09:10 +0800",
		"2026-11-21 08:09:10.1":         "2026-11-21 08:09:10.1 +0800",
		"2026-11-21 08:09:10.123":       "2026-11-21 08:09:10.123 +0800",
		"2026-11-21T08:09:10.123456":    "2026-11-21 08:09:10.123456 +0800",
		"2026-11-2108:09:10.123456789":  "2026-11-21 08:09:10.123456789 +0800",
		"2026-11-21 08:09:10.123456789": "2026-11-21 08:09:10.123456789 +0800",
		"2026-11-21 00:00:00":           "2026-11-21 00:00:00 +0800",
		"2026-11-21 23:59:59":           "2026-11-21 23:59:59 +0800",
		"1000-01-01":                    "1000-01-01 00:00:00 +0800",
		"2999-12-31 23:59:59":           "2999-12-31 23:59:59 +0800",
		"2024-02-29":                    "2024-02-29 00:00:00 +0800",
		"2000-02-29":                    "2000-02-29 00:00:00 +0800",
		"1795219750":                    "2026-11-21 08:09:10 +0800",
		"1795219750123":                 "2026-11-21 08:09:10.123 +0800",
		"0000000000":                    "1970-01-01 08:00:00 +0800",
		"9999999999":                    "2286-11-21 01:46:39 +0800",
		"9999999999999":                 "2286-11-21 01:46:39.999 +0800",

		"":                               "",
		" ":                              "",
		"2026-02-29":                     "",
		"1900-02-29":                     "",
		"2100-02-29":                     "",
		"2026-04-31":                     "",
		"2026-13-01":                     "",
		"2026-00-01":                     "",
		"2026-01-00":                     "",
		"2026-01-32":                     "",
		"2026-1-1":                       "",
		"2026/11/21":                     "",
		"20261121":                       "",
		"20261121080910":                 "",
		"21-11-2026":                     "",
		"0999-12-31":                     "",
		"3000-01-01":                     "",
		"9999-12-31":                     "",
		"0000-00-00 00:00:00":            "",
		"2026-11-21 ":                    "",
		"2026-11-21T":                    "",
		"2026-11-21 08":                  "",
		"2026-11-21 08:09":               "",
		"2026-11-21 8:09:10":             "",
		"2026-11-21 8:09:10.5":           "",
		"2026-11-21 8:09:100":            "",
		"2026-11-21 24:00:00":            "",
		"2026-11-21 23:60:00":            "",
		"2026-11-21 23:59:60":            "",
		"2026-11-21  08:09:10":           "",
		" 2026-11-21 08:09:10":           "",
		"2026-11-21 08:09:10 ":           "",
		"2026-11-21\t08:09:10":           "",
		"2026-11-21t08:09:10":            "",
		"2026-11-21 08:09:10.":           "",
		"2026-11-21 08:09:10,5":          "",
		"2026-11-21 08:09:10.1234567890": "",
		"2026-11-21 08:09:10.12a":        "",
		"2026-11-21 08:09:10.-5":         "",
		"2026-11-21T08:09:10Z":           "",
		"2026-11-21T08:09:10+08:00":      "",
		"2026-11-21 08:09:10 CST":        "",
		"2026-11-21 08:09:10 下午":         "",
		"Sat Nov 21 08:09:10 2026":       "",
		"２０２６-11-21":                     "",
		"17":                             "",
		"179521975":                      "",
		"17952197501":                    "",
		"179521975012":                   "",
		"17952197501234":                 "",
		"-179521975":                     "",
		"-1795219750":                    "",
		"+179521975":                     "",
		"+1795219750":                    "",
		"1795219750.5":                   "",
		"1.795219e9":                     "",
		"now":                            "",
	} {
		got, err := wire.ParseTime(text, shanghai)
		if want == "" {
			if err == nil {
				t.Errorf("%q is accepted as %v", text, got)
			}
			continue
		}
		if err != nil || got.In(shanghai).Format(layout) != want {
			t.Errorf("%q: %v, %v; want %s", text, got.In(shanghai).Format(layout), err, want)
		}
	}
	utc, err := wire.ParseTime("2026-11-21 08:09:10", time.UTC)
	if err != nil || utc.Unix() != 1795219750+8*60*60 {
		t.Errorf("another zone: %v, %v", utc, err)
	}
}

// TestColumns: an absent value is NULL and comes back absent; a set one comes back
// as it was.
func TestColumns(t *testing.T) {
	t.Parallel()
	when := time.Unix(1795219750, 0)
	for _, set := range []bool{true, false} {
		text, err := wire.Text{Value: "x", Set: set}.TextValue()
		var textBack wire.Text
		if err != nil || text.Valid != set || textBack.ScanText(text) != nil || set && textBack != wire.TextOf("x") || textBack.Set != set {
			t.Errorf("text: %v, %v, %v", text, textBack, err)
		}
		n, err := wire.Int{Value: 7, Set: set}.Int64Value()
		var intBack wire.Int
		if err != nil || n.Valid != set || intBack.ScanInt64(n) != nil || set && intBack != wire.IntOf(7) || intBack.Set != set {
			t.Errorf("int: %v, %v, %v", n, intBack, err)
		}
		d, err := wire.Decimal{Value: "1.10", Set: set}.TextValue()
		var decBack wire.Decimal
		if err != nil || d.Valid != set || decBack.ScanText(d) != nil || set && decBack != wire.DecimalOf("1.10") || decBack.Set != set {
			t.Errorf("decimal: %v, %v, %v", d, decBack, err)
		}
		b, err := wire.Bool{Value: true, Set: set}.BoolValue()
		var boolBack wire.Bool
		if err != nil || b.Valid != set || boolBack.ScanBool(b) != nil || set && boolBack != wire.BoolOf(true) || boolBack.Set != set {
			t.Errorf("bool: %v, %v, %v", b, boolBack, err)
		}
		at, err := wire.Time{Value: when, Set: set}.TimestamptzValue()
		var timeBack wire.Time
		if err != nil || at.Valid != set || timeBack.ScanTimestamptz(at) != nil || set && timeBack != wire.TimeOf(when) || timeBack.Set != set {
			t.Errorf("time: %v, %v, %v", at, timeBack, err)
		}
	}
	// Scanning NULL clears the earlier value.
	n := wire.Int{Value: 7, Set: true, Blank: true}
	if n.ScanInt64(pgtype.Int8{}) != nil || n != (wire.Int{}) {
		t.Errorf("%+v", n)
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	if !wire.IntOf(1).Is(1) || wire.IntOf(1).Is(2) || (wire.Int{Value: 1}).Is(1) || (wire.Int{}).Is(0) {
		t.Error("Is is wrong")
	}
}

// TestSent distinguishes a present key, if only with "", from an absent one.
func TestSent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{}`: false,
		`{"text":null,"int":null,"dec":null,"bool":null,"time":null}`: false,
		`{"text":"","int":"","dec":"","bool":"","time":""}`:           true,
		`{"text":"x","int":0,"dec":0,"bool":false,"time":1795219750}`: true,
	} {
		var q thing
		in := wire.NewReader([]byte(text), shanghai, wire.Limits{})
		q.Decode(in)
		if err := in.Close(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for n, sent := range []bool{q.Text.Sent(), q.Int.Sent(), q.Dec.Sent(), q.Bool.Sent(), q.Time.Sent()} {
			if sent != want {
				t.Errorf("%s: value %d: %v", text, n, sent)
			}
		}
	}
}

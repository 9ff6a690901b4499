package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestWriter: the exact bytes of every method.
func TestWriter(t *testing.T) {
	t.Parallel()
	when := wire.TimeOf(time.Unix(1795219750, 123456789).UTC())
	for want, write := range map[string]func(out *wire.Writer){
		`{}`:                   func(*wire.Writer) {},
		`{"a":""}`:             func(out *wire.Writer) { out.String("a", "") },
		`{"a":"张三","b":"x"}`:   func(out *wire.Writer) { out.String("a", "张三"); out.OptionalString("b", "x") },
		`{"b":"y"}`:            func(out *wire.Writer) { out.OptionalString("a", ""); out.String("b", "y") },
		`{"a":"<&>'/"}`:        func(out *wire.Writer) { out.String("a", "<&>'/") },
		`{"a":"\"\\\n\r\t"}`:   func(out *wire.Writer) { out.String("a", "\"\\\n\r\t") },
		`{"a":"\u0000\u001f"}`: func(out *wire.Writer) { out.String("a", "\x00\x1f") },
		`{"a":"😀"}`:            func(out *wire.Writer) { out.String("a", "😀") },
		`{"text":""}`:          func(out *wire.Writer) { out.Text("text", wire.TextOf("")); out.Text("b", wire.Text{}) },
		`{"text":"x"}`:         func(out *wire.Writer) { out.Text("text", wire.TextOf("x")) },
		`{"a":-9223372036854775808,"b":0}`: func(out *wire.Writer) {
			out.RequiredInt("a", wire.IntOf(-1<<63))
			out.RequiredInt("b", wire.Int{})
			out.Int("c", wire.Int{})
		},
		`{"int":0}`: func(out *wire.Writer) { out.Int("int", wire.IntOf(0)) },
		`{"a":1.10,"b":0,"d":-1e5}`: func(out *wire.Writer) {
			out.RequiredDecimal("a", wire.DecimalOf("1.10"))
			out.RequiredDecimal("b", wire.Decimal{})
			out.Decimal("c", wire.Decimal{})
			out.Decimal("d", wire.DecimalOf("-1e5"))
		},
		`{"a":true,"b":false,"d":false}`: func(out *wire.Writer) {
			out.RequiredBool("a", wire.BoolOf(true))
			out.RequiredBool("b", wire.Bool{})
			out.Bool("c", wire.Bool{})
			out.Bool("d", wire.BoolOf(false))
		},
		`{"a":"2026-11-21 08:09:10","b":"","d":"2026-11-21","e":"2026-11-21 08:09:10.123"}`: func(out *wire.Writer) {
			out.RequiredTime("a", when, wire.Seconds)
			out.RequiredTime("b", wire.Time{}, wire.Seconds)
			out.Time("c", wire.Time{}, wire.Seconds)
			out.Time("d", when, wire.Day)
			out.Time("e", when, wire.Millis)
		},
		`{"a":1795219750,"b":0,"d":1795219750}`: func(out *wire.Writer) {
			out.RequiredEpoch("a", when)
			out.RequiredEpoch("b", wire.Time{})
			out.Epoch("c", wire.Time{})
			out.Epoch("d", when)
		},
		`{"a":[],"b":["x","\"",""]}`: func(out *wire.Writer) {
			out.Strings("a", nil)
			out.Strings("b", []string{"x", `"`, ""})
		},
		`{"a":{"x": [1]}}`: func(out *wire.Writer) { out.Raw("a", []byte(`{"x": [1]}`)); out.Raw("b", nil) },
		`{"a":[],"b":[{},{"a":1,"b":true}]}`: func(out *wire.Writer) {
			wire.WriteList[item](out, "a", nil)
			wire.WriteList(out, "b", []item{{}, {A: wire.IntOf(1), B: wire.BoolOf(true)}})
		},
		`{"a":{"a":1},"c":1}`: func(out *wire.Writer) {
			wire.WriteStruct(out, "a", &item{A: wire.IntOf(1)})
			wire.WriteStruct[item](out, "b", nil)
			out.Int("c", wire.IntOf(1))
		},
		`{"content":{},"z":{"y":{"x":""}}}`: func(out *wire.Writer) {
			out.Member("content")
			out.End()
			out.Member("z")
			out.Member("y")
			out.String("x", "")
			out.End()
			out.End()
		},
	} {
		out := wire.NewWriter(shanghai)
		for range 2 { // Reset leaves nothing of the first
			out.Reset(shanghai)
			out.Begin()
			write(out)
			out.End()
			if got := string(out.Bytes()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		if !json.Valid(out.Bytes()) {
			t.Errorf("%s is no JSON", out.Bytes())
		}
	}
	var zero wire.Writer
	zero.Begin()
	zero.Time("a", when, wire.Seconds)
	zero.End()
	if got := string(zero.Bytes()); got != `{"a":"2026-11-21 00:09:10"}` {
		t.Errorf("the zero Writer writes %s, want UTC", got)
	}
}

// TestWriterBadText: text that is not UTF-8 never leaves as it is.
func TestWriterBadText(t *testing.T) {
	t.Parallel()
	out := wire.NewWriter(nil)
	out.Begin()
	out.String("a", "\xff張\xed\xa0\x80")
	out.End()
	if got := string(out.Bytes()); !json.Valid(out.Bytes()) || strings.ToValidUTF8(got, "") != got {
		t.Errorf("%q", got)
	}
}

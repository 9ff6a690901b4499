package wire_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// parcel has a member that travels as the text of its JSON, which has one itself.
type parcel struct{ inner *contents }

type contents struct {
	no   wire.Int
	tags []string
}

func (p *parcel) Decode(in *wire.Reader) {
	o := in.Object([]string{"inner"})
	for o.Next() {
		if o.Key() != "inner" {
			o.Skip()
			continue
		}
		o.Packed(0, func(place int) { wire.Struct(&o, place, &p.inner) })
	}
}

func (p *parcel) Encode(out *wire.Writer) {
	out.Packed("inner", func(out *wire.Writer) { wire.WriteStruct(out, "inner", p.inner) })
}

func (c *contents) Decode(in *wire.Reader) {
	o := in.Object([]string{"no", "tags"})
	for o.Next() {
		switch o.Key() {
		case "no":
			o.Int(0, &c.no)
		case "tags":
			o.Packed(1, func(place int) { o.Strings(place, &c.tags) })
		default:
			o.Skip()
		}
	}
}

func (c *contents) Encode(out *wire.Writer) {
	out.Int("no", c.no)
	out.Packed("tags", func(out *wire.Writer) { out.Strings("tags", c.tags) })
}

// TestPacked reads and writes texts of JSON inside JSON.
func TestPacked(t *testing.T) {
	t.Parallel()
	deep := `{"inner":"{\"tags\":\"` + strings.Repeat("[", 40) + `\"}"}`
	for text, want := range map[string]string{
		`{"inner":"{\"no\":7,\"tags\":\"[\\\"甲\\\"]\"}"}`: "",
		`{"inner":{"no":7,"tags":["甲"]}}`:                 "",
		`{"inner":""}`:                                    "",
		`{"inner":null}`:                                  "",
		`{"inner":"{\"no\":\"x\"}"}`:                      "type inner/no",
		`{"inner":"{\"no\":7"}`:                           "type inner",
		`{"inner":"{\"no\":7}}"}`:                         "type inner",
		`{"inner":"7"}`:                                   "type inner",
		`{"inner":"\"x\""}`:                               "type inner",
		`{"inner":"null"}`:                                "type inner",
		`{"inner":"{\"no\":1,\"no\":1}"}`:                 "type inner",
		`{"inner":"{}","inner":"{}"}`:                     "json",
		`{"inner":"{\"tags\":\"[1]\"}"}`:                  "type inner/tags",
		deep:                                              "json",
	} {
		in := wire.NewReader([]byte(text), time.UTC, wire.Limits{})
		var p parcel
		p.Decode(in)
		err := in.Close()
		if err == nil {
			err = in.List.Err()
		}
		if got := errText(err); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	out := wire.NewWriter(time.UTC)
	out.Begin()
	(&parcel{&contents{wire.IntOf(7), []string{`"`}}}).Encode(out)
	out.End()
	if got, want := string(out.Bytes()), `{"inner":"{\"no\":7,\"tags\":\"[\\\"\\\\\\\"\\\"]\"}"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	out.Reset(time.UTC)
	out.Begin()
	(&parcel{}).Encode(out)
	out.End()
	if got := string(out.Bytes()); got != `{}` {
		t.Errorf("nothing is written as %s", got)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

package wire_test

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// count is a value of a map.
type count struct{ n wire.Int }

func (c *count) Decode(in *wire.Reader) {
	o := in.Object([]string{"n"})
	for o.Next() {
		if o.Key() == "n" {
			o.Int(0, &c.n)
		} else {
			o.Skip()
		}
	}
}

func (c *count) Check(list *problem.List) {
	v := validate.Checker{List: list, Names: []string{"n"}}
	v.Present("n", c.n.Set)
	v.Max("n", c.n, 9)
}

// TestEntries reads maps whose values are objects or numbers of one kind.
func TestEntries(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kept string
		rule problem.Rule
		at   string
	}{
		`{"m":{"a":{"n":1},"b":{"n":9}}}`:   {kept: `{"a":{"n":1},"b":{"n":9}}`},
		`{"m":{}}`:                          {kept: `{}`},
		`{"m":null}`:                        {},
		`{}`:                                {},
		`{"m":{"a":{"n":1},"b":{"n":"x"}}}`: {rule: problem.Type, at: "m/n"},
		`{"m":{"a":{"n":1},"b":[]}}`:        {rule: problem.Type, at: "m"},
		`{"m":{"a":{"n":10}}}`:              {rule: problem.Range, at: "m/n"},
		`{"m":{"a":{}}}`:                    {rule: problem.Required, at: "m/n"},
		`{"m":[]}`:                          {rule: problem.Type, at: "m"},
		`{"v":{"a":1,"b":"2"}}`:             {},
		`{"v":{"a":1,"b":null}}`:            {rule: problem.Type, at: "v"},
		`{"v":{"a":{}}}`:                    {rule: problem.Type, at: "v"},
		`{"m":{"a":{"n":1},"a":{"n":2}}}`:   {rule: problem.JSON},
	} {
		in := wire.NewReader([]byte(text), time.UTC, wire.Limits{})
		var kept, values []byte
		o := in.Object([]string{"m", "v"})
		for o.Next() {
			switch o.Key() {
			case "m":
				wire.Entries[count](&o, 0, &kept)
			case "v":
				o.EntryValues(1, &values, func(member *wire.Object) bool {
					var n wire.Int
					member.Int(0, &n)
					return n.Set
				})
			}
		}
		err := in.Close()
		if err == nil {
			if in.List.Len() == 0 {
				c := validate.Checker{List: &in.List, Names: []string{"m", "v"}}
				validate.Entries[count](&c, "m", kept)
			}
			err = in.List.Err()
		}
		e := problem.From(err)
		switch {
		case want.rule == "" && e != nil:
			t.Errorf("%s: %v", text, err)
		case want.rule != "" && (e == nil || e.Rule != want.rule || e.Field != want.at):
			t.Errorf("%s: %+v, not %s at %s", text, e, want.rule, want.at)
		case want.kept != "" && string(kept) != want.kept:
			t.Errorf("%s kept %s", text, kept)
		}
	}
}

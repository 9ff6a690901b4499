package wire_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// shanghai is the zone of the documents.
var shanghai = time.FixedZone("CST", 8*60*60)

// thing has a field of every type, as the generator would print it.
type thing struct {
	Str  string
	Num  string
	Text wire.Text
	ID   wire.Text
	Int  wire.Int
	Dec  wire.Decimal
	Bool wire.Bool
	Time wire.Time
	Date wire.Time
	Raw  []byte
	Strs []string
	List []part
	Part *part
}

var thingFields = []string{"str", "num", "text", "int", "dec", "bool", "time", "date", "raw", "strs", "list", "part", "id"}

func (q *thing) Decode(in *wire.Reader) {
	o := in.Object(thingFields)
	for o.Next() {
		switch o.Key() {
		case "str", "string": // an alias
			o.String(0, &q.Str)
		case "num":
			o.StringOrNumber(1, &q.Num)
		case "text":
			o.Text(2, &q.Text)
		case "int":
			o.Int(3, &q.Int)
		case "dec":
			o.Decimal(4, &q.Dec)
		case "bool":
			o.Bool(5, &q.Bool)
		case "time":
			o.Time(6, &q.Time)
		case "date":
			o.Date(7, &q.Date)
		case "raw":
			o.Map(8, &q.Raw)
		case "strs":
			o.Strings(9, &q.Strs)
		case "list":
			wire.List(&o, 10, &q.List)
		case "part":
			wire.Struct(&o, 11, &q.Part)
		case "id":
			o.TextOrNumber(12, &q.ID)
		default:
			o.Skip()
		}
	}
}

func (q *thing) Encode(out *wire.Writer) {
	out.OptionalString("str", q.Str)
	out.OptionalString("num", q.Num)
	out.Text("text", q.Text)
	out.Text("id", q.ID)
	out.Int("int", q.Int)
	out.Decimal("dec", q.Dec)
	out.Bool("bool", q.Bool)
	out.Time("time", q.Time, "2006-01-02 15:04:05.000000000")
	out.Time("date", q.Date, wire.Day)
	out.Raw("raw", q.Raw)
	if q.Strs != nil {
		out.Strings("strs", q.Strs)
	}
	if q.List != nil {
		wire.WriteList(out, "list", q.List)
	}
	wire.WriteStruct(out, "part", q.Part)
}

// part is a member of a nested array, with one more below.
type part struct {
	ID    string
	N     wire.Int
	Items []item
}

var partFields = []string{"id", "n", "items"}

func (q *part) Decode(in *wire.Reader) {
	o := in.Object(partFields)
	for o.Next() {
		switch o.Key() {
		case "id":
			o.String(0, &q.ID)
		case "n":
			o.Int(1, &q.N)
		case "items":
			wire.List(&o, 2, &q.Items)
		default:
			o.Skip()
		}
	}
}

func (q *part) Encode(out *wire.Writer) {
	out.OptionalString("id", q.ID)
	out.Int("n", q.N)
	if q.Items != nil {
		wire.WriteList(out, "items", q.Items)
	}
}

type item struct {
	A wire.Int
	B wire.Bool
}

func (q *item) Decode(in *wire.Reader) {
	o := in.Object([]string{"a", "b"})
	for o.Next() {
		switch o.Key() {
		case "a":
			o.Int(0, &q.A)
		case "b":
			o.Bool(1, &q.B)
		default:
			o.Skip()
		}
	}
}

func (q *item) Encode(out *wire.Writer) {
	out.Int("a", q.A)
	out.Bool("b", q.B)
}

// decode reads a thing; the refusal says why it is unreadable, problems are the
// rules that its fields broke.
func decode(data string, limits wire.Limits) (q thing, problems []problem.Problem, refusal error) {
	in := wire.NewReader([]byte(data), shanghai, limits)
	q.Decode(in)
	refusal = in.Close()
	if e, ok := errors.AsType[*problem.Error](in.List.Err()); ok {
		problems = e.Problems
	}
	return q, problems, refusal
}

// paths shows problems as rule:at.
func paths(problems []problem.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, string(p.Rule)+":"+p.At)
	}
	return out
}

// cause returns why a message was refused: the text below the rule.
func cause(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*problem.Error](err)
	if !ok || e.Rule != problem.JSON || e.Unwrap() == nil {
		t.Fatalf("%v is no refusal of the rule json with a cause", err)
	}
	why := error(e)
	for errors.Unwrap(why) != nil {
		why = errors.Unwrap(why)
	}
	return why.Error()
}

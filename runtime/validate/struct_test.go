package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// tagged has every tag of generated structs.
type tagged struct {
	Name    string       `json:"name" validate:"required,notblank,max=4"`
	Gender  wire.Int     `json:"gender" validate:"required,oneof=1 2"`
	Mobile  string       `json:"mobile" validate:"omitempty,mobile"`
	Cert    string       `json:"cert" validate:"omitempty,idcard"`
	Number  string       `json:"number" validate:"omitempty,idcard_if=Kind 1"`
	Kind    wire.Int     `json:"kind" validate:"omitempty,oneof=1 2 9999"`
	Mail    string       `json:"mail" validate:"omitempty,mail"`
	Code    string       `json:"code" validate:"omitempty,pattern=[A-Z]{2}[0-9]+"`
	Many    string       `json:"many" validate:"omitempty,eachof=; a;b"`
	Level   wire.Int     `json:"level" validate:"omitempty,gte=1,lte=5"`
	Price   wire.Decimal `json:"price" validate:"omitempty,decimalmin=0.10,decimalmax=99.99"`
	Cause   string       `json:"cause" validate:"required_if=Kind 2,omitempty,max=3"`
	Text    wire.Text    `json:"text" validate:"omitempty,max=2"`
	Attachs []member     `json:"attachs" validate:"omitempty,dive"`
	Needed  []member     `json:"needed" validate:"required,min=1,dive"`
	When    wire.Time    `json:"when" validate:"required"`
	Tel     wire.Text    `json:"tel" validate:"sent,omitempty,max=2"`
	Type    wire.Int     `json:"type" validate:"sent,omitempty,oneof=1 2 0"`
	Day     wire.Time    `json:"day" validate:"sent,omitempty"`
}

type member struct {
	ID    string `json:"id" validate:"required,notblank"`
	Items []leaf `json:"items" validate:"omitempty,dive"`
}

type leaf struct {
	N wire.Int `json:"n" validate:"required,gte=0"`
}

func valid() tagged {
	return tagged{
		Name: "张三丰", Gender: wire.IntOf(1), Mobile: "13800138000", Cert: "11010519491231002X", Number: "any", Kind: wire.IntOf(9999),
		Mail: "a@b.cn", Code: "AB1", Many: "a;b", Level: wire.IntOf(5), Price: wire.DecimalOf("99.990"), Text: wire.TextOf("二字"),
		Attachs: []member{{ID: "x", Items: []leaf{{N: wire.IntOf(0)}}}}, Needed: []member{{ID: "y"}}, When: wire.TimeOf(time.Unix(0, 0)),
		Tel: wire.TextOf("1"), Type: wire.IntOf(1), Day: wire.TimeOf(time.Unix(0, 0)),
	}
}

func structs(t testing.TB) *validate.Structs {
	t.Helper()
	s, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rules runs Check and lists rule:at.
func rules(t *testing.T, s *validate.Structs, v any) (out []string) {
	t.Helper()
	for _, p := range problem.From(s.Check(v)).Problems {
		out = append(out, string(p.Rule)+":"+p.At)
	}
	return out
}

func TestStructs(t *testing.T) {
	t.Parallel()
	s := structs(t)
	whole := valid()
	if err := s.Check(&whole); err != nil {
		t.Fatal(err)
	}
	least := tagged{
		Name: "a", Gender: wire.IntOf(2), Needed: []member{{ID: "y"}}, When: wire.TimeOf(time.Unix(0, 0)),
		Tel: wire.TextOf(""), Type: wire.Int{Blank: true}, Day: wire.Time{Blank: true},
	}
	if err := s.Check(&least); err != nil {
		t.Errorf("without what is optional: %v", err)
	}
	for _, tt := range []struct {
		want   string // "": valid
		change func(*tagged)
	}{
		{"required:name", func(q *tagged) { q.Name = "" }},
		{"required:name", func(q *tagged) { q.Name = " \u3000\u00a0" }},
		{"length:name", func(q *tagged) { q.Name = "四字之外了" }},
		{"", func(q *tagged) { q.Name = "四字之内" }},
		{"required:gender", func(q *tagged) { q.Gender = wire.Int{} }},
		{"enum:gender", func(q *tagged) { q.Gender = wire.IntOf(0) }},
		{"enum:gender", func(q *tagged) { q.Gender = wire.IntOf(3) }},
		{"required:tel", func(q *tagged) { q.Tel = wire.Text{} }},
		{"length:tel", func(q *tagged) { q.Tel = wire.TextOf("123") }},
		{"", func(q *tagged) { q.Type = wire.IntOf(0) }},
		{"required:type", func(q *tagged) { q.Type = wire.Int{} }},
		{"enum:type", func(q *tagged) { q.Type = wire.IntOf(3) }},
		{"required:day", func(q *tagged) { q.Day = wire.Time{} }},
		{"mobile:mobile", func(q *tagged) { q.Mobile = "138" }},
		{"", func(q *tagged) { q.Mobile = "" }},
		{"idcard:cert", func(q *tagged) { q.Cert = "110105194912310020" }},
		{"idcard:number", func(q *tagged) { q.Kind = wire.IntOf(1) }},
		{"idcard:number", func(q *tagged) { q.Kind = wire.Int{} }},
		{"", func(q *tagged) { q.Kind = wire.Int{}; q.Number = "" }},
		{"enum:kind", func(q *tagged) { q.Kind = wire.IntOf(3) }},
		{"condition:cause", func(q *tagged) { q.Kind = wire.IntOf(2) }},
		{"length:cause", func(q *tagged) { q.Kind = wire.IntOf(2); q.Cause = "四字之内" }},
		{"format:mail", func(q *tagged) { q.Mail = "a@b" }},
		{"format:code", func(q *tagged) { q.Code = "AB" }},
		{"format:code", func(q *tagged) { q.Code = "xAB1" }},
		{"format:code", func(q *tagged) { q.Code = "AB1\n" }},
		{"enum:many", func(q *tagged) { q.Many = "a;c" }},
		{"", func(q *tagged) { q.Many = ";b;" }},
		{"range:level", func(q *tagged) { q.Level = wire.IntOf(0) }},
		{"range:level", func(q *tagged) { q.Level = wire.IntOf(6) }},
		{"", func(q *tagged) { q.Level = wire.Int{} }},
		{"range:price", func(q *tagged) { q.Price = wire.DecimalOf("0.099999999999999999") }},
		{"range:price", func(q *tagged) { q.Price = wire.DecimalOf("1e2") }},
		{"", func(q *tagged) { q.Price = wire.DecimalOf("1e-1") }},
		{"length:text", func(q *tagged) { q.Text = wire.TextOf("三个字") }},
		{"", func(q *tagged) { q.Text = wire.TextOf("") }},
		{"required:attachs/1/id", func(q *tagged) { q.Attachs = append(q.Attachs, member{}) }},
		{"range:attachs/0/items/1/n", func(q *tagged) { q.Attachs[0].Items = append(q.Attachs[0].Items, leaf{wire.IntOf(-1)}) }},
		{"required:attachs/0/items/0/n", func(q *tagged) { q.Attachs[0].Items[0] = leaf{} }},
		{"required:needed", func(q *tagged) { q.Needed = nil }},
		{"required:needed", func(q *tagged) { q.Needed = []member{} }},
		{"required:when", func(q *tagged) { q.When = wire.Time{} }},
		{"", func(q *tagged) { q.When = wire.TimeOf(time.Time{}) }},
	} {
		q := valid()
		tt.change(&q)
		if got := strings.Join(rules2(t, s, &q), " "); got != tt.want {
			t.Errorf("got %q, want %q: %+v", got, tt.want, q)
		}
	}
}

// rules2 is rules for a value that may be valid.
func rules2(t *testing.T, s *validate.Structs, q any) []string {
	t.Helper()
	if s.Check(q) == nil {
		return nil
	}
	return rules(t, s, q)
}

// TestStructsAll: all problems at once, in the order of the fields, with both
// paths; the first gives rule and field.
func TestStructsAll(t *testing.T) {
	t.Parallel()
	q := tagged{Mobile: "1", Many: "x", Needed: []member{{ID: "a", Items: []leaf{{}, {}}}, {}}}
	s := structs(t)
	want := []string{
		"required:name", "required:gender", "mobile:mobile", "enum:many",
		"required:needed/0/items/0/n", "required:needed/0/items/1/n", "required:needed/1/id", "required:when",
		"required:tel", "required:type", "required:day",
	}
	if got := rules(t, s, &q); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	e := problem.From(s.Check(&q))
	if e.Rule != problem.Required || e.Field != "name" || e.Problems[5].Field != "needed/items/n" {
		t.Errorf("%v, %+v", e, e.Problems[5])
	}
}

func TestStructsMisuse(t *testing.T) {
	t.Parallel()
	s := structs(t)
	for _, v := range []any{nil, 5, "x", (*tagged)(nil)} {
		err := s.Check(v)
		if err == nil || problem.From(err).Rule != problem.Internal {
			t.Errorf("%v: %v", v, err)
		}
	}
}

// TestStructsConcurrent: one validator, many goroutines, first use of types and
// patterns included.
func TestStructsConcurrent(t *testing.T) {
	t.Parallel()
	s := structs(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for n := range 50 {
				q := valid()
				want := ""
				if (i+n)%2 == 0 {
					q.Code, want = fmt.Sprint("x", i, n), "format:code"
				}
				if got := strings.Join(rules2(t, s, &q), " "); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestAgree: the Checker and the tags say the same about formats.
func TestAgree(t *testing.T) {
	t.Parallel()
	s := structs(t)
	for _, text := range []string{
		"13800138000", "1380013800", "11010519491231002X", "11010519491231002x", "110105491231002", "a@b.cn", "a@b", "张三", " ", "\u3000",
		"110105194902290020", "a b@c.cn", "x@y.z", "0", "-1",
	} {
		var list problem.List
		c := validate.Checker{List: &list, Names: []string{"mobile", "cert", "mail"}}
		c.Mobile("mobile", text)
		c.IDCard("cert", text)
		c.Email("mail", text)
		q := valid()
		q.Mobile, q.Cert, q.Mail = text, text, text
		var want []string
		if err := list.Err(); err != nil {
			for _, p := range problem.From(err).Problems {
				want = append(want, string(p.Rule)+":"+p.At)
			}
		}
		if got := rules2(t, s, &q); !slices.Equal(got, want) {
			t.Errorf("%q: tags %v, Checker %v", text, got, want)
		}
	}
}

// bound is a struct whose members may not always be there.
type bound struct {
	State  string       `json:"state"`
	Kind   wire.Int     `json:"kind"`
	Amount wire.Decimal `json:"amount"`
	Open   wire.Bool    `json:"open"`
	Code   string       `json:"code" validate:"needed_if=State FAIL;ERR%3B Kind 1;2,omitempty,present_if=State FAIL;ERR%3B Kind 1;2"`
	List   []string     `json:"list" validate:"omitempty,absent_if=Amount >0"`
	Count  wire.Int     `json:"count" validate:"needed_unless=Amount ==5 Open true,omitempty,absent_with=List Open"`
}

// TestStructsPresence holds the tags of fields that may not be there.
func TestStructsPresence(t *testing.T) {
	t.Parallel()
	s := structs(t)
	one := wire.IntOf(1)
	for name, c := range map[string]struct {
		q    bound
		want string
	}{
		"nothing holds":      {bound{Count: one}, ""},
		"needed":             {bound{State: "ERR;", Kind: one, Count: one}, "condition:code"},
		"needed and there":   {bound{State: "FAIL", Kind: wire.IntOf(2), Code: "x", Count: one}, ""},
		"not allowed":        {bound{State: "FAIL", Kind: wire.IntOf(3), Code: "x", Count: one}, "condition:code"},
		"positive":           {bound{Amount: wire.DecimalOf("0.01"), List: []string{"x"}}, "condition:list condition:count"},
		"negative":           {bound{Amount: wire.DecimalOf("-1"), List: []string{"x"}, Count: one}, "condition:count"},
		"an empty list":      {bound{Amount: wire.DecimalOf("1"), List: []string{}, Count: one}, ""},
		"equal numbers":      {bound{Amount: wire.DecimalOf("5.00"), Open: wire.BoolOf(true)}, ""},
		"zero is a value":    {bound{State: "FAIL", Kind: one, Code: "x", Count: wire.IntOf(0)}, ""},
		"with a truth value": {bound{Open: wire.BoolOf(false), Count: one}, "condition:count"},
	} {
		if got := strings.Join(rules2(t, s, &c.q), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

package problem

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func catalogue() *Catalogue {
	return &Catalogue{
		Success: "0",
		Rules:   map[Rule]string{Required: "1001", Type: "1002", Internal: "1005", NotFound: "1012"},
		Texts: map[string]string{
			"0": "成功", "1001": "缺少必须参数[%s]", "1002": "参数类型错误[%s]，请检查[%s]", "1005": "系统处理失败",
			"1012": "查询的记录不存在", "4001": "项目不存在",
		},
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		err        *Error
		code, text string
	}{
		{"a rule", New(NotFound), "1012", "查询的记录不存在"},
		{"a code", Code("4001"), "4001", "项目不存在"},
		{"a code without a text", Code("3001"), "3001", ""},
		{"a field", Missing("header.appid"), "1001", "缺少必须参数[header.appid]"},
		{"a field twice", &Error{Rule: Type, Field: "a/b"}, "1002", "参数类型错误[a/b]，请检查[a/b]"},
		{"a rule without a field", New(Required), "1001", "缺少必须参数[]"},
		{"a rule that has no code", New(Grant), "1005", "系统处理失败"},
		{"neither", &Error{}, "1005", "系统处理失败"},
		{"a cause stays inside", Wrap(Internal, errors.New("secret")), "1005", "系统处理失败"},
		{"a code wins over a rule", &Error{Rule: NotFound, Code: "4001"}, "4001", "项目不存在"},
	} {
		if code, text := catalogue().Resolve(tt.err); code != tt.code || text != tt.text {
			t.Errorf("%s: %q %q, want %q %q", tt.name, code, text, tt.code, tt.text)
		}
	}
}

// TestResolveOf: a rule may pick one of a code's texts, and a code may have another one
// in an interface.
func TestResolveOf(t *testing.T) {
	t.Parallel()
	c := catalogue()
	c.Picked = map[Rule]string{NotFound: "没有[%s]"}
	c.Own = map[string]map[string]string{"pay": {"4001": "订单不存在", "9": "余额不足"}}
	for _, tt := range []struct {
		name, cmd  string
		err        *Error
		code, text string
	}{
		{"a picked text", "", &Error{Rule: NotFound, Field: "id"}, "1012", "没有[id]"},
		{"the code alone", "", Code("1012"), "1012", "查询的记录不存在"},
		{"a text of the interface", "pay", Code("4001"), "4001", "订单不存在"},
		{"another interface", "refund", Code("4001"), "4001", "项目不存在"},
		{"a code of the interface", "pay", Code("9"), "9", "余额不足"},
	} {
		if code, text := c.ResolveOf(tt.cmd, tt.err); code != tt.code || text != tt.text {
			t.Errorf("%s: %q %q, want %q %q", tt.name, code, text, tt.code, tt.text)
		}
	}
	if !c.Knows("pay", "9") || c.Knows("refund", "9") || !c.Knows("refund", "4001") {
		t.Error("codes of an interface are known elsewhere, or those of all are not")
	}
}

// TestResolveCuts: a text is cut to characters, not bytes, after the field's
// name was put in.
func TestResolveCuts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		max   int
		field string
		want  string
	}{
		{0, strings.Repeat("f", 200), "缺少必须参数[" + strings.Repeat("f", 200) + "]"},
		{64, strings.Repeat("f", 56), "缺少必须参数[" + strings.Repeat("f", 56) + "]"},
		{64, strings.Repeat("f", 57), "缺少必须参数[" + strings.Repeat("f", 57)},
		{64, strings.Repeat("f", 100), "缺少必须参数[" + strings.Repeat("f", 57)},
		{64, strings.Repeat("字", 100), "缺少必须参数[" + strings.Repeat("字", 57)},
		{1, "x", "缺"},
		{7, "x", "缺少必须参数["},
		{8, "x", "缺少必须参数[x"},
		{9, "x", "缺少必须参数[x]"},
		{10, "x", "缺少必须参数[x]"},
		{17, "list/inner/x", "缺少必须参数[x]"},
		{20, "list/inner/x", "缺少必须参数[list/inner/x]"},
		{9, "list/inner", "缺少必须参数[in"},
	} {
		c := catalogue()
		c.MaxText = tt.max
		if _, got := c.Resolve(&Error{Rule: Required, Field: tt.field}); got != tt.want {
			t.Errorf("%d, %d of %q: %q", tt.max, len(tt.field), tt.field[:1], got)
		}
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	three := &Error{Rule: Type, Field: "a", Problems: make([]Problem, 3)}
	for want, err := range map[string]error{
		"internal":                           New(Internal),
		"4001":                               Code("4001"),
		"required sid":                       Missing("sid"),
		"type a and 2 more":                  three,
		"json: duplicate key":                Wrap(JSON, errors.New("duplicate key")),
		"unavailable: store: unexpected EOF": Wrap(Unavailable, fmt.Errorf("store: %w", io.ErrUnexpectedEOF)),
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if !errors.Is(Wrap(Unavailable, io.EOF), io.EOF) || New(JSON).Unwrap() != nil {
		t.Error("the cause cannot be found")
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()
	if From(nil) != nil {
		t.Error("nil became a refusal")
	}
	e := Code("4001")
	if From(e) != e || From(fmt.Errorf("around: %w", e)) != e {
		t.Error("a refusal is not found again")
	}
	if got := From(io.EOF); got.Rule != Internal || !errors.Is(got, io.EOF) {
		t.Errorf("%v", got)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	rules := Rules()
	if len(rules) != 22 {
		t.Errorf("%d rules", len(rules))
	}
	seen := map[Rule]bool{}
	for _, r := range rules {
		if seen[r] || r == "" || strings.ToLower(string(r)) != string(r) {
			t.Errorf("rule %q", r)
		}
		seen[r] = true
	}
	Rules()[0] = "changed"
	if Rules()[0] != Required {
		t.Error("the list can be changed from outside")
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	want := &Error{Rule: Required, Field: "cmd", Problems: []Problem{{Rule: Required, Field: "cmd", At: "cmd"}}}
	if diff := cmp.Diff(want, Missing("cmd"), cmpopts.IgnoreUnexported(Error{}, Problem{})); diff != "" {
		t.Error(diff)
	}
}

// TestList: the document's order, whatever the order of finding.
func TestList(t *testing.T) {
	t.Parallel()
	type step func(*List)
	steps := []step{
		func(l *List) { l.Add(Length, "first", 0) },
		func(l *List) { l.Enter("attachs", 1, 0); l.Add(Required, "name", 1); l.Leave() },
		func(l *List) { l.Enter("attachs", 1, 2); l.Add(Enum, "code", 0); l.Leave() },
		func(l *List) {
			l.Enter("attachs", 1, 2)
			l.Enter("items", 3, 10)
			l.Add(Type, "itemGUID", 0)
			l.Leave()
			l.Leave()
		},
		func(l *List) { l.Enter("attachs", 1, 10); l.Add(Type, "name", 1); l.Leave() },
		func(l *List) { l.Enter("owner", 2, -1); l.Add(Mobile, "mobile", 4); l.Leave() },
		func(l *List) { l.Add(Format, "last", 3) },
	}
	want := []string{
		"length first first", "required attachs/name attachs/0/name", "enum attachs/code attachs/2/code",
		"type attachs/items/itemGUID attachs/2/items/10/itemGUID", "type attachs/name attachs/10/name",
		"mobile owner/mobile owner/mobile", "format last last",
	}
	for turn := range len(steps) {
		var l List
		for i := range steps {
			steps[(i+turn)%len(steps)](&l)
		}
		if l.Len() != len(want) {
			t.Errorf("Len is %d", l.Len())
		}
		e, ok := errors.AsType[*Error](l.Err())
		if !ok || e.Rule != Length || e.Field != "first" || e.Code != "" {
			t.Fatalf("%v", e)
		}
		var got []string
		for _, p := range e.Problems {
			got = append(got, fmt.Sprint(p.Rule, " ", p.Field, " ", p.At))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("turned by %d, -want +got:\n%s", turn, diff)
		}
	}
}

// TestListFirstOfAField: only the first problem of a field counts, but the same
// field of two members is two fields.
func TestListFirstOfAField(t *testing.T) {
	t.Parallel()
	var l List
	l.Add(Type, "a", 0)
	l.Add(Required, "a", 0)
	for i := range 3 {
		l.Enter("list", 1, i)
		l.Add(Length, "b", 0)
		l.Add(Enum, "b", 0)
		l.Leave()
	}
	if l.Len() != 4 {
		t.Errorf("%d problems, want 4", l.Len())
	}
	if e := From(l.Err()); e.Rule != Type {
		t.Errorf("%v", e)
	}
}

func TestListAddHere(t *testing.T) {
	t.Parallel()
	var l List
	l.Enter("owner", 1, -1)
	l.AddHere(Type)
	l.Add(Required, "name", 0) // still inside
	l.Leave()
	l.Add(Required, "a", 0)
	e := From(l.Err())
	var got []string
	for _, p := range e.Problems {
		got = append(got, string(p.Rule)+" "+p.At)
	}
	if !slices.Equal(got, []string{"required a", "type owner", "required owner/name"}) {
		t.Errorf("%v", got)
	}
}

// TestListAddHereKeepsTheIndex: At is the path with indexes, and two members are
// two problems.
func TestListAddHereKeepsTheIndex(t *testing.T) {
	t.Parallel()
	var l List
	for _, i := range []int{2, 0} {
		l.Enter("attachs", 1, i)
		l.AddHere(Type)
		l.Leave()
	}
	var got []string
	for _, p := range From(l.Err()).Problems {
		got = append(got, p.Field+" "+p.At)
	}
	if !slices.Equal(got, []string{"attachs attachs/0", "attachs attachs/2"}) {
		t.Errorf("%v", got)
	}
}

func TestListReset(t *testing.T) {
	t.Parallel()
	var l List
	if l.Err() != nil || l.Len() != 0 {
		t.Error("the zero List has problems")
	}
	l.Enter("a", 0, 0)
	l.Add(Type, "b", 0)
	first := From(l.Err())
	l.Reset()
	if l.Err() != nil || l.Len() != 0 {
		t.Error("Reset leaves problems")
	}
	l.Add(Length, "c", 0)
	if p := From(l.Err()).Problems; len(p) != 1 || p[0].At != "c" {
		t.Errorf("%v: Reset leaves a level", p)
	}
	if first.Problems[0].At != "a/0/b" {
		t.Error("Reset changed what was given out")
	}
}

// TestListIsBounded: a message of 1 MiB can hold 300,000 empty members, each with
// several problems. Collecting them must not take the square of that: beyond a bound
// nothing is kept, and nothing done.
func TestListIsBounded(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole program
	var l List
	add := func(from, to int) {
		for i := from; i < to; i++ {
			l.Enter("items", 0, i)
			l.Add(Required, "itemGUID", 0)
			l.Add(Required, "itemName", 1)
			l.AddHere(Type)
			l.Leave()
		}
	}
	add(0, 20_000)
	if l.Len() != maxProblems {
		t.Errorf("%d problems are kept, want %d", l.Len(), maxProblems)
	}
	if n := testing.AllocsPerRun(10, func() { add(20_000, 21_000) }); n != 0 {
		t.Errorf("beyond the bound a thousand members cost %v allocations", n)
	}
	if l.Err() == nil {
		t.Error("no problem was found")
	}
}

func ExampleCatalogue_Resolve() {
	c := Catalogue{
		Rules:   map[Rule]string{Required: "1001", Internal: "1005"},
		Texts:   map[string]string{"1001": "缺少必须参数[%s]", "1005": "系统处理失败", "4001": "项目不存在"},
		MaxText: 64,
	}
	fmt.Println(c.Resolve(Missing("sid")))
	fmt.Println(c.Resolve(Code("4001")))
	fmt.Println(c.Resolve(From(io.ErrUnexpectedEOF))) // the cause is for the log only
	// Output:
	// 1001 缺少必须参数[sid]
	// 4001 项目不存在
	// 1005 系统处理失败
}

func ExampleList() {
	var l List
	l.Enter("attachs", 1, 0) // the field at place 1 is an array; this is its member 0
	l.Add(Length, "attachName", 2)
	l.Leave()
	l.Add(Required, "cstGUID", 0)
	for _, p := range From(l.Err()).Problems {
		fmt.Println(p.Rule, p.Field, p.At)
	}
	// Output:
	// required cstGUID cstGUID
	// length attachs/attachName attachs/0/attachName
}

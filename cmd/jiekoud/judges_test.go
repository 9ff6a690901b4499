package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/judge"
	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
)

// inputs is how many payloads each interface is judged with.
func inputs() int {
	if slow {
		return 300
	}
	return 2000
}

// TestJudgesAgree puts random payloads before the judges of each interface: the
// generated decoder with its checks, the struct tags, the JSON Schema, and the
// judge that reads the model. They must give the same verdict, and all but the
// schema the same problems.
func TestJudgesAgree(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	set := loadSpec(t)
	for _, system := range generated.Systems(nil) {
		at := slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == system.Name })
		for i := range system.Interfaces {
			one := &system.Interfaces[i]
			k := slices.IndexFunc(set.Systems[at].Interfaces, func(x *spec.Interface) bool { return x.Cmd == one.Cmd })
			text, err := fs.ReadFile(system.Docs, "schema/"+one.Cmd+".json")
			if err != nil {
				t.Fatal(err)
			}
			t.Run(system.Name+"/"+one.Cmd, func(t *testing.T) {
				t.Parallel()
				schema, err := validate.CompileSchema(one.Cmd+".json", text)
				if err != nil {
					t.Fatal(err)
				}
				request := set.Systems[at].Interfaces[k].Request
				newCourt(t, system, one, structs, schema, modelOf(t, set.Systems[at], request)).run(request)
			})
		}
	}
}

// modelOf is the judge that reads the model of requests.
func modelOf(t *testing.T, s *spec.System, request []*spec.Field) *judge.Judge {
	t.Helper()
	j, err := judge.New(s, request)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// court is the judges of one interface.
type court struct {
	t       *testing.T
	system  route.System
	one     *route.Interface
	zone    *time.Location
	structs *validate.Structs
	schema  *validate.Schema
	model   *judge.Judge
	classes map[string]string // kind of disagreement -> shortest example
	count   map[string]int
	good    int
}

func newCourt(t *testing.T, system route.System, one *route.Interface, structs *validate.Structs, schema *validate.Schema,
	model *judge.Judge,
) *court {
	t.Helper()
	zone, err := time.LoadLocation(system.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &court{t: t, system: system, one: one, zone: zone, structs: structs, schema: schema, model: model, classes: map[string]string{}, count: map[string]int{}}
}

// run judges random payloads and reports each kind of disagreement once.
func (c *court) run(fields []*spec.Field) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.system.Name + c.one.Cmd))
	g := generator{Rand: rand.New(rand.NewPCG(h.Sum64(), 20261121))}
	all := flat(fields)
	for n := range inputs() {
		odd := 0.0
		switch g.target = nil; n % 6 {
		case 0:
		case 1:
			odd = pick(g, 0.1, 0.3, 0.6)
		default:
			g.target = pick(g, all...)
		}
		payload := g.object(fields, odd)
		if !json.Valid([]byte(payload)) {
			c.t.Fatalf("the generator made no JSON: %s", payload)
		}
		c.judge(payload)
	}
	if c.good < inputs()/20 || c.good > inputs()*19/20 {
		c.t.Errorf("%d of %d payloads were valid: a poor mixture", c.good, inputs())
	}
	for class, example := range c.classes {
		c.t.Errorf("%s (%d times), for example\n%.600s", class, c.count[class], example)
	}
}

// disagree notes a disagreement.
func (c *court) disagree(class, payload string) {
	c.count[class]++
	if old, ok := c.classes[class]; !ok || len(payload) < len(old) {
		c.classes[class] = payload
	}
}

// judge puts one payload before the judges.
func (c *court) judge(payload string) {
	q, err := c.one.Judge([]byte(payload), c.zone, c.system.Limits)
	refused, ok := errors.AsType[*problem.Error](err)
	if err != nil && !ok {
		c.t.Fatalf("an error that is no problem: %v\n%s", err, payload)
	}
	if refused == nil {
		c.good++
	}
	own := found(refused)
	of, _ := errors.AsType[*problem.Error](c.model.Check([]byte(payload)))
	if theirs := found(of); !slices.Equal(own, theirs) {
		c.disagree(fmt.Sprintf("the judge of the model finds %s, not %s", withoutIndex(theirs), withoutIndex(own)), payload)
	}
	if met := c.schema.Check([]byte(payload)); (met == nil) != (refused == nil) {
		if refused == nil {
			c.disagree("only the schema refuses: "+cause(met), payload)
		} else {
			c.disagree("the schema accepts: "+strings.Join(withoutIndex(own), ", "), payload)
		}
	}
	if refused != nil && (refused.Rule == problem.JSON || slices.ContainsFunc(refused.Problems, func(p problem.Problem) bool { return p.Rule == problem.Type })) {
		return // nothing was decoded that the tags could judge
	}
	tagged, _ := errors.AsType[*problem.Error](c.structs.Check(q))
	theirs := found(tagged)
	for _, p := range own {
		if !slices.Contains(theirs, p) {
			c.disagree("the tags miss "+strings.Join(withoutIndex([]string{p}), ""), payload)
		}
	}
	for _, p := range theirs {
		if !slices.Contains(own, p) {
			c.disagree("only the tags find "+strings.Join(withoutIndex([]string{p}), ""), payload)
		}
	}
}

// found lists the problems of a refusal as "rule path".
func found(e *problem.Error) []string {
	if e == nil {
		return nil
	}
	var list []string
	for _, p := range e.Problems {
		list = append(list, string(p.Rule)+" "+p.At)
	}
	if len(list) == 0 {
		list = []string{string(e.Rule)}
	}
	return list
}

// withoutIndex drops the numbers from paths, so that like problems are one kind.
func withoutIndex(list []string) []string {
	var out []string
	for _, p := range list {
		parts := slices.DeleteFunc(strings.Split(p, "/"), func(s string) bool { _, err := strconv.Atoi(s); return err == nil })
		out = append(out, strings.Join(parts, "/"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cause is the innermost line of a schema's refusal, without values.
func cause(err error) string {
	lines := strings.Split(strings.TrimSpace(fmt.Sprintf("%#v", err)), "\n")
	for _, line := range lines {
		if strings.Contains(line, "/properties/") {
			at, _, _ := strings.Cut(strings.TrimSpace(line[strings.Index(line, "/properties/"):]), " ")
			return at
		}
	}
	return lines[len(lines)-1]
}

// flat lists fields and their members.
func flat(fields []*spec.Field) []*spec.Field {
	var all []*spec.Field
	for _, f := range fields {
		all = append(append(all, f), flat(f.Fields)...)
	}
	return all
}

// generator makes payloads. The target is the one field that gets an odd value.
type generator struct {
	*rand.Rand
	target *spec.Field
}

// pick returns one of a list.
func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

// object writes an object; odd is the share of fields that get a value which may
// be wrong.
func (g generator) object(fields []*spec.Field, odd float64) string {
	var members []string
	for _, f := range fields {
		value := ""
		switch {
		case f == g.target || g.Float64() < odd:
			value = g.odd(f, odd)
		case f.Required == "yes" || g.IntN(3) > 0:
			value = g.sound(f, odd)
		}
		if value == "" {
			continue
		}
		name := f.Name
		if len(f.Alias) > 0 && g.IntN(3) == 0 {
			name = pick(g, f.Alias...)
		}
		members = append(members, quoted(name)+":"+value)
	}
	if g.IntN(4) == 0 {
		members = append(members, `"unknown":`+pick(g, "1", "null", `{"a":[{}]}`, `"x"`))
	}
	g.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ",") + "}"
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string never fails
	return strings.TrimSpace(b.String())
}

// text is a text of n characters, some of them Chinese or beyond the BMP.
func (g generator) text(n int) string {
	letters := pick(g, []rune("abc XYZ-09"), []rune("鹭屿湾一期号楼"), []rune("𠮷😀𝄞"), []rune("a鹭😀\"\\/<&> \u00a0é\u200b\u2028"))
	out := make([]rune, n)
	for i := range out {
		out[i] = pick(g, letters...)
	}
	if n > 0 && g.IntN(2) == 0 {
		out[g.IntN(n)] = 'x'
	}
	return string(out)
}

var (
	goodMobiles = []string{"13800138000", "19912345678"}
	badMobiles  = []string{"12800138000", "1380013800", "138001380000", "+8613800138000", "１３８００１３８０００", "1380013800a", " 13800138000", "13800138000\n"}
	goodIDCards = []string{goodIDCard, "110101190001010110", "110101900101011"}
	badIDCards  = []string{
		"110105194912310021", "11010519491331002X", "110101901301011", "E00000001", "1101051949123100", "11010519491231002X ", "１", "11010519000229002X",
	}
	goodTimes = []string{
		"2026-11-20", "2026-11-20 10:11:12", "2026-11-20T10:11:12", "2026-11-2010:11:12", "2026-11-20 10:11:12.5", "2026-11-20 10:11:12.123456789",
		"1795996800", "1795996800000", "2024-02-29", "1000-01-01", "2999-12-31 23:59:59", "2000-02-29 00:00:00",
	}
	badTimes = []string{
		"2026-13-01", "2026-02-29", "1900-02-29", "2026-11-31", "2026-1-2", "26-11-20", "2026-11-20 24:00:00", "2026-11-20 10:11", "2026-11-20 10:11:60",
		"2026-11-20 10:11:12.", "2026-11-20 10:11:12.1234567890", "2026-11-20 10:11:12,5", "2026-11-20T10:11:12Z", "2026-11-20T10:11:12+08:00", "2026/11/20",
		"179599680", "17959968000", "0999-12-31", "3000-01-01", "-795996800", "+795996800", " 2026-11-20", "2026-11-20 ", "2026-11-20\n", "now",
		"２０２６-11-20", "2026-00-10", "2026-01-00",
	}
	oddNumbers = []string{
		"0", "-0", "-1", "1", "2", "7.0", "7e0", "1.5", "1E2", "70e-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"-9223372036854775809", "1e18", "1e19", "1e400", "0.0", "0e999", "1e-400", "999999999999999999", "1000000000000000000", "1795996800", "1795996800000",
		"1795996800.0", "1.7959968e9",
	}
	oddTexts = []string{
		"", " ", "　", "\u00a0", "\u2003", "\u200b", "\t\n", "x", "0", "1", "01", "+1", " 1", "1 ", "1.0", "1e0", "-1", "-0", "１", "0x1", "1_000", "NaN",
		"999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "true", "false", "null", "[]", "{}",
		"1;2", ";", "1; 2", " 1", "1;;2;", "1,2", "5", "a;b", "1;参观样板区", "A", "a", "Ａ",
	}
)

// sound is a value that keeps the field's rules, as far as the field alone says.
func (g generator) sound(f *spec.Field, odd float64) string {
	if f.Blank && g.IntN(3) == 0 {
		return pick(g, blanks(f)...)
	}
	switch f.Type {
	case "int", "long", "number", "double", "float", "decimal":
		value := strconv.Itoa(g.IntN(1 << 20))
		if f.Enum != nil {
			value = pick(g, f.Enum.Values...).Value
		}
		return pick(g, value, value, quoted(value))
	case "datetime", "date", "epoch":
		value := pick(g, goodTimes...)
		if _, err := strconv.Atoi(value); err == nil && g.IntN(2) == 0 {
			return value
		}
		return quoted(value)
	case "bool":
		return pick(g, "true", "false", `"true"`, `"false"`)
	case "array":
		var list []string
		for range 1 + g.IntN(3) {
			if f.Of != "" {
				list = append(list, quoted(g.text(3)))
				continue
			}
			list = append(list, g.object(f.Fields, odd))
		}
		return "[" + strings.Join(list, ",") + "]"
	case "object":
		return g.object(f.Fields, odd)
	}
	return quoted(g.soundText(f))
}

// soundText is sound for a text.
func (g generator) soundText(f *spec.Field) string {
	switch {
	case f.Format == "mobile":
		return pick(g, goodMobiles...)
	case f.Format == "idcard":
		return pick(g, goodIDCards...)
	case f.Enum != nil && f.Separator != "":
		var parts []string
		for range 1 + g.IntN(3) {
			parts = append(parts, pick(g, f.Enum.Values...).Value)
		}
		return strings.Join(parts, f.Separator)
	case f.Enum != nil:
		return pick(g, f.Enum.Values...).Value
	case f.Length == 0:
		return "x" + g.text(g.IntN(4))
	}
	if g.IntN(8) == 0 {
		return "x" + g.text(f.Length-1)
	}
	return "x" + g.text(g.IntN(min(4, f.Length)))
}

// odd is any value, with a preference for what lies at the edge of the field's
// rules; "" leaves the field out.
func (g generator) odd(f *spec.Field, odd float64) string {
	general := []string{"", "null", `""`, "true", "false", "[]", "{}", "[null]", `[""]`, `[{}]`, `{"a":1}`, pick(g, "0", "-1", "1.5", "1e400"), quoted(pick(g, oddTexts...))}
	if f.Required == "conditional" && g.IntN(2) == 0 {
		return pick(g, "", "null", quoted(pick(g, "", " ", "\u00a0\t", "　", "\u2003")))
	}
	if g.IntN(3) == 0 {
		return pick(g, general...)
	}
	if f.Enum != nil && g.IntN(3) > 0 {
		value := pick(g, f.Enum.Values...).Value
		value = pick(g, value, value+" ", " "+value, value+"x", strings.ToLower(value), value+".0", value+"e0", "0"+value)
		if isNumber(value) {
			return pick(g, value, quoted(value))
		}
		return quoted(value)
	}
	switch f.Type {
	case "int", "long", "number", "double", "float", "decimal":
		number := pick(g, oddNumbers...)
		if f.Type != "int" && f.Type != "long" && number == "0e999" {
			number = "0" // the decoder takes exponents up to 400; no schema can say that
		}
		return pick(g, number, quoted(number), quoted(pick(g, oddTexts...)))
	case "datetime", "date", "epoch":
		return pick(g, quoted(pick(g, goodTimes...)), quoted(pick(g, badTimes...)), quoted(pick(g, badTimes...)), pick(g, oddNumbers...))
	case "array":
		whole := g.sound(f, odd)
		return pick(g, "[]", whole, strings.TrimSuffix(whole, "]")+`,7]`, `["x",`+whole[1:], `[null,`+whole[1:], `[[],`+whole[1:], `[{}]`, `[{},`+whole[1:])
	case "object":
		return pick(g, "{}", g.object(f.Fields, 0.5), "[]")
	}
	switch f.Format {
	case "mobile":
		return quoted(pick(g, pick(g, badMobiles...), pick(g, goodMobiles...)))
	case "idcard":
		return quoted(pick(g, pick(g, badIDCards...), pick(g, goodIDCards...)))
	}
	if f.Length > 0 {
		return quoted(g.text(max(0, f.Length+pick(g, -1, 0, 1, 1, 2))))
	}
	return quoted(g.text(g.IntN(300)))
}

// isNumber reports whether a text is a JSON number.
func isNumber(s string) bool {
	return json.Valid([]byte(s)) && strings.Trim(s, "-0123456789.eE+") == ""
}

// Two members that are one field are refused by all judges alike: the decoder
// calls them duplicates.
func TestJudgesAgreeOnAliases(t *testing.T) {
	t.Parallel()
	sound := map[string]members{
		"agent_create": {"name": "a", "Mobile": "1", "mobile": "1", "areaCode": 1, "agentClasses": 6},
		"base_consultant_create": {
			"userName": "a", "userCode": "a", "password": "a", "mobile": "1", "isDisabeld": 0, "isDisabled": 0, "stationName": "a", "stationGUID": "a",
			"projGUID": "p", "gender": 1, "userGUID": "u", "proxyCompanyId": "c",
		},
		"cst_attach_create_v2": {"cstGUID": "a", "oppGUID": "b", "userGUID": "c", "attachs": []any{
			members{"attachGUID": "x", "items": []any{members{"itemValue": "1", "itemCode": "1"}}},
		}},
	}
	for _, system := range generated.Systems(nil) {
		for i := range system.Interfaces {
			one := &system.Interfaces[i]
			body, ok := sound[one.Cmd]
			if !ok {
				continue
			}
			text, err := fs.ReadFile(system.Docs, "schema/"+one.Cmd+".json")
			if err != nil {
				t.Fatal(err)
			}
			schema, err := validate.CompileSchema(one.Cmd, text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := one.Judge([]byte(body.json()), time.UTC, system.Limits); err == nil {
				t.Errorf("%s: the decoder takes two names of one field", one.Cmd)
			}
			if schema.Check([]byte(body.json())) == nil {
				t.Errorf("%s: the schema takes two names of one field", one.Cmd)
			}
		}
	}
}

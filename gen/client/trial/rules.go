package trial

import (
	"errors"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
)

// Ruled is a system with rows of every rule.
func Ruled(t testing.TB) *spec.Set {
	t.Helper()
	return loaded(t, "rules")
}

// sound are members of a request of Ruled that keep its rules, and broken are some that do not.
// The first of a request are always there.
var sound = strings.Fields(`
	"at":"2026-02-28" "at":"2024-02-29T23:59:59" "at":"2026-11-29\u002010:00:00.123" "at":"1764410400" "iso":"2026-11-29T10:00:00+08:00" "iso":"2026-11-29T10:00:00Z"
	"compact":"20261129100000" "slashed":"2026/11/29\u002010:00" "slashed":"2026-11-29" "day":"2026-12-31" "days":["2026-01-01","2000-02-29"]
	"mobile":"13800138000" "card":"11010519491231002X" "card":"110105491231002" "kind":2,"card":"x" "kind":1,"card":"11010519491231002X" "mail":"客@户.中国" "uuid":"00000000-0000-0000-0000-00000000000f"
	"code":"甲-0001" "kind":1,"sub":12 "kind":2,"sub":21 "kind":3,"sub":12 "flags":7 "flags":1 "score":5 "score":101 "count":99 "big":9223372036854775807 "big":-9223372036854775808
	"money":99999999.99 "money":-0.10 "rate":9999.994 "rate":0.005 "free":1234567890123456.5 "texts":{"a":"b","c":""} "longs":{"a":9007199254740993} "times":{"a":"2026-01-01"} "texts":{}
	"looks":{"a":"abc","b":""} "ranks":{"a":9} "marks":{"a":"甲"} "pairs":{"a":"1","b":"2"} "pairs":{"a":"1","b":"2","c":"3"} "bag":{} "bag":{"a":1,"b":[]}
	"marked":{"ab":1,"abcd":2} "marked":{} "named":{"zh":1,"en.us":[]} "sized":{"甲乙":"","abc":"x"}
	"rows":{"a":{"no":"1","at":"2026-01-01","n":9}} "list":[{},{"tags":["甲乙","丙"]}] "list":[{"in":{"at":"2026-01-01"}},{}]
	"words":"甲,乙" "words":"甲,\u3000乙,," "name":"\u2003x" "road":"a.b" "road":"..." "road":"/" "road":"甲"
	"payer":{"kind":2},"taxNo":"1" "payer":{"kind":1},"lines":[{}] "payer":{},"plain":"x" "payer":{"deep":{"on":true}},"lines":[{"no":"1"}] "payer":{"deep":{}},"plain":"x"`)

var broken = strings.Fields(`
	"at":"2026-02-29" "at":"2026-13-01" "at":"2026-11-29\u002024:00:00" "at":"昨天" "at":"2026-11-29T10:00:00Z" "at":"3026-01-01" "at":"17644104001" "iso":"2026-11-29T10:00:00+25:00"
	"compact":"2026-11-29" "compact":"20261329100000" "slashed":"2026/11/31\u002010:00" "slashed":"2026/11/29" "day":"2026-11-31" "days":["2026-01-01","2001-02-29"]
	"mobile":"1380013800" "mobile":"23800138000" "card":"110105194912310021" "card":"11010519491331002X" "card":"110105190002290021" "kind":1,"card":"x" "mail":"a@b" "mail":"a\u0020b@c.d" "uuid":"x"
	"code":"乙-0001" "code":"甲0001" "kind":1,"sub":21 "kind":2,"sub":11 "kind":3,"sub":99 "flags":8 "flags":0 "flags":-1 "score":6 "score":100 "count":0 "count":100
	"money":100000000 "money":0.001 "rate":9999.995 "rate":10000 "free":12345678901234567 "times":{"a":"x"} "times":{"a":"2026-02-30"}
	"looks":{"a":"abcd"} "looks":{"a":"A"} "ranks":{"a":0} "ranks":{"a":1,"b":10} "marks":{"a":"丙"} "pairs":{} "pairs":{"a":"1"} "pairs":{"a":"1","b":"2","c":"3","d":"4"} "bag":{"a":1,"b":2,"c":3}
	"marked":{"ab":1,"a":2} "marked":{"":1} "marked":{"AB":1} "named":{"enxus":1} "named":{"zh":1,"":2} "sized":{"a":""} "sized":{"abcd":""}
	"rows":{"a":{"at":"2026-01-01"}} "rows":{"a":{"no":"1234"}} "rows":{"a":{"no":"1","at":"x"}} "rows":{"a":{"no":"1","n":10}}
	"list":[{}] "list":[{},{},{},{}] "list":[{"tags":["甲乙丙"]},{}] "list":[{"tags":["a","b","c"]},{}] "list":[{"in":{}},{}] "list":[{"in":{"at":"2026-02-30"}},{}]
	"words":"" "words":",\u3000," "words":"丁" "words":"甲,丁" "name":"" "name":"\u3000\u00a0" "name":"12345678901"
	"payer":{"kind":2} "taxNo":"1" "payer":{"kind":1},"taxNo":"1" "payer":{"deep":{"on":true}},"plain":"x" "payer":{"deep":{"on":false}},"plain":"x" "payer":{"deep":{}},"lines":[{"no":"1"},{}]`)

// dotted are broken by the path that they make, which no server is asked for.
var dotted = []string{`"road":"."`, `"road":".."`}

// Judged are requests of the interface put of Ruled, with the rules that the server finds
// broken: "list/in/at type".
func Judged(t testing.TB, s *spec.System) map[string]string {
	t.Helper()
	judge, err := bind.NewJudge(s, s.Interfaces[0].Request)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for n, members := range append(sound[:len(sound):len(sound)], broken...) {
		payload := "{" + members + "}"
		for name, usual := range map[string]string{"name": `"甲"`, "words": `"甲"`, "road": `"a"`} {
			if !strings.HasPrefix(members, `"`+name+`":`) {
				payload = `{"` + name + `":` + usual + "," + payload[1:]
			}
		}
		var said []string
		err := judge.Check([]byte(payload))
		if e, ok := errors.AsType[*problem.Error](err); ok {
			for _, p := range e.Problems {
				said = append(said, p.Field+" "+string(p.Rule))
			}
		}
		if (err != nil) != (n >= len(sound)) || err != nil && said == nil {
			t.Errorf("%s: the server says %v", payload, err)
		}
		out[payload] = strings.Join(said, ", ")
	}
	for _, members := range dotted {
		out["{"+members+`,"name":"甲","words":"甲"}`] = "road format"
	}
	return out
}

package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// outcomes are the texts that say an outcome, by the name that holds them; the first is
// what is sent, and any of them is taken when a message is read.
func outcomes(what string, b block) map[string][]string {
	out := map[string][]string{}
	switch {
	case b.Value == nil && what == "status":
		out["*"] = []string{"200"}
	case b.Value == nil:
	case b.Form == yamltree.Mapping:
		for _, m := range b.Members {
			out[m.Name] = choices(m.Value)
		}
	default: // a status of all codes
		out["*"] = choices(b.Value)
	}
	return out
}

// choices are the texts of a value or of a list of them, with each status of a hundred.
func choices(v *yamltree.Value) (out []string) {
	if v.Form == yamltree.List {
		for _, one := range v.Items {
			out = append(out, choices(one)...)
		}
		return out
	}
	hundred, class := strings.CutSuffix(v.Text, "xx")
	if n, err := strconv.Atoi(hundred); class && err == nil {
		for i := range 100 {
			out = append(out, strconv.Itoa(100*n+i))
		}
		return out
	}
	return []string{flow(v)}
}

// outcome compares how an outcome is said. Where we say it, only what is sent matters; where
// partners do, what is taken.
func (d *differ) outcome(what, path string, a, b block) {
	if a.text() == b.text() {
		return
	}
	before, after := outcomes(what, a), outcomes(what, b)
	fewer, more, first := false, false, len(before) != len(after)
	within := func(list, other []string) bool {
		return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(other, s) })
	}
	for name, list := range before {
		now := after[name]
		fewer, more = fewer || !within(list, now), more || !within(now, list)
		first = first || now == nil || list[0] != now[0]
	}
	for name := range after {
		fewer = fewer || before[name] == nil // a further name must hold something, too
	}
	how := "changed"
	switch {
	case written(path) && first, len(before) == 0, len(after) == 0:
	case fewer != more:
		how = "tightened"
		if more != strings.HasSuffix(path, ".final") { // after a final one nothing is sent again
			how = "loosened"
		}
	}
	c := d.part("protocol-"+what+"-"+how, path, a, b)
	switch {
	case len(before) == 0, len(after) == 0:
	case written(path) && !first:
		c.Levels.Wire, c.Levels.Protocol = Info, Info
		c.note("what is sent is the same", "发送的内容不变")
	case !written(path) && !fewer && !more:
		c.Levels.Wire, c.Levels.Protocol = Info, Info
		c.note("the same are taken", "接受的内容不变")
	}
}

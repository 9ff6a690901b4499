package dialect

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// repeated are mistakes with parameters of one name, and with the names of lists.
func (s *selection) repeated() {
	const fix = "sign each of them"
	alike := func(f func(one, next step.Named) step.Named) func([]step.Named) []step.Named {
		return func(list []step.Named) (out []step.Named) {
			for _, p := range list {
				at := slices.IndexFunc(out, func(o step.Named) bool { return bytes.Equal(o.Name, p.Name) })
				if at < 0 {
					out = append(out, p)
					continue
				}
				out[at] = f(out[at], p)
			}
			return out
		}
	}
	s.then("repeated", "of parameters of one name the last alone", fix, writer.Usual, alike(func(_, next step.Named) step.Named { return next }))
	s.then("repeated", "of parameters of one name the first alone", fix, writer.Usual, alike(func(one, _ step.Named) step.Named { return one }))
	for _, sep := range []string{",", "", ", ", ";", "|"} {
		s.then("repeated", "the values of one name joined by "+visible(sep), fix, writer.Usual, alike(func(one, next step.Named) step.Named {
			one.Text = slices.Concat(one.Text, []byte(sep), next.Text)
			one.Raw = one.Text
			return one
		}))
	}
	named := func(cause string, rank int, f func(name string, n int) string) {
		s.then("lists", cause, "take the names as they are sent", rank, func(list []step.Named) []step.Named {
			count := map[string]int{}
			for i := range list {
				name := string(list[i].Name)
				list[i].Name = []byte(f(name, count[name]))
				count[name]++
			}
			return list
		})
	}
	named("names of lists without [] at their ends", writer.Usual, func(name string, _ int) string { return strings.TrimSuffix(name, "[]") })
	named("names of lists with their numbers: a[0] for a[]", writer.Usual, func(name string, n int) string {
		if base, ok := strings.CutSuffix(name, "[]"); ok {
			return base + "[" + strconv.Itoa(n) + "]"
		}
		return name
	})
	named("names of lists without their numbers: a[] for a[0]", writer.Possible, func(name string, _ int) string { return numbered.ReplaceAllString(name, "[]") })
	repeats := map[string]int{}
	for _, p := range s.pairs {
		repeats[string(p.Name)]++
	}
	for _, end := range []string{"[]", "[%d]", ".%d"} {
		named("repeated names with "+strings.Replace(end, "%d", "0", 1)+" at their ends", writer.Possible, func(name string, n int) string {
			if repeats[name] < 2 {
				return name
			}
			return name + strings.Replace(end, "%d", strconv.Itoa(n), 1)
		})
	}
}

// numbered is the number of an element in a name.
var numbered = regexp.MustCompile(`\[\d+\]$`)

package wording

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Added is what a remark says in lines of their own, in the words in which documents are
// exported: rules that tables have no columns for.
type Added struct {
	Of      string // the type of the members of a list or a map
	Format  string
	Pattern string
	Min     string
	Max     string
	Closed  bool // the values that are listed are all
}

var (
	ofLine      = pattern.New(`^元素类型 ([a-z]+)$`)
	formatLine  = pattern.New(`^格式 ([a-z0-9]+)$`)
	patternLine = pattern.New(`^须匹配 (.+)$`)
	rangeLine   = pattern.New(`^范围 \[(-?[0-9.]*), (-?[0-9.]*)\]$`)
)

// Take takes such lines out of a remark.
func (a *Added) Take(remark string) (rest string) {
	var kept []string
	for line := range strings.SplitSeq(remark, "\n") {
		one := strings.TrimSpace(line)
		if m := ofLine.FindStringSubmatch(one); m != nil {
			a.Of = m[1]
		} else if m := formatLine.FindStringSubmatch(one); m != nil {
			a.Format = m[1]
		} else if m := patternLine.FindStringSubmatch(one); m != nil {
			a.Pattern = m[1]
		} else if m := rangeLine.FindStringSubmatch(one); m != nil {
			a.Min, a.Max = m[1], m[2]
		} else if one == "取值仅限所列" {
			a.Closed = true
		} else {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// Package keyed answers questions about the names in a map whose row has rules for them.
package keyed

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// MostCounted is how many characters a pattern can count.
const MostCounted = 1000

// Pattern is what the whole of a name matches under the rules: its own pattern, one of what is
// listed, or any text of the length. It is "" where any name is fine.
func Pattern(r *spec.Rules) string {
	switch {
	case r == nil:
		return ""
	case r.Enum != nil:
		var values []string
		for _, v := range r.Enum.Texts() {
			values = append(values, regexp.QuoteMeta(v))
		}
		return strings.Join(values, "|")
	case r.Pattern != "":
		return r.Pattern
	case r.Length > 0:
		return fmt.Sprintf(`[\s\S]{%d,%d}`, r.MinLength, r.Length)
	case r.MinLength > 0:
		return fmt.Sprintf(`[\s\S]{%d,}`, r.MinLength)
	}
	return ""
}

// Usual is a name in a map without rules for them.
const Usual = "名称"

// Names are as many names as there are, up to n, that a map may have.
func Names(r *spec.Rules, n int) (out []string) {
	pattern := Pattern(r)
	switch {
	case pattern == "":
		out = []string{Usual}
		for i := 2; i <= n; i++ {
			out = append(out, Usual+strconv.Itoa(i))
		}
		return out[:min(n, len(out))]
	case r.Enum != nil:
		return r.Enum.Texts()[:min(n, len(r.Enum.Values))]
	}
	for seed := range uint64(10*n + 10) {
		if name, ok := matching.Varying(pattern, seed, 1, 0); ok && !slices.Contains(out, name) && len(out) < n {
			out = append(out, name)
		}
	}
	return out
}

// Breaking is a name that the rules refuse; false: none was found.
func Breaking(r *spec.Rules) (string, bool) {
	whole, err := regexp.Compile("^(?:" + Pattern(r) + ")$")
	if err != nil || Pattern(r) == "" {
		return "", false
	}
	for _, name := range []string{"不是所列的名称", "?", "", strings.Repeat("长", r.Length+1)} {
		if !whole.MatchString(name) {
			return name, true
		}
	}
	return "", false
}

// Text says the rules of the names in words for partners, without a full stop; "": there are none.
func Text(r *spec.Rules) string {
	if r == nil {
		return ""
	}
	var parts []string
	if r.Enum != nil {
		for _, v := range r.Enum.Values {
			parts = append(parts, strings.TrimSpace(v.Value+" "+strings.TrimPrefix(v.Label, v.Value)))
		}
		return "为 " + strings.Join(parts, "、") + " 之一"
	}
	if r.Pattern != "" {
		parts = append(parts, "匹配 "+r.Pattern)
	}
	if r.MinLength > 0 {
		parts = append(parts, fmt.Sprintf("至少%d个字符", r.MinLength))
	}
	if r.Length > 0 {
		parts = append(parts, fmt.Sprintf("最多%d个字符", r.Length))
	}
	return strings.Join(parts, "，")
}

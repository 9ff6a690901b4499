package row

import (
	"regexp"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// Keys wants the rules of names on a map, one kind of rule, and as many names as there must be.
func Keys(to *spec.Collector, p Row) {
	if p.Keyed == nil {
		return
	}
	no := func(hint, format string, args ...any) { to.Add("JK0140", p.Where("keys"), hint, format, args...) }
	counted := p.Keyed.Length+p.Keyed.MinLength > 0
	_, err := regexp.Compile(p.Keyed.Pattern)
	if err == nil {
		_, err = spec.SharedPattern(keyed.Pattern(p.Keyed))
	}
	switch {
	case p.Type != spec.Map:
		no("leave it out: the names in an object are those of its rows", "keys is not allowed on %s", p.Type)
	case p.Keyed.Length > 0 && p.Keyed.MinLength > p.Keyed.Length:
		no("swap the two", "at least %d characters cannot be at most %d", p.Keyed.MinLength, p.Keyed.Length)
	case err != nil:
		no("patterns are RE2: no look-ahead, no back references", "%s", err)
	case p.Keyed.Enum != nil && (counted || p.Keyed.Pattern != ""), counted && p.Keyed.Pattern != "":
		no("keep one of pattern, enum and length; a pattern counts, too: [a-z]{2,8}", "there are two kinds of rules for the names in %s", p.Name)
	case len(keyed.Names(p.Keyed, max(1, p.MinItems))) < max(1, p.MinItems):
		no("allow other names, or lower min_items", "%s must have %d members, and there are not so many names", p.Name, max(1, p.MinItems))
	}
}

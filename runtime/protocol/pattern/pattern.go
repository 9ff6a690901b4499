// Package pattern tests whole values by a regular expression, the usual ones without one.
package pattern

import (
	"math"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Compile returns a test for whole values, nil for an empty pattern. A
// repeated class of ASCII characters such as [0-9]{16,20}, the usual grammar of
// ids, needs no regular expression at run time.
func Compile(pattern string) (func(string) bool, error) {
	if pattern == "" {
		return nil, nil
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	front, tree := optional(tree)
	if class, low, high, ok := repeatedClass(tree); ok && !class.any(front) {
		return func(s string) bool {
			s = strings.TrimPrefix(s, front)
			return len(s) >= low && len(s) <= high && class.holds(s)
		}, nil
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, err
	}
	return re.MatchString, nil
}

// optional takes a character that may come first off a pattern, as of -?[0-9]{1,18}.
func optional(tree *syntax.Regexp) (front string, rest *syntax.Regexp) {
	if tree.Op != syntax.OpConcat || len(tree.Sub) != 2 || tree.Sub[0].Op != syntax.OpQuest {
		return "", tree
	}
	one := tree.Sub[0].Sub[0]
	if one.Op != syntax.OpLiteral || len(one.Rune) != 1 || one.Rune[0] > 0x7f || one.Flags&syntax.FoldCase != 0 {
		return "", tree
	}
	return string(one.Rune), tree.Sub[1]
}

// repeatedClass recognises a repeated class of ASCII characters, anchored or not.
func repeatedClass(tree *syntax.Regexp) (c asciiClass, low, high int, ok bool) {
	subs := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		subs = tree.Sub
	}
	if len(subs) > 0 && subs[0].Op == syntax.OpBeginText {
		subs = subs[1:]
	}
	if n := len(subs); n > 0 && subs[n-1].Op == syntax.OpEndText {
		subs = subs[:n-1]
	}
	if len(subs) != 1 || len(subs[0].Sub) != 1 || subs[0].Sub[0].Op != syntax.OpCharClass {
		return c, 0, 0, false
	}
	high = math.MaxInt
	switch subs[0].Op {
	case syntax.OpStar:
	case syntax.OpPlus:
		low = 1
	case syntax.OpRepeat:
		low = subs[0].Min
		if subs[0].Max >= 0 {
			high = subs[0].Max
		}
	default:
		return c, 0, 0, false
	}
	ok = c.fill(subs[0].Sub[0].Rune)
	return c, low, high, ok
}

// asciiClass is a set of ASCII characters.
type asciiClass [256]bool

// fill takes the pairs of a character class, unless one goes beyond ASCII.
func (c *asciiClass) fill(pairs []rune) bool {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] > 0x7f {
			return false
		}
		for r := pairs[i]; r <= pairs[i+1]; r++ {
			c[r] = true
		}
	}
	return true
}

func (c *asciiClass) holds(s string) bool {
	for i := range len(s) {
		if !c[s[i]] {
			return false
		}
	}
	return true
}

// any reports whether a text has a character of the class.
func (c *asciiClass) any(s string) bool {
	for i := range len(s) {
		if c[s[i]] {
			return true
		}
	}
	return false
}

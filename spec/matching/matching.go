// Package matching makes texts that patterns take.
package matching

import (
	"fmt"
	"regexp/syntax"
	"strings"
)

// Text is a short text that meets a pattern.
func Text(pattern string) (string, error) { return matched(pattern, false) }

// Longest is the longest text that meets a pattern, where the pattern has an end.
func Longest(pattern string) (string, error) { return matched(pattern, true) }

// matched is a text that meets a pattern: nearly the shortest, or the longest where
// the pattern has an end.
func matched(pattern string, longest bool) (string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", fmt.Errorf("matching: %w", err)
	}
	var b strings.Builder
	if err := match(&b, re, longest); err != nil {
		return "", err
	}
	return b.String(), nil
}

// match writes a text that a part of a pattern takes.
func match(b *strings.Builder, re *syntax.Regexp, longest bool) error {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpStar:
		return nil
	case syntax.OpQuest:
		if longest {
			return match(b, re.Sub[0], longest)
		}
		return nil
	case syntax.OpRepeat:
		n := re.Min
		if longest && re.Max > n {
			n = re.Max
		}
		for range n {
			if err := match(b, re.Sub[0], longest); err != nil {
				return err
			}
		}
		return nil
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			b.WriteRune(r)
		}
		return nil
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			break
		}
		b.WriteRune(re.Rune[0])
		return nil
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
		return nil
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return match(b, re.Sub[0], longest)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if err := match(b, sub, longest); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("matching: no text for %s", re)
}

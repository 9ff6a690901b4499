package matching

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// mostMore is how often a part of a pattern is repeated more than it must be, where no length asks for more.
const mostMore = 40

// Varying is a text that meets a pattern and has from least to most characters (0: as many as
// it takes): for most patterns another one for another seed. ok is false where none was found.
func Varying(pattern string, seed uint64, least, most int) (s string, ok bool) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	whole, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		return "", false
	}
	for more := range max(mostMore, least+1) {
		v := varying{seed: seed, more: more}
		v.write(tree)
		s := v.text.String()
		if n := utf8.RuneCountInString(s); n >= least && (most == 0 || n <= most) && whole.MatchString(s) {
			return s, true
		}
	}
	return "", false
}

// varying writes a text.
type varying struct {
	seed uint64
	more int // how often parts are repeated more than they must be
	text strings.Builder
}

// below is a number less than n, another one each time.
func (v *varying) below(n int) int {
	v.seed = v.seed*6364136223846793005 + 1442695040888963407
	return int(v.seed >> 33 % uint64(n))
}

// write writes a text for a part of a pattern.
func (v *varying) write(re *syntax.Regexp) {
	times := 1
	switch re.Op {
	case syntax.OpLiteral:
		v.text.WriteString(string(re.Rune))
		return
	case syntax.OpCharClass:
		v.text.WriteRune(v.one(re.Rune))
		return
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		v.text.WriteRune(v.one([]rune{'0', '9', 'A', 'Z'}))
		return
	case syntax.OpAlternate:
		v.write(re.Sub[v.below(len(re.Sub))])
		return
	case syntax.OpQuest:
		times = min(1, v.more)
	case syntax.OpStar:
		times = v.more
	case syntax.OpPlus:
		times = 1 + v.more
	case syntax.OpRepeat:
		if times = re.Min + v.more; re.Max >= 0 {
			times = min(times, re.Max)
		}
	}
	for range times {
		for _, sub := range re.Sub {
			v.write(sub)
		}
	}
}

// one is a character of some ranges: a digit or a letter, if they have any.
func (v *varying) one(ranges []rune) rune {
	var usual []rune
	for n := 0; n+1 < len(ranges); n += 2 {
		for _, r := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" {
			if r >= ranges[n] && r <= ranges[n+1] {
				usual = append(usual, r)
			}
		}
	}
	switch {
	case len(usual) > 0:
		return usual[v.below(len(usual))]
	case len(ranges) > 0:
		return ranges[0]
	}
	return 'a'
}

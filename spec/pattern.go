package spec

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// unicodeEscape is the \uXXXX of JSON, JavaScript, Java and Python, behind nothing or
// whole pairs of backslashes.
var unicodeEscape = regexp.MustCompile(`((?:^|[^\\])(?:\\\\)*)((?:\\u[0-9a-fA-F]{4})+)`)

// ReadPattern returns a pattern of a document for Go: \uXXXX, which RE2 does not have,
// becomes the character.
func ReadPattern(written string) string {
	return unicodeEscape.ReplaceAllStringFunc(written, func(match string) string {
		first := strings.Index(match, `\u`)
		for strings.HasPrefix(match[first:], `\\`) {
			first += 2
		}
		var units []uint16
		for part := range strings.SplitSeq(match[first+2:], `\u`) {
			unit, _ := strconv.ParseUint(part, 16, 16) // four hexadecimal digits
			units = append(units, uint16(unit))
		}
		var out strings.Builder
		out.WriteString(match[:first])
		for _, r := range utf16.Decode(units) {
			out.WriteString(patternRune(r))
		}
		return out.String()
	})
}

// patternRune is a character in a pattern, in a class or outside, for every engine.
func patternRune(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r <= 0xff && !unicode.IsPrint(r), strings.ContainsRune("\\.+*?()[]{}|^$-&~#", r):
		return fmt.Sprintf(`\x%02x`, r)
	}
	return string(r)
}

// SharedPattern returns a pattern that Go, ECMAScript with the flag u, as JSON Schema has
// it, and Python all read alike: the pattern itself where that is one, or another that
// matches the same texts. It fails for what the others cannot say.
func SharedPattern(pattern string) (string, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", err
	}
	if isShared(pattern) {
		return pattern, nil
	}
	var out strings.Builder
	if err := sharePattern(&out, tree); err != nil {
		return "", err
	}
	return out.String(), nil
}

var (
	// sharedPart is a part of a pattern that every engine reads alike.
	sharedPart = regexp.MustCompile(`^(?:[^\\.\[\](){}?*+^$|/]|\\[.\[\](){}?*+^$|/\\]|\(\?:|\(|\)|\||[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??|\^|\$|/|` +
		`\[\^?(?:[^\\\[\]^\-&~|]|\\[.\[\](){}?*+^$|/\\])(?:[^\\\[\]\-&~|]|\\[.\[\](){}?*+^$|/\\]|-[^\\\[\]\-])*\])`)
	// grouped is a group that is not shared, because Go has words of its own for it.
	grouped = regexp.MustCompile(`^\(\?[^:]`)
)

// isShared says whether every part of a pattern is read alike everywhere.
func isShared(pattern string) bool {
	for pattern != "" {
		part := sharedPart.FindString(pattern)
		if part == "" || grouped.MatchString(pattern) {
			return false
		}
		pattern = pattern[len(part):]
	}
	return true
}

const noCharacter = "[^\\x00-\U0010FFFF]"

var errLines = errors.New("only Go reads a pattern of lines or of limits of words alike")

// sharePattern writes a parsed pattern in the words that every engine has.
func sharePattern(out *strings.Builder, re *syntax.Regexp) error {
	switch re.Op {
	case syntax.OpNoMatch:
		out.WriteString(noCharacter)
	case syntax.OpEmptyMatch:
		out.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			shareRune(out, r, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		shareClass(out, re.Rune)
	case syntax.OpAnyCharNotNL:
		out.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		out.WriteString("[\\x00-\U0010FFFF]")
	case syntax.OpBeginText:
		out.WriteByte('^')
	case syntax.OpEndText:
		out.WriteByte('$')
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return shareRepeat(out, re)
	case syntax.OpCapture, syntax.OpConcat, syntax.OpAlternate:
		return shareParts(out, re)
	default:
		return errLines
	}
	return nil
}

// shareRune writes a character, or all that are it in either case.
func shareRune(out *strings.Builder, r rune, fold bool) {
	other := unicode.SimpleFold(r)
	if !fold || other == r {
		out.WriteString(patternRune(r))
		return
	}
	out.WriteString("[" + patternRune(r))
	for ; other != r; other = unicode.SimpleFold(other) {
		out.WriteString(patternRune(other))
	}
	out.WriteByte(']')
}

// shareClass writes ranges of characters. No text has surrogates, which ECMAScript would
// not have in a range.
func shareClass(out *strings.Builder, ranges []rune) {
	if len(ranges) == 0 {
		out.WriteString(noCharacter)
		return
	}
	out.WriteByte('[')
	for i := 0; i+1 < len(ranges); i += 2 {
		low, high := ranges[i], ranges[i+1]
		out.WriteString(patternRune(low))
		if high > low {
			out.WriteString("-" + patternRune(high))
		}
	}
	out.WriteByte(']')
}

func shareRepeat(out *strings.Builder, re *syntax.Regexp) error {
	one := re.Sub[0].Op == syntax.OpCharClass || re.Sub[0].Op == syntax.OpAnyCharNotNL
	if !one {
		out.WriteString("(?:")
	}
	if err := sharePattern(out, re.Sub[0]); err != nil {
		return err
	}
	if !one {
		out.WriteByte(')')
	}
	switch {
	case re.Op == syntax.OpStar:
		out.WriteByte('*')
	case re.Op == syntax.OpPlus:
		out.WriteByte('+')
	case re.Op == syntax.OpQuest:
		out.WriteByte('?')
	case re.Max == re.Min:
		fmt.Fprintf(out, "{%d}", re.Min)
	case re.Max < 0:
		fmt.Fprintf(out, "{%d,}", re.Min)
	default:
		fmt.Fprintf(out, "{%d,%d}", re.Min, re.Max)
	}
	return nil
}

func shareParts(out *strings.Builder, re *syntax.Regexp) error {
	between := ""
	if re.Op == syntax.OpAlternate {
		between = "|"
	}
	if re.Op != syntax.OpConcat {
		out.WriteString("(?:")
		defer out.WriteByte(')')
	}
	for i, sub := range re.Sub {
		if i > 0 {
			out.WriteString(between)
		}
		if err := sharePattern(out, sub); err != nil {
			return err
		}
	}
	return nil
}

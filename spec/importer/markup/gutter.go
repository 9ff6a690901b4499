package markup

import (
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// WithoutNumbers takes the numbers out that editors put before the lines of a text, or of the code in it.
func WithoutNumbers(text []string) []string { return unnumbered(ungutter(text)) }

var gutter = pattern.New(`^\s*(\d{1,5})(?:\t|\s*[|│:]\s?|  )(.*)$`)

// openingLine is the first line of code whose lines are numbered.
var openingLine = pattern.New(`^\s*1\s{2,}[{\[<]`)

// unnumbered takes the numbers out of lines of code that count from 1: of three lines or more.
func unnumbered(text []string) []string {
	for at := 0; at < len(text); at++ {
		if !openingLine.MatchString(text[at]) {
			continue
		}
		var rest []string
		for end := at; end < len(text); end++ {
			m := gutter.FindStringSubmatch(text[end] + "  ")
			if m == nil || m[1] != strconv.Itoa(len(rest)+1) {
				break
			}
			rest = append(rest, strings.TrimRight(m[2], " "))
		}
		if len(rest) > 2 {
			copy(text[at:], rest)
			at += len(rest) - 1
		}
	}
	return text
}

// ungutter takes the numbers out that an editor puts before lines.
func ungutter(text []string) []string {
	out := make([]string, len(text))
	next, have := 0, 0
	for i, line := range text {
		m := gutter.FindStringSubmatch(line)
		if m == nil {
			if strings.TrimSpace(line) != "" && strings.Trim(line, " 0123456789") != "" {
				return text
			}
			next++
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if have > 0 && n != next {
			return text
		}
		have, next, out[i] = have+1, n+1, m[2]
	}
	if have < 3 {
		return text
	}
	return out
}

package sample

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Captioned are the examples in a cell, each with the words in front of it: 成功：{"code":0}
// 失败：{"code":1}. Other text with braces has none.
func Captioned(text string) (out [][2]string) {
	for {
		at := strings.IndexAny(text, "{[")
		if at < 0 {
			return out
		}
		lines := strings.Split(strings.TrimSpace(text[:at]), "\n")
		caption := strings.TrimSpace(lines[len(lines)-1])
		one := Leading(text[at:])
		if _, ok := Parse(one); !ok || len([]rune(caption)) > 20 || strings.HasSuffix(caption, "=") || wordInBrackets.MatchString(one) {
			return out
		}
		out = append(out, [2]string{caption, one})
		text = text[at+len(one):]
	}
}

// wordInBrackets is no list: [JSON].
var wordInBrackets = pattern.New(`^\[\s*[A-Za-z\p{Han}]`)

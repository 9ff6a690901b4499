package sample

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	// meantMember is a line of an object that says what a member means, in place of a value:
	// phone：手机号，字符串；
	meantMember = pattern.New(`(?m)^(\s*\{?\s*)["“”]?([A-Za-z_]\w*)["“”]?\s*[:：]\s*(\p{Han}[^"“”\n]*?)\s*[,，;；]?\s*$`)
	// aMember is a line with a member.
	aMember = pattern.New(`(?m)^\s*\{?\s*["“”]?[A-Za-z_]\w*["“”]?\s*[:：]`)
	// eitherTruth is a value that is one of two: true/false.
	eitherTruth = pattern.New(`(?i)([:：]\s*)true\s*/\s*false\b`)
)

// marks are those of JSON, which a Chinese keyboard writes otherwise.
var marks = strings.NewReplacer("，", ",", "：", ":")

// meant writes an object most of whose lines say what a member means as one whose members have
// comments. Other text is as it was.
func meant(text string) string {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return text
	}
	if _, ok := Parse(text); ok {
		return text
	}
	said := len(meantMember.FindAllString(text, -1))
	if said < 2 || 2*said < len(aMember.FindAllString(text, -1)) {
		return text
	}
	lines := strings.Split(eitherTruth.ReplaceAllString(text, "${1}true"), "\n")
	for n, line := range lines {
		if m := meantMember.FindStringSubmatch(line); m != nil {
			lines[n] = m[1] + `"` + m[2] + `": null, // ` + m[3]
		} else {
			lines[n] = marks.Replace(line)
		}
	}
	return strings.Join(lines, "\n")
}

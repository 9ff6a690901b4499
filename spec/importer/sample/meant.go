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
	// hole is the end of a line with a meaning in braces in place of a value: ${手机号},
	hole = pattern.New(`(?m)([:：]\s*)\$\{([^{}\n]+)\}(\s*[,，]?)\s*$`)
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
	text = hole.ReplaceAllString(text, "${1}null$3 // $2")
	if _, ok := Parse(text); ok {
		return text
	}
	said := len(meantMember.FindAllString(text, -1))
	if said < 2 || 2*said < len(aMember.FindAllString(text, -1)) {
		return repaired(text)
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

// aConstant is a value of JSON that has no quotes.
var aConstant = pattern.New(`^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false|null)$`)

var (
	// looseMember is a line with a member, whatever quotes are around its name and its value, and a
	// comment behind it.
	looseMember = pattern.New(`^(\s*\{?\s*)["“”‘’']*([A-Za-z_]\w*)["“”‘’']*\s*[:：]\s*["“”‘’']*([^"“”‘’'{}\[\]]*?)["“”‘’']*\s*[,，;；]?\s*(//.*|\}*)$`)
	// looseOpening is a line with a member whose value begins in it.
	looseOpening = pattern.New(`^(\s*\{?\s*)["“”‘’']*([A-Za-z_]\w*)["“”‘’']*\s*[:：]\s*([{\[]+\s*(?://.*)?)$`)
)

// repaired writes an object whose lines have a member each, with quotes, colons or commas that are
// wrong, as JSON. What is none then is as it was.
func repaired(text string) string {
	lines := strings.Split(text, "\n")
	for n, line := range lines {
		if m := looseOpening.FindStringSubmatch(line); m != nil {
			lines[n] = m[1] + `"` + m[2] + `": ` + m[3]
		} else if m := looseMember.FindStringSubmatch(line); m != nil {
			value := m[3]
			if !aConstant.MatchString(value) {
				value = `"` + strings.ReplaceAll(value, `\`, `\\`) + `"`
			}
			lines[n] = m[1] + `"` + m[2] + `": ` + value + ", " + m[4]
		}
	}
	out := strings.Join(lines, "\n")
	if _, ok := Parse(out); !ok {
		return text
	}
	return out
}

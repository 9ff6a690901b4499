package wording

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var dateText = pattern.New(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})`)

// DateOf is a date in the form of YAML; empty where it is none.
func DateOf(s string) string {
	m := dateText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil && len(s) == 8 {
		m = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`).FindStringSubmatch(s)
	}
	if m == nil {
		return ""
	}
	date := fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return ""
	}
	return date
}

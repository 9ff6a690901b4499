package spec

import (
	"regexp"
	"strings"
)

// writtenTime is a form of a time as documents write it: a day, and behind it hours and
// minutes at least.
var writtenTime = regexp.MustCompile(`^yyyy([-/.]?)MM([-/.]?)dd(?:([ T]?)HH(:?)mm(?:(:?)ss(?:(\.?)SSS)?)?)?$`)

// clockForm is a time of day as documents write it.
var clockForm = regexp.MustCompile(`^HH(:?)mm(?:(:?)ss)?$`)

// IsWritten says whether a format shows the form of a time: yyyy/MM/dd HH:mm.
func IsWritten(format string) bool {
	m := writtenTime.FindStringSubmatch(format)
	return m != nil && m[1] == m[2] && (m[4] == m[5] || !strings.Contains(format, "ss"))
}

// IsClock says whether a format shows the form of a time of day: HH:mm:ss. Such a time
// is a text.
func IsClock(format string) bool {
	m := clockForm.FindStringSubmatch(format)
	return m != nil && (m[1] == m[2] || !strings.Contains(format, "ss"))
}

// KnownForm returns the name of a form of time that has one, and other forms as they
// are.
func KnownForm(format string) string {
	switch format {
	case "yyyyMMddHHmmss":
		return "compact"
	case "yyyy-MM-dd HH:mm:ss":
		return "seconds"
	case "yyyy-MM-dd HH:mm:ss.SSS":
		return "millis"
	}
	return format
}

// What the parts of a form of time are called elsewhere.
var (
	goLayout     = strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "SSS", "000", "ss", "05")
	clockPattern = strings.NewReplacer("HH", "(?:[01][0-9]|2[0-3])", "mm", "[0-5][0-9]", "SSS", "[0-9]{3}", "ss", "[0-5][0-9]", ".", `\.`)
)

// GoLayout is a form of time for package time.
func GoLayout(format string) string { return goLayout.Replace(format) }

// ClockPattern is the regular expression of a form of the time of day.
func ClockPattern(format string) string { return clockPattern.Replace(format) }

// WrittenLayout is the form of the field's times in a document's own words; empty where
// it has a name or is none of its own.
func (f *Field) WrittenLayout() string {
	if f.Item().IsTime() && IsWritten(f.Layout) {
		return f.Layout
	}
	return ""
}

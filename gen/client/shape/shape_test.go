package shape_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/shape"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestTimes holds the patterns to what the server reads.
func TestTimes(t *testing.T) {
	t.Parallel()
	layouts := map[string]string{"": wire.Seconds, "rfc3339": wire.RFC3339, "compact": wire.Compact, "yyyy/MM/dd HH:mm": "2006/01/02 15:04", "yyyyMMdd": "20060102", "yyyy.MM.dd": "2006.01.02"}
	texts := strings.Split("2026-02-28|2026-02-29|2024-02-29|1900-02-29|2000-02-29|2026-13-01|2026-04-31|2026-1-2|0999-01-01|3000-01-01|2026-11-29 10:00:00|2026-11-29T10:00:00|2026-11-2910:00:00|"+
		"2026-11-29 24:00:00|2026-11-29 10:60:00|2026-11-29 10:00|2026-11-29 10:00:00.1|2026-11-29 10:00:00.1234567890|2026-11-29 10:00:00.|1764410400|1764410400123|20261129100000|20261329100000|"+
		"2026-11-29T10:00:00Z|2026-11-29T10:00:00+08:00|2026-11-29 10:00:00+08:00|2026-11-29T10:00:00+24:00|2026/11/29 10:00|2026/11/31 10:00|20261129|20261131|2026.11.29|x|2026-11-29  10:00:00", "|")
	for layout, form := range layouts {
		f := &spec.Field{Name: "at", Rules: spec.Rules{Type: spec.Datetime}, Layout: layout}
		pattern, rule := shape.Of(f)
		if rule != "type" {
			t.Fatal(rule)
		}
		whole := regexp.MustCompile("^(?:" + pattern + ")$")
		for _, text := range texts {
			_, err := wire.ParseTimeAs(form, text, time.UTC)
			if got := whole.MatchString(text); got != (err == nil) {
				t.Errorf("%q as %q: %t, the server says %v", text, layout, got, err)
			}
		}
	}
}

// TestFormats holds the patterns to what the server takes. RE2 has no look ahead, so the
// pattern of identity cards is tried by the clients.
func TestFormats(t *testing.T) {
	t.Parallel()
	for format, is := range map[string]func(string) bool{"mobile": validate.IsMobile, "email": validate.IsEmail} {
		pattern, _ := shape.Of(&spec.Field{Name: "at", Rules: spec.Rules{Type: spec.String, Format: format}})
		whole := regexp.MustCompile("^(?:" + pattern + ")$")
		for _, text := range strings.Split("13800138000|12800138000|1380013800|138001380001|１3800138000|a@b.c|a@b|a@b.|@b.c|a@.c|a@b..c|a b@c.d|a@b@c.d|a@b.c.d|客@户.中国", "|") {
			if got := whole.MatchString(text); got != is(text) {
				t.Errorf("%q as %s: %t", text, format, got)
			}
		}
	}
}

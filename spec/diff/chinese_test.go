package diff_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/report"
)

// TestAnnounced holds that every edit reads as a document's own list of revisions has it:
// on one line, without YAML and without words of English that are none of the document's.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	english := regexp.MustCompile(`\b(with|without|unless|only if|not if|none|yes|no -|characters|bytes|deprecated|active|unimplemented|notify|report|as the document)\b`)
	before := model(t, base(t))
	for _, c := range edits {
		now := model(t, edited(t, c.file, c.before, c.after))
		list := diff.Diff(before, now)
		for _, one := range []struct{ format, text string }{{"changelog", ""}, {"markdown", ""}} {
			var b strings.Builder
			if err := (report.Report{Old: "V1", New: "V2", Changes: list, Systems: now.Systems, ZH: true}).Write(&b, one.format); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				said, _, ok := strings.Cut(line, "}\n")
				if one.format == "markdown" {
					parts := strings.Split(line, "|")
					if ok = len(parts) > 3 && strings.Contains(parts[3], "`"); ok {
						said, _, _ = strings.Cut(parts[3], " `")
					}
				} else if _, text, there := strings.Cut(said, "text: "); there {
					said, _, _ = strings.Cut(text, ", interfaces")
				}
				if ok && (strings.Contains(said, "{") || strings.Contains(c.file, "system") && strings.Contains(said, "protocol.") || english.MatchString(said)) {
					t.Errorf("%s: %q becomes %q: %s", one.format, c.before, c.after, said)
				}
			}
		}
		for _, one := range list {
			if strings.Contains(one.Text()+one.ZH(), "\n") {
				t.Errorf("%q becomes %q: more than one line: %s", c.before, c.after, one.Text())
			}
		}
	}
	list := diff.Diff(before, model(t, edited(t, "system", `of: "{app}{time}{body}"`, `of: "{app}\n{time}\n{body}\n"`)))
	if len(list) != 1 || !strings.Contains(list[0].Text(), `of: "{app}\n{time}\n{body}\n"`) || strings.Contains(list[0].Text(), "\n") {
		t.Errorf("a string to sign with lines: %s", list[0].Text())
	}
}

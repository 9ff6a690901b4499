package fire_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

// What a report in the other language would have.
var (
	han     = regexp.MustCompile(`\p{Han}[^<\n]*`)
	english = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}`)
	tags    = regexp.MustCompile(`(?s)<style>.*?</style>|<script.*?</script>|<code>.*?</code>|<pre.*?</pre>|<[^>]*>`)
	command = regexp.MustCompile(`(?m)jiekou [a-z -]+.*$`)
)

// TestLanguage holds that every form of a report is in one language: whatever went wrong, and
// whatever was not done. Titles and texts of the document stay as they are there.
func TestLanguage(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		change func(*spec.System)
		around func(http.Handler) http.Handler
		config func(*fire.Config)
	}{
		"failed":  {wrongCode, nil, func(c *fire.Config) { c.Limited = nil }},
		"refused": {nil, nil, func(c *fire.Config) { c.App.ID = "999" }},
		"broken":  {nil, cutOff, func(*fire.Config) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "u8", of.change, of.around)
			config := w.config()
			of.config(&config)
			report, err := fire.Run(t.Context(), config)
			if err != nil && name != "broken" {
				t.Fatal(err)
			}
			for _, l := range []speech.Language{speech.English, speech.Chinese} {
				paper := report.Paper(w.system, l)
				earlier := *paper
				earlier.Cases = nil
				for n := range paper.Cases {
					earlier.Cases = append(earlier.Cases, paper.Cases[n])
					earlier.Cases[n].Verdict = string(fire.Passed)
				}
				paper.Since(&earlier)
				for form, text := range told(t, paper, report) {
					if found := han.FindString(text); l == speech.English && found != "" {
						t.Errorf("%s in English has %s", form, found)
					}
					if found := english.FindString(text); l == speech.Chinese && found != "" {
						t.Errorf("%s in Chinese has %s", form, found)
					}
				}
			}
		})
	}
}

// told is what a paper says itself, in every form.
func told(t *testing.T, paper *fire.Paper, report *fire.Report) map[string]string {
	t.Helper()
	var answers []string // texts of the document
	for _, r := range report.Results {
		if r.Got.Text != "" {
			answers = append(answers, r.Got.Text, "")
		}
	}
	document := strings.NewReplacer(answers...)
	paper.Title, paper.Errata = "", nil
	for n := range paper.Tallies {
		paper.Tallies[n].Title = ""
	}
	for n := range paper.Causes {
		paper.Causes[n].Why = document.Replace(paper.Causes[n].Why)
	}
	for n := range paper.Cases {
		e := &paper.Cases[n]
		e.Title, e.Payload, e.Got, e.Sent, e.Why = "", "", "", "", document.Replace(e.Why)
	}
	var b strings.Builder
	paper.Text(&b, fire.TextOptions{Most: 5, Again: func(string) string { return "jiekou fire" }})
	out := reports(t, paper, "")
	delete(out, "JSON") // it is the data of the others
	out["HTML"] = tags.ReplaceAllString(out["HTML"], "")
	out["terminal"] = b.String()
	for form := range out {
		out[form] = command.ReplaceAllString(out[form], "")
	}
	if len(paper.Cases) == 0 {
		t.Error("the report has no cases")
	}
	return out
}

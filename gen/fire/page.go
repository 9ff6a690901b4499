package fire

import (
	"bytes"
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"regexp"
	"strings"
)

//go:embed page.html
var pageText string

// page is what the template shows.
type page struct {
	*Paper
	Passed, Failed, Broken, Skipped int
	Data                            template.JS // of the paper, as it was signed
	Digest                          string
	Wrong                           []Entry
}

// HTML writes the paper as one page that needs nothing else, signed with a secret
// of the app; see Verify.
func (p *Paper) HTML(w io.Writer, secret string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	// In a script no "</" may stand; \u003c is the same JSON. encoding/json writes it so.
	v := page{Paper: p, Data: template.JS(data), Digest: Digest(data, secret)} //nolint:gosec // JSON with <, > and & escaped
	for _, t := range p.Tallies {
		v.Passed, v.Failed, v.Broken, v.Skipped = v.Passed+t.Passed, v.Failed+t.Failed, v.Broken+t.Broken, v.Skipped+t.Skipped
	}
	for _, e := range p.Cases {
		if e.Verdict == string(Failed) || e.Verdict == string(Broken) {
			v.Wrong = append(v.Wrong, e)
		}
	}
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, v)
}

// What Verify looks for in a page.
var (
	dataForm   = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)
	digestForm = regexp.MustCompile(`id="digest">([0-9a-f]{64})<`)
)

// ErrForged is the error of a page whose data is not what was signed.
var ErrForged = errors.New("the page's data is not what was signed with this secret")

// Verify reads a page of HTML and returns its paper, or ErrForged.
func Verify(text []byte, secret string) (*Paper, error) {
	data, digest := dataForm.FindSubmatch(text), digestForm.FindSubmatch(text)
	if data == nil || digest == nil {
		return nil, errors.New("no report of jiekou fire")
	}
	want := Digest(bytes.TrimSpace(data[1]), secret)
	if subtle.ConstantTimeCompare([]byte(want), digest[1]) != 1 {
		return nil, ErrForged
	}
	var p Paper
	if err := json.Unmarshal(data[1], &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// Good reports whether nothing failed.
func (p page) Good() bool { return p.Failed+p.Broken == 0 }

// When is the time of the run, for people.
func (p page) When() string {
	return strings.TrimSuffix(p.Began.Format("2006-01-02 15:04:05 MST"), " ")
}

// Seconds is how long the run took.
func (p page) Seconds() string { return seconds(p.Millis) }

package fire

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

//go:embed page.html
var pageText string

//go:embed page.js
var pageScript string

// unsigned replaces the digest while a page is signed.
var unsigned = strings.Repeat("0", 2*sha256.Size)

// page is the data of the template.
type page struct {
	*Paper
	Passed, Failed, Broken, Skipped int
	Data                            template.JS // the paper as JSON
	Script                          template.JS
	Hash                            string // of the script, for the policy
	Digest                          string
	Wrong, Left                     []Entry // failed or broken; skipped
	New                             []Group // those that passed in an earlier run
}

// HTML writes the paper as one page that needs nothing else. The whole page is
// signed with a secret of the app; see Verify.
func (p *Paper) HTML(w io.Writer, secret string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	// A script may not contain "</"; \u003c is the same JSON, and encoding/json writes
	// it so.
	v := page{Paper: p, Data: template.JS(data), Digest: unsigned, Script: template.JS(pageScript), Hash: hashed(pageScript)} //nolint:gosec // JSON with <, > and & escaped
	for _, t := range p.Tallies {
		v.Passed, v.Failed, v.Broken, v.Skipped = v.Passed+t.Passed, v.Failed+t.Failed, v.Broken+t.Broken, v.Skipped+t.Skipped
	}
	for _, e := range p.Cases {
		switch Verdict(e.Verdict) {
		case Failed, Broken:
			v.Wrong = append(v.Wrong, e)
		case Skipped:
			v.Left = append(v.Left, e)
		case Passed:
		}
	}
	v.New = p.broke()
	t, err := template.New("page").Funcs(template.FuncMap{
		"say": p.saidf, "phase": func(name string) string { return p.said(fixture.Phase(name).Title()) },
		"verdict": func(name string) string { return p.said(strings.ToUpper(name[:1]) + name[1:]) },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return err
	}
	_, err = w.Write(digestForm.ReplaceAll(b.Bytes(), []byte(`id="digest">`+sign(b.Bytes(), secret)+"<")))
	return err
}

// The marks that Verify looks for in a page.
var (
	dataForm   = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)
	digestForm = regexp.MustCompile(`id="digest">([0-9a-f]{64})<`)
)

// ErrForged is the error of a page that is not as it was signed.
var ErrForged = errors.New("the page is not as it was signed with this secret")

// Verify reads a page of HTML and returns its paper, or ErrForged where a character
// of the page was changed or another secret signed it.
func Verify(text []byte, secret string) (*Paper, error) {
	data, digest := dataForm.FindSubmatch(text), digestForm.FindSubmatch(text)
	if data == nil || digest == nil {
		return nil, errors.New("no report of jiekou fire")
	}
	blank := digestForm.ReplaceAll(text, []byte(`id="digest">`+unsigned+"<"))
	if !hmac.Equal([]byte(sign(blank, secret)), digest[1]) {
		return nil, ErrForged
	}
	var p Paper
	if err := json.Unmarshal(data[1], &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// hashed is a script as a Content-Security-Policy names it.
func hashed(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// sign is the HMAC-SHA256 of a page with a secret of the app, in hexadecimal.
func sign(page []byte, secret string) string {
	m := hmac.New(sha256.New, []byte(cmp.Or(secret, "jiekou")))
	m.Write(page) // never fails
	return hex.EncodeToString(m.Sum(nil))
}

// Good reports whether nothing failed and something passed.
func (p page) Good() bool { return p.Failed+p.Broken == 0 && p.Passed > 0 }

// All is how many cases there are.
func (p page) All() int { return len(p.Cases) }

// When is the time of the run, for people.
func (p page) When() string { return p.Began.Format("2006-01-02 15:04:05 -07:00") }

// Seconds is how long the run took.
func (p page) Seconds() string { return seconds(p.Millis) }

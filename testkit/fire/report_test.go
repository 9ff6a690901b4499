package fire_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec"
	testcaller "github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

// gossip answers with all that it was sent, and with characters that no XML may hold.
func gossip(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "\x00\x1b]]></script>%s %v %s", r.URL, r.Header, body)
	})
}

// wrongCode is a change of the rules that many cases detect.
func wrongCode(s *spec.System) {
	for _, r := range s.Rules {
		if r.Rule == "required" {
			r.Code = s.Rules[len(s.Rules)-1].Code
		}
	}
}

// reports is every form of a paper.
func reports(t *testing.T, p *fire.Paper, secret string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, write := range map[string]func(io.Writer) error{
		"JSON": p.JSON, "JUnit": p.JUnit, "HTML": func(w io.Writer) error { return p.HTML(w, secret) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	return out
}

// TestMasks holds that no report has a secret in any form, whatever the server
// answers, and whether it answers.
func TestMasks(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"u8", "baas", "custservice", "lianfa"} {
		for name, around := range map[string]func(http.Handler) http.Handler{"gossip": gossip, "cut": cutOff} {
			t.Run(system+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, system, nil, around)
				config := w.config()
				if system == "lianfa" {
					config.Only = "cst_info_*"
				}
				report, err := fire.Run(t.Context(), config)
				if name == "gossip" && err != nil || len(report.Results) == 0 {
					t.Fatalf("%v, %d results", err, len(report.Results))
				}
				for form, text := range reports(t, report.Paper(w.system, speech.Chinese), caller.Secrets["token"]) {
					wantSecret(t, form, text)
				}
				wantSecret(t, "results", fmt.Sprintf("%+v", report.Results))
				for _, r := range report.Results {
					if r.Sent != nil {
						wantSecret(t, "curl", r.Sent.Curl())
					}
				}
			})
		}
	}
}

// wantSecret wants no secret in a text.
func wantSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, app := range []fire.App{caller, limited} {
		for name, secret := range app.Secrets {
			quoted := strconv.Quote(secret)
			for _, form := range []string{secret, strings.ToUpper(secret), url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1]} {
				if at := strings.Index(text, form); at >= 0 {
					t.Fatalf("%s has the %s of %s: …%s…", where, name, app.ID, text[max(0, at-80):min(len(text), at+80)])
				}
			}
		}
	}
}

// TestHTML holds that a page lists the failures, loads nothing, and cannot be
// changed.
func TestHTML(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "u8", wrongCode, nil)
	config := w.config()
	config.Now = func() time.Time { return time.Now().In(time.FixedZone("CST", 8*3600)) }
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if report.Count(fire.Failed) == 0 || report.Count(fire.Passed) == 0 {
		t.Fatalf("%d failed, %d passed", report.Count(fire.Failed), report.Count(fire.Passed))
	}
	paper := report.Paper(w.system, speech.Chinese)
	page := reports(t, paper, "key")["HTML"]
	visible, _, _ := strings.Cut(page, `<script type="application/json"`)
	for _, r := range report.Results {
		if !strings.Contains(visible, r.Case.ID) {
			t.Errorf("the page lacks %s", r.Case.ID)
		}
	}
	for _, word := range []string{" src=", "<link", "@import", "url(", "http-equiv=\"refresh\""} {
		if strings.Contains(visible, word) {
			t.Errorf("the page has %s", word)
		}
	}
	if !strings.Contains(visible, "&#43;08:00") {
		t.Error("the page does not say of which zone its time is")
	}
	sum, fields := 0, map[string]bool{}
	for _, c := range paper.Covered {
		sum += c.Passed + c.Failed + c.Broken + c.Skipped
		fields[c.Cmd+" "+c.Field] = true
	}
	for _, i := range w.system.Interfaces {
		if !slices.ContainsFunc(paper.Tallies, func(t fire.Tally) bool { return t.Cmd == i.Cmd }) {
			continue
		}
		for f := range i.Request.All() {
			if !fields[i.Cmd+" "+f.DocPath] {
				t.Errorf("the coverage lacks %s of %s", f.DocPath, i.Cmd)
			}
		}
	}
	if sum != len(paper.Cases) {
		t.Errorf("the coverage counts %d of %d cases", sum, len(paper.Cases))
	}
	back, err := fire.Verify([]byte(page), "key")
	if err != nil || len(back.Cases) != len(paper.Cases) || back.Seed != paper.Seed {
		t.Fatalf("%v: %+v", err, back)
	}
	if _, err := fire.Verify([]byte(page), "another key"); !errors.Is(err, fire.ErrForged) {
		t.Errorf("another key: %v", err)
	}
	if _, err := fire.Verify([]byte("<html></html>"), "key"); err == nil || errors.Is(err, fire.ErrForged) {
		t.Errorf("no report: %v", err)
	}
	changed := 0
	for at := 0; at < len(page); at++ {
		if page[at] < '0' || page[at] > '9' {
			continue
		}
		if changed++; changed%97 != 0 { // a sample: each verification reads the whole page
			continue
		}
		forged := []byte(page)
		forged[at] = '0' + (forged[at]-'0'+1)%10
		if _, err := fire.Verify(forged, "key"); err == nil {
			t.Errorf("a changed digit is not noticed: …%s…", page[max(0, at-40):at+1])
		}
	}
	if changed < 97 {
		t.Errorf("%d digits", changed)
	}
}

// TestHTMLOfNothing holds that a page of nothing but skipped cases does not say that
// all is well.
func TestHTMLOfNothing(t *testing.T) {
	t.Parallel()
	p := &fire.Paper{Language: speech.Chinese, System: "s", Tallies: []fire.Tally{{Cmd: "x", Counts: fire.Counts{Skipped: 1}}}, Cases: []fire.Entry{{ID: "x/envelope/y", Verdict: "skipped"}}}
	if page := reports(t, p, "")["HTML"]; !strings.Contains(page, `<b class="bad">未通过</b>`) {
		t.Error("nothing passed, and the page says that all did")
	}
}

// TestJUnit holds that JUnit is well-formed, whatever a server answers, and counts
// as the report does.
func TestJUnit(t *testing.T) {
	t.Parallel()
	for name, around := range map[string]func(http.Handler) http.Handler{"plain": nil, "gossip": gossip, "cut": cutOff} {
		w := newWorld(t, "u8", wrongCode, around)
		config := w.config()
		config.Limited = nil
		report, err := fire.Run(t.Context(), config)
		if err != nil && name != "cut" {
			t.Fatal(err)
		}
		var got struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Suites   []struct {
				Tests   int `xml:"tests,attr"`
				Skipped int `xml:"skipped,attr"`
				Cases   []struct {
					Name    string  `xml:"name,attr"`
					Failure *string `xml:"failure"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		text := reports(t, report.Paper(w.system, speech.Chinese), "")["JUnit"]
		if err := xml.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if got.Tests != len(report.Results) || got.Failures != report.Count(fire.Failed) || got.Errors != report.Count(fire.Broken) ||
			len(got.Suites) != 1 || got.Suites[0].Tests != got.Tests || got.Suites[0].Skipped != report.Count(fire.Skipped) {
			t.Errorf("%s: %d tests, %d failures, %d errors of %d results", name, got.Tests, got.Failures, got.Errors, len(report.Results))
		}
		for i, c := range got.Suites[0].Cases {
			r := report.Results[i]
			if !strings.HasSuffix(r.Case.ID, c.Name) || (c.Failure != nil) != (r.Verdict == fire.Failed) {
				t.Errorf("%s: %s is not as %s %s", name, c.Name, r.Case.ID, r.Verdict)
			}
			if c.Failure != nil && !strings.Contains(*c.Failure, r.Case.Source) {
				t.Errorf("%s: the failure does not name %s", name, r.Case.Source)
			}
		}
	}
}

// TestJSON holds the JSON of a failure and of a run of one case.
func TestJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "lianfa", wrongCode, nil)
	var p fire.Paper
	read := func(only string) {
		report := w.fire(t, only)
		p = fire.Paper{}
		if err := json.Unmarshal([]byte(reports(t, report.Paper(w.system, speech.Chinese), "")["JSON"]), &p); err != nil {
			t.Fatal(err)
		}
	}
	read("cst_info_get/boundary/*")
	failed := 0
	for _, e := range p.Cases {
		full := e.Expected != "" && e.Payload != "" && strings.HasPrefix(e.Sent, "curl ") && strings.HasPrefix(e.Got, "HTTP 200 ")
		if e.Verdict == string(fire.Failed) {
			failed++
		}
		if full != (e.Verdict == string(fire.Failed)) {
			t.Errorf("%s: %+v", e.Verdict, e)
		}
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
	read(lengthCase)
	if e := p.Cases[0]; e.Verdict != string(fire.Passed) || e.Sent == "" || e.Got == "" || !strings.Contains(e.Source, "cst_info_get.yaml:") {
		t.Errorf("%+v", e)
	}
}

// TestAt: messages are of the time that is wished for, and the command that fires a case
// again says so.
func TestAt(t *testing.T) {
	t.Parallel()
	s := loaded(t, "custservice")
	w := fire.Wanted{At: "2026-11-22T08:00:00+08:00", App: "app.json"}
	c, err := w.Config(testcaller.App{ID: "300", URL: "http://127.0.0.1"}, s)
	if err != nil || c.Now == nil || c.Now().Unix() != 1795305600 {
		t.Errorf("the clock is not set: %v", err)
	}
	if line := w.Again("x", &fire.Paper{}, false); !strings.HasSuffix(line, " --at 2026-11-22T08:00:00+08:00") {
		t.Error(line)
	}
	w.At = "yesterday"
	if _, err := w.Config(testcaller.App{}, s); err == nil {
		t.Error("no error")
	}
}

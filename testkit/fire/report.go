package fire

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/fixture/english"
)

// Verdict is how a case ended.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"  // another answer than expected
	Broken  Verdict = "broken"  // no answer: the connection, or a step before
	Skipped Verdict = "skipped" // see Why
)

// Paper is a report as data, for machines and for the HTML page.
type Paper struct {
	Language speech.Language `json:"language"` // of what the report says itself
	System   string          `json:"system"`
	Title    string          `json:"title"`
	Version  string          `json:"version"`
	URL      string          `json:"url"`
	App      string          `json:"app"`
	Seed     uint64          `json:"seed"`
	Began    time.Time       `json:"began"`
	Millis   int64           `json:"millis"`
	Warning  string          `json:"warning,omitempty"`
	Unseen   []string        `json:"unseen,omitempty"`  // what was not compared, and why
	Cleaned  string          `json:"cleaned,omitempty"` // what became of the rows that messages wrote
	Causes   []Cause         `json:"causes,omitempty"`
	Trend    *Trend          `json:"trend,omitempty"` // against an earlier report
	Docs     string          `json:"docs,omitempty"`  // URL of the site of documents
	Tallies  []Tally         `json:"tallies"`
	Covered  []Cover         `json:"coverage"` // by field and rule
	Errata   []Erratum       `json:"errata"`
	Cases    []Entry         `json:"cases"`
}

// Tally is the count of one interface in one phase.
type Tally struct {
	Cmd   string `json:"cmd"`
	Title string `json:"title"`
	Phase string `json:"phase"`
	Counts
}

// Erratum is a decision that the cases follow.
type Erratum struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Follow string `json:"follow"`
}

// Entry is one case with its result and answer. The request is kept if it did not
// pass, and for a run of one case.
type Entry struct {
	ID       string `json:"id"`
	Cmd      string `json:"cmd"`
	Field    string `json:"field,omitempty"` // as the document writes it
	Title    string `json:"title"`
	Rule     string `json:"rule"`
	Section  string `json:"section"`
	Source   string `json:"source"` // the line of YAML
	Verdict  string `json:"verdict"`
	Millis   int64  `json:"millis"`
	Why      string `json:"why,omitempty"`
	Expected string `json:"expected,omitempty"`
	Payload  string `json:"payload,omitempty"`
	Sent     string `json:"sent,omitempty"` // as a command of curl
	Got      string `json:"got,omitempty"`
}

// Paper returns the report as data, in a language. Titles of interfaces, labels and texts of
// the documents are as they are there.
func (r *Report) Paper(s *spec.System, l speech.Language) *Paper {
	p := &Paper{
		Language: l, System: r.System, Title: r.Title, Version: r.Version, URL: r.URL, App: r.App, Seed: r.Seed,
		Began: r.Began, Millis: r.Took.Milliseconds(), Warning: l.Say(r.Door()), Cleaned: l.Say(r.Cleaned), Causes: causesOf(r.Results, l), Errata: []Erratum{},
		Covered: coverage(r.Results, s),
	}
	for _, what := range r.Unseen {
		p.Unseen = append(p.Unseen, l.Say(what))
	}
	for _, e := range s.Errata {
		p.Errata = append(p.Errata, Erratum{e.ID, e.Title, e.Follow})
	}
	titles := map[string]string{}
	for _, i := range s.Interfaces {
		titles[i.Cmd] = i.Title
	}
	title := func(c *fixture.Case) string {
		if i := s.Interface(c.Cmd); i != nil && l == speech.English {
			return english.Title(i, c.Title)
		}
		return c.Title
	}
	for _, one := range r.Results {
		p.count(one, titles)
		e := Entry{
			ID: one.Case.ID, Cmd: one.Case.Cmd, Field: one.Case.Field, Title: title(one.Case), Rule: one.Case.Rule, Section: one.Case.Section,
			Source: one.Case.Source, Verdict: string(one.Verdict), Millis: one.Took.Milliseconds(), Why: l.Say(one.Why),
		}
		if one.Got.Status != 0 {
			e.Got = fmt.Sprintf("HTTP %d %s", one.Got.Status, one.Got.Plain)
		}
		if one.Verdict == Failed || one.Verdict == Broken || len(r.Results) == 1 {
			e.Expected, e.Payload = Words(one.Case.Expect, l), one.Payload
			if one.Sent != nil {
				e.Sent = one.Sent.Curl()
			}
		}
		p.Cases = append(p.Cases, e)
	}
	return p
}

// count adds a result to the tallies.
func (p *Paper) count(r Result, titles map[string]string) {
	at := slices.IndexFunc(p.Tallies, func(t Tally) bool { return t.Cmd == r.Case.Cmd && t.Phase == string(r.Case.Phase) })
	if at < 0 {
		p.Tallies = append(p.Tallies, Tally{Cmd: r.Case.Cmd, Title: titles[r.Case.Cmd], Phase: string(r.Case.Phase)})
		at = len(p.Tallies) - 1
	}
	p.Tallies[at].add(r.Verdict)
}

// Words describes the expected answer.
func Words(e fixture.Expect, l speech.Language) string {
	word := func(name string) string { return strings.ToLower(l.Say(name)) }
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Code == "" {
		parts = append(parts, word("No code"))
	} else {
		parts = append(parts, word("Code")+" "+e.Code)
	}
	if e.Field != "" {
		parts = append(parts, word("Field")+" "+e.Field)
	}
	for _, c := range e.Reply {
		parts = append(parts, c.Path+" = "+c.Value.String())
	}
	return strings.Join(parts, l.Say(", "))
}

// Door says that nearly every case was stopped before its payload was looked at,
// and at which step; "" where that is not so.
func (r *Report) Door() string {
	stopped, all := map[string]int{}, 0
	for _, one := range r.Results {
		if one.Case.Phase == fixture.Envelope || one.Verdict == Skipped {
			continue
		}
		all++
		if why := r.doorStep(one.Got); why != "" {
			stopped[why]++
		}
	}
	for why, n := range stopped {
		if n*10 >= all*9 && all > 0 {
			return fmt.Sprintf("%d of %d cases were refused before their payload was looked at: %s", n, all, why)
		}
	}
	return ""
}

// doorStep says at which value of the message an answer stopped, "" where at none.
func (r *Report) doorStep(got Answer) string {
	if got.Status == http.StatusUnauthorized && got.Code == "" {
		return "HTTP 401: the server does not know the app, or it is disabled" // the reply cannot say more
	}
	if got.Shut != "" {
		return unopened(got.Shut) + "; the keys in the app file are not those of the server: compare step by step with jiekou call -v"
	}
	for _, v := range slices.Backward(r.proofs) {
		if code := cmp.Or(r.codes[problem.Rule(v.Code)], v.Code); !got.OK && got.Code != "" && code == got.Code {
			return fmt.Sprintf("code %s: %s does not hold (made from %s); docs/protocol.md has each step, and jiekou call -v what became of it: compare with the server",
				got.Code, v.Name, strings.Join(v.Keys, ", "))
		}
	}
	if code := r.codes[problem.Grant]; code != "" && code == got.Code {
		return fmt.Sprintf("code %s: the app has no grant for the interface: jiekoud app grant gives it, or take another app", code)
	}
	for _, g := range r.guards {
		if code := cmp.Or(r.codes[problem.Rule(g.Code)], g.Code); g.Kind == "issued" && code == got.Code {
			return fmt.Sprintf("code %s: %s was not issued to the app, or has ended", got.Code, g.Value)
		}
	}
	return ""
}

// JSON writes the paper as indented JSON.
func (p *Paper) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

// junit is the form that build servers read.
type junit struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure,omitempty"`
	Error   *junitText `xml:"error,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the paper as JUnit XML: a suite an interface.
func (p *Paper) JUnit(w io.Writer) error {
	out := junit{Name: p.System + " " + p.Version, Time: seconds(p.Millis)}
	for _, e := range p.Cases {
		cmd, rest, _ := strings.Cut(e.ID, "/")
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != cmd {
			out.Suites = append(out.Suites, junitSuite{Name: cmd})
		}
		s := &out.Suites[len(out.Suites)-1]
		c := junitCase{Class: p.System + "." + cmd, Name: rest, Time: seconds(e.Millis)}
		s.Tests, out.Tests = s.Tests+1, out.Tests+1
		text := &junitText{Message: e.Why, Text: strings.Join([]string{
			e.Title, p.said("Rule") + " " + p.rule(e), p.said("Expected") + " " + e.Expected, p.said("Payload") + " " + e.Payload, p.said("Got") + " " + e.Got, e.Sent,
		}, "\n")}
		switch Verdict(e.Verdict) {
		case Failed:
			c.Failure, s.Failures, out.Failures = text, s.Failures+1, out.Failures+1
		case Broken:
			c.Error, s.Errors, out.Errors = text, s.Errors+1, out.Errors+1
		case Skipped:
			c.Skipped, s.Skipped = &junitText{Message: e.Why}, s.Skipped+1
		case Passed:
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	return errors.Join(e.Encode(out), e.Close())
}

// seconds writes milliseconds as JUnit wants them.
func seconds(millis int64) string { return fmt.Sprintf("%.3f", float64(millis)/1000) }

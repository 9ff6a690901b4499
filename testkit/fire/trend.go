package fire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// Trend is what changed since an earlier report: ids of cases.
type Trend struct {
	Began  time.Time `json:"began"` // of the earlier run
	Broke  []string  `json:"broke,omitempty"`
	Mended []string  `json:"mended,omitempty"`
	Still  []string  `json:"still,omitempty"` // did not pass in either
	Added  []string  `json:"added,omitempty"` // cases that the earlier run did not fire
	Gone   []string  `json:"gone,omitempty"`  // and the reverse
}

// ReadPaper reads a report that was saved as JSON or as a page.
func ReadPaper(name string) (*Paper, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if found := dataForm.FindSubmatch(text); found != nil {
		text = found[1]
	}
	p := &Paper{}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(p); err != nil || p.Began.IsZero() && p.Cases == nil {
		return nil, fmt.Errorf("%s is no report of jiekou fire", name)
	}
	return p, nil
}

// Since compares the report with an earlier one, where there is one.
func (p *Paper) Since(earlier *Paper) {
	if earlier == nil {
		return
	}
	t := &Trend{Began: earlier.Began}
	before := map[string]bool{} // passed
	for _, e := range earlier.Cases {
		if Verdict(e.Verdict) != Skipped {
			before[e.ID] = Verdict(e.Verdict) == Passed
		}
	}
	for _, e := range p.Cases {
		if Verdict(e.Verdict) == Skipped {
			continue
		}
		was, known := before[e.ID]
		delete(before, e.ID)
		switch passed := Verdict(e.Verdict) == Passed; {
		case !known:
			t.Added = append(t.Added, e.ID)
		case was && !passed:
			t.Broke = append(t.Broke, e.ID)
		case !was && passed:
			t.Mended = append(t.Mended, e.ID)
		case !passed:
			t.Still = append(t.Still, e.ID)
		}
	}
	for _, e := range earlier.Cases {
		if _, left := before[e.ID]; left {
			t.Gone = append(t.Gone, e.ID)
		}
	}
	p.Trend = t
}

// Group is cases with one cause.
type Group struct {
	Cause
	IDs []string
}

// broke groups the new problems by their cause, the greatest group first.
func (p *Paper) broke() (out []Group) {
	if p.Trend == nil {
		return nil
	}
	is := map[string]bool{}
	for _, id := range p.Trend.Broke {
		is[id] = true
	}
	for _, e := range p.Cases {
		if !is[e.ID] {
			continue
		}
		why := causeOf(e.Why)
		at := slices.IndexFunc(out, func(g Group) bool { return g.Why == why })
		if at < 0 {
			out, at = append(out, Group{Cause: Cause{Why: why, First: e.ID}}), len(out)
		}
		out[at].Count++
		out[at].IDs = append(out[at].IDs, e.ID)
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// When is the time of the earlier run, for people.
func (t *Trend) When() string { return t.Began.Format("2006-01-02 15:04:05 -07:00") }

// Link is where the documents say more of a case: the row of its field on the page of
// its interface, or the protocol that its message breaks. It is empty where no documents are known.
func (p *Paper) Link(e Entry) string {
	if p.Docs == "" || e.Cmd == "" {
		return ""
	}
	below := strings.TrimSuffix(p.Docs, "/") + "/" + p.System + "/"
	at := below + e.Cmd + ".html"
	switch {
	case e.Field != "":
	case strings.HasPrefix(e.ID, e.Cmd+"/"+string(fixture.Envelope)+"/"):
		return below + "protocol.html" // how a message is made
	default:
		return at
	}
	return at + "#request." + strings.ReplaceAll(e.Field, "/", ".")
}

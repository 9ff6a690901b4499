package signature

import (
	"time"
)

// Verdict is how a step went.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Refused Verdict = "refused"
	Open    Verdict = "open" // only the server can tell: an issued token, a nonce
)

// Report is what Examine found out about one request, for people. Secrets stand in
// it by name, in brackets; everything else of the request stands in full.
type Report struct {
	App     string // that the request names
	Steps   []StepReport
	Payload string // as visible text; empty where the request is refused
	Refusal error  // of Parse or Verify, see RefusedBy; nil: it holds
}

// StepReport is one step on the receiver's side: "request" where the request cannot
// be read, the steps of the declaration in the order of sending, numbered where an
// operation comes twice, then "time" and "nonce".
type StepReport struct {
	Title   string
	Verdict Verdict
	Why     string // one sentence; empty where the step holds
	Lines   []Line // intermediate results, in their order
	// Difference is between our string and the sender's: the one that is known, or
	// else that of the first cause. It is nil where they are equal or nothing is known.
	Difference *Difference
	Causes     []Cause // the likeliest first
	Advice     string  // what to do next where no cause is proven
}

// Cause is what a sender may have done.
type Cause struct {
	Text string
	// Proof says how that was found out, for example that it gives exactly the
	// signature that came. Empty: it is a guess from what the strings look like.
	Proof string
}

// Sent returns when a request says that it was made; ok is false where the
// declaration has no time, or where it cannot be read. m was parsed by c.
func (c *Codec) Sent(m *Message) (at time.Time, ok bool) {
	if c.spec.Time == nil {
		return at, false
	}
	at, err := readTime(c.spec.Time.Unit, m.at(c, c.time))
	return at, err == nil
}

// Window returns how far the time of a request may be from the receiver's clock; 0
// where the declaration has no time.
func (c *Codec) Window() time.Duration {
	if c.spec.Time == nil {
		return 0
	}
	return c.spec.Time.Window
}

// Explain is Examine as lines of text: the intermediate results under the names of
// their steps, "sign, string to sign", and what explains those that do not hold. The
// error is the refusal of Parse or Verify.
func (c *Codec) Explain(r *Request, k *Keys, now time.Time, theirs string) ([]Line, error) {
	report, err := c.Examine(r, k, now, theirs)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, s := range report.Steps {
		lines = append(lines, s.flat()...)
	}
	if report.Refusal != nil {
		return append(lines, Line{"result", "refused: " + report.Refusal.Error()}), report.Refusal
	}
	return append(lines, Line{"payload", report.Payload}), nil
}

// flat writes a step as lines.
func (s *StepReport) flat() (lines []Line) {
	if s.Title == "request" {
		return []Line{{"request", "refused: " + s.Why}}
	}
	for _, l := range s.Lines {
		lines = append(lines, Line{s.Title + ", " + l.Step, l.Text})
	}
	lines = append(lines, s.Difference.flat()...)
	for _, cause := range s.Causes {
		if cause.Proof == "" {
			lines = append(lines, Line{"likely cause", cause.Text})
		} else {
			lines = append(lines, Line{"hint", cause.Text + ": " + cause.Proof})
		}
	}
	if s.Advice != "" {
		lines = append(lines, Line{"hint", s.Advice})
	}
	return lines
}

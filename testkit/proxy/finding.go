package proxy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Level is how much a finding weighs.
type Level string

// The levels.
const (
	Violation Level = "violation" // of the document
	Remark    Level = "remark"    // worth a look; it breaks nothing, or nobody can tell
)

// Direction names the sender of the message that breaks a rule.
type Direction string

// The directions.
const (
	Request  Direction = "request"
	Response Direction = "response"
)

// Finding is one thing that was seen. It holds no value of a message but codes of
// the document and ids of messages.
type Finding struct {
	Time      time.Time `json:"time"`
	Level     Level     `json:"level"`
	System    string    `json:"system,omitempty"`
	Cmd       string    `json:"cmd,omitempty"`
	App       string    `json:"app,omitempty"`
	Sid       string    `json:"sid,omitempty"`
	Direction Direction `json:"direction"`
	Rule      string    `json:"rule"`            // of runtime/problem, or a word of this package
	Code      string    `json:"code,omitempty"`  // of the document, for that rule
	Field     string    `json:"field,omitempty"` // path as the document writes it
	At        string    `json:"at,omitempty"`    // path with indexes
	Section   string    `json:"section,omitempty"`
	YAML      string    `json:"yaml,omitempty"` // file:line:column
	Detail    string    `json:"detail,omitempty"`
}

// The rules of this package, beside those of runtime/problem.
const (
	ruleStatus     = "status"     // an HTTP status that no reply of the document has
	ruleFrame      = "frame"      // code or text of a reply that are missing or of another type
	ruleCode       = "code"       // a code that the catalogue does not have
	ruleHeader     = "header"     // a reply that repeats another sid or cmd than it was asked
	ruleUnknown    = "unknown"    // a member that the document does not have
	ruleAccepted   = "accepted"   // a success for a request that breaks a rule
	ruleUnread     = "unread"     // unreadable parts
	ruleUnanswered = "unanswered" // no reply came
	// ruleContradicts is for a reply that does not go with what earlier messages said.
	ruleContradicts = "contradicts"
)

// String is the finding as one line.
func (f Finding) String() string {
	words := []string{string(f.Level), cmp.Or(f.System, "-"), cmp.Or(f.Cmd, "-"), string(f.Direction), f.Rule}
	for _, w := range []string{f.Code, cmp.Or(f.At, f.Field)} {
		if w != "" {
			words = append(words, w)
		}
	}
	if f.Section != "" {
		words = append(words, "§"+f.Section)
	}
	if f.YAML != "" {
		words = append(words, f.YAML)
	}
	line := strings.Join(words, " ")
	if f.Detail != "" {
		line += ": " + f.Detail
	}
	return line
}

// Tally counts findings and exchanges. It is safe for concurrent use.
type Tally struct {
	mu        sync.Mutex
	told      func(Finding)
	exchanges int
	refused   int
	levels    map[Level]int
	counts    map[counted]int
}

// counted is the key by which findings are counted.
type counted struct {
	level                Level
	system, cmd          string
	direction            Direction
	rule, field, section string
}

// NewTally returns a Tally that calls a function with each finding, one at a time;
// nil: none.
func NewTally(told func(Finding)) *Tally {
	return &Tally{told: told, levels: map[Level]int{}, counts: map[counted]int{}}
}

// Record returns a function for NewTally that writes each finding as a line of JSON after
// it was told. lost hears of the first one that could not be written.
func Record(w io.Writer, told func(Finding), lost func(error)) func(Finding) {
	lines, missing := json.NewEncoder(w), false
	lines.SetEscapeHTML(false)
	return func(f Finding) {
		told(f)
		if err := lines.Encode(f); err != nil && !missing {
			missing = true
			lost(err)
		}
	}
}

// exchanged counts one request with its reply and its findings.
func (t *Tally) exchanged(found []Finding, refused bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exchanges++
	if refused {
		t.refused++
	}
	for _, f := range found {
		t.levels[f.Level]++
		t.counts[counted{f.Level, f.System, f.Cmd, f.Direction, f.Rule, f.Field, f.Section}]++
		if t.told != nil {
			t.told(f)
		}
	}
}

// Count returns how many findings of a level there were.
func (t *Tally) Count(level Level) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.levels[level]
}

// Print writes the counts: one line for all, then one for each kind of finding,
// most frequent first.
func (t *Tally) Print(w io.Writer) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := fmt.Fprintf(w, "%d exchanges, %d violations, %d remarks, %d refused\n",
		t.exchanges, t.levels[Violation], t.levels[Remark], t.refused)
	keys := slices.SortedFunc(maps.Keys(t.counts), func(a, b counted) int {
		return cmp.Or(t.counts[b]-t.counts[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	for _, k := range keys {
		f := Finding{Level: k.level, System: k.system, Cmd: k.cmd, Direction: k.direction, Rule: k.rule, Field: k.field, Section: k.section}
		if err == nil {
			_, err = fmt.Fprintf(w, "%6d  %s\n", t.counts[k], f)
		}
	}
	return err
}

// Package waiver lets findings stay. A comment in the YAML names the rule, a day and a
// reason, and holds for the row behind which or above which it is written, with all
// that is inside of it:
//
//	# waive JK0225 until 2027-06-30: the nightly load fills it
//	mobile: {type: string, required: true}
//
// A comment can be written at every node, also where the language has no key for it,
// as linters of other languages have it. With on instead of until it has no end.
package waiver

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// Waiver is one such comment.
type Waiver struct {
	Pos    spec.Pos
	Rule   string // id of the rule
	Day    string // yyyy-MM-dd
	Until  bool   // it ends behind Day; else Day is when it was written
	Reason string

	first, last int // lines that it covers
	fault       string
	used        bool
}

var (
	comment = regexp.MustCompile(`^(.*?)(?:^|\s)#\s*(waive\b.*)$`)
	form    = regexp.MustCompile(`^waive ([A-Z]+[0-9]+) (on|until) ([0-9]{4}-[0-9]{2}-[0-9]{2}): (\S.*)$`)
)

// List are the waivers of some files.
type List []*Waiver

// Read finds the waivers in the files that were collected.
func Read(from *spec.Collector) List {
	var list List
	for _, file := range from.Files() {
		lines := from.Lines(file)
		for n, line := range lines {
			if m := comment.FindStringSubmatch(line); m != nil {
				list = append(list, read(file, lines, n, m))
			}
		}
	}
	return list
}

// read reads a comment in line n, which counts from 0.
func read(file string, lines []string, n int, m []string) *Waiver {
	w := &Waiver{Pos: spec.Pos{File: file, Line: n + 1, Col: len([]rune(lines[n])) - len([]rune(m[2])) + 1}}
	w.first, w.last = covered(lines, n, strings.TrimSpace(m[1]) == "")
	parts := form.FindStringSubmatch(strings.TrimSpace(m[2]))
	if parts == nil {
		w.fault = "it is written as # waive JK0225 until 2027-06-30: the reason"
		return w
	}
	w.Rule, w.Until, w.Day, w.Reason = parts[1], parts[2] == "until", parts[3], parts[4]
	if _, err := time.Parse(time.DateOnly, w.Day); err != nil {
		w.fault = w.Day + " is no day"
	}
	return w
}

// covered are the lines of the row that a comment in line n is about, which count from
// 1: its own, or the next one where the comment is alone. The first row of a file
// stands for the file as a whole, too.
func covered(lines []string, n int, alone bool) (first, last int) {
	row := n
	for alone && row < len(lines) && empty(lines[row]) {
		row++
	}
	if row >= len(lines) {
		return n + 1, n + 1
	}
	depth := indent(lines[row])
	last = row
	for i := row + 1; i < len(lines) && (empty(lines[i]) || indent(lines[i]) > depth); i++ {
		if !empty(lines[i]) {
			last = i
		}
	}
	first = row
	if !slices.ContainsFunc(lines[:row], func(line string) bool { return !empty(line) }) {
		first = 0
	}
	return first + 1, last + 1
}

// empty reports whether a line has nothing but a comment.
func empty(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

// indent is how far a line is set in. The dash of a list's element belongs to it.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// Waived is a finding that is let stay, and why.
type Waived struct {
	spec.Finding
	Reason string
}

// Apply separates the findings that are let stay from the others. can says which rules
// may be waived.
func (list List) Apply(findings spec.Findings, can func(rule string) bool) (kept spec.Findings, waived []Waived) {
	for _, f := range findings {
		if w := list.covering(f); w != nil && can(f.ID) {
			w.used = true
			waived = append(waived, Waived{f, w.Reason})
			continue
		}
		kept = append(kept, f)
	}
	return kept, waived
}

func (list List) covering(f spec.Finding) *Waiver {
	for _, w := range list {
		if w.fault == "" && w.Rule == f.ID && w.Pos.File == f.Pos.File && w.first <= f.Pos.Line && f.Pos.Line <= w.last {
			return w
		}
	}
	return nil
}

// Faults reports the waivers that are none, and those of rules that cannot be waived.
func (list List) Faults(to *spec.Collector, known, can func(rule string) bool) {
	for _, w := range list {
		switch {
		case w.fault != "":
			to.Add("JK0708", w.Pos, w.fault, "a waiver names a rule, a day and a reason")
		case known(w.Rule) && !can(w.Rule):
			to.Add("JK0708", w.Pos, "fix what it finds", "the rule %s cannot be waived: nothing could be generated", w.Rule)
		}
	}
}

// Idle reports the waivers that held nothing back, of the rules that were looked at.
func (list List) Idle(to *spec.Collector, looked func(rule string) bool) {
	for _, w := range list {
		if w.fault == "" && !w.used && looked(w.Rule) {
			to.Add("JK0708", w.Pos, "remove it", "nothing breaks the rule %s here", w.Rule)
		}
	}
}

// Ended reports the waivers whose last day is before a day.
func (list List) Ended(to *spec.Collector, day time.Time) {
	for _, w := range list {
		if w.used && w.Until && w.Day < day.Format(time.DateOnly) {
			to.Add("JK0709", w.Pos, "fix what it lets stay, or give it another day", "the waiver of %s ended on %s: %s", w.Rule, w.Day, w.Reason)
		}
	}
}

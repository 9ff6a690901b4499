package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Collector collects findings and knows the lines of the files they are about. The
// zero value is ready.
type Collector struct {
	findings Findings
	sources  map[string][]string
}

// Source notes the text of a file before anything is said about it.
func (r *Collector) Source(file string, text []byte) {
	if r.sources == nil {
		r.sources = map[string][]string{}
	}
	r.sources[file] = strings.Split(string(text), "\n")
}

// Lines returns the lines of a file that was noted.
func (r *Collector) Lines(file string) []string { return r.sources[file] }

// Files returns the files that were noted, sorted.
func (r *Collector) Files() []string { return slices.Sorted(maps.Keys(r.sources)) }

// Keep replaces what was found by some of it.
func (r *Collector) Keep(some Findings) { r.findings = some }

// Add notes a finding.
func (r *Collector) Add(id string, pos Pos, hint, format string, args ...any) {
	r.findings = append(r.findings, Finding{Pos: pos, ID: id, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// FoundIn says whether anything was found in files below a folder.
func (r *Collector) FoundIn(folder string) bool {
	return slices.ContainsFunc(r.findings, func(f Finding) bool { return strings.HasPrefix(f.Pos.File, folder+"/") })
}

// Count is how much was found so far.
func (r *Collector) Count() int { return len(r.findings) }

// Inside is the place of a part of a text, n-th of its kind, given the place of
// the text's value: the part is looked for in the lines from there on.
func (r *Collector) Inside(at Pos, part string, n int) Pos {
	lines := r.sources[at.File]
	for i := at.Line - 1; i >= 0 && i < len(lines) && i < at.Line+40; i++ {
		line, from := []rune(lines[i]), 0
		if i == at.Line-1 {
			from = min(at.Col-1, len(line))
		}
		for rest := string(line[from:]); ; {
			before, after, found := strings.Cut(rest, part)
			if !found {
				break
			}
			from += len([]rune(before))
			if n--; n < 0 {
				return Pos{at.File, i + 1, from + 1}
			}
			from += len([]rune(part))
			rest = after
		}
	}
	return at
}

// Sorted returns the findings in order, each once, with their source lines.
func (r *Collector) Sorted() Findings {
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Message, b.Message))
	})
	out := slices.CompactFunc(r.findings, func(a, b Finding) bool { return a.Pos == b.Pos && a.Message == b.Message })
	for i := range out {
		if lines := r.sources[out[i].Pos.File]; out[i].Pos.Line >= 1 && out[i].Pos.Line <= len(lines) {
			out[i].Source = strings.TrimRight(lines[out[i].Pos.Line-1], "\r ")
		}
	}
	return out
}

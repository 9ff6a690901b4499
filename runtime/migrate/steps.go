package migrate

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// Phase says beside which servers a migration may run.
type Phase string

// The phases of a migration.
const (
	// Whole is a migration that does not say, and does more than add: a server of the
	// revision before does not start any more once it was applied.
	Whole Phase = ""
	// Expand leaves everything in place that the revision before needs, so that servers
	// of both run side by side, and may be restarted.
	Expand Phase = "expand"
	// Contract takes away what only the revision before needs. Up leaves it to Finish,
	// except in a database where no server of that revision ever ran.
	Contract Phase = "contract"
)

// Step is a part of a migration with a commit of its own, so that no lock is held
// longer than for one statement. A process that is killed resumes at the step where
// it was.
type Step struct {
	Title string   `json:"title"`
	SQL   string   `json:"sql"`
	Back  []string `json:"back,omitempty"` // how it is undone, or why it cannot be
	// Alone says that it refuses a transaction (create index concurrently). It may run
	// twice, so it must bear that, or follow a step that takes away what it left behind.
	Alone bool `json:"alone,omitempty"`
	// Repeat says that it is run until it changes no row: one batch at a time.
	Repeat bool `json:"repeat,omitempty"`

	line int // of its first line in the file
}

// clears says whether a step takes an index away that may not be there.
func (s Step) clears() bool {
	return s.Alone && strings.HasPrefix(strings.TrimSpace(s.SQL), "drop index concurrently if exists ")
}

// Check is a query for rows that are in the way of a migration.
type Check struct {
	Title string `json:"title"`
	SQL   string `json:"sql"`
}

// The marks of a migration's text, each at the beginning of a line.
const (
	markPhase = "-- jiekou:"
	markCheck = "-- precheck:"
	markStep  = "-- step"
	markBack  = "-- back:"
	markMore  = "--   "
)

// parse reads the marks of a migration. Text without marks is one step that is not named.
func (m *Migration) parse() error {
	var check *Check
	var step *Step
	for n, line := range strings.Split(m.SQL, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case strings.HasPrefix(line, markPhase):
			m.Phase = Phase(strings.TrimSpace(strings.TrimPrefix(line, markPhase)))
			if m.Phase != Expand && m.Phase != Contract {
				return fmt.Errorf("line %d: %q is neither expand nor contract", n+1, m.Phase)
			}
		case strings.HasPrefix(line, markCheck):
			m.Checks = append(m.Checks, Check{Title: strings.TrimSpace(strings.TrimPrefix(line, markCheck))})
			check = &m.Checks[len(m.Checks)-1]
			continue
		case strings.HasPrefix(line, markMore) && check != nil:
			check.SQL += strings.TrimPrefix(line, markMore) + "\n"
			continue
		case strings.HasPrefix(line, markStep):
			s, err := stepOf(line, n+1)
			if err != nil {
				return err
			}
			m.Steps = append(m.Steps, s)
			step = &m.Steps[len(m.Steps)-1]
		case strings.HasPrefix(line, markBack) && step != nil:
			step.Back = append(step.Back, strings.TrimSpace(strings.TrimPrefix(line, markBack)))
		case step != nil:
			step.SQL += line + "\n"
		}
		check = nil
	}
	return m.settle()
}

// stepOf reads the line that begins a step: "-- step: TITLE", "-- step (alone): TITLE",
// "-- step (repeat): TITLE".
func stepOf(line string, n int) (Step, error) {
	kind, title, ok := strings.Cut(strings.TrimPrefix(line, markStep), ":")
	s := Step{Title: strings.TrimSpace(title), line: n + 1}
	switch strings.TrimSpace(kind) {
	case "":
	case "(alone)":
		s.Alone = true
	case "(repeat)":
		s.Repeat = true
	default:
		ok = false
	}
	if !ok || s.Title == "" {
		return s, fmt.Errorf("line %d: a step begins like -- step: WHAT, -- step (alone): WHAT or -- step (repeat): WHAT", n)
	}
	return s, nil
}

// settle completes what parse has read.
func (m *Migration) settle() error {
	for _, c := range m.Checks {
		if strings.TrimSpace(c.SQL) == "" {
			return fmt.Errorf("the precheck %q has no query; its lines begin with %q", c.Title, markMore)
		}
	}
	if len(m.Steps) == 0 {
		if m.Phase == Whole && adds(m.SQL) {
			m.Phase = Expand
		}
		m.Steps = []Step{{Title: m.Name, SQL: m.SQL, line: 1}}
		return nil
	}
	for _, s := range m.Steps {
		if strings.TrimSpace(s.SQL) == "" {
			return fmt.Errorf("the step %q has no statement", s.Title)
		}
	}
	return nil
}

// adding is a statement that a server of the revision before does not feel: a column of a
// table that is there may be left out of a row. remark is a line that is none.
var (
	adding = regexp.MustCompile(`^(?:(?:create (?:table|index|schema)|comment on) (?:[^;']|'[^']*')*|alter table \S+ add column \S+ [a-z]+(?: precision)?(?:\(\d+(?:, ?\d+)?\))?(?: default \S+(?: not null)?)?)$`)
	remark = regexp.MustCompile(`(?m)^--.*$`)
)

// adds reports whether a text does nothing but add tables, indexes and columns. One that it
// cannot read does more.
func adds(text string) bool {
	for one := range strings.SplitSeq(remark.ReplaceAllString(text, ""), ";\n") {
		if one = strings.Trim(one, "; \n"); one != "" && !adding.MatchString(one) {
			return false
		}
	}
	return true
}

// String is what a phase is called.
func (p Phase) String() string { return cmp.Or(string(p), "whole") }

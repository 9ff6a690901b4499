package fault

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Statement changes a statement of a system in every way that this package knows. name is
// the interface that it belongs to, and whatever else tells it from others.
func Statement(system, name, text string) []*Fault {
	cmd, _, _ := strings.Cut(name, " ")
	s := &statement{system: system, name: name, cmd: cmd, text: text, has: map[string]bool{text: true}}
	s.cut()
	for _, p := range s.parts {
		if p.place == "" {
			continue
		}
		s.here = p
		s.arguments()
		s.conditions()
		s.calls()
		s.neighbours()
		s.verdicts()
		s.literals()
		s.overwritten()
		s.here.same = ""
		s.order()
	}
	return s.out
}

// part is a part of a statement that is in one place.
type part struct {
	from, until int
	place       Place
	same        string // why no message shows a fault in it
	table       string // that it writes
}

type statement struct {
	system, name, cmd, text string

	parts []part
	here  part
	out   []*Fault
	has   map[string]bool // texts that are there already
}

var (
	withPart = regexp.MustCompile(`(?m)^(?:with )?(\w+) as \(\n`)
	inserts  = regexp.MustCompile(`(?:insert into|update|delete from) ([\w.]+)`)
)

// cut finds the parts.
func (s *statement) cut() {
	last := 0
	verdict := strings.HasPrefix(s.text, "with verdict as (")
	for _, m := range withPart.FindAllStringSubmatchIndex(s.text, -1) {
		end := strings.Index(s.text[m[1]:], "\n)")
		if m[0] < last || end < 0 {
			continue
		}
		p := part{from: m[1], until: m[1] + end, place: Writes}
		body := s.text[p.from:p.until]
		if t := inserts.FindStringSubmatch(body); t != nil {
			p.table = t[1]
		}
		switch name := s.text[m[2]:m[3]]; {
		case name == "verdict":
			p.place = Checks
			if strings.Count(body, "then array[") == 1 && strings.Contains(body, "jiekou.sid") {
				p.same = "the insert of the message id refuses it with the same code"
			}
		case p.table == "jiekou.outbox":
			p.place = Told
		case name == "sid" || name == "go":
			p.place = Runtime
		case name == "moved":
			p.place = Paging
			p.same = "rows that change while a list is read page by page are read again: no interface changes one in that minute"
		}
		s.parts = append(s.parts, p)
		last = p.until
	}
	rest := part{from: last, until: len(s.text), place: Reads}
	switch {
	case verdict:
		rest.place = Replies
	case strings.HasSuffix(s.name, "count"):
		rest.place = Paging
	case strings.HasSuffix(s.name, " checks"):
		rest.place = Checks
	default:
		if at := strings.LastIndex(s.text, "\norder by"); at > last {
			rest.until = at
			s.parts = append(s.parts, part{from: at, until: len(s.text), place: Paging})
		}
	}
	s.parts = append(s.parts, rest)
}

// add notes a change of the bytes between two places of the part.
func (s *statement) add(from, until int, to, what string) {
	is := s.text[:from] + to + s.text[until:]
	if s.has[is] {
		return
	}
	s.has[is] = true
	place := s.here.place
	if place == Reads && strings.Contains(s.text[from:until], "::timestamptz") && strings.Contains(s.text[from:until], ">=") {
		place = Paging
	}
	s.out = append(s.out, &Fault{
		Place: place, System: s.system, Cmd: s.cmd, At: fmt.Sprintf("SQL of %s:%d", s.name, 1+strings.Count(s.text[:from], "\n")), What: fmt.Sprintf("%s: %s -> %s", what, flat(s.text[from:until]), flat(to)),
		Was: s.text, Is: is, Kind: what, From: from, Until: until, Same: s.here.same,
	})
}

// each finds a pattern in the part.
func (s *statement) each(pattern *regexp.Regexp, do func(m []int, group func(n int) string)) {
	for _, m := range pattern.FindAllStringSubmatchIndex(s.text[s.here.from:s.here.until], -1) {
		at := slices.Clone(m)
		for n := range at {
			at[n] += s.here.from
		}
		do(at, func(n int) string { return s.text[at[2*n]:at[2*n+1]] })
	}
}

var argument = regexp.MustCompile(`\$(\d+)::(\w+(?:\[\])?)`)

// arguments loses values, and takes another one of the same type.
func (s *statement) arguments() {
	all := argument.FindAllStringSubmatch(s.text, -1)
	s.each(argument, func(m []int, group func(int) string) {
		s.add(m[0], m[1], "null::"+group(2), "value lost")
		if group(2) == "text" && s.here.place == Writes && !strings.HasPrefix(s.text[m[1]:], " is ") { // a part of it is there, too
			s.add(m[0], m[1], "left("+group(0)+", 3)", "cut")
		}
		for n, other := range all {
			if other[2] == group(2) && other[1] != group(1) && n%3 == m[0]%3 {
				s.add(m[0], m[1], other[0], "another value")
				break
			}
		}
	})
}

var (
	conjunct = regexp.MustCompile(`\n *and [^\n]*`)
	inline   = regexp.MustCompile(` and [^\n()]*(?:\([^\n()]*\))?[^\n()]*`)
	whole    = regexp.MustCompile(`where ([^\n]*)`)
	equals   = regexp.MustCompile(`[\w:')] (=|<>|>=|<=|<|>) [\w$'(]`)
	exists   = regexp.MustCompile(`not exists|exists`)
	null     = regexp.MustCompile(`is not null|is null`)
)

// conditions drops conditions and turns them round.
func (s *statement) conditions() {
	balanced := func(text string) bool { return strings.Count(text, "(") == strings.Count(text, ")") }
	for _, p := range []*regexp.Regexp{conjunct, inline} {
		s.each(p, func(m []int, group func(int) string) {
			if balanced(group(0)) {
				s.add(m[0], m[1], "", "condition left out")
			}
		})
	}
	s.each(whole, func(m []int, group func(int) string) {
		if balanced(group(1)) && group(1) != "" {
			s.add(m[2], m[3], "true", "no condition")
		}
	})
	s.each(equals, func(m []int, group func(int) string) {
		line := s.text[strings.LastIndexByte(s.text[:m[0]], '\n')+1:]
		if strings.Contains(line[:min(len(line), 80)], "= excluded.") {
			return
		}
		to := map[string]string{"=": "<>", "<>": "=", ">=": ">", "<=": "<", ">": ">=", "<": "<="}[group(1)]
		s.add(m[2], m[3], to, "compared otherwise "+flat(s.text[max(0, m[0]-20):min(len(s.text), m[1]+20)]))
	})
	s.each(exists, func(m []int, group func(int) string) {
		if strings.HasPrefix(group(0), "not") {
			s.add(m[0], m[1], "exists", "turned round")
		} else {
			s.add(m[0], m[1], "not exists", "turned round")
		}
	})
	s.each(null, func(m []int, group func(int) string) {
		to := "is null"
		if group(0) == to {
			to = "is not null"
		}
		s.add(m[0], m[1], to, "turned round")
	})
}

var (
	nullif   = regexp.MustCompile(`nullif\(((?:left\()?[\w.$:]+(?:, \d+\))?), ''\)`)
	coalesce = regexp.MustCompile(`coalesce\(((?:left\()?[\w.$:]+(?:, \d+\))?), ([^()\n]+)\)`)
	left     = regexp.MustCompile(`left\(([\w.$:]+), (\d+)\)`)
	now      = regexp.MustCompile(`now\(\)`)
	zone     = regexp.MustCompile(`'Asia/Shanghai'`)
)

// calls changes calls of functions.
func (s *statement) calls() {
	s.each(nullif, func(m []int, group func(int) string) { s.add(m[0], m[1], group(1), "empty is no value") })
	s.each(coalesce, func(m []int, group func(int) string) {
		same := s.here.same
		if strings.HasPrefix(s.text[m[1]:], " <> ''") {
			s.here.same = "a condition about no value does not hold"
		}
		s.add(m[0], m[1], group(1), "nothing for no value")
		s.here.same = same
		s.add(m[0], m[1], group(2), "always")
	})
	s.each(left, func(m []int, group func(int) string) { s.add(m[0], m[1], "left("+group(1)+", 3)", "cut") })
	s.each(now, func(m []int, group func(int) string) { s.add(m[0], m[1], "now() - interval '2 days'", "another time") })
	s.each(zone, func(m []int, group func(int) string) { s.add(m[0], m[1], "'UTC'", "another zone") })
}

var (
	column = regexp.MustCompile(`(?m)^( +)([^\n]+) as (\w+),\n( +)([^\n]+) as (\w+),?$`)
	member = regexp.MustCompile(`(?m)^ +'\w+', ([^\n]+),\n +'\w+', ([^\n]+?),?$`)
	bare   = regexp.MustCompile(`(?m)^  (t\.\w+|coalesce\(t\.\w+, ''\)),\n  (t\.\w+|coalesce\(t\.\w+, ''\)),$`)
	gone   = regexp.MustCompile(`(?m)^ +'\w+', ([^\n,()]+|[^\n]+\)),$`)
	alone  = regexp.MustCompile(`(?m)^  (t\.\w+|coalesce\(t\.\w+, ''\)),$`)
)

// neighbours exchanges values next to each other.
func (s *statement) neighbours() {
	swap := func(p *regexp.Regexp, a, b int) {
		for at := s.here.from; at < s.here.until; { // pairs overlap
			m := p.FindStringSubmatchIndex(s.text[at:s.here.until])
			if m == nil {
				return
			}
			from, until := at+m[2*a], at+m[2*b+1]
			x, y := s.text[at+m[2*a]:at+m[2*a+1]], s.text[at+m[2*b]:at+m[2*b+1]]
			s.add(from, until, y+s.text[at+m[2*a+1]:at+m[2*b]]+x, "exchanged")
			at += m[2*a+1]
		}
	}
	swap(column, 2, 5)
	swap(member, 1, 2)
	swap(bare, 1, 2)
	if s.here.place == Told {
		s.each(gone, func(m []int, group func(int) string) { s.add(m[2], m[3], "null", "not told") })
	}
	if s.here.place == Reads {
		s.each(alone, func(m []int, group func(int) string) { s.add(m[2], m[3], "''", "empty") })
	}
}

var (
	clause = regexp.MustCompile(`(?m)^    when (?:[^\n]|\n      |\n    \))*?then array\['[^\n]*\n|^  when (?:[^\n]|\n    |\n  \))*?then array\['[^\n]*\n`)
	code   = regexp.MustCompile(`array\['([\w-]+)'`)
)

// verdicts drops checks, exchanges neighbours, and has them answered with other codes.
func (s *statement) verdicts() {
	if s.here.place != Checks {
		return
	}
	until := s.here
	s.here.until = min(len(s.text), s.here.until+1)
	var last []int
	s.each(clause, func(m []int, group func(int) string) {
		s.add(m[0], m[1], "", "check left out")
		if last != nil && last[1] == m[0] {
			s.add(last[0], m[1], s.text[m[0]:m[1]]+s.text[last[0]:last[1]], "checks exchanged")
		}
		last = m
	})
	s.here = until
	s.each(code, func(m []int, group func(int) string) { s.add(m[2], m[3], "9"+group(1), "another code") })
}

var (
	literal = regexp.MustCompile(`'([^'\n$%:]+)'`)
	number  = regexp.MustCompile(`(?:then|else|set \w+ =|,) (\d+)\b`)
)

// literals changes texts and numbers.
func (s *statement) literals() {
	s.each(literal, func(m []int, group func(int) string) {
		before := s.text[max(0, m[0]-8):m[0]]
		if strings.HasSuffix(before, "array[") || group(1) == s.system || s.text[m[1]:min(len(s.text), m[1]+2)] == ", " && s.here.place == Told ||
			group(1) == "Asia/Shanghai" || strings.HasPrefix(group(1), "YYYY") || strings.HasSuffix(before, "interval ") {
			return
		}
		s.add(m[2], m[3], group(1)+"x", "another text")
	})
	s.each(number, func(m []int, group func(int) string) {
		s.add(m[2], m[3], strings.TrimPrefix(group(1), "0")+"1", "another number")
	})
}

var (
	orderBy = regexp.MustCompile(`order by ([\w.]+)(,? ?)`)
	desc    = regexp.MustCompile(` desc\b`)
	offset  = regexp.MustCompile(`offset (\$\d+::bigint)`)
	limit   = regexp.MustCompile(`limit (\$\d+::bigint)`)
	oldest  = regexp.MustCompile(`\bleast\(`)
)

// order changes orders and pages.
func (s *statement) order() {
	s.each(orderBy, func(m []int, group func(int) string) {
		if !strings.HasPrefix(s.text[m[3]:], " desc") {
			s.add(m[3], m[3], " desc", "reversed after "+group(1))
		}
		if group(2) == ", " {
			s.add(m[2], m[5], "", "not ordered by")
		}
	})
	s.each(desc, func(m []int, group func(int) string) { s.add(m[0], m[1], "", "reversed") })
	s.each(offset, func(m []int, group func(int) string) {
		s.add(m[2], m[3], "0", "no offset")
		s.add(m[2], m[3], group(1)+" + 1", "offset")
	})
	s.each(limit, func(m []int, group func(int) string) {
		s.add(m[2], m[3], group(1)+" + 1", "limit")
		s.add(m[2], m[3], "10", "limit")
	})
	s.each(oldest, func(m []int, group func(int) string) { s.add(m[0], m[1], "greatest(", "another end") })
}

var (
	excluded = regexp.MustCompile(`(\w+) = excluded\.(\w+)`)
	assigned = regexp.MustCompile(`(?m)^    (\w+) = ([^\n]+?)(,?)$`)
)

// overwritten leaves columns of a row that is there as they are.
func (s *statement) overwritten() {
	if body := s.text[s.here.from:s.here.until]; strings.HasPrefix(body, "  update ") && strings.Contains(body, " t\n") {
		s.each(assigned, func(m []int, group func(int) string) { s.add(m[4], m[5], "t."+group(1), "left as it is") })
	}
	if _, name, ok := strings.Cut(s.here.table, "."); ok {
		s.each(excluded, func(m []int, group func(int) string) {
			s.add(m[0], m[1], group(1)+" = "+name+"."+group(1), "left as it is")
		})
	}
}

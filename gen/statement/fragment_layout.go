package statement

import (
	"slices"
	"strings"
)

// fragmentLayout says where lines of SQL in the YAML may end: at parentheses, cases
// and commas, and before the words that begin a clause.
type fragmentLayout struct {
	list []token
	n    int // the next
}

// clauses are the words that may begin a line; joints are those of them that begin no
// clause of a selection.
var (
	clauses = append([]string{
		"from", "where", "group", "having", "order", "limit", "offset", "union", "join", "cross", "inner", "left",
	}, joints...)
	joints = []string{"and", "or", "when", "else"}
)

// until lays out what comes up to an end, which it takes; "" is the end of all.
func (l *fragmentLayout) until(end string) doc {
	var out docs
	inner := doc(space) // what does not begin a clause of a selection stands further in
	if l.n < len(l.list) && l.word(l.n) == "select" {
		inner = nested{space}
	}
	for l.n < len(l.list) {
		t := l.list[l.n]
		l.n++
		switch word := l.word(l.n - 1); {
		case word == end && end != "":
			return out
		case word == "(":
			out = append(out, enclosed("(", l.until(")"), ")"))
		case word == "case":
			out = append(out, group{docs{words("case"), nested{l.until("end")}, space, words("end")}})
		case t.kind == blankToken:
			out = append(out, l.between(end, inner))
		default:
			out = append(out, words(t.text))
		}
	}
	return out
}

// between is the white space before the next token; inner is that before what begins
// no clause of a selection.
func (l *fragmentLayout) between(end string, inner doc) doc {
	switch {
	case l.n < 2, l.n == len(l.list), end != "" && l.word(l.n) == end, l.list[l.n-2].text == "(":
		return docs{}
	case l.list[l.n-2].text == ",", l.clause() && slices.Contains(joints, l.word(l.n)):
		return inner
	case l.clause():
		return space
	}
	return words(" ")
}

// clause reports whether the next token begins a clause; left( is a function.
func (l *fragmentLayout) clause() bool {
	return slices.Contains(clauses, l.word(l.n)) && (l.n+1 == len(l.list) || l.list[l.n+1].text != "(")
}

// word is a token that means something to SQL, in small letters.
func (l *fragmentLayout) word(n int) string {
	switch t := l.list[n]; t.kind {
	case nameToken, signToken:
		return strings.ToLower(t.text)
	}
	return ""
}

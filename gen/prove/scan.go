package prove

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Scan is a part of a plan that takes longer as its table grows.
type Scan struct {
	Relation string   // with its schema
	Columns  []string // of an index that would serve it, as far as the plan tells; may be empty
	Why      string
}

// node is a part of a plan as explain tells it.
type node struct {
	Type      string   `json:"Node Type"`
	Schema    string   `json:"Schema"`
	Relation  string   `json:"Relation Name"`
	Alias     string   `json:"Alias"`
	Index     string   `json:"Index Name"`
	Cond      string   `json:"Index Cond"`
	Filter    string   `json:"Filter"`
	Join      string   `json:"Join Filter"`
	Hash      string   `json:"Hash Cond"`
	Merge     string   `json:"Merge Cond"`
	Sort      []string `json:"Sort Key"`
	Presorted []string `json:"Presorted Key"`
	Subplan   string   `json:"Subplan Name"`
	Plans     []*node  `json:"Plans"`
}

// place is what the parts above a part do with its rows.
type place struct {
	filter  string   // that keeps some of them
	sort    []string // the order in which they are wanted
	limited bool     // only the first are wanted
}

// walk visits the parts of a plan.
type walk struct {
	indexes map[string]index
	scans   []Scan
}

// visit notes the scans of a part and of those below it.
func (w *walk) visit(n *node, at place) {
	switch n.Type {
	case "Limit":
		at.limited = true
	case "Sort", "Incremental Sort":
		at.sort = n.Sort
	case "Aggregate", "Group", "WindowAgg", "ModifyTable", "LockRows", "Append":
		at.limited, at.sort = false, nil
	case "Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan":
		w.scan(n, at)
	}
	at.filter = both(at.filter, n.Join, n.Hash, n.Merge)
	for _, child := range n.Plans {
		below := at
		if child.Subplan != "" { // rows of its own
			below = place{}
			if strings.Contains(n.Filter, "hashed "+child.Subplan) {
				below.filter = n.Filter
			}
		}
		w.visit(child, below)
	}
}

// scan notes the scan of a table that no condition narrows, or one that none narrows
// from the first column of the index on.
func (w *walk) scan(n *node, at place) {
	if n.Schema == "pg_catalog" || n.Schema == "" {
		return
	}
	filter := both(n.Filter, at.filter)
	relation := n.Schema + "." + n.Relation
	served, gap := w.served(n, n)
	switch {
	case gap && w.other(relation, compared(n, both(n.Cond, filter), equal)): // over empty tables they cost the same
	case gap:
		w.add(relation, n, both(n.Cond, filter), nil,
			"looks through the whole of an index of %s, as it has no condition on the first of its columns", relation)
	case served:
	case filter != "":
		w.add(relation, n, filter, at.sort, "reads all rows of %s to find those it wants", relation)
	case at.limited && len(at.sort) > 0:
		w.add(relation, n, "", at.sort, "sorts all rows of %s to find the first", relation)
	}
}

// served reports whether an index narrows a scan; gap says that it does so only behind
// one of its columns that has no condition.
func (w *walk) served(scan, n *node) (served, gap bool) {
	if n.Cond != "" {
		return true, !w.leads(scan, n)
	}
	for _, child := range n.Plans {
		if strings.HasPrefix(child.Type, "Bitmap") && child.Subplan == "" {
			s, g := w.served(scan, child)
			served, gap = served || s, gap || g
		}
	}
	return served, gap
}

// leads reports whether the first column of an index has a condition.
func (w *walk) leads(scan, n *node) bool {
	return w.indexes[scan.Schema+"."+n.Index].begins(columnsIn(scan, n.Cond, whole))
}

// other reports whether there is an index that some columns with a condition begin.
func (w *walk) other(relation string, given []string) bool {
	for _, x := range w.indexes {
		if x.relation == relation && x.begins(given) {
			return true
		}
	}
	return false
}

// begins reports whether an index begins with a column that has a condition. A system is
// none by itself: it is the same in all rows that matter.
func (x index) begins(given []string) bool {
	for _, c := range x.columns {
		if c != "" && !slices.Contains(given, c) {
			return false
		}
		if c != "system" {
			break
		}
	}
	return true
}

// add notes a scan with the columns of an index that would serve it: those that are equal to
// something, then those within bounds, then the order.
func (w *walk) add(relation string, n *node, filter string, sort []string, why string, args ...any) {
	columns := compared(n, filter, equal)
	for _, c := range slices.Concat(compared(n, filter, ranged), columnsIn(n, strings.Join(sort, " "), whole)) {
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	w.scans = append(w.scans, Scan{Relation: relation, Columns: columns, Why: fmt.Sprintf(why, args...)})
}

// compared are the columns of a scan that parts of a condition compare with something that
// the row itself does not tell.
func compared(n *node, condition, how string) (columns []string) {
	for _, part := range conjuncts(condition) {
		if found := columnsIn(n, part, how); strings.Count(part, n.Alias+".") == 1 {
			columns = append(columns, found...)
		}
	}
	return columns
}

// both is the condition that all of some hold.
func both(conditions ...string) string {
	return strings.Join(slices.DeleteFunc(conditions, func(c string) bool { return c == "" }), " AND ")
}

// conjuncts are the conditions that a condition joins with AND, without those that have an
// OR in them. explain puts each into parentheses, and all of them too.
func conjuncts(condition string) (list []string) {
	depth, quoted, from := 0, false, 0
	for at, c := range condition {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.HasPrefix(condition[at:], " AND "):
			list, from = append(list, conjuncts(condition[from:at])...), at+len(" AND ")
		case depth == 0 && strings.HasPrefix(condition[at:], " OR "):
			return nil
		}
	}
	rest := condition[from:]
	if inner, ok := strings.CutPrefix(rest, "("); ok && from == 0 && strings.HasSuffix(inner, ")") {
		return conjuncts(strings.TrimSuffix(inner, ")"))
	}
	if from > 0 {
		return append(list, conjuncts(rest)...)
	}
	return append(list, rest)
}

// What follows a column in a condition.
const (
	whole  = ``
	casted = `\)?(?:::[a-z_ ]+)? `
	equal  = casted + `= `
	ranged = casted + `[<>]=? `
)

// columnsIn are the columns of a scan in a condition, or only those that something follows.
func columnsIn(n *node, condition, next string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`\b`+regexp.QuoteMeta(n.Alias)+`\."?(\w+)"?`+next).FindAllStringSubmatch(condition, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

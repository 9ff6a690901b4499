package write

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/mapping"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// sharer finds what several tables of a document have, so that it is written once.
type sharer struct {
	count   map[string]int    // of objects, by their rows
	names   map[string]string // of structs, by their rows
	taken   map[string]bool   // names of structs, in small letters
	structs *yaml.Node
}

// share takes the objects and the rows that repeat out of interfaces: an object with the
// same rows in two places becomes a struct, and rows that all interfaces begin with are
// common. Either is empty where nothing repeats.
func share(interfaces []*yaml.Node) (structs, common *yaml.Node) {
	s := &sharer{count: map[string]int{}, names: map[string]string{}, taken: map[string]bool{}, structs: block()}
	sides := []string{"request", "response"}
	for _, i := range interfaces {
		for _, side := range sides {
			s.note(mapping.Get(i, side))
		}
	}
	for _, i := range interfaces {
		for _, side := range sides {
			s.replace(mapping.Get(i, side))
		}
	}
	common = block()
	called := slices.DeleteFunc(slices.Clone(interfaces), func(i *yaml.Node) bool { return value(i, "kind") == "notify" })
	for _, side := range sides {
		if rows := commonRows(called, side); len(rows.Content) > 0 {
			put(common, side, rows)
		}
	}
	return s.structs, common
}

// note counts the objects in rows. What is inside of one that was met before is counted
// with it, so that only the largest that repeats becomes a struct.
func (s *sharer) note(rows *yaml.Node) {
	for n := 1; rows != nil && n < len(rows.Content); n += 2 {
		inner := mapping.Get(rows.Content[n], "fields")
		if inner == nil {
			continue
		}
		same := canonical(inner)
		if s.count[same]++; s.count[same] == 1 {
			s.note(inner)
		}
	}
}

// replace names structs in the place of objects that repeat.
func (s *sharer) replace(rows *yaml.Node) {
	for n := 1; rows != nil && n < len(rows.Content); n += 2 {
		row := rows.Content[n]
		inner := mapping.Get(row, "fields")
		if inner == nil {
			continue
		}
		same := canonical(inner)
		name := s.names[same]
		if name == "" && s.count[same] > 1 {
			name = s.nameOf(rows.Content[n-1].Value, row)
		}
		kind := value(row, "type")
		t, _ := spelling.Type(kind)
		if name == "" || t != spec.Array && t != spec.Object {
			s.replace(inner)
			continue
		}
		if s.names[same] == "" {
			s.names[same] = name
			one := block()
			put(one, "fields", inner)
			put(s.structs, name, one)
			s.replace(inner)
		}
		named(row, name, kind, t == spec.Array)
	}
}

// named makes a row one of a struct. The printed type stays where it says the same.
func named(row *yaml.Node, name, kind string, list bool) {
	printed := value(row, "doc_type")
	mapping.Unset(row, "fields")
	row.Style = yaml.FlowStyle
	form := regexp.MustCompile(`^(?i:(?:array)?list|array|set) ?< ?` + name + ` ?>$|^` + name + ` ?\[\]$`)
	switch {
	case printed == name && !list, list && form.MatchString(printed):
		mapping.Get(row, "type").SetString(printed)
		mapping.Unset(row, "doc_type")
		return
	case list:
		mapping.Get(row, "type").SetString(name + "[]")
	default:
		mapping.Get(row, "type").SetString(name)
	}
	if mapping.Get(row, "doc_type") != nil {
		return
	}
	at := 2
	for at < len(row.Content) && row.Content[at].Value != "doc_length" && row.Content[at].Value != "label" {
		at += 2
	}
	row.Content = append(row.Content[:at:at], append([]*yaml.Node{key("doc_type"), quoted(kind)}, row.Content[at:]...)...)
}

var word = pattern.New(`[A-Za-z][A-Za-z0-9_]*`)

var listName = pattern.New(`(?i)(?:list|array)$`)

// nameOf names a struct after the type that the document prints, or else after its row;
// an object of one row that has no name of its own is none.
func (s *sharer) nameOf(row string, object *yaml.Node) string {
	name := ""
	for _, w := range word.FindAllString(value(object, "doc_type"), -1) {
		if _, known := spelling.Type(w); !known {
			name = w
		}
	}
	if name == "" && (len(mapping.Get(object, "fields").Content) < 4 || word.FindString(row) != row) {
		return ""
	}
	if name == "" {
		for part := range strings.SplitSeq(row, "_") {
			name += strings.ToUpper(part[:min(1, len(part))]) + part[min(1, len(part)):]
		}
	}
	if bare := listName.ReplaceAllString(name, ""); bare != "" { // OrderList[] would be a list of lists of orders
		name = bare
	}
	base := name
	if _, known := spelling.Type(name); known {
		base, name = name+"Item", name+"Item"
	}
	for n := 2; s.taken[strings.ToLower(name)]; n++ {
		name = base + strconv.Itoa(n)
	}
	s.taken[strings.ToLower(name)] = true
	return name
}

// fewest is of how many interfaces rows have to be at least so that they are common.
const fewest = 3

// commonRows takes the rows out of interfaces with which all of them begin, but for a few
// that have none of them: those say so with except.
func commonRows(interfaces []*yaml.Node, side string) *yaml.Node {
	out := block()
	var with, without []*yaml.Node
	first := firstRow(interfaces, side)
	for _, i := range interfaces {
		if rows := mapping.Get(i, side); len(rows.Content) > 0 && rows.Content[0].Value == first {
			with = append(with, i)
		} else {
			without = append(without, i)
		}
	}
	if len(with) < fewest || len(with) < 4*len(without) {
		return out
	}
	rows := mapping.Get(with[0], side).Content
	for _, i := range with {
		rows = rows[:alike(rows, mapping.Get(i, side).Content)]
	}
	for n := 0; n < len(rows); n += 2 {
		for _, i := range without {
			if mapping.Get(mapping.Get(i, side), rows[n].Value) != nil {
				return out
			}
		}
	}
	out.Content = append(out.Content, rows...)
	for _, i := range with {
		own := mapping.Get(i, side)
		if own.Content = own.Content[len(out.Content):]; len(own.Content) == 0 {
			own.Style = yaml.FlowStyle
		}
	}
	for _, i := range without {
		except(i, out)
	}
	return out
}

// alike is how long two lists of rows are the same.
func alike(a, b []*yaml.Node) int {
	n := 0
	for n+1 < len(a) && n+1 < len(b) && a[n].Value == b[n].Value && canonical(a[n+1]) == canonical(b[n+1]) {
		n += 2
	}
	return n
}

// firstRow is the name that most interfaces begin with.
func firstRow(interfaces []*yaml.Node, side string) string {
	count, best := map[string]int{}, ""
	for _, i := range interfaces {
		if rows := mapping.Get(i, side); len(rows.Content) > 0 {
			name := rows.Content[0].Value
			if count[name]++; count[name] > count[best] {
				best = name
			}
		}
	}
	return best
}

// except says that an interface has none of the common rows.
func except(i, rows *yaml.Node) {
	list := mapping.Get(i, "except")
	if list == nil && len(rows.Content) > 0 {
		list = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		put(i, "except", list)
	}
	for n := 0; n < len(rows.Content); n += 2 {
		list.Content = append(list.Content, text(rows.Content[n].Value))
	}
}

// value is the text of a member; empty where there is none.
func value(m *yaml.Node, name string) string {
	if v := mapping.Get(m, name); v != nil {
		return v.Value
	}
	return ""
}

// canonical is a node as a text that tells it from others.
func canonical(n *yaml.Node) string {
	var b strings.Builder
	var write func(*yaml.Node)
	write = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			b.WriteString(strconv.Quote(n.Value))
			b.WriteString(n.Tag)
		}
		b.WriteByte('(')
		for _, c := range n.Content {
			write(c)
		}
		b.WriteByte(')')
	}
	write(n)
	return b.String()
}

package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// table is a table of parameters whose columns are known.
type table struct {
	*document.Table
	place string
	roles []role
	head  int  // rows of the head
	turn  bool // the column for required says what may be left out
	title string
	taken bool // its fields were carried over
}

// maxHead is in how many rows a head is looked for.
const maxHead = 3

// headed finds the head of a table: the row with the most columns that are known, a
// name among them. It returns nil where there is none.
func headed(t *document.Table, place string) *table {
	var best *table
	score := 0
	for at := 0; at < min(maxHead, len(t.Rows)); at++ {
		roles, n := make([]role, t.Width()), 0
		seen := map[*document.Cell]bool{}
		for i := range roles {
			c := t.At(at, i)
			if c == nil {
				continue
			}
			roles[i] = roleOf(c.Text)
			if roles[i] != none && !seen[c] {
				n++
			}
			seen[c] = true
		}
		if n > score && n >= 2 {
			best, score = &table{Table: t, place: place, roles: roles, head: at + 1}, n
		}
	}
	if best == nil {
		return nil
	}
	best.settle()
	return best
}

// settle decides between columns that have one role.
func (t *table) settle() {
	for i, r := range t.roles {
		c := t.At(t.head-1, i)
		if r == requiredRole && c != nil && slices.Contains(turned, strings.Trim(fold(c.Text), ":")) {
			t.turn = true
		}
	}
	t.placesNotTypes()
	// 名称 beside 字段名 is the label; 名称 alone is the name.
	first := slices.Index(t.roles, nameRole)
	for i := first + 1; first >= 0 && i < len(t.roles); i++ {
		same := t.At(t.head-1, i) == t.At(t.head-1, first)
		blank := t.At(t.head-1, i) == nil || strings.TrimSpace(t.At(t.head-1, i).Text) == ""
		switch {
		case t.roles[i] == nameRole && !same:
			if first < i && ascii(t, first) < ascii(t, i) {
				t.roles[first], first = labelRole, i
			} else {
				t.roles[i] = labelRole
			}
		case t.roles[i] == none && blank && i > 0 && t.roles[i-1] == nameRole:
			t.roles[i] = nameRole // the head's second cell of a tree is left blank
		}
	}
}

// placesNotTypes finds a column that is headed as one of types and says where
// parameters are: Query, Header, Body.
func (t *table) placesNotTypes() {
	for i, r := range t.roles {
		if r != typeRole {
			continue
		}
		texts := t.texts(i)
		if len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool { return placeOf(s) == "" }) {
			t.roles[i] = placeRole
		}
	}
}

// texts are the cells of a column below the head that have a text.
func (t *table) texts(col int) []string {
	var out []string
	for row := t.head; row < len(t.Rows); row++ {
		if c := t.At(row, col); c != nil && strings.TrimSpace(c.Text) != "" {
			out = append(out, c.Text)
		}
	}
	return out
}

// ascii is the share of cells of a column that are names of programs.
func ascii(t *table, col int) int {
	n := 0
	for r := t.head; r < len(t.Rows); r++ {
		if c := t.At(r, col); c != nil && aName.MatchString(strings.TrimSpace(c.Text)) {
			n++
		}
	}
	return n
}

// column returns the first column of a role, -1 where there is none.
func (t *table) column(r role) int { return slices.Index(t.roles, r) }

// isFields says whether the table lists parameters.
func (t *table) isFields() bool {
	if t.column(nameRole) < 0 {
		return false
	}
	return t.column(typeRole) >= 0 || t.column(requiredRole) >= 0 || t.column(labelRole) >= 0 || t.column(lengthRole) >= 0
}

// text is the text of a role in a row; the same merged cell counts once.
func (t *table) text(row int, r role) string {
	var parts []string
	var last *document.Cell
	for i, one := range t.roles {
		c := t.At(row, i)
		if one != r || c == nil || c == last {
			continue
		}
		last = c
		if text := strings.TrimSpace(c.Text); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n")
}

// aName is the name of a member or parameter.
var aName = regexp.MustCompile(`^[A-Za-z_$@][\w$.\-/\[\]@]*$`)

var (
	treeMark = regexp.MustCompile(`^[\s\x{a0}\x{2003}\x{3000}]*[├└│┣┗┃─━\-—+>»·→|]*[\s\x{a0}]*`)
	mark     = regexp.MustCompile(`\s*[（(【\[]\s*(新|新增|新加|废弃|必填|可选|数组|list|array)[^)）】\]]*[)）】\]]\s*$`)
	inType   = regexp.MustCompile(`^\s*([^()（）]+?)\s*[(（]\s*(\d+)\s*(?:位|字节|字符|bytes?)?\s*[)）]\s*$`)
	listWord = regexp.MustCompile(`(?i)\blist\b|\barray\b|数组|列表|\[\]|集合|^<.*>$`)
)

// fields reads the rows of a table of parameters.
func (t *table) fields() []*Field {
	var out []*Field
	var stack []level
	for row := t.head; row < len(t.Rows); row++ {
		if t.repeatsHead(row) {
			continue
		}
		f, depth := t.field(row)
		if f == nil {
			t.goesOn(row, out)
			continue
		}
		if depth >= 0 {
			for len(stack) > 0 && stack[len(stack)-1].depth >= depth {
				stack = stack[:len(stack)-1]
			}
			if len(stack) > 0 {
				f.Path = append(slices.Clone(stack[len(stack)-1].path), f.Path...)
			}
			stack = append(stack, level{depth, f.Path})
		}
		out = append(out, f)
	}
	return containers(out)
}

// level is a row that others may be below.
type level struct {
	depth int
	path  []string
}

// repeatsHead says whether a row is the head again.
func (t *table) repeatsHead(row int) bool {
	at := t.column(nameRole)
	a, b := t.At(row, at), t.At(t.head-1, at)
	return a != nil && b != nil && fold(a.Text) == fold(b.Text) && fold(a.Text) != ""
}

// goesOn adds the description of a row without a name to the row before it.
func (t *table) goesOn(row int, fields []*Field) {
	if len(fields) == 0 || strings.TrimSpace(t.text(row, nameRole)) != "" {
		return
	}
	last := fields[len(fields)-1]
	if more := t.text(row, labelRole); more != "" && !strings.Contains(last.Note, more) {
		last.Note = strings.TrimSpace(last.Note + "\n" + more)
	}
}

// field reads one row. The depth of its name, -1 where merged cells say the parents,
// places it below the rows before.
func (t *table) field(row int) (*Field, int) {
	names, depth, rest := t.names(row)
	if len(names) == 0 {
		return nil, 0
	}
	f := &Field{Path: names, Place: fmt.Sprintf("%s row %d", t.place, row+1)}
	f.Type, f.Length = t.typeAndLength(row)
	f.List = listWord.MatchString(f.Type)
	required := t.text(row, requiredRole)
	f.Required = requiredOf(required, t.turn)
	if word := fold(rest); f.Required == "unstated" && (strings.HasPrefix(word, "required") || strings.HasPrefix(word, "optional")) {
		f.Required, rest = requiredOf(word, false), ""
	}
	f.In = placeOf(t.text(row, placeRole))
	f.Default = t.text(row, defaultRole)
	if f.Length == "" && t.column(lengthRole) < 0 {
		f.Length = lengthIn(t.text(row, labelRole))
	}
	f.describe(t.text(row, labelRole), t.text(row, enumRole), rest, t.column(typeRole) < 0, t.column(requiredRole) < 0)
	return f, depth
}

// names reads the name of a row: one name, or names from the top where cells are
// merged over the members of an object. rest is what else the cell has.
func (t *table) names(row int) (names []string, depth int, rest string) {
	depth = -1
	var last *document.Cell
	for i, r := range t.roles {
		c := t.At(row, i)
		if r != nameRole && r != parentRole || c == nil || c == last || strings.TrimSpace(c.Text) == "" {
			continue
		}
		last = c
		text := norm.NFKC.String(c.Text)
		first, more, _ := strings.Cut(strings.TrimSpace(text), "\n")
		prefix := treeMark.FindString(first)
		name := strings.TrimSpace(mark.ReplaceAllString(strings.TrimSpace(first[len(prefix):]), ""))
		if before, after, ok := cutName(name); ok {
			name, more = before, strings.TrimSpace(after+"\n"+more)
		}
		if !aName.MatchString(name) {
			if r == nameRole && len(names) == 0 {
				return nil, 0, ""
			}
			continue
		}
		names = append(names, splitPath(name)...)
		rest = strings.TrimSpace(more)
		depth = c.Indent/100 + len([]rune(strings.TrimLeft(prefix, "\t "))) + c.Indent%100
	}
	if len(names) > 1 || t.multi() {
		depth = -1
	}
	return names, depth, rest
}

// multi says whether the name has several columns.
func (t *table) multi() bool {
	n := 0
	for _, r := range t.roles {
		if r == nameRole || r == parentRole {
			n++
		}
	}
	return n > 1
}

// cutName cuts a name from what follows it in its cell: "id(编号)", "token required".
func cutName(s string) (name, rest string, ok bool) {
	at := strings.IndexFunc(s, func(r rune) bool { return r > 0x7f || r == '(' || r == ' ' || r == ',' || r == ':' || r == ';' })
	if at <= 0 {
		return s, "", false
	}
	return strings.TrimSpace(s[:at]), strings.Trim(s[at:], " :,;"), true
}

// splitPath divides a name that is a path: a.b, a/b, list[].x.
func splitPath(name string) []string {
	name = strings.NewReplacer("[]", "", "[0]", "", "[i]", "", "[n]", "").Replace(name)
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '/' })
	if len(parts) == 0 {
		return []string{name}
	}
	return parts
}

// typeAndLength reads both, from two cells or from one.
func (t *table) typeAndLength(row int) (string, string) {
	kind, length := oneLine(t.text(row, typeRole)), oneLine(t.text(row, lengthRole))
	if m := inType.FindStringSubmatch(kind); m != nil && length == "" {
		return m[1], m[2]
	}
	return kind, length
}

func oneLine(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

// containers adds the parents that merged cells name and that have no row of their
// own.
func containers(fields []*Field) []*Field {
	known := map[string]bool{}
	for _, f := range fields {
		known[strings.Join(f.Path, "\x00")] = true
	}
	var out []*Field
	for _, f := range fields {
		for n := 1; n < len(f.Path); n++ {
			key := strings.Join(f.Path[:n], "\x00")
			if !known[key] {
				known[key] = true
				out = append(out, &Field{Path: slices.Clone(f.Path[:n]), Required: "unstated", Place: f.Place, Type: "object"})
			}
		}
		out = append(out, f)
	}
	return out
}

package write

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// branch is a field with its members.
type branch struct {
	*draft.Field
	kids  []*branch
	other string // of which one or the other is required
}

// tree puts fields below their parents; the second of two of one name goes.
func tree(fields []*draft.Field) []*branch {
	var top []*branch
	known := map[string]*branch{}
	for _, f := range fields {
		if f.Path[0] == "" || f.Dropped != "" || known[f.Alike()] != nil {
			continue
		}
		b := &branch{Field: f}
		known[f.Alike()] = b
		if parent := known[strings.Join(f.Path[:len(f.Path)-1], "\x00")]; len(f.Path) > 1 && parent != nil {
			parent.kids = append(parent.kids, b)
			continue
		}
		top = append(top, b)
	}
	return top
}

// writer writes the fields of one message.
type writer struct {
	get  bool   // fields are in the query where nothing says otherwise
	form bool   // they are in a form
	sent bool   // the system sends them: the protocol says where they are, but for headers
	url  string // whose holes are fields

	levels [][]string // the names of the rows of each object around, and of its own
}

// fields writes rows; top says that they are those of the message.
func (w *writer) fields(list []*branch, top bool) *yaml.Node {
	m := block()
	if len(list) == 0 {
		m.Style = yaml.FlowStyle
	}
	var names []string
	for _, b := range list {
		names = append(names, b.RowKey())
	}
	w.levels = append(w.levels, names)
	defer func() { w.levels = w.levels[:len(w.levels)-1] }()
	for n, b := range list {
		b.other = either(list, n)
		put(m, b.RowKey(), w.row(b, top, names))
	}
	return m
}

var oneOfTwo = pattern.New(`^\W*(?:二选一|2选1|二者选一|两者选一|任选其一|必填其一|二选一必[填传])\W*$`)

// either is the field next to one, where both have the mark that one of two is
// required, and no third one has.
func either(list []*branch, at int) string {
	from, to := at, at
	for from > 0 && oneOfTwo.MatchString(list[from-1].Mark) {
		from--
	}
	for to+1 < len(list) && oneOfTwo.MatchString(list[to+1].Mark) {
		to++
	}
	if to-from != 1 || !oneOfTwo.MatchString(list[at].Mark) {
		return ""
	}
	return list[from+to-at].RowKey()
}

// row writes one field; beside are the names beside it.
func (w *writer) row(b *branch, top bool, beside []string) *yaml.Node {
	m := block()
	if len(b.kids) == 0 {
		m.Style = yaml.FlowStyle
	}
	kind, printed := b.kind()
	if b.Added.Says("type") {
		kind, printed = string(spec.Map), false
	}
	t, _ := spelling.Type(kind)
	if held := w.held(b, top, t); held != t {
		t, kind, printed = held, string(held), true
	}
	put(m, "type", text(kind))
	each := t // what lengths and values are about
	if of := spec.Type(b.Added.Of); of != "" && len(b.kids) == 0 && elementOf(b.Type) == "" {
		put(m, "of", text(b.Added.Of))
		each = of
	}
	size, length := b.length(b.sized(t, each))
	if _, err := strconv.Atoi(b.Length); size == nil && err == nil && b.Added.Says("places") {
		size, length = number(b.Length), ""
	}
	if size != nil {
		put(m, "length", size)
	}
	if b.Added.Says("required_if", "required_unless", "required_with", "required_without", "required_without_all") {
		put(m, "required", text("conditional"))
	} else {
		w.required(m, b, beside)
	}
	if in := w.place(b, top); in != "" && in != "body" {
		put(m, "in", text(in))
	}
	if b.Called != "" && b.In != "path" {
		put(m, "name", text(b.Name()))
	}
	if printed {
		put(m, "doc_type", quoted(b.Type))
	}
	if length != "" {
		put(m, "doc_length", quoted(length))
	}
	if label := labelText(b.Field); label != "" {
		put(m, "label", text(label))
	}
	if values := b.enum(each); len(values.Content) > 0 && !b.Added.Says("enum_by") {
		put(m, "enum", values)
		if !b.Added.Closed {
			put(m, "open", plain("true"))
		}
	}
	w.rules(m, b, each)
	w.facts(m, b, t)
	if len(b.kids) > 0 {
		put(m, "fields", w.fields(b.kids, false))
	}
	return m
}

// sized is the type that a length is of: that of each element, where the type of a list names it.
func (b *branch) sized(t, each spec.Type) spec.Type {
	if of, ok := spelling.Type(elementOf(b.Type)); ok && t == spec.Array && len(b.kids) == 0 {
		return of
	}
	return each
}

// rules writes what the remark says in lines of their own, where the type can have it.
func (w *writer) rules(m *yaml.Node, b *branch, t spec.Type) {
	a := b.Added
	if a.Min != "" && t.IsNumber() {
		put(m, "min", number(a.Min))
	}
	if a.Max != "" && t.IsNumber() {
		put(m, "max", number(a.Max))
	}
	if a.Format != "" && (t.IsText() && slices.Contains(spec.Formats(), a.Format) || !t.IsText() && !t.IsNumber()) {
		put(m, "format", text(a.Format))
	}
	if a.Pattern != "" && t.IsText() {
		put(m, "pattern", text(a.Pattern))
	}
	for _, rule := range a.Rules {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(rule.YAML), &doc) != nil || len(doc.Content) == 0 {
			continue // a name that is no YAML
		}
		if rule.Key == "enum_by" {
			b.labelled(doc.Content[0].Content[1].Content[1])
			doc.Content[0].Content[1].Style = yaml.FlowStyle
		}
		switch old := member(m, rule.Key); {
		case old == nil:
			put(m, rule.Key, doc.Content[0])
		case rule.Key == "enum_by" && len(old.Content) == 2: // a further case
			old.Content[1].Content = append(old.Content[1].Content, doc.Content[0].Content[1].Content...)
		}
	}
}

// labelled makes a list of values a mapping of them to their labels, where they have any.
func (b *branch) labelled(list *yaml.Node) {
	out := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, value := range list.Content {
		at := slices.IndexFunc(b.Enum, func(v wording.Value) bool { return v.Value == value.Value && v.Label != "" })
		if at < 0 {
			return
		}
		put(out, value.Value, text(b.Enum[at].Label))
	}
	*list = *out
}

// member is the value of a key of a mapping, nil where it has none.
func member(m *yaml.Node, key string) *yaml.Node {
	for n := 0; n+1 < len(m.Content); n += 2 {
		if m.Content[n].Value == key {
			return m.Content[n+1]
		}
	}
	return nil
}

// maxLength is the longest length that the language takes.
const maxLength = 10 << 20

var lengthForm = pattern.New(`^(\d{1,9}|\d{1,9} ?[-~] ?\d{1,9}|[<>]= ?\d{1,9})$`)

var twoLengths = pattern.New(`^\d{1,2}[,.]\d{1,2}$`)

// length is the length that the language says, or else the words of the document.
func (b *branch) length(t spec.Type) (size *yaml.Node, printed string) {
	if b.Length == "" {
		return nil, ""
	}
	n, _ := strconv.Atoi(b.Length)
	if n > maxLength {
		return nil, b.Length
	}
	pair := twoLengths.MatchString(b.Length)
	if pair && t.IsFraction() && strings.Contains(b.Length, ".") { // 16.2
		return quoted(strings.ReplaceAll(b.Length, ".", ",")), b.Length
	}
	switch {
	case t.IsText() && n > 0:
		return plain(strconv.Itoa(n)), ""
	case t.IsText() && dotted.MatchString(b.Length):
		if ends := strings.ReplaceAll(b.Length, "..", "-"); !backwards(ends) {
			return quoted(ends), b.Length
		}
	case t.IsText() && lengthForm.MatchString(b.Length) && n == 0 && !backwards(b.Length) && strings.Trim(b.Length, "0") != "":
		return quoted(b.Length), ""
	case t.IsFraction() && pair:
		return quoted(b.Length), ""
	}
	return nil, b.Length
}

// dotted is a range of lengths as banks write it: 1..20.
var dotted = pattern.New(`^\d{1,5}\.\.[1-9]\d{0,4}$`)

// backwards says whether a range of lengths ends before it begins.
func backwards(length string) bool {
	least, most, ok := strings.Cut(strings.ReplaceAll(length, "~", "-"), "-")
	a, _ := strconv.Atoi(strings.TrimSpace(least))
	b, _ := strconv.Atoi(strings.TrimSpace(most))
	return ok && a > b
}

// required writes whether the field must be there.
func (w *writer) required(m *yaml.Node, b *branch, beside []string) {
	switch b.Required {
	case wording.Yes:
		put(m, "required", plain("true"))
	case wording.Conditional:
		words := wording.OneLine(condition(b.Field))
		put(m, "required", text("conditional"))
		put(m, "condition", text(words))
		c := wording.ConditionOf(words, slices.DeleteFunc(slices.Clone(beside), func(s string) bool { return s == b.RowKey() }))
		for n := range w.levels[:max(0, len(w.levels)-1)] {
			if c == nil {
				c = wording.ConditionOf(words, w.levels[len(w.levels)-2-n]).Outward(n + 1)
			}
		}
		switch {
		case b.other != "":
			put(m, "required_without", list(text(b.other)))
		case c == nil:
			put(m, "unchecked", text("导入时未确定条件"))
		case len(c.Values) > 0:
			put(m, c.Key, flow(c.Name, values(c.Values)))
		default:
			put(m, c.Key, list(text(c.Name)))
		}
	case wording.Unstated:
		put(m, "required", text("unstated"))
	}
}

// values is one value, or a list of them.
func values(list []string) *yaml.Node {
	if len(list) == 1 {
		return number(list[0])
	}
	out := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range list {
		out.Content = append(out.Content, number(v))
	}
	return out
}

// number is a text that stays a number where it is a whole one.
func number(s string) *yaml.Node {
	n := text(s)
	if spec.IsWholeText(s) {
		n.Style, n.Tag = 0, ""
	}
	return n
}

// conditionWord is in front of a condition in a cell for required: 条件：支付后必填.
var conditionWord = pattern.New(`^\s*(?:条件|有条件)\s*[:：]\s*`)

// condition is the words that state the condition: the cell for required, the remark
// over several rows, or the description.
func condition(f *draft.Field) string {
	for _, text := range []string{f.Mark, f.Beside, f.Note} {
		if wording.Depends(text) {
			return conditionWord.ReplaceAllString(text, "")
		}
	}
	return cmp.Or(f.Mark, f.Note, "见文档")
}

// place is where the field stands.
func (w *writer) place(b *branch, top bool) string {
	switch {
	case b.In == "whole":
		return b.In
	case !top || w.sent && b.In != "header":
		return ""
	case b.In != "header" && strings.Contains(w.url, "{"+b.RowKey()+"}"):
		return "" // the path says it
	case w.form && (b.In == "form" || b.In == "body"):
		return ""
	case w.get && (b.In == "query" || b.In == "form" || b.In == "body"):
		return ""
	case b.In == "path":
		return "query" // it has no place in the path
	}
	return b.In
}

// held is what the place of a row can have of its type: a segment of a path is a text.
func (w *writer) held(b *branch, top bool, t spec.Type) spec.Type {
	if top && (t.IsNested() || t == spec.Any || t == spec.Array) && b.In != "header" && strings.Contains(w.url, "{"+b.RowKey()+"}") {
		return spec.String
	}
	return t
}

// kind is the type in the language, and whether the printed one has to be said beside
// it.
func (b *branch) kind() (kind string, printed bool) {
	t, ok := spelling.Type(b.Type)
	switch {
	case len(b.kids) > 0 && (!ok || t != spec.Array && t != spec.Object):
		if b.List {
			return string(spec.Array), !b.Parent
		}
		return string(spec.Object), !b.Parent
	case len(b.kids) > 0 && t == spec.Array && isScalar(elementOf(b.Type)): // list<string> above rows of its own
		return string(spec.Array), true
	case b.Type != "" && !ok && b.List:
		return string(spec.Array), true
	case ok && b.Type != "":
		return b.Type, false
	case strings.EqualFold(b.Type, "d") && dateWord.MatchString(b.Note):
		return string(spec.String), true // the document says the form of its dates in words
	case letterType[strings.ToLower(b.Type)] == spec.Number && twoLengths.MatchString(b.Length):
		return string(spec.Decimal), true
	case letterType[strings.ToLower(b.Type)] != "":
		return string(letterType[strings.ToLower(b.Type)]), true
	}
	return cmp.Or(b.Shown, string(spec.String)), true
}

var dateWord = pattern.New(`(?i)日期|年月|时间|yyyy`)

// letterType are the types that banks write as letters.
var letterType = map[string]spec.Type{
	"c": spec.String, "x": spec.String, "an": spec.String, "ans": spec.String, "a": spec.String, "s": spec.String, "vc": spec.String, "n": spec.Number, "ns": spec.String, "as": spec.String, "anc": spec.String, "b": spec.String,
	"d": spec.Decimal, "i": spec.Int, "字符型": spec.String, "数字型": spec.Number, "数值型": spec.Number, "日期型": spec.Date, "字符类型": spec.String,
}

var element = pattern.New(`(?i)^\s*(?:(?:array|list|set)\s*[<(\[]\s*([a-z]+)\s*[>)\]]|([a-z]+)\s*\[\s*\])\s*$`)

// isScalar says whether a word is that of a type without members.
func isScalar(kind string) bool {
	t, ok := spelling.Type(kind)
	return ok && !t.IsNested()
}

// elementOf is the type of each of an array of scalars: String of List<String>; empty
// where it does not say.
func elementOf(kind string) string {
	m := element.FindStringSubmatch(kind)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// enum writes the values; those that no value of the type can be stay in the label.
func (b *branch) enum(t spec.Type) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	if of, ok := spelling.Type(elementOf(b.Type)); t == spec.Array && ok && len(b.kids) == 0 {
		t = of // the values are about each of them
	} else if b.List && b.Added.Of == "" {
		return m
	}
	if !t.IsText() && !t.IsNumber() || len(b.kids) > 0 {
		return m
	}
	labels := map[string]*yaml.Node{}
	for _, v := range b.Enum {
		if said := labels[v.Value]; said != nil { // the document lists it twice
			if one := wording.OneLine(v.Label); !slices.Contains(strings.Split(said.Value, "；"), one) {
				said.SetString(strings.Trim(said.Value+"；"+one, "；"))
			}
			continue
		}
		ranges := t.IsNumber() && (spec.EnumValue{Value: v.Value}).Range() != nil
		if !ranges && (!t.Takes(v.Value) || t.IsNumber() && !spec.IsWholeText(v.Value)) {
			return block()
		}
		labels[v.Value] = text(wording.OneLine(v.Label))
		put(m, v.Value, labels[v.Value])
	}
	return m
}

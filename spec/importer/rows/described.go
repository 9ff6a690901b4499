package rows

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// Describe fills a field with what its description says.
func Describe(f *draft.Field, texts map[wording.Role]string, rest string, words *wording.Words, untyped, unsized, unmarked bool) {
	title, label := strings.TrimSpace(texts[wording.Title]), strings.TrimSpace(texts[wording.Label])
	if label == "none" || label == "-" {
		label = "" // as tools write that there is no description
	}
	label = f.Added.Take(label)
	f.Note = strings.TrimSpace(norm.NFC.String(Join(title, label)))
	s := wording.Describe(label)
	if untyped && f.Type == "" {
		f.Type = s.Type
		f.List = f.List || wording.IsList(s.Type)
	}
	if unsized && f.Length == "" && (f.Type == "" || sizes.MatchString(label) || isText(f.Type)) {
		f.Length = s.Length
	}
	marks(f, label+"\n"+rest, words, unmarked)
	values(f, texts, rest, s.List)
	if f.Default == "" && s.Default != "null" {
		f.Default = s.Default
	}
	if f.Format == "" {
		f.Format = s.Format
	}
	f.Label = s.Label
	if title != "" {
		f.Label = wording.FirstWords(title)
	}
	if f.Note == "" && rest != "" {
		f.Note, f.Label = rest, wording.FirstWords(rest)
	} else if rest != "" && !strings.Contains(f.Note, rest) {
		f.Note += "\n" + rest
	}
}

var sizes = pattern.New(`(?i)[位字]|长度|length|char|byte`)

// isText says whether a type is one of texts: what a number does not exceed, or how many a
// list has, is no length.
func isText(kind string) bool {
	t, ok := spelling.Type(kind)
	return !ok && !wording.IsList(kind) || t.IsText()
}

// labelled are the values of a list, with the labels that another list has for them all.
func labelled(l *wording.List, others []*wording.List) []wording.Value {
	if slices.ContainsFunc(l.Values, func(v wording.Value) bool { return v.Label != "" }) {
		return l.Values
	}
	for _, o := range others {
		if o != nil && o != l && slices.EqualFunc(o.Values, l.Values, func(a, b wording.Value) bool { return a.Value == b.Value }) {
			return o.Values
		}
	}
	return l.Values
}

// marks reads what a description says of required.
func marks(f *draft.Field, text string, words *wording.Words, unmarked bool) {
	if unmarked && f.Required == wording.Unstated {
		f.Required = words.MarkIn(text)
	}
	if wording.Depends(text) || f.Beside != "" && wording.Depends(f.Beside) {
		f.Required = wording.Conditional
	}
}

// enumType is a type that lists its values: enum (SYNC, ASYNC).
var enumType = pattern.New(`(?i)^(?:enum|枚举)\w*\s*[(（\[<{:：]\s*(.*?)[)）\]>}]?\s*$`)

// values reads the values of a field: of its own column, of the description, of the cell
// for required, of the name's cell, or of the example.
func values(f *draft.Field, texts map[wording.Role]string, rest string, said *wording.List) {
	lists := []*wording.List{wording.ColumnOf(texts[wording.Enum]), said, wording.EnumOf(rest)}
	if one := strings.TrimSpace(texts[wording.Enum]); f.Added.Closed && one != "" && lists[0] == nil { // a list of one
		lists[0] = &wording.List{Values: []wording.Value{{Value: one}}}
	}
	if strings.ContainsAny(f.Mark, `"“'`) {
		lists = append(lists, wording.EnumOf(f.Mark))
	}
	if m := enumType.FindStringSubmatch(f.Type); m != nil {
		lists = append(lists, wording.EnumOf(m[1]), wording.ColumnOf(m[1]))
	}
	if strings.HasPrefix(wording.Fold(f.Type), "枚举") || wording.Fold(f.Type) == "enum" {
		lists = append(lists, wording.One(Join(texts[wording.Label], f.Mark)))
	}
	if len([]rune(texts[wording.Example])) > 3 && strings.ContainsAny(texts[wording.Example], ":：-=、") {
		lists = append(lists, wording.EnumOf(texts[wording.Example]))
	}
	for _, l := range lists {
		if l != nil {
			f.Enum = labelled(l, lists)
			f.Default = cmp.Or(f.Default, l.Default)
			return
		}
	}
}

// Join joins the texts that are not empty, a line each.
func Join(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n")
}

// Containers adds the parents that cells and paths name and that have no row of their
// own.
func Containers(fields []*draft.Field) []*draft.Field {
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Side+f.Key()] = true
	}
	var out []*draft.Field
	for _, f := range fields {
		for n := 1; n < len(f.Path); n++ {
			key := f.Side + strings.Join(f.Path[:n], "\x00")
			if !known[key] {
				known[key] = true
				out = append(out, &draft.Field{Path: slices.Clone(f.Path[:n]), Required: wording.Unstated, Place: f.Place, Parent: true, Side: f.Side})
			}
		}
		out = append(out, f)
	}
	return out
}

package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/near"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// typesLater makes types of the tables outside of interfaces whose titles name one that a
// field is of: 用户：UserToken, before the interfaces.
func (d *drafter) typesLater() {
	named := map[string]bool{} // by the types of fields
	note := func(fields []*draft.Field) {
		for _, f := range fields {
			for _, name := range latinWord.FindAllString(f.Type, -1) {
				named[name] = true
			}
		}
	}
	for _, i := range d.draft.Interfaces {
		note(i.Request)
		note(i.Response)
	}
	for _, s := range d.structs {
		note(s.fields)
	}
	for found := true; found; {
		found = false
		for _, s := range d.draft.Shared {
			name := d.typeTitled(s.Title, named)
			if s.Used || name == "" {
				continue
			}
			d.structs[name] = &structure{name: name, place: s.Place, title: s.Title, fields: s.Fields, order: len(d.structs)}
			s.Used, found = true, true
			note(s.Fields)
		}
	}
	d.byName, d.byTitle = map[string]*structure{}, map[string][]*draft.Shared{}
	for _, s := range d.sorted() {
		if key := strings.ToLower(s.name); d.byName[key] == nil {
			d.byName[key] = s
		}
	}
	for _, s := range d.draft.Shared {
		if title := d.ownTitle(s); title != "" {
			d.byTitle[title] = append(d.byTitle[title], s)
		}
	}
}

// typeTitled is the type without members that a title names and a field is of.
func (d *drafter) typeTitled(title string, named map[string]bool) string {
	for _, name := range typeWord.FindAllString(title, -1) {
		if named[name] && naming.TypeName.MatchString(name) && !rows.KnownType(name) && d.structs[name] == nil {
			return name
		}
	}
	return ""
}

// ownTitle is the title of common rows, where it is one that a field may have for its label.
func (d *drafter) ownTitle(s *draft.Shared) string {
	if s.Of != nil {
		return s.Title
	}
	_, title := naming.SectionOf(wording.OneLine(s.Title))
	if title = strings.Trim(title, " :：*`"); len([]rune(title)) < 2 || commonWord.MatchString(title) || d.words.IsGeneric(title) {
		return ""
	}
	return title
}

// expand puts the members of types below the fields that are of them.
func (d *drafter) expand(list []*draft.Field, inside []string) []*draft.Field {
	var out []*draft.Field
	has := map[string]bool{}
	for _, f := range list {
		if len(f.Path) > 1 {
			has[strings.Join(f.Path[:len(f.Path)-1], "\x00")] = true
		}
	}
	for _, f := range list {
		s := d.structOf(cmp.Or(f.Element, f.Type))
		if s == nil && !has[f.Key()] && f.In != "header" {
			s = d.structFor(f)
		}
		body := len(f.Path) == 1 && (f.Path[0] == "" || f.In == "body" && s != nil && len(inside) == 0 && d.soleBody(list))
		if !body {
			out = append(out, f)
		}
		if body {
			d.ofBody(f)
		}
		if s == nil || len(inside) > 8 || slices.Contains(inside, s.name) || has[f.Key()] && !body {
			continue
		}
		s.used = true
		for _, m := range d.expand(ofElement(s.fields, cmp.Or(f.Element, f.Type), s.name), append(inside, s.name)) {
			one := *m
			if !body {
				one.Path = append(slices.Clone(f.Path), m.Path...)
			}
			out = append(out, &one)
		}
	}
	return out
}

// ofElement are the members of a type that knows what its letter stands for: List<T> of
// Page<Order> is one of orders.
func ofElement(members []*draft.Field, kind, name string) []*draft.Field {
	m := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\s*<\s*([A-Za-z_][\w<>]*)\s*>`).FindStringSubmatch(kind)
	if m == nil {
		return members
	}
	var out []*draft.Field
	for _, f := range members {
		one := *f
		if elementLetter.MatchString(f.Type) {
			one.Element = elementLetter.ReplaceAllString(f.Type, m[1])
		}
		out = append(out, &one)
	}
	return out
}

// soleBody says whether one field only is in the body: then it is the body.
func (d *drafter) soleBody(list []*draft.Field) bool {
	n := 0
	for _, f := range list {
		if f.In == "body" && len(f.Path) == 1 {
			n++
		}
	}
	return n == 1
}

// structOf is the type that a cell names: CaVO, List<CaVO>, CaVO对象, CaVO[].
func (d *drafter) structOf(kind string) *structure {
	for _, word := range typeWord.FindAllString(kind, -1) {
		if s := d.structs[word]; s != nil {
			return s
		}
	}
	for _, word := range typeWord.FindAllString(kind, -1) {
		if rows.KnownType(word) || len(word) < 6 {
			continue
		}
		for name, s := range d.structs {
			if near.Names(name, word) {
				d.find(draft.Finding{Kind: "misspelt", Text: fmt.Sprintf("type %s is called %s where its members stand", word, name), Says: "类型" + word + "的成员表写作" + name + "。", Places: []string{s.place}})
				return s
			}
		}
	}
	return nil
}

// structFor is the type whose table is called like a field that has no type of its own:
// the name of the type is the field's, or the title of the table says what the field is.
func (d *drafter) structFor(f *draft.Field) *structure {
	kind, known := spelling.Type(f.Type)
	if known && f.Type != "" && kind != spec.Object && kind != spec.Array && kind != spec.Any {
		return nil
	}
	if s := d.byName[strings.ToLower(f.Name())]; s != nil && (known || f.Type == "") {
		return s
	}
	best := ""
	for title := range d.byTitle {
		if len(title) > len(best) && (says(f.Label, title) || says(f.Note, title)) {
			best = title
		}
	}
	if best == "" {
		return nil
	}
	s := d.byTitle[best][0]
	for _, one := range d.byTitle[best] {
		if one.Of != nil && one.Of == d.finishing {
			s = one
		}
	}
	s.Used = true
	return &structure{name: best, place: s.Place, title: s.Title, fields: s.Fields}
}

// refersTo ends with words that refer to what follows: 见基本信息.
var refersTo = pattern.New(`(?i)(?:见|参考|参照|参看|参阅|引用|\bsee|refer\s+to)\s*(?:附录|附件|下方|下文|下面的?|以下|表)?[\s"“「《【\[(（:：]*$`)

// says whether a text is the title of a table, or refers to it.
func says(text, title string) bool {
	text = wording.OneLine(text)
	if strings.Trim(text, " 。.") == title {
		return true
	}
	before, _, found := strings.Cut(text, title)
	return found && refersTo.MatchString(before)
}

// pointedAt is the title of the table that follows, where a field so far refers to it;
// empty where none does.
func (d *drafter) pointedAt() string {
	_, title := naming.SectionOf(wording.OneLine(d.nearest()))
	title = strings.Trim(title, " :：*`")
	if len([]rune(title)) < 2 || title == d.current.Title || d.words.Side(title) != "" {
		return ""
	}
	refers := func(f *draft.Field) bool { return says(f.Label, title) || says(f.Note, title) }
	if slices.ContainsFunc(slices.Concat(d.current.Request, d.current.Response), refers) {
		return title
	}
	for _, s := range d.draft.Shared {
		if s.Of == d.current && slices.ContainsFunc(s.Fields, refers) {
			return title
		}
	}
	return ""
}

var elementLetter = pattern.New(`\b[TE]\b`)

var typeWord = pattern.New(`[A-Za-z][A-Za-z0-9_]+`)

// structName is the name of the type that a table defines: the line or heading before
// it names one.
func (d *drafter) structName(p *rows.Part) string {
	titles := []string{cmp.Or(p.Group, d.before)}
	placed := d.current != nil && d.words.IsGeneric(titles[0]) && (wording.PlaceOf(titles[0]) != "" || d.words.IsWeak(titles[0]) && !hasHan.MatchString(titles[0])) // Query parameters
	if p.Group == "" {
		for _, caption := range slices.Backward(d.captions) {
			titles = append(titles, caption)
		}
	}
	for _, h := range slices.Backward(d.headings) { // BatchDTO > 属性
		if !d.words.IsGeneric(h.text) {
			titles = append(titles, d.bareType(h.text))
			break
		}
	}
	for _, title := range titles {
		if name := d.titleType(norm.NFKC.String(title)); name != "" && !rows.KnownType(name) && (!placed || !plainWord.MatchString(name) || d.refers(name)) {
			return name
		}
	}
	return ""
}

// plainWord is a word of prose with a capital, which a title may begin with.
var plainWord = pattern.New(`^[A-Z][a-z]+$`)

// bareType is a heading that is the name of a type and nothing else.
func (d *drafter) bareType(title string) string {
	_, plain := naming.SectionOf(title)
	if plain = strings.Trim(plain, "*`: "); d.words.IsGeneric(d.before) && naming.TypeIn(plain) == plain {
		return plain
	}
	return ""
}

// titleType is the type that a title is about; empty where it is about something else.
func (d *drafter) titleType(title string) string {
	name := naming.TypeIn(title)
	if m := ofType.FindStringSubmatch(title); m != nil && d.refers(m[1]) {
		name = m[1]
	}
	if name == "" || len([]rune(title)) > 60 || naming.EndpointOf(title).Path != "" || naming.IsAddressHead(title) {
		return ""
	}
	plain := strings.Trim(title, "*`# :：\"'0123456789.、")
	side := d.words.Side(plain)
	switch {
	case plain == name:
		return name
	case d.current != nil && side != "" && !d.refers(name):
		return ""
	case strings.HasPrefix(plain, name) && len([]rune(plain)) < len(name)+8 && side == "", d.refers(name), typeTitle.MatchString(title):
		return name
	}
	return ""
}

// ofType is a type in a title that says where it is: Order/CargoDetail, Order.Cargo.
var ofType = pattern.New(`[A-Z][A-Za-z0-9_]*\s*(?:[/.>]|->)\s*([A-Z][A-Za-z0-9_]*)\W*$`)

// typeTitle is in titles of types.
var typeTitle = pattern.New(`类型|结构|对象`)

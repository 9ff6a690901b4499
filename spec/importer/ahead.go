package importer

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// urlAhead says whether the chapter that is open shows a URL behind the block that is read,
// in a line of its own: it is that of an interface, whose tables come first.
func (d *drafter) urlAhead() bool {
	for _, b := range d.rest {
		switch {
		case b.Level > 0 && !d.words.IsGeneric(b.Text):
			return false
		case b.Table != nil || b.Level > 0:
		case showsURL(b):
			return true
		}
	}
	return false
}

// repliesBelow says whether the chapter that is read is about what is sent, and one about what comes back
// follows below the same title: that of an interface, whatever it is called by.
func (d *drafter) repliesBelow() bool {
	last := len(d.headings) - 1
	if last < 1 || d.side != "request" || !d.words.IsGeneric(d.headings[last].text) || d.words.Side(d.headings[last].text) != "request" {
		return false
	}
	for _, b := range d.rest {
		if b.Level > 0 {
			return b.Level == d.headings[last].level && d.words.IsGeneric(b.Text) && d.words.Side(b.Text) == "response"
		}
	}
	return false
}

// otherVerb is the method of an endpoint, where it is another one than the current interface's:
// the line of the endpoint says it, or the first line behind it that names a method.
func (d *drafter) otherVerb(e naming.Endpoint) string {
	verb := cmp.Or(e.Method, d.verbAhead())
	if d.current.Method == "" || verb == d.current.Method {
		return ""
	}
	return verb
}

// verbAhead is the method that is named behind the line that is read, before another URL.
func (d *drafter) verbAhead() string {
	for n, b := range append([]*document.Block{d.next}, d.rest...) {
		switch {
		case b == nil || n == 1 && b == d.next:
			continue
		case b.Level > 0 || b.Table != nil:
			return ""
		}
		for line := range strings.Lines(b.Text) {
			e := naming.EndpointOf(line)
			if named := naming.VerbWord.MatchString(line) && e.Method != ""; named || naming.URLWord.MatchString(line) {
				return e.Method
			}
		}
	}
	return ""
}

// calledBelow begins the next interface of a chapter, where a heading below it stands right above
// a call of another URL: 图书 has 列表 with GET /book/list, and 新增 with POST /book.
func (d *drafter) calledBelow(text, place string) {
	first, c := firstLine(text), d.current
	e := naming.EndpointOf(first)
	h := d.headings
	if len(h) == 0 || d.before != h[len(h)-1].text || c.Head == d.before || c.URL == "" || !naming.IsMethodURL(first) || !strings.HasPrefix(e.Path, "/") || len(first) > 200 {
		return
	}
	same := naming.Bare(c.URL) == naming.Bare(e.Path) || naming.CallOf(naming.Bare(naming.Holes(c.URL)), naming.Bare(e.Path)) != ""
	if same && (c.Method == "" || c.Method == e.Method) || d.words.Side(d.before) != "" || exampleWord.MatchString(d.before) {
		return
	}
	i := d.begin(e, place)
	i.Section, i.Title = naming.SectionOf(d.before)
	i.TakeTitle()
	d.level = h[len(h)-1].level
}

// showsURL says whether a block begins with a URL, as examples of calls do.
func showsURL(b *document.Block) bool {
	line := strings.TrimSpace(firstLine(strings.TrimSpace(b.Text)))
	return strings.HasPrefix(line, "http") && !hasHan.MatchString(line) && len(naming.EndpointOf(line).Path) > 1
}

var hasHan = pattern.New(`\p{Han}`)

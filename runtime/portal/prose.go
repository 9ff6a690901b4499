package portal

import (
	"bytes"
	"html"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// prosePage makes a page out of Markdown; that of the error codes has a view of its own.
func (s *Site) prosePage(one *systemPages, p prosePage) ([]byte, error) {
	v := s.view(one, p.Name, p.Title)
	if p.Name == "errors" {
		v.Codes = codes(&one.Document)
		return s.execute("errors", v)
	}
	source, err := one.read(p.Name + ".md")
	if err != nil {
		return nil, err
	}
	if p.Name == "errata" && s.May != nil {
		source = one.concerning(source)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(&links{one}, 0), util.Prioritized(&bilingual{p.Name}, 1))))
	var b bytes.Buffer
	if err := md.Convert(source, &b, parser.WithContext(parser.NewContext(parser.WithIDs(headingIDs{})))); err != nil {
		return nil, err
	}
	text := strings.ReplaceAll(b.String(), "<pre>", `<pre tabindex="0">`) // for those who scroll by keys
	v.Body = template.HTML(text)                                          //nolint:gosec // goldmark writes no raw HTML of the source
	return s.execute("prose", v)
}

// concerning leaves the decisions of a page that hold for the whole system or for an
// interface that is shown.
func (one *systemPages) concerning(source []byte) []byte {
	shown := map[string]bool{}
	note := func(list []Erratum) {
		for _, e := range list {
			shown[e.ID] = true
		}
	}
	note(one.Errata)
	for _, i := range one.Interfaces {
		note(i.Errata)
	}
	head, rest, found := bytes.Cut(source, []byte("\n## "))
	out := bytes.Clone(head)
	for found {
		var section []byte
		section, rest, found = bytes.Cut(rest, []byte("\n## "))
		if id, _, _ := bytes.Cut(section, []byte("\n")); shown[string(bytes.TrimSpace(id))] {
			out = append(append(out, "\n## "...), section...)
		}
	}
	return out
}

// links leads the links of Markdown pages to the pages of the site. A link to a page
// that the reader does not have is taken out, with its paragraph where that has no
// other.
type links struct{ one *systemPages }

// Transform changes a page.
func (l *links) Transform(doc *ast.Document, in text.Reader, _ parser.Context) {
	var drop []*ast.Link
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing here returns an error
		link, ok := n.(*ast.Link)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		if to := l.target(string(link.Destination)); to != "" {
			link.Destination = []byte(to)
		} else {
			drop = append(drop, link)
		}
		return ast.WalkContinue, nil
	})
	for _, link := range drop {
		if parent := link.Parent(); parent != nil {
			parent.ReplaceChild(parent, link, ast.NewString(link.Text(in.Source()))) //nolint:staticcheck // the text of a link is one line of ours
		}
	}
}

// target is where a link of a Markdown page leads, or "" where the reader has no such
// page.
func (l *links) target(to string) string {
	file, anchor, _ := strings.Cut(to, "#")
	name, page := strings.CutSuffix(file, ".md")
	if !page {
		return to
	}
	if name == "README" {
		return "index.html"
	}
	for _, p := range l.one.prose {
		if p.Name == name && anchor != "" {
			return p.File() + "#" + anchor
		} else if p.Name == name {
			return p.File()
		}
	}
	for _, i := range l.one.Interfaces {
		if strings.EqualFold(i.Cmd, anchor) && i.Group == name {
			return i.Cmd + ".html"
		}
	}
	return ""
}

// bilingual gives what the generator says in a page its English. What the document says is
// Chinese on both pages.
type bilingual struct{ page string }

// labelled is the word in front of a text of the document.
var labelled = regexp.MustCompile(`^(文档|遵循|自)：`)

// Transform changes a page.
func (l *bilingual) Transform(doc *ast.Document, in text.Reader, _ parser.Context) {
	var texts []*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing here returns an error
		if _, code := n.(*ast.CodeSpan); code {
			return ast.WalkSkipChildren, nil
		}
		if t, ok := n.(*ast.Text); ok && entering {
			texts = append(texts, t)
		}
		return ast.WalkContinue, nil
	})
	for _, t := range texts {
		chinese := string(t.Segment.Value(in.Source()))
		if said, rest := l.say(t, chinese); said != "" {
			spoken := `<span data-en="` + html.EscapeString(said) + `">` + html.EscapeString(strings.TrimSuffix(chinese, rest)) + "</span>" + html.EscapeString(rest)
			if t.SoftLineBreak() {
				spoken += "\n"
			}
			whole := ast.NewString([]byte(spoken))
			whole.SetCode(true) // it is mark-up
			t.Parent().ReplaceChild(t.Parent(), t, whole)
		}
	}
}

// say is a text in English, empty where it is the document's; rest is the part of it that is.
func (l *bilingual) say(t *ast.Text, chinese string) (said, rest string) {
	if m := labelled.FindString(chinese); m != "" && l.page == "errata" {
		return english(m), strings.TrimPrefix(chinese, m)
	}
	switch t.Parent().(type) {
	case *east.TableCell:
		return english(chinese), ""
	case *ast.Heading, *ast.Paragraph, *ast.TextBlock, *ast.Link:
		if l.page == "errata" && t.Parent().Kind() != ast.KindHeading && !strings.HasPrefix(chinese, "文档未写明") {
			return "", ""
		}
		return english(chinese), ""
	}
	return "", ""
}

// headingIDs gives a heading the id of the generated links: its text in lower case.
type headingIDs struct{}

// Generate returns the id of a heading.
func (headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	return bytes.ToLower(bytes.TrimSpace(value))
}

// Put does nothing: equal headings share an id that nothing links to.
func (headingIDs) Put([]byte) {}

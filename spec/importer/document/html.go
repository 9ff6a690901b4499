package document

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/jiekou-dev/jiekou/spec/importer/markup"
)

// readHTML reads a page, also a broken or a saved one, in any charset that it names.
func readHTML(data []byte) ([]*Block, error) {
	in, err := charset.NewReader(bytes.NewReader(data), "text/html")
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(in)
	if err != nil {
		return nil, err
	}
	if out := scripted(root); out != nil {
		return out, nil
	}
	p := &page{}
	p.walk(root)
	p.flush()
	if len(p.out) == 1 && p.out[0].Code && strings.Count(p.out[0].Text, "\n") > 5 { // a text that a browser saved
		return readText([]byte(p.out[0].Text))
	}
	return p.out, nil
}

// page collects the blocks of HTML.
type page struct {
	out  []*Block
	text strings.Builder
}

// headings are the levels by element.
var headings = map[atom.Atom]int{atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 6}

func (p *page) flush() {
	if text := strings.TrimSpace(p.text.String()); text != "" {
		p.add(&Block{Text: text})
	}
	p.text.Reset()
}

func (p *page) add(b *Block) {
	b.Place = "block " + strconv.Itoa(len(p.out)+1)
	p.out = append(p.out, b)
}

// walk reads a node and what is in it.
func (p *page) walk(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		p.text.WriteString(spaces(n.Data))
		return
	case n.Type == html.ElementNode && unseen(n):
		return
	case headings[n.DataAtom] > 0:
		p.flush()
		if text := strings.TrimSpace(inner(n)); text != "" {
			p.add(&Block{Level: headings[n.DataAtom], Text: text})
		}
		return
	case n.DataAtom == atom.Table:
		p.flush()
		if title := captionOf(n); title != "" {
			p.add(&Block{Text: title})
		}
		p.add(&Block{Table: tableOf(n)})
		return
	case n.DataAtom == atom.Dl && p.defined(n):
		return
	case n.DataAtom == atom.Pre:
		p.flush()
		p.add(&Block{Code: true, Text: strings.Trim(source(n), "\n")})
		return
	case n.DataAtom == atom.Br:
		p.text.WriteByte('\n')
	}
	block := isBlock(n)
	if block {
		p.flush()
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		p.walk(k)
	}
	if block {
		p.flush()
	}
}

// defined adds a list of names with what each is as the table that it would be; it is false
// where the list is another one.
func (p *page) defined(dl *html.Node) bool {
	var terms [][2]string
	for n := range dl.Descendants() {
		switch {
		case n.DataAtom == atom.Dl, n.DataAtom == atom.Table:
			return false
		case n.DataAtom == atom.Dt:
			terms = append(terms, [2]string{strings.TrimSpace(inner(n))})
		case n.DataAtom == atom.Dd && len(terms) > 0:
			last := &terms[len(terms)-1]
			last[1] = strings.TrimSpace(last[1] + "\n" + inner(n))
		}
	}
	list := markup.Defined(terms)
	if list == nil {
		return false
	}
	p.flush()
	p.add(&Block{Table: tabled(*list)})
	return true
}

// unseen says whether an element shows nothing of the document.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Template, atom.Noscript, atom.Nav, atom.Svg:
		return true
	}
	return strings.Contains(strings.ReplaceAll(attr(n, "style"), " ", ""), "display:none")
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Section, atom.Article, atom.Blockquote, atom.Dt, atom.Dd, atom.Body, atom.Main:
		return true
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// spaces turns runs of blanks into one, as a browser does; no-break spaces stay.
func spaces(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

// inner is the text of an element.
func inner(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(spaces(n.Data))
			return
		case n.Type == html.ElementNode && (unseen(n) || n.DataAtom == atom.Table):
			return
		case n.DataAtom == atom.Br, isBlock(n) && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n"):
			b.WriteByte('\n')
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k)
		}
	}
	walk(n)
	return b.String()
}

// source is the text of an element of code. What an editor shows has an element for each
// line, beside numbers and what it measures with.
func source(n *html.Node) string {
	var lines []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if slices.ContainsFunc(strings.Fields(attr(n, "class")), func(name string) bool { return slices.Contains(editorLines, name) }) {
			lines = append(lines, strings.ReplaceAll(raw(n), "\u200b", ""))
			return
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k)
		}
	}
	if walk(n); len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	return raw(n)
}

// editorLines are the classes of a line in the editors that pages have: CodeMirror (as Typora
// saves it), Monaco and Ace.
var editorLines = []string{"CodeMirror-line", "view-line", "ace_line"}

// raw is the text of an element with its line breaks.
func raw(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	if n.DataAtom == atom.Br {
		b.WriteByte('\n')
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		b.WriteString(raw(k))
	}
	return b.String()
}

// tableOf reads a table with its spans; tables inside of cells belong to them.
func tableOf(n *html.Node) *Table {
	g := newGrid()
	rows(g, n)
	return g.table()
}

// rows places the rows of a table or of a part of one.
func rows(g *grid, n *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch k.DataAtom {
		case atom.Tr:
			g.row()
			cells(g, k)
		case atom.Thead, atom.Tbody, atom.Tfoot:
			rows(g, k)
		}
	}
}

func cells(g *grid, tr *html.Node) {
	for td := tr.FirstChild; td != nil; td = td.NextSibling {
		if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
			g.cell(cellOf(td), number(attr(td, "colspan")), number(attr(td, "rowspan")))
		}
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s)) // what is no number counts as none
	return n
}

// indentOf is how far a cell's text is moved to the right, by the cell's style or by
// that of the elements that its text begins in.
func indentOf(n *html.Node) int {
	indent := 0
	for n != nil {
		for part := range strings.SplitSeq(attr(n, "style"), ";") {
			name, value, _ := strings.Cut(part, ":")
			if name = strings.TrimSpace(name); name == "padding-left" || name == "text-indent" || name == "margin-left" {
				indent += number(strings.TrimRight(strings.TrimSpace(value), "pxemrt%"))
			}
		}
		n = n.FirstChild
		for n != nil && n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
			n = n.NextSibling
		}
	}
	return indent
}

// captionOf is the title that a table has inside of it.
func captionOf(table *html.Node) string {
	for k := table.FirstChild; k != nil; k = k.NextSibling {
		if k.DataAtom == atom.Caption {
			return strings.TrimSpace(inner(k))
		}
	}
	return ""
}

// cellOf reads one cell.
func cellOf(td *html.Node) *Cell {
	c := &Cell{Text: strings.Trim(inner(td), " \n"), Head: td.DataAtom == atom.Th, Indent: indentOf(td)}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			if k.DataAtom == atom.Table {
				c.Tables = append(c.Tables, tableOf(k))
				continue
			}
			walk(k)
		}
	}
	walk(td)
	return c
}

package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// readDOCX reads a Word file: the text of the body as it is shown, insertions
// accepted, deletions left out.
func readDOCX(data []byte) ([]*Block, error) {
	files, err := unpack(data, "word/document.xml", "word/styles.xml", "word/numbering.xml")
	if err != nil {
		return nil, err
	}
	body, err := parseXML(files["word/document.xml"])
	if err != nil {
		return nil, err
	}
	styles, err := wordStyles(files["word/styles.xml"])
	if err != nil {
		return nil, err
	}
	w := &word{styles: styles}
	w.blocks(body.first("body"))
	return w.out, nil
}

// unpack reads the named parts of a zip file; the first one must be there.
func unpack(data []byte, names ...string) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errors.New("it is damaged, or no Office file of 2007 or later: save it as .docx or .xlsx")
	}
	out := map[string][]byte{}
	left := int64(MaxText)
	for _, name := range names {
		f, err := archive.Open(name)
		if err != nil {
			if name == names[0] {
				return nil, fmt.Errorf("it has no %s: it is not what its name says", name)
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(f, left+1))
		_ = f.Close() // it was read, or failed
		if err != nil {
			return nil, fmt.Errorf("%s is damaged", name)
		}
		if left -= int64(len(text)); left < 0 {
			return nil, ErrLarge
		}
		out[name] = text
	}
	return out, nil
}

// node is an element of XML; names are without their namespaces.
type node struct {
	name  string
	attrs map[string]string
	text  string
	kids  []*node
}

// maxDepth is how deep elements may be nested.
const maxDepth = 400

// parseXML reads XML into a tree. Entities of a document type are refused by the
// decoder, which knows none.
func parseXML(text []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, fmt.Errorf("its XML is damaged: %w", err)
		}
		at := stack[len(stack)-1]
		switch one := token.(type) {
		case xml.StartElement:
			n := &node{name: one.Name.Local, attrs: map[string]string{}}
			for _, a := range one.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			at.kids = append(at.kids, n)
			if stack = append(stack, n); len(stack) > maxDepth {
				return nil, errors.New("its XML is nested too deep")
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			at.text += string(one)
		}
	}
}

// first returns the first element of a name, at any depth; an empty one if there is
// none.
func (n *node) first(names ...string) *node {
	at := n
	for _, name := range names {
		found := at.find(name)
		if found == nil {
			return &node{}
		}
		at = found
	}
	return at
}

func (n *node) find(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
		if found := k.find(name); found != nil {
			return found
		}
	}
	return nil
}

// child returns a direct child; an empty one if there is none.
func (n *node) child(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return &node{}
}

func (n *node) num(attr string) int {
	v, _ := strconv.Atoi(n.attrs[attr]) // what is no number counts as none
	return v
}

// wordStyles says which styles are headings, by their ids.
func wordStyles(text []byte) (map[string]int, error) {
	out := map[string]int{}
	if text == nil {
		return out, nil
	}
	root, err := parseXML(text)
	if err != nil {
		return nil, err
	}
	based := map[string]string{}
	for _, s := range root.first("styles").kids {
		if s.name != "style" {
			continue
		}
		id := s.attrs["styleId"]
		based[id] = s.child("basedOn").attrs["val"]
		name := strings.ToLower(s.child("name").attrs["val"])
		if level, ok := strings.CutPrefix(name, "heading "); ok {
			out[id], _ = strconv.Atoi(level)
		}
		if o := s.child("pPr").child("outlineLvl"); o.name != "" && o.num("val") < 9 {
			out[id] = o.num("val") + 1
		}
	}
	for id := range based {
		for at, n := id, 0; out[id] == 0 && at != "" && n < 10; at, n = based[at], n+1 {
			out[id] = out[at]
		}
	}
	return out, nil
}

// word collects the blocks of a body.
type word struct {
	styles map[string]int
	out    []*Block
	count  int // paragraphs so far
}

func (w *word) blocks(n *node) {
	for _, k := range n.kids {
		switch k.name {
		case "p":
			w.paragraph(k)
		case "tbl":
			w.out = append(w.out, &Block{Table: w.table(k), Place: "paragraph " + strconv.Itoa(w.count)})
		case "sdt", "sdtContent", "ins", "smartTag", "customXml":
			w.blocks(k)
		}
	}
}

// paragraph adds a paragraph or heading; text boxes that hang on it follow.
func (w *word) paragraph(p *node) {
	w.count++
	place := "paragraph " + strconv.Itoa(w.count)
	text := strings.TrimRight(runs(p), " \t\n")
	if strings.TrimSpace(text) != "" {
		w.out = append(w.out, &Block{Level: w.level(p), Text: text, Place: place, Indent: p.child("pPr").child("numPr").child("ilvl").num("val")})
	}
	for _, box := range boxes(p, nil) {
		w.blocks(box)
	}
}

// level is the level of a heading.
func (w *word) level(p *node) int {
	props := p.child("pPr")
	if o := props.child("outlineLvl"); o.name != "" && o.num("val") < 9 {
		return o.num("val") + 1
	}
	return w.styles[props.child("pStyle").attrs["val"]]
}

// runs is the text of a paragraph.
func runs(n *node) string {
	var b strings.Builder
	for _, k := range n.kids {
		switch k.name {
		case "t":
			b.WriteString(k.text)
		case "tab":
			if n.name == "r" {
				b.WriteByte('\t')
			}
		case "br", "cr":
			b.WriteByte('\n')
		case "noBreakHyphen":
			b.WriteByte('-')
		case "del", "moveFrom", "pPr", "rPr", "txbxContent", "Fallback", "instrText", "tbl":
		default:
			b.WriteString(runs(k))
		}
	}
	return b.String()
}

// boxes lists the contents of text boxes, once each.
func boxes(n *node, out []*node) []*node {
	for _, k := range n.kids {
		switch k.name {
		case "txbxContent":
			out = append(out, k)
		case "Fallback":
		default:
			out = boxes(k, out)
		}
	}
	return out
}

// table reads a table with its merged cells.
func (w *word) table(n *node) *Table {
	g := newGrid()
	above := map[int]*Cell{} // by column: the cell that a merged one goes on
	edges := edgesOf(n)
	for _, tr := range rowsOf(n) {
		g.row()
		at := min(max(tr.child("trPr").child("gridBefore").num("val"), 0), maxSpan)
		for range edges.column(at) {
			g.cell(&Cell{}, 1, 1)
		}
		for _, tc := range cellsOf(tr) {
			from := edges.column(at)
			at += widthOf(tc)
			if width := edges.column(at) - from; width > 0 {
				w.place(g, tc, from, width, above)
			}
		}
	}
	return g.table()
}

// sliver is how near two edges of a grid are, in twips, that are one edge to whoever reads
// the table: 2.6 mm. They are there where borders were drawn by hand.
const sliver = 150

// edges are the columns that begin at the edges of the grid of a table.
type edges []int

// edgesOf reads the grid of a table. No edge is left out where a cell with a text would
// have no width.
func edgesOf(n *node) edges {
	out, last, at := edges{0}, 0, 0
	for _, col := range below(n.child("tblGrid"), "gridCol") {
		at += max(col.num("w"), 0)
		column := out[len(out)-1]
		if at-last >= sliver {
			column, last = column+1, at
		}
		out = append(out, column)
	}
	for _, tr := range rowsOf(n) {
		at := min(max(tr.child("trPr").child("gridBefore").num("val"), 0), maxSpan)
		for _, tc := range cellsOf(tr) {
			from := at
			if at += widthOf(tc); out.column(at) == out.column(from) && len(below(tc, "t", "p", "r", "sdt", "sdtContent", "ins", "hyperlink")) > 0 {
				return nil
			}
		}
	}
	return out
}

// column is the column that begins at an edge; one behind the grid is one of its own.
func (e edges) column(edge int) int {
	if len(e) == 0 {
		return edge
	}
	if last := len(e) - 1; edge > last {
		return e[last] + edge - last
	}
	return e[edge]
}

// widthOf is how many columns of the grid a cell takes.
func widthOf(tc *node) int {
	return min(max(tc.child("tcPr").child("gridSpan").num("val"), 1), maxSpan)
}

// place places one cell of a row.
func (w *word) place(g *grid, tc *node, col, width int, above map[int]*Cell) {
	merge := tc.child("tcPr").child("vMerge")
	if old := above[col]; merge.name != "" && merge.attrs["val"] != "restart" && old != nil {
		g.again(old, width)
		return
	}
	c := w.cell(tc)
	g.cell(c, width, 1)
	for i := range width {
		delete(above, col+i)
	}
	if merge.name != "" {
		above[col] = c
	}
}

// again places a cell that goes on from the row above.
func (g *grid) again(c *Cell, colspan int) {
	row, col := c.Row, c.Col
	g.cell(c, colspan, 1)
	c.Row, c.Col = row, col
}

func rowsOf(n *node) []*node { return below(n, "tr", "sdt", "sdtContent", "ins") }

func cellsOf(n *node) []*node { return below(n, "tc", "sdt", "sdtContent") }

// below lists the elements of a name, looked for through the others.
func below(n *node, name string, through ...string) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
			continue
		}
		for _, t := range through {
			if k.name == t {
				out = append(out, below(k, name, through...)...)
			}
		}
	}
	return out
}

// cell reads the paragraphs and tables of a cell.
func (w *word) cell(tc *node) *Cell {
	c := &Cell{}
	var lines []string
	for i, p := range below(tc, "p", "sdt", "sdtContent", "ins") {
		if i == 0 {
			c.Indent = p.child("pPr").child("ind").num("left")
		}
		lines = append(lines, runs(p))
	}
	c.Text = strings.Trim(strings.Join(lines, "\n"), "\n")
	for _, t := range below(tc, "tbl", "sdt", "sdtContent") {
		c.Tables = append(c.Tables, w.table(t))
	}
	return c
}

// Package document reads the documents of partners, whatever they were written with,
// into one form: headings, paragraphs, code and tables, in the order of reading. A
// table is a grid; a merged cell is at each of its places. Nothing is interpreted.
package document

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxSize is how many bytes a file may have, and MaxText how many its parts may have
// when they are unpacked.
const (
	MaxSize = 64 << 20
	MaxText = 256 << 20
)

// maxCells is how many cells all tables of a file may have.
const maxCells = 2_000_000

// Document is one file.
type Document struct {
	Name   string
	Blocks []*Block
}

// Block is a heading, a paragraph, code or a table.
type Block struct {
	Level  int    // of a heading, 1 the highest; 0: it is none
	Text   string // of a heading, a paragraph or code
	Code   bool   // Text is to be read as it stands
	Table  *Table // nil: it is none
	Indent int    // how deep a paragraph is in a list; 0: not, or the first level
	Base   string // what a contract says is before the URLs, where they are served
	Place  string // where it is: "line 12", "paragraph 40", "接口一览!B3"
}

// Table is a grid of cells.
type Table struct {
	Rows [][]*Cell // a merged cell is the same Cell at each of its places; nil: no cell
}

// Cell is one cell of a table.
type Cell struct {
	Text   string   // paragraphs are divided by \n
	Indent int      // how far its text is moved to the right, in its own units; 0: not
	Tables []*Table // inside of the cell
	Head   bool     // it is marked as a head
	Row    int      // where it begins
	Col    int
}

// Width is the number of columns.
func (t *Table) Width() int {
	n := 0
	for _, row := range t.Rows {
		n = max(n, len(row))
	}
	return n
}

// At returns the cell of a place; nil where there is none.
func (t *Table) At(row, col int) *Cell {
	if row < 0 || row >= len(t.Rows) || col < 0 || col >= len(t.Rows[row]) {
		return nil
	}
	return t.Rows[row][col]
}

// Distinct lists the cells of a row that have a text, each once.
func (t *Table) Distinct(row int) []*Cell {
	var out []*Cell
	for col := range t.Width() {
		c := t.At(row, col)
		if c != nil && strings.TrimSpace(c.Text) != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// Errors of files that cannot be read.
var (
	ErrFormat = errors.New("it is of no kind that can be read")
	ErrLarge  = fmt.Errorf("it is too large: at most %d MB, unpacked %d MB", MaxSize>>20, MaxText>>20)
)

// Formats lists the kinds of files, by the end of their names.
func Formats() []string {
	return []string{".docx", ".xlsx", ".html", ".htm", ".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt", ".json", ".yaml", ".yml"}
}

// Read reads a file by the end of its name; a name without one is plain text, or what
// its first bytes say.
func Read(name string, data []byte) (*Document, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: %w", name, ErrLarge)
	}
	read, ok := readers[strings.ToLower(path.Ext(name))]
	switch {
	case ok:
	case path.Ext(name) != "":
		return nil, fmt.Errorf("%s: %w: %s", name, ErrFormat, strings.Join(Formats(), ", "))
	default:
		read = readers[sniff(data)]
	}
	blocks, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	cells := 0
	for _, b := range blocks {
		if b.Table != nil {
			cells += len(b.Table.Rows) * b.Table.Width()
		}
	}
	if cells > maxCells {
		return nil, fmt.Errorf("%s: its tables have %d cells; at most %d can be read", name, cells, maxCells)
	}
	if strings.HasSuffix(name, Drawn) {
		name = strings.TrimSuffix(name, Drawn) + ".pdf"
	}
	return &Document{name, blocks}, nil
}

// sniff is the kind of data without a name, by what they begin with.
func sniff(data []byte) string {
	text := strings.TrimSpace(strings.TrimPrefix(string(data[:min(len(data), 4096)]), "\ufeff"))
	switch {
	case strings.HasPrefix(text, "PK\x03\x04") && strings.Contains(string(data[:min(len(data), 1<<16)]), "word/"):
		return ".docx"
	case strings.HasPrefix(text, "PK\x03\x04"):
		return ".xlsx"
	case strings.HasPrefix(text, "{\""), strings.HasPrefix(text, "[{"), strings.HasPrefix(text, "openapi:"), strings.HasPrefix(text, "swagger:"):
		return ".json"
	case strings.HasPrefix(text, "<"):
		return ".html"
	case strings.HasPrefix(text, "|"), strings.HasPrefix(text, "# "), strings.Contains(text, "\n|"), strings.Contains(text, "\n# "), strings.Contains(text, "\n## "):
		return ".md"
	}
	return ".txt"
}

var readers map[string]func([]byte) ([]*Block, error)

func init() { //nolint:gochecknoinits // the readers refer to each other
	readers = map[string]func([]byte) ([]*Block, error){
		".docx": readDOCX, ".xlsx": readXLSX, ".html": readHTML, ".htm": readHTML, ".md": readMarkdown, ".markdown": readMarkdown, ".mdx": readMarkdown,
		".rst": readRST, ".adoc": readADOC, ".asciidoc": readADOC, ".txt": readText, ".json": readContract, Drawn: readDrawn, ".yaml": readContract, ".yml": readContract,
	}
}

// textOf is data as text: UTF-8 or, with a byte order mark, UTF-16, or else GB 18030, as editors
// in China save it.
func textOf(data []byte) (string, error) {
	if decoded, _, err := transform.Bytes(unicode.BOMOverride(encoding.Nop.NewDecoder()), data); err == nil {
		data = decoded
	}
	text := string(data)
	if !utf8.ValidString(text) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().String(text)
		if err != nil || strings.ContainsRune(decoded, utf8.RuneError) || strings.ContainsRune(decoded, 0) {
			return "", errors.New("it is text neither in UTF-8 nor in GB 18030: save it as UTF-8")
		}
		text = decoded
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), nil
}

// grid places cells that span rows and columns.
type grid struct {
	rows [][]*Cell
	open map[int]span // by column: a cell that goes on into the next rows
}

type span struct {
	cell *Cell
	rows int // that are left
}

// row begins a row, with the cells that come down from above.
func (g *grid) row() {
	row := []*Cell{}
	for col, s := range g.open {
		for len(row) <= col {
			row = append(row, nil)
		}
		row[col] = s.cell
		if s.rows--; s.rows > 0 {
			g.open[col] = s
		} else {
			delete(g.open, col)
		}
	}
	g.rows = append(g.rows, row)
}

// maxSpan is how many rows or columns one cell may span.
const maxSpan = 1000

// cell places a cell in the first free columns of the last row.
func (g *grid) cell(c *Cell, colspan, rowspan int) {
	at := len(g.rows) - 1
	row := g.rows[at]
	col := 0
	for col < len(row) && row[col] != nil {
		col++
	}
	c.Row, c.Col = at, col
	colspan, rowspan = min(max(colspan, 1), maxSpan), min(max(rowspan, 1), maxSpan)
	for i := col; i < col+colspan; i++ {
		for len(row) <= i {
			row = append(row, nil)
		}
		row[i] = c
		if rowspan > 1 {
			g.open[i] = span{c, rowspan - 1}
		}
	}
	g.rows[at] = row
}

func newGrid() *grid { return &grid{open: map[int]span{}} }

// table is what was placed, without rows that have no text.
func (g *grid) table() *Table {
	t := &Table{}
	for _, row := range g.rows {
		for _, c := range row {
			if c != nil && (strings.TrimSpace(c.Text) != "" || len(c.Tables) > 0) {
				t.Rows = append(t.Rows, row)
				break
			}
		}
	}
	for i, row := range t.Rows {
		for _, c := range row {
			if c != nil && (i == 0 || !has(t.Rows[i-1], c)) {
				c.Row = i
			}
		}
	}
	return t
}

func has(row []*Cell, c *Cell) bool {
	for _, o := range row {
		if o == c {
			return true
		}
	}
	return false
}

package document_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// shown is a document as text: # for headings, a line for each row, ^ for a cell that
// goes on from above and < from the left.
func shown(d *document.Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		switch {
		case block.Table != nil:
			table(&b, block.Table)
		case block.Level > 0:
			b.WriteString(strings.Repeat("#", block.Level) + " " + block.Text + "\n")
		case block.Code:
			b.WriteString("code " + block.Text + "\n")
		default:
			b.WriteString(block.Text + "\n")
		}
	}
	return b.String()
}

func table(b *strings.Builder, t *document.Table) {
	for r, row := range t.Rows {
		for c, cell := range row {
			switch {
			case cell == nil:
				b.WriteString("|")
			case c > 0 && row[c-1] == cell:
				b.WriteString("|<")
			case r > 0 && t.At(r-1, c) == cell:
				b.WriteString("|^")
			default:
				b.WriteString("|" + strings.ReplaceAll(cell.Text, "\n", "/"))
				for _, inner := range cell.Tables {
					b.WriteString("{")
					table(b, inner)
					b.WriteString("}")
				}
			}
		}
		b.WriteString("\n")
	}
}

func read(t *testing.T, name string, data []byte) string {
	t.Helper()
	d, err := document.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return shown(d)
}

// zipped is a zip file.
func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	wordHead = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>`
	wordTail = `</w:body></w:document>`
)

// TestWord: headings by style and by outline, tracked changes, merged cells, a table in
// a cell, a text box once.
func TestWord(t *testing.T) {
	t.Parallel()
	cell := func(props, text string) string {
		return `<w:tc><w:tcPr>` + props + `</w:tcPr><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:tc>`
	}
	row := func(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }
	body := `<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>标题</w:t></w:r></w:p>
<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>第二级</w:t></w:r></w:p>
<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del><w:r><w:t>的</w:t><w:br/><w:t>文</w:t></w:r></w:p>
<w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>
<w:tbl>` + row(cell(`<w:gridSpan w:val="2"/>`, "名"), cell("", "说明")) +
		row(cell(`<w:vMerge w:val="restart"/>`, "a"), cell("", "b"), cell("", "1")) +
		row(cell(`<w:vMerge/>`, ""), cell("", "c"), `<w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p><w:tbl>`+row(cell("", "x"))+`</w:tbl></w:tc>`) + `</w:tbl>`
	data := zipped(t, map[string]string{
		"word/document.xml": wordHead + body + wordTail,
		"word/styles.xml":   `<w:styles xmlns:w="w"><w:style w:styleId="b"><w:name w:val="heading 1"/></w:style><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style></w:styles>`,
	})
	want := "# 标题\n## 第二级\n新的\n文\n框\n|名|<|说明\n|a|b|1\n|^|c|2{|x\n}\n"
	if got := read(t, "a.docx", data); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSlivers: edges of a grid that are a hair apart are one column, as where borders were
// drawn by hand; a cell with a text keeps its column however narrow it is.
func TestSlivers(t *testing.T) {
	t.Parallel()
	cell := func(span, text string) string {
		return `<w:tc><w:tcPr><w:gridSpan w:val="` + span + `"/></w:tcPr><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:tc>`
	}
	grid := `<w:tblGrid><w:gridCol w:w="2660"/><w:gridCol w:w="1220"/><w:gridCol w:w="56"/><w:gridCol w:w="1559"/><w:gridCol w:w="50"/><w:gridCol w:w="2970"/></w:tblGrid>`
	head := `<w:tr>` + cell("1", "名称") + cell("2", "类型") + cell("2", "必须") + cell("1", "备注") + `</w:tr>`
	for row, want := range map[string]string{
		`<w:tr>` + cell("1", "a") + cell("1", "int") + cell("2", "是") + cell("2", "x") + `</w:tr>`:                  "|名称|类型|必须|备注\n|a|int|是|x\n",
		`<w:tr>` + cell("1", "a") + cell("1", "int") + cell("1", "!") + cell("1", "是") + cell("2", "x") + `</w:tr>`: "|名称|类型|<|必须|<|备注\n|a|int|!|是|x|<\n",
	} {
		data := zipped(t, map[string]string{"word/document.xml": wordHead + `<w:tbl>` + grid + head + row + `</w:tbl>` + wordTail})
		if got := read(t, "a.docx", data); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestExcel: sheets as headings, merged cells, hidden sheets left out.
func TestExcel(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "接口", "B1": "参数", "A2": "a", "B2": "x", "B3": "y"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A2", "A3"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("hidden"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetVisible("hidden", false); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, "a.xlsx", b.Bytes()), "# Sheet1\n|接口|参数\n|a|x\n|^|y\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTexts: the layouts of Markdown, HTML, reStructuredText and plain text.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"a.md", "# A\n## B ##\nx\ny\n\nz", "# A\n## B\nx\ny\nz\n"},
		{"a.md", "A\n===\n\nB\n---\nc", "# A\n## B\nc\n"},
		{"a.md", "|a|b|\n|:-:|---|\n|1|`x\\|y`|\n|2|p\\|q|\n", "|a|b\n|1|x|y\n|2|p|q\n"},
		{"a.md", "a | b\n--- | ---\n1 | 2\n\nend", "|a|b\n|1|2\nend\n"},
		{"a.md", "```json\n{|}\n```\nend", "code {|}\nend\n"},
		{"a.md", "<table><tr><td rowspan=2>a<td>b<tr><td>c</table>\nend", "|a|b\n|^|c\nend\n"},
		{"a.md", "**b** and [t](http://x) and List&lt;A&gt; and List<B>", "b and t and List<A> and List<B>\n"},
		{"a.html", "<h2>A</h2><p>x  y<br>z<script>s</script><table><tr><td colspan=2>a<tr><td>b<td>c<table><tr><td>d</table></table>", "## A\nx y\nz\n|a|<\n|b|c{|d\n}\n"},
		{"a.html", "<meta charset=gbk><p>\xd6\xd0", "中\n"},
		{"a.txt", "\xd6\xd0", "中\n"},
		{"a.txt", "\xff\xfe\x2d\x4e", "中\n"},
		{"a.txt", "\xef\xbb\xbf中", "中\n"},
		{"a.rst", "A\n=\n\nA\n===\n\nB\n---\n\nC\n===\n", "A\n=\n# A\n## B\n# C\n"},
		{"a.rst", "===  ===\na    b\n===  ===\n1    2\n     3\n===  ===\n\nend", "|a|b\n|1|2/3\nend\n"},
		{"a.rst", "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n|   | 3 |\n+---+---+\nend", "|a|b\n|1|2/3\nend\n"},
		{"a.rst", "例::\n\n  {}\n\nend", "例\ncode {}\nend\n"},
		{"a.txt", "1.2 题目\n\na\tb\tc\n1\t2\t3\n\nend", "## 1.2 题目\n|a|b|c\n|1|2|3\nend\n"},
		{"a", "\ufeffx\r\ny", "x\ny\n"},
	} {
		if got := read(t, c.name, []byte(c.text)); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

// TestBad: files that cannot be read say why, and none of them fills the memory.
func TestBad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a.bin", nil, "of no kind that can be read"},
		{"a.json", []byte("{"), "no JSON or YAML"},
		{"a.yaml", []byte("a: 1"), "no OpenAPI"},
		{"a.docx", []byte("no zip"), "damaged"},
		{"a.docx", zipped(t, map[string]string{"x": ""}), "it has no word/document.xml"},
		{"a.docx", zipped(t, map[string]string{"word/document.xml": "<a><b></a>"}), "its XML is damaged"},
		{"a.docx", zipped(t, map[string]string{"word/document.xml": `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`}), "its XML is damaged"},
		{"a.docx", zipped(t, map[string]string{"word/document.xml": strings.Repeat("<a>", 1000)}), "nested too deep"},
		{"a.docx", zipped(t, map[string]string{"word/document.xml": strings.Repeat(" ", document.MaxText+1)}), "too large"},
		{"a.xlsx", []byte("no zip"), "damaged"},
		{"a.md", []byte("\xff\x00\xff"), "neither in UTF-8"},
		{"a.txt", make([]byte, document.MaxSize+1), "too large"},
	} {
		if _, err := document.Read(c.name, c.data); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := document.Read("a.txt", make([]byte, document.MaxSize+1)); !errors.Is(err, document.ErrLarge) {
		t.Error(err)
	}
}

// FuzzRead: no bytes make a reader panic or hang.
func FuzzRead(f *testing.F) {
	f.Add(0, []byte("|a|b|\n|-|-|\n|1|2|"))
	f.Add(1, []byte("<table><tr><td colspan=99999 rowspan=99999>a"))
	f.Add(2, []byte("== ==\na b\n== ==\n"))
	f.Add(3, []byte("a\tb\tc\n1\t2\t3"))
	f.Add(4, zipped(f, map[string]string{"word/document.xml": wordHead + `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-1"/><w:vMerge/></w:tcPr></w:tc></w:tr></w:tbl>` + wordTail}))
	f.Add(5, []byte("== a\n[cols=9*]\n|===\n2+.3+|a |b\n|===\n"))
	f.Add(6, []byte(`{"openapi":"3","paths":{"/a":{"get":{"parameters":[{"$ref":"#/paths"}],"responses":{"200":{"schema":{"$ref":"#/x"}}}}}},"x":{"properties":{"a":{"$ref":"#/x"}}}}`))
	names := []string{"a.md", "a.html", "a.rst", "a.txt", "a.docx", "a.adoc", "a.json"}
	f.Fuzz(func(t *testing.T, kind int, data []byte) {
		if kind < 0 {
			kind = -(kind + 1)
		}
		name := names[kind%len(names)]
		if name == "a.docx" && kind > len(names) { // the inside of the zip is what matters
			data = zipped(t, map[string]string{"word/document.xml": string(data)})
		}
		d, err := document.Read(name, data)
		if err == nil {
			shown(d)
		}
	})
}

// TestWatermark: what lies across every page in high letters is in no cell, and makes no
// chapter.
func TestWatermark(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../testdata/payment.drawn")
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, "payment.drawn", data)
	words, rest, _ := bytes.Cut(data, []byte{0})
	var stamped []string
	for line := range strings.SplitSeq(string(words), "\n") {
		if stamped = append(stamped, line); strings.HasPrefix(line, "1\t") {
			for n, letter := range []string{"机", "密", "文", "件"} {
				stamped = append(stamped, fmt.Sprintf("5\t1\t0\t0\t0\t%d\t%d\t%d\t40.00\t40.00\t100\t%s", n, 120+60*n, 400-40*n, letter))
			}
		}
	}
	marked := bytes.Join([][]byte{[]byte(strings.Join(stamped, "\n")), rest}, []byte{0})
	if got := read(t, "payment.drawn", marked); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

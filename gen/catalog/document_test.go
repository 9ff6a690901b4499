package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents are the partners' own papers. They are not part of the project; if they
// are beside it, the catalogue is compared with them.
var documents = filepath.Join("..", "..", "..", "shared", "sources")

// chapter is a section about one interface, as its Markdown has it.
type chapter struct {
	section, head string
	prose         string // all lines outside the tables
	tables        []table
}

// table is a table of parameters: the cells of its rows, by the column's title.
type table []map[string]string

// readChapters reads the chapters of a document, with nothing of ours but this.
func readChapters(text string) []*chapter {
	var all []*chapter
	var now *chapter
	var columns []string
	heading := regexp.MustCompile(`^### (4\.\d+\.\d+)\.?\s+(.*)$`)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		m := heading.FindStringSubmatch(line)
		switch {
		case m != nil:
			now, columns = &chapter{section: m[1], head: m[2]}, nil
			all = append(all, now)
		case strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "## "):
			now = nil
		case now == nil || strings.Trim(line, "|-: ") == "":
		case !strings.HasPrefix(line, "|"):
			now.prose += line + "\n"
		default:
			cells := readCells(line)
			if cells[0] == "参数" {
				now.tables, columns = append(now.tables, nil), cells
				continue
			}
			row := map[string]string{}
			for i, title := range columns {
				if i < len(cells) {
					row[title] = cells[i]
				}
			}
			last := &now.tables[len(now.tables)-1]
			*last = append(*last, row)
		}
	}
	return all
}

// readCells splits a row. The titles of the two columns that have several names
// are made one.
func readCells(line string) []string {
	cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
	for i, c := range cells {
		c = strings.TrimSpace(strings.ReplaceAll(c, "\\", ""))
		if c = strings.Trim(c, "*"); c == "必须" {
			c = "是否必须"
		}
		cells[i] = c
	}
	return cells
}

// rowOf is a row of the document as the catalogue shows it.
func rowOf(row map[string]string) Field {
	f := Field{DocPath: row["参数"], Type: strings.ToLower(row["类型"]), Required: "conditional", Condition: row["是否必须"]}
	switch f.Condition {
	case "是":
		f.Required, f.Condition = "yes", ""
	case "否", "":
		f.Required, f.Condition = "no", ""
	}
	length := row["长度"]
	if base, rest, ok := strings.Cut(f.Type, "("); ok {
		f.Type = base
		if length == "" {
			length = strings.TrimSuffix(rest, ")")
		}
	}
	if words := strings.Fields(f.Type); len(words) == 2 { // of cst_order_notify: both in one cell
		f.Type, length = words[0], words[1]
	}
	if n, err := strconv.Atoi(length); err == nil {
		f.Length = &n
	}
	for written, name := range map[string]string{
		"sting": "string", "varchar": "string", "jsonarray": "array", "list": "array",
	} {
		if f.Type == written {
			f.Type = name
		}
	}
	return f
}

// TestCatalogIsTheDocument compares every row of the catalogue of lianfa with the
// tables of its document: names, marks, types, lengths, and each value with its
// cell.
func TestCatalogIsTheDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(documents, "lianfa-open-interface-v3.10.md"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the document does not lie beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	got := catalogOf(t, "lianfa")
	mine, chapters := got.Systems[0], readChapters(string(text))
	if len(chapters) != 65 || len(mine.Interfaces) != len(chapters) {
		t.Fatalf("%d interfaces, the document has %d", len(mine.Interfaces), len(chapters))
	}
	var requests, responses int
	for n, c := range chapters {
		i, tables := mine.Interfaces[n], append(slices.Clone(c.tables), nil, nil)
		requests, responses = requests+len(tables[0]), responses+len(tables[1])
		t.Run(i.Cmd, func(t *testing.T) {
			t.Parallel()
			c.compareHead(t, i)
			compareRows(t, "request", tables[0], i.Request)
			compareRows(t, "response", tables[1], i.Response)
		})
	}
	if requests != 499 || responses != 394 {
		t.Errorf("the document has %d and %d rows", requests, responses)
	}
	compareCodes(t, string(text), mine.Errors)
}

// compareHead holds number, name, state and message type against the heading.
func (c *chapter) compareHead(t *testing.T, i Interface) {
	t.Helper()
	head := strings.ReplaceAll(c.head, "\\", "")
	status := "active"
	switch {
	case strings.Contains(head, "作废"):
		status = "deprecated"
	case strings.Contains(head, "不实现"), strings.Contains(head, "未实现"):
		status = "unimplemented"
	}
	title, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(head, i.Code)), "（", "("), "(")
	message := ""
	if m := regexp.MustCompile(`> 消息类型[:：] ?(\S+)`).FindStringSubmatch(c.prose); m != nil {
		message = m[1]
	}
	if i.Cmd == "consultant_assign_create_notify" { // said in 4.5.18, which triggers it
		message = "dc.mq.opp.assign"
	}
	want := []string{c.section, status, strings.TrimSpace(title), message}
	if diff := cmp.Diff(want, []string{i.Section, i.Status, i.Title, i.MessageType}); diff != "" {
		t.Errorf("section, status, title, message type (-document +catalog):\n%s", diff)
	}
	if !strings.HasPrefix(head, i.Code) || !strings.Contains(head, i.Cmd) {
		t.Errorf("%s %s is not in %q", i.Code, i.Cmd, head)
	}
}

// compareRows holds fields against the rows of a table.
func compareRows(t *testing.T, what string, rows table, fields []Field) {
	t.Helper()
	if len(rows) != len(fields) {
		t.Errorf("%s: %d fields, the document has %d", what, len(fields), len(rows))
		return
	}
	for n, row := range rows {
		f, want := fields[n], rowOf(row)
		got := Field{DocPath: f.DocPath, Type: f.Type, Length: f.Length, Required: f.Required, Condition: f.Condition}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, row %d (-document +catalog):\n%s", what, n+1, diff)
		}
		cell := bare(strings.Join([]string{row["说明"], row["长度"]}, " "))
		if !strings.Contains(cell, bare(f.Label)) && !reworded(f.Label, cell) {
			t.Errorf("%s: the label %q of %s is not in %q", what, f.Label, f.Path, cell)
		}
		for _, v := range f.Enum {
			if !strings.Contains(cell, bare(v.Value)) || !strings.Contains(cell, bare(v.Label)) {
				t.Errorf("%s: %s %q is not in %q", what, f.Path, v, cell)
			}
		}
		if numbered := numbers(row["说明"]); len(numbered) > 1 && len(f.Enum) < len(numbered) {
			t.Errorf("%s: %s has %d values, the document %v", what, f.Path, len(f.Enum), numbered)
		}
	}
}

// bare is text without blanks, punctuation and Markdown.
func bare(text string) string {
	text = strings.NewReplacer("<br/>", "", "<br>", "", "&#58;", "", "&#124;", "|", "粗体文本", "").Replace(text)
	return regexp.MustCompile(`[\s,，;；:：。、“”"'\[\]()（）*]`).ReplaceAllString(text, "")
}

// reworded reports whether a label is a cell without the values in its midst: each
// of its parts is there, in order.
func reworded(label, cell string) bool {
	for part := range strings.FieldsFuncSeq(label, func(r rune) bool { return strings.ContainsRune("，；（）(), ", r) }) {
		at := strings.Index(cell, bare(part))
		if at < 0 {
			return false
		}
		cell = cell[at:]
	}
	return true
}

// numbers are the values, each once, of a list "1 男 2 女", "1=男，2=女" or "男 = 1, 女 = 2".
func numbers(cell string) []string {
	cell = strings.NewReplacer("<br/>", "\n", "<br>", "\n", "**粗体文本**", "").Replace(cell)
	var out []string
	for _, form := range []string{
		`(?:^|[\n:：，,； （(效否男]) ?(\d+)(?: ?[=:：、\-] ?| )?[\p{Han}A-Z]+`, `[\p{Han}] ?= ?(\d+)`,
	} {
		out = nil
		for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(cell, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
		if len(out) > 1 {
			return out
		}
	}
	return out
}

// compareCodes holds the codes against chapter 5.
func compareCodes(t *testing.T, text string, codes []Error) {
	t.Helper()
	_, text, _ = strings.Cut(text, "# 5 错误码定义")
	var want, got []string
	for _, m := range regexp.MustCompile(`(?m)^\| *(-?\d+) *\|([^|]*)\|`).FindAllStringSubmatch(text, -1) {
		want = append(want, fmt.Sprint(m[1], " ", strings.TrimSpace(strings.ReplaceAll(m[2], "\\", ""))))
	}
	for _, c := range codes {
		got = append(got, c.Code+" "+c.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 36 {
		t.Errorf("%d codes (-document +catalog):\n%s", len(want), diff)
	}
}

package catalog

import (
	"errors"
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

// documentRow is a row of a table of a signed system's document: the catalogue's
// row, and the cell with its label.
type documentRow struct {
	Field
	cell string
}

// readDocument reads a partner's paper; the test is skipped where it does not lie
// beside the project.
func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(documents, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the document does not lie beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// catalogued is the catalogue of one system.
func catalogued(t *testing.T, system string) System {
	t.Helper()
	got := catalogOf(t, system)
	if len(got.Systems) != 1 || len(got.Systems[0].Interfaces) != 1 {
		t.Fatalf("%s has not one interface", system)
	}
	return got.Systems[0]
}

// compareDocument holds the fields of the catalogue against rows: each row once,
// in the document's order, and nothing else.
func compareDocument(t *testing.T, what string, want []documentRow, fields []Field) {
	t.Helper()
	if len(want) != len(fields) {
		t.Errorf("%s: %d fields, the document has %d", what, len(fields), len(want))
		return
	}
	for n, row := range want {
		f := fields[n]
		got := Field{DocPath: f.DocPath, Type: f.Type, Length: f.Length, Required: f.Required}
		if diff := cmp.Diff(row.Field, got); diff != "" {
			t.Errorf("%s, row %d (-document +catalog):\n%s", what, n+1, diff)
		}
		if !strings.Contains(bare(row.cell), bare(f.Label)) {
			t.Errorf("%s: the label %q of %s is not in %q", what, f.Label, f.DocPath, row.cell)
		}
		for _, v := range f.Enum {
			if !strings.Contains(bare(row.cell), bare(v.Value)) || !strings.Contains(bare(row.cell), bare(v.Label)) {
				t.Errorf("%s: %s %q is not in %q", what, f.DocPath, v, row.cell)
			}
		}
	}
}

// required is a cell of the column that says whether a value is required.
func required(cell string) string {
	if cell == "Y" {
		return "yes"
	}
	return "no"
}

// baasRows reads a table of the baas document whose first line begins with head; at
// has the columns of code, parent's code, mark, type and description. A line that
// begins with an empty cell continues the row above.
func baasRows(text, head string, code, marked int) []documentRow {
	_, text, _ = strings.Cut(text, head)
	_, text, _ = strings.Cut(text, "\n")
	var cells [][]string
	for line := range strings.Lines(text) {
		row := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case regexp.MustCompile(`^\d\.\d`).MatchString(line):
			text = ""
		case len(row) > 3 && row[0] == "":
			last := cells[len(cells)-1]
			last[code] += row[code]
			last[len(last)-1] += row[len(row)-1]
		case len(row) > 3:
			cells = append(cells, row)
		}
		if text == "" {
			break
		}
	}
	var out []documentRow
	for _, row := range cells {
		f := Field{DocPath: row[code], Type: "array", Required: required(row[marked])}
		if m := regexp.MustCompile(`(?i)^varchar\((\d+)`).FindStringSubmatch(row[marked+1]); m != nil {
			n, _ := strconv.Atoi(m[1])
			f.Type, f.Length = "string", &n
		}
		out = append(out, documentRow{f, strings.Join(row, " ")})
	}
	return out
}

// TestBaasIsTheDocument holds the catalogue of baas against its document.
func TestBaasIsTheDocument(t *testing.T) {
	t.Parallel()
	text := readDocument(t, "baas-custinfo-sync-v0.1.txt")
	mine := catalogued(t, "baas")
	request := baasRows(text, "节点名称\t父节点名称\t节点编码", 2, 4)
	reply := baasRows(text, "父节点名称\t节点名称\t父节点编码", 3, 4)
	for i := range reply {
		reply[i].DocPath = "responseHeader/" + reply[i].DocPath
	}
	if len(request) != 18 || len(reply) != 2 {
		t.Fatalf("the document has %d and %d rows", len(request), len(reply))
	}
	compareDocument(t, "request", request, mine.Interfaces[0].Request)
	compareDocument(t, "reply", reply, mine.Interfaces[0].Response)
	compareExample(t, text, mine.Interfaces[0])
	for _, c := range mine.Errors {
		if !c.Ours && !strings.Contains(text, c.Code) {
			t.Errorf("the code %s is not in the document", c.Code)
		}
	}
}

// custserviceTables reads the tables of the custservice document, in which each
// cell is a line that ends in a bar, by the title above them.
func custserviceTables(text string) map[string][]map[string]string {
	heads := []string{"参数", "位置", "类型", "是否必填", "说明", "名称", "结果码"}
	out := map[string][]map[string]string{}
	title := ""
	var cells []string
	flush := func() {
		n := 0
		for n < len(cells) && slices.Contains(heads, cells[n]) {
			n++
		}
		for at := n; n > 0 && at+n <= len(cells); at += n {
			row := map[string]string{}
			for i, head := range cells[:n] {
				row[head] = cells[at+i]
			}
			out[title] = append(out[title], row)
		}
		cells = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if cell, ok := strings.CutSuffix(line, "|"); ok {
			cells = append(cells, strings.TrimSpace(cell))
			continue
		}
		flush()
		title = line
	}
	cells = append(cells, strings.TrimSuffix(strings.TrimSpace(title), "|"))
	flush()
	return out
}

// custserviceRow is a row of a table of fields.
func custserviceRow(row map[string]string) documentRow {
	name := row["参数"] + row["名称"]
	f := Field{DocPath: name, Required: required(row["是否必填"])}
	switch typ := strings.ToLower(strings.TrimSpace(row["类型"])); {
	case strings.Contains(typ, "array"):
		f.Type = "array"
	case typ == "basiccustomeridentity":
		f.Type = "object"
	default:
		f.Type = map[string]string{
			"string": "string", "boolean": "bool", "integer (int32)": "int", "integer (int64)": "long", "string (date-time)": "datetime",
		}[typ]
	}
	return documentRow{f, row["说明"]}
}

// TestCustserviceIsTheDocument holds the catalogue of custservice against its
// document.
func TestCustserviceIsTheDocument(t *testing.T) {
	t.Parallel()
	text := readDocument(t, "custservice-customer-update.txt")
	tables := custserviceTables(text)
	mine := catalogued(t, "custservice")
	rows := func(title string) (out []documentRow) {
		for _, row := range tables[title] {
			if row["参数"]+row["名称"] == "" {
				continue // the body itself
			}
			one := custserviceRow(row)
			out = append(out, one)
			switch one.Type {
			case "object":
				for _, inner := range tables["BasicCustomerIdentity"] {
					out = append(out, custserviceRow(inner))
				}
			case "array":
				for _, inner := range tables["CustomerDictDTO"] {
					out = append(out, custserviceRow(inner))
				}
			}
		}
		return out
	}
	request := append(rows("请求参数"), rows("CustomerDTO")...)
	response := rows("CustomerDetail")
	if len(request) != 18 || len(response) != 46 {
		t.Fatalf("the document has %d and %d rows", len(request), len(response))
	}
	compareDocument(t, "request", request, mine.Interfaces[0].Request)
	compareDocument(t, "response", response, mine.Interfaces[0].Response)
	compareExample(t, text, mine.Interfaces[0])
	var want, got []string
	for _, row := range tables["结果码说明"] {
		want = append(want, row["结果码"]+" "+row["说明"])
	}
	for _, c := range mine.Errors {
		got = append(got, c.Code+" "+c.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 9 {
		t.Errorf("%d codes (-document +catalog):\n%s", len(want), diff)
	}
}

// u8Rows reads the table of a section of the u8 document: name, type and
// description between blanks.
func u8Rows(text, from, to string) (out []documentRow) {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	for line := range strings.Lines(text) {
		cells := strings.Fields(line)
		if len(cells) < 3 || cells[1] != "string" && cells[1] != "number" && cells[1] != "date" {
			continue
		}
		out = append(out, documentRow{
			Field{DocPath: cells[0], Type: cells[1], Required: "no"}, strings.Join(cells[2:], " "),
		})
	}
	return out
}

// TestU8IsTheDocument holds the catalogue of u8 against its document, which marks
// nothing as required: errcode and errmsg are in every reply.
func TestU8IsTheDocument(t *testing.T) {
	t.Parallel()
	text := readDocument(t, "u8-customer-get.txt")
	mine := catalogued(t, "u8")
	request := u8Rows(text, "3.2url参数说明", "3.3请求示例")
	response := u8Rows(text, "3.4返回参数说明", "3.5正确返回示例")
	if len(request) != 6 || len(response) != 2+43 {
		t.Fatalf("the document has %d and %d rows", len(request), len(response))
	}
	for i := range response[:2] {
		response[i].Required = "yes"
	}
	compareDocument(t, "request", request, mine.Interfaces[0].Request)
	fields := slices.DeleteFunc(slices.Clone(mine.Interfaces[0].Response), func(f Field) bool {
		return f.Type == "object" // customer, of the example
	})
	compareDocument(t, "response", response, fields)
	compareExample(t, text, mine.Interfaces[0])
	for _, c := range mine.Errors {
		if !c.Ours && (!strings.Contains(text, c.Code) || !strings.Contains(text, c.Text)) {
			t.Errorf("%s %s is not in the document", c.Code, c.Text)
		}
	}
}

// compareExample wants each member that the document's JSON examples have to be a
// field of the catalogue, or one that is ours.
func compareExample(t *testing.T, text string, i Interface) {
	t.Helper()
	known := []string{"responseHeader", "code", "message", "data", "principalEmail", "customer"}
	for _, f := range slices.Concat(i.Request, i.Response) {
		known = append(known, f.DocPath[strings.LastIndex(f.DocPath, "/")+1:])
	}
	for _, m := range regexp.MustCompile(`"(\w+)" ?: ?["\d\[{tf]`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, m[1]) {
			t.Errorf("the example has %s, the catalogue has not", m[1])
		}
	}
}

package catalog

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// WriteCSV writes a row for each field. An interface without fields has one row
// without a direction.
func (c Catalog) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"system", "cmd", "code", "title", "section", "group", "kind", "status", "successor", "direction",
		"path", "doc_path", "type", "length", "required", "condition", "enum", "label", "errata", "follow",
	}}
	for _, s := range c.Systems {
		for _, i := range s.Interfaces {
			head := []string{s.System, i.Cmd, i.Code, i.Title, i.Section, i.Group, i.Kind, i.Status, i.Successor}
			before := len(rows)
			for _, f := range i.Request {
				rows = append(rows, append(head[:len(head):len(head)], f.cells("request")...))
			}
			for _, f := range i.Response {
				rows = append(rows, append(head[:len(head):len(head)], f.cells("response")...))
			}
			if len(rows) == before {
				rows = append(rows, append(head, make([]string, 11)...))
			}
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	return out.WriteAll(rows)
}

// inert is a text that no spreadsheet takes for a formula: with an apostrophe in
// front where it begins like one. Numbers, such as codes of errors, stay.
func inert(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

// cells are the columns of a field.
func (f Field) cells(direction string) []string {
	return []string{
		direction, f.Path, f.DocPath, f.Type, f.length(), f.Required, f.Condition, f.enum(), f.Label,
		strings.Join(f.Errata, " "), f.follow(),
	}
}

func (f Field) length() string {
	if f.Length == nil {
		return ""
	}
	return strconv.Itoa(*f.Length)
}

// enum lists the values of the field.
func (f Field) enum() string { return listed(f.Enum) }

// Values lists the values of an enumeration, "1=男; 2=女". It is empty for nil.
func Values(e *spec.Enum) string { return listed(values(e)) }

// listed is "1=男; 2=女".
func listed(values []Value) string {
	var out []string
	for _, v := range values {
		if v.Label == v.Value {
			out = append(out, v.Value)
			continue
		}
		out = append(out, v.Value+"="+v.Label)
	}
	return strings.Join(out, "; ")
}

// follow is the rules that are followed instead, as JSON.
func (f Field) follow() string {
	if f.Follow == nil {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(f.Follow) // strings and numbers cannot fail
	return strings.TrimSpace(b.String())
}

// WriteMarkdown writes a section for each interface.
func (c Catalog) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	for n, s := range c.Systems {
		if n > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# %s: %s %s\n", s.System, s.Title, s.Version)
		for _, i := range s.Interfaces {
			i.markdown(&b)
		}
		b.WriteString("\n## Error codes\n\n| code | text | group |\n| --- | --- | --- |\n")
		for _, e := range s.Errors {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(e.Code), cell(e.Text), cell(e.Group))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (i Interface) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s %s `%s`\n\n", i.Section, i.Title, i.Cmd)
	facts := []string{i.Kind, i.Status}
	for _, one := range []struct{ name, text string }{
		{"code", i.Code},
		{"group", i.Group},
		{"successor", i.Successor},
		{"message type", i.MessageType},
		{"sends", strings.Join(i.Sends, ", ")},
	} {
		if one.text != "" {
			facts = append(facts, one.name+" "+one.text)
		}
	}
	b.WriteString(strings.Join(facts, "; ") + ".\n")
	for _, one := range []struct {
		title  string
		fields []Field
	}{{"Request", i.Request}, {"Response", i.Response}} {
		if len(one.fields) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s\n\n", one.title)
		b.WriteString("| path | in the document | type | length | required | label | values | followed |\n")
		b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
		for _, f := range one.fields {
			required := strings.TrimSuffix(f.Required+": "+f.Condition, ": ")
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", cell(f.Path), cell(f.DocPath), cell(f.Type), f.length(),
				cell(required), cell(f.Label), cell(f.enum()), cell(f.follow()))
		}
	}
}

// cell escapes text for a cell of a Markdown table.
func cell(text string) string { return markdown.Cell(text) }

package markup

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// List is a list of parameters that a page writes as fields or definitions, as the table that
// it would be: what is in front of it, its head and its rows.
type List struct {
	Title string
	Head  []string
	Rows  [][]string
	Line  int // of the first row, from 0
}

var (
	call  = pattern.New(`^(\s*)\.\.\s+http:(get|post|put|delete|patch)::\s+(\S.*)$`)
	hole  = pattern.New(`\(\s*(?:\w+\s*:\s*)?([A-Za-z_][\w-]*)\s*(?:\|[^()]*)?\)`)
	field = pattern.New(`^(\s*):([<>]?[a-z]+)(?:\s+([^:` + "`" + `]+?))?\s*:(?:\s+(.*))?$`)
)

// Call reads a line that begins what Sphinx calls the directive of an HTTP method, and returns
// the method with its path as a line of text: POST /orders/{id}. It is empty where the line is
// another one.
func Call(line string) string {
	m := call.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	path, _, _ := strings.Cut(m[3], ";") // further paths of the same
	return strings.ToUpper(m[2]) + " " + hole.ReplaceAllString(strings.TrimSpace(path), "{$1}")
}

// Dedent moves the lines below a directive to the left, as far as the directive is, so that
// they read like others.
func Dedent(text []string, at int) {
	below := text[at+1 : Below(text, at)]
	for i, line := range Flush(below) {
		if line != "" {
			below[i] = strings.Repeat(" ", depth(text[at])) + line
		}
	}
}

// Flush are lines without the blanks that all of them have in front.
func Flush(text []string) []string {
	least := -1
	for _, line := range text {
		if n := depth(line); strings.TrimSpace(line) != "" && (least < 0 || n < least) {
			least = n
		}
	}
	out := make([]string, len(text))
	for i, line := range text {
		if line = expanded(line); len(line) >= least && least >= 0 {
			out[i] = line[least:]
		}
	}
	return out
}

// Below is the line behind those that belong to one: blank ones, and those that are further
// to the right.
func Below(text []string, at int) int {
	end, own := at+1, depth(text[at])
	for end < len(text) && (strings.TrimSpace(text[end]) == "" || depth(text[end]) > own) {
		end++
	}
	return end
}

// depth is how far a line is to the right; a tab goes to the next eighth column.
func depth(line string) int {
	line = expanded(line)
	return len(line) - len(strings.TrimLeft(line, " "))
}

// expanded is a line with blanks for the tabs in front of it.
func expanded(line string) string {
	rest := strings.TrimLeft(line, " \t")
	n := 0
	for _, r := range line[:len(line)-len(rest)] {
		if n++; r == '\t' {
			n = (n + 7) / 8 * 8
		}
	}
	return strings.Repeat(" ", n) + rest
}

// kinds are the fields of Sphinx's HTTP methods, by what their rows are of.
var kinds = map[string]string{
	"param": "param", "parameter": "param", "arg": "param", "argument": "param", "key": "param", "keyword": "param",
	"query": "Query parameters", "queryparameter": "Query parameters", "queryparam": "Query parameters", "qparam": "Query parameters",
	"form": "Form parameters", "formparameter": "Form parameters", "formparam": "Form parameters", "fparam": "Form parameters",
	"json": "Request body", "jsonparameter": "Request body", "jsonparam": "Request body", "<json": "Request body", "reqjson": "Request body", "reqjsonobj": "Request body",
	"<jsonarr": "Request body[]", "reqjsonarr": "Request body[]",
	">json": "Response body", "resjson": "Response body", "resjsonobj": "Response body", "jsonresponse": "Response body",
	">jsonarr": "Response body[]", "resjsonarr": "Response body[]",
	"<header": "Request headers", "reqheader": "Request headers", "requestheader": "Request headers",
	">header": "Response headers", "resheader": "Response headers", "responseheader": "Response headers",
	"statuscode": "Status codes", "status": "Status codes", "code": "Status codes",
}

// IsField says whether a line begins a field of an HTTP method of Sphinx.
func IsField(line string) bool {
	m := field.FindStringSubmatch(line)
	return m != nil && (kinds[m[2]] != "" && m[3] != "" || m[2] == "type" && m[3] != "")
}

// Fields reads the fields from a line on as a list for each kind, and returns the line behind
// them. url is that of their method: a parameter that it has is one of the path.
func Fields(text []string, at int, url string) (out []List, end int) {
	types := map[string]string{}
	for end = at; end < len(text); {
		if strings.TrimSpace(text[end]) == "" {
			end++
			continue
		}
		if !IsField(text[end]) {
			break
		}
		m := field.FindStringSubmatch(text[end])
		to := Below(text, end)
		said := strings.TrimSpace(m[4] + "\n" + strings.Join(Trimmed(text[end+1:to]), "\n"))
		if m[2] == "type" {
			types[m[3]] = said
		} else {
			out = addField(out, m, said, url, end)
		}
		end = to
	}
	for _, list := range out {
		for _, row := range list.Rows {
			if len(row) == 3 {
				row[1] = cmp.Or(row[1], types[row[0]])
			}
		}
	}
	return out, end
}

// addField adds a field to the list of its kind.
func addField(lists []List, m []string, said, url string, line int) []List {
	title, words := kinds[m[2]], strings.Fields(m[3])
	name, kind := words[len(words)-1], strings.Join(words[:len(words)-1], " ")
	if title == "param" {
		title = "Parameters"
		if strings.Contains(url, "{"+name+"}") {
			title = "Path parameters"
		}
	}
	title, array := strings.CutSuffix(title, "[]")
	if array {
		name = "[]." + name
	}
	head, row := []string{"Name", "Type", "Description"}, []string{name, kind, said}
	if title == "Status codes" {
		head, row = []string{"Status code", "Description"}, []string{m[3], said}
	}
	if n := slices.IndexFunc(lists, func(l List) bool { return l.Title == title }); n >= 0 {
		lists[n].Rows = append(lists[n].Rows, row)
		return lists
	}
	return append(lists, List{Title: title, Head: head, Rows: [][]string{row}, Line: line})
}

package gen

import (
	"fmt"
	"go/parser"
	"go/printer"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// rowRules are the keys of a row that say something about its values, each with a value.
var rowRules = []struct{ key, value string }{
	{"length", "8"},
	{"min_length", "2"},
	{"places", "2"},
	{"rounded", "true"},
	{"min", "1"},
	{"max", "9"},
	{"min_items", "2"},
	{"max_items", "3"},
	{"keys", "{length: 3}"},
	{"enum", "[1, 2]"},
	{"separator", `","`},
	{"default", "1"},
	{"format", "digits"},
	{"pattern", `"[0-9]{1,4}"`},
	{"as", "text"},
	{"nullable", "true"},
	{"of", "bool"},
	{"blank", "true"},
}

// rowTypes are the types of rows.
var rowTypes = map[string]string{
	"string": "string", "int": "int", "long": "long", "decimal": "decimal", "number": "number", "bool": "bool", "datetime": "datetime", "date": "date", "epoch": "epoch",
	"any": "any", "map": "map", "object": "object", "texts": `"String[]"`, "wholes": `"Integer[]"`, "texts_by_name": `"Map<String, String>"`, "wholes_by_name": `"Map<String, Integer>"`,
	"times": `"List<datetime>"`, "array": "array",
}

// words are the pairs that are the document's words about a row, which pages and catalogue
// show: the digits of a number and the characters of a time are not counted, and the parts of
// a text that lists no values are SQL's.
var words = map[string][]string{
	"length":    {"bool", "date", "datetime", "decimal", "epoch", "int", "long", "number"},
	"separator": {"string"},
}

// TestEveryRuleSaysSomething writes each key of a row beside each type. A key that check takes
// changes what is generated beyond comments: nothing that the YAML says is left out in silence.
func TestEveryRuleSaysSomething(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for _, f := range parseArchive(t, base).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	add := func(name, typ, rule string) {
		text := fmt.Sprintf("interface: x_%[1]s\ntitle: 试\nsection: \"2.%[4]d\"\nkind: report\nrequest:\n  value: {type: %[2]s%[3]s, label: 值}\nresponse:\n  ok: {type: int, label: 好}\nanswer: {handler: true}\n", name, typ, rule, len(fsys))
		fsys["spec/mini/shop/x_"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, typ := range rowTypes {
		add(name, typ, "")
		for _, r := range rowRules {
			add(name+"_with_"+r.key, typ, ", "+r.key+": "+r.value)
		}
	}
	set := accepted(t, fsys)
	files, err := Generate(set, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	var silent []string
	tried := 0
	for name := range rowTypes {
		for _, r := range rowRules {
			with := name + "_with_" + r.key
			if fsys["spec/mini/shop/x_"+with+".yaml"] == nil {
				continue
			}
			tried++
			if words[r.key] != nil && slices.Contains(words[r.key], name) {
				continue
			}
			if effect(t, files, "x_"+with) == effect(t, files, "x_"+name) {
				silent = append(silent, name+" "+r.key)
			}
		}
	}
	slices.Sort(silent)
	if len(silent) > 0 || tried < 60 {
		t.Errorf("of %d pairs these say nothing:\n%s", tried, strings.Join(silent, "\n"))
	}
}

// accepted is the set without the interfaces of this test that check refuses.
func accepted(t *testing.T, fsys fstest.MapFS) *spec.Set {
	t.Helper()
	for range len(fsys) {
		set, findings, err := load.Draft(fsys, "spec")
		findings = slices.DeleteFunc(findings, func(f spec.Finding) bool { return f.ID == "JK0706" }) // what the base has for other cases
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings { // those that say the same are one
			if !strings.Contains(f.Pos.File, "_with_") {
				t.Fatalf("%s: %s %s", f.Pos, f.ID, f.Message)
			}
			delete(fsys, f.Pos.File)
		}
		if len(findings) == 0 {
			return set
		}
	}
	return nil
}

// described is the part of a schema that is for people.
var described = regexp.MustCompile(`(?m)^\s*"(description|title|\$id)": .*$`)

// effect is what is generated for an interface, without names and without what is for people.
func effect(t *testing.T, files Files, cmd string) string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", files[DefaultRoot+"/mini/shop/"+cmd+".go"], 0)
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	var b strings.Builder
	for _, d := range file.Decls {
		if err := printer.Fprint(&b, token.NewFileSet(), d); err != nil {
			t.Fatal(err)
		}
	}
	b.Write(described.ReplaceAll(files[DefaultRoot+"/mini/schema/"+cmd+".json"], nil))
	name := strings.NewReplacer(cmd, "X", camel(cmd), "X", strings.ToLower(camel(cmd)[:1])+camel(cmd)[1:], "X")
	return strings.Join(strings.Fields(name.Replace(b.String())), " ")
}

// camel is the Go name of a cmd.
func camel(cmd string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(cmd, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

package importer_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden imports a document of each layout and holds its interfaces against golden
// YAML; all of it passes check.
func TestGolden(t *testing.T) {
	t.Parallel()
	golden, err := filepath.Glob(filepath.Join("testdata", "*.golden"))
	files, _ := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil || len(files) != 2*len(golden) && !*update {
		t.Fatalf("%d documents, %d golden files: %v", len(files)-len(golden), len(golden), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if filepath.Ext(name) == ".golden" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := document.Read(name, data)
			if err != nil {
				t.Fatal(err)
			}
			d := drafted(t, doc)
			for _, word := range unaccounted(doc, d) {
				t.Errorf("the word %q of a cell is in no table of the account", word)
			}
			got := written(t, d)
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

var words = regexp.MustCompile(`[\p{Han}A-Za-z0-9]{2,}`)

// unaccounted lists the words in the cells of a document that no cell of the account has.
func unaccounted(doc *document.Document, d *draft.Draft) (out []string) {
	var all strings.Builder
	for _, t := range d.Tables {
		for c := range t.Cells {
			all.WriteString(norm.NFKC.String(c.Text) + "\n")
		}
	}
	for _, b := range doc.Blocks {
		if b.Table == nil {
			continue
		}
		for row := range b.Table.Rows {
			for _, c := range b.Table.Distinct(row) {
				for _, word := range words.FindAllString(norm.NFKC.String(c.Text), -1) {
					if !strings.Contains(all.String(), word) {
						out = append(out, word)
					}
				}
			}
		}
	}
	return out
}

// written is the interfaces of a draft as YAML, and what was left. It fails where check
// finds anything.
func written(t *testing.T, d *draft.Draft) string {
	t.Helper()
	loaded(t, d)
	files, err := write.Files(d, "sample")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		switch {
		case strings.Contains(f.Path, "/api/"):
			b.WriteString("== " + f.Path + "\n" + string(f.Text))
		case path.Base(f.Path) == "system.yaml":
			b.WriteString(sharedIn(string(f.Text)))
		}
	}
	for _, l := range d.LeftTables() {
		b.WriteString("== left: " + strings.Join(l.Places, ", ") + ": " + l.Text + "\n")
	}
	for _, s := range d.Shared {
		b.WriteString("== shared: " + s.Place + ": " + s.Title + "\n")
	}
	for _, f := range d.Findings {
		b.WriteString("== " + f.Kind + ": " + f.Interface + ": " + f.Text + "\n")
	}
	for _, c := range d.Changes {
		b.WriteString("== change " + c.Version + " " + c.Date + " " + c.Text + "\n")
	}
	for _, c := range d.Codes {
		b.WriteString("== code " + c.Code + " " + c.Text + "\n")
	}
	return b.String()
}

// sharedIn is the structs and the common rows of system.yaml.
func sharedIn(text string) string {
	var out strings.Builder
	in := false
	for line := range strings.Lines(text) {
		if line[0] != ' ' {
			in = strings.HasPrefix(line, "structs:") || strings.HasPrefix(line, "common:")
		}
		if in {
			out.WriteString(line)
		}
	}
	return out.String()
}

// TestOneFileEach imports pages that begin with a part of an interface: their titles are the names
// of their files, and their names are in a header of the call that they show.
func TestOneFileEach(t *testing.T) {
	t.Parallel()
	page := func(name, action, field string) *document.Document {
		text := "## 1. 接口描述\n\n供管理端使用。\n\n## 2. 输入参数\n\n| 参数名称 | 必选 | 类型 | 描述 |\n|---|---|---|---|\n| " + field + " | 是 | String | 编号 |\n\n" +
			"## 返回数据 data 说明\n\n| 参数名称 | 类型 | 描述 |\n|---|---|---|\n| TaskId | String | 任务编号 |\n\n" +
			"## 4. 示例\n\n#### 输入示例\n\n```\nPOST / HTTP/1.1\nHost: api.example.com\nX-TC-Action: " + action + "\n<公共请求参数>\n\n{\"" + field + "\": \"1\"}\n```\n"
		doc, err := document.Read(name+".md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	d, err := importer.From([]*document.Document{page("创建任务", "CreateTask", "PlanId"), page("取消任务", "CancelTask", "JobId")}, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range d.Interfaces {
		got = append(got, fmt.Sprintf("%s %s %s %s", i.Title, i.Cmd, i.Request[0].Name(), i.Response[len(i.Response)-1].Name()))
	}
	if want := []string{"创建任务 CreateTask PlanId TaskId", "取消任务 CancelTask JobId TaskId"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestContradictions: what the document contradicts is offered as errata, of the interface
// that it is about.
func TestContradictions(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "aligned.txt"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := document.Read("aligned.txt", data)
	if err != nil {
		t.Fatal(err)
	}
	files, err := write.Files(drafted(t, doc), "sample")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Path, "errata.yaml") {
			for _, want := range []string{"example-1:", "请求示例中有battery", `where: ["report"]`} {
				if !strings.Contains(string(f.Text), want) {
					t.Errorf("no %q in\n%s", want, f.Text)
				}
			}
		}
	}
}

// TestNothing says so where a document has no interface.
func TestNothing(t *testing.T) {
	t.Parallel()
	doc, err := document.Read("a.txt", []byte("nothing here"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write.Files(drafted(t, doc), "sample"); err == nil || !strings.Contains(err.Error(), "no interface was found") {
		t.Error(err)
	}
	if _, err := write.Files(drafted(t), "no name"); err == nil {
		t.Error("a name that is none")
	}
}

// FuzzDraft: no document makes the drafter panic, and its YAML can be read.
func FuzzDraft(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "*.md"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := document.Read("a.md", []byte(text))
		if err != nil {
			return
		}
		d := drafted(t, doc)
		if _, err := write.Files(d, "sample"); err != nil && len(d.Interfaces) > 0 {
			t.Error(err)
		}
	})
}

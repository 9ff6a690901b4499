package lsp_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/lsp"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

// editor is an editor with the project "library" open.
type editor struct {
	t     *testing.T
	root  string
	conn  *jsonrpc2.Conn
	found chan published
}

// published is what the server says of one file.
type published struct {
	URI         string `json:"uri"`
	Diagnostics []struct {
		Code, Message string
		Range         json.RawMessage
	} `json:"diagnostics"`
}

// newEditor starts a server on a copy of the example systems.
func newEditor(t *testing.T) *editor {
	t.Helper()
	e := &editor{t: t, root: t.TempDir(), found: make(chan published, 100)}
	examples, err := fs.Sub(reference.Own(), "example")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(e.root, "spec"), examples); err != nil {
		t.Fatal(err)
	}
	server, client := net.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- lsp.Serve(context.WithoutCancel(t.Context()), server, lsp.Options{
			Root: e.root, Disk: os.DirFS(e.root), Quiet: time.Millisecond,
			Say: func(locale, text string) string { return speech.Named(locale).Say(text) },
			Check: func(fsys fs.FS) (spec.Findings, error) {
				_, findings, err := load.Draft(fsys, "spec")
				return findings, err
			},
		})
	}()
	e.conn = jsonrpc2.NewConn(context.WithoutCancel(t.Context()), jsonrpc2.NewBufferedStream(client, jsonrpc2.VSCodeObjectCodec{}),
		jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
			var p published
			if r.Method == "textDocument/publishDiagnostics" && json.Unmarshal(*r.Params, &p) == nil {
				e.found <- p
			}
			return nil, nil
		}))
	t.Cleanup(func() {
		if err := e.conn.Notify(context.Background(), "exit", nil); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	e.ask("initialize", map[string]any{}, nil)
	return e
}

// ask sends a question and reads the answer.
func (e *editor) ask(method string, params, into any) {
	e.t.Helper()
	var raw json.RawMessage
	if err := e.conn.Call(e.t.Context(), method, params, &raw); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			e.t.Fatalf("%s: %v in %s", method, err, raw)
		}
	}
}

// document is the address of a file.
func (e *editor) document(name string) map[string]any {
	return map[string]any{"uri": (&url.URL{Scheme: "file", Path: filepath.Join(e.root, "spec", name)}).String()}
}

// open opens a file with one text replaced, and waits for the findings of a file.
func (e *editor) open(name, old, replacement string) (text string) {
	e.t.Helper()
	src, err := os.ReadFile(filepath.Join(e.root, "spec", name))
	if err != nil {
		e.t.Fatal(err)
	}
	text = string(src)
	if !strings.Contains(text, old) {
		e.t.Fatalf("%s has no %q", name, old)
	}
	text = strings.Replace(text, old, replacement, 1)
	doc := e.document(name)
	doc["text"] = text
	if err := e.conn.Notify(e.t.Context(), "textDocument/didOpen", map[string]any{"textDocument": doc}); err != nil {
		e.t.Fatal(err)
	}
	return text
}

// at is the parameters of a question about the place behind a text of a document.
func (e *editor) at(name, text, behind string) map[string]any {
	e.t.Helper()
	before, _, found := strings.Cut(text, behind)
	if !found {
		e.t.Fatalf("no %q in the text", behind)
	}
	before += behind
	line := strings.Count(before, "\n")
	last := before[strings.LastIndexByte(before, '\n')+1:]
	units := 0
	for _, r := range last {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return map[string]any{"textDocument": e.document(name), "position": map[string]int{"line": line, "character": units}}
}

// labels asks for completion.
func (e *editor) labels(name, text, behind string) string {
	e.t.Helper()
	var items []struct{ Label string }
	e.ask("textDocument/completion", e.at(name, text, behind), &items)
	var out []string
	for _, item := range items {
		out = append(out, item.Label)
	}
	return " " + strings.Join(out, " ") + " "
}

// TestLocale speaks the language of the editor, and offers the fix all the same.
func TestLocale(t *testing.T) {
	t.Parallel()
	e := newEditor(t)
	e.ask("initialize", map[string]any{"locale": "zh-cn"}, nil)
	const name = "library/table/book.yaml"
	text := e.open(name, "label: 编号}", "labl: 编号}")
	p := <-e.found
	if len(p.Diagnostics) != 1 || p.Diagnostics[0].Message != "没有键 \"labl\"\n提示：是不是想写 \"label\"？" {
		t.Fatalf("published %+v", p)
	}
	var actions []struct{ Title string }
	e.ask("textDocument/codeAction", map[string]any{"textDocument": e.document(name), "range": p.Diagnostics[0].Range, "context": map[string]any{}}, &actions)
	if len(actions) != 1 || actions[0].Title != "写 label" {
		t.Errorf("actions %+v", actions)
	}
	var shown struct{ Contents struct{ Value string } }
	for _, at := range []string{"guid:     {typ", "guid:     {type: str"} {
		shown.Contents.Value = ""
		e.ask("textDocument/hover", e.at(name, text, at), &shown)
		if !strings.Contains(shown.Contents.Value, "列的类型。") {
			t.Errorf("hover over %s shows %q", at, shown.Contents.Value)
		}
	}
}

// TestFindings publishes what is found while somebody types, offers the fix, and takes
// the finding back.
func TestFindings(t *testing.T) {
	t.Parallel()
	e := newEditor(t)
	const name = "library/table/book.yaml"
	text := e.open(name, "label: 编号}", "lable: 编号}")
	p := <-e.found
	if len(p.Diagnostics) != 1 || p.Diagnostics[0].Code != "JK0005" || !strings.HasSuffix(p.URI, name) {
		t.Fatalf("published %+v", p)
	}
	in := map[string]any{"textDocument": e.document(name), "range": p.Diagnostics[0].Range, "context": map[string]any{}}
	var actions []struct {
		Title string
		Edit  struct {
			Changes map[string][]struct{ NewText string }
		}
	}
	e.ask("textDocument/codeAction", in, &actions)
	if len(actions) != 1 || actions[0].Title != "write label" || actions[0].Edit.Changes[p.URI][0].NewText != "label" {
		t.Fatalf("actions %+v", actions)
	}
	var shown struct{ Contents struct{ Value string } }
	e.ask("textDocument/hover", e.at(name, text, ", labl"), &shown)
	if !strings.Contains(shown.Contents.Value, "JK0005") {
		t.Errorf("hover over a finding shows %q", shown.Contents.Value)
	}
	e.open(name, "label: 编号}", "label: 编号}")
	if p := <-e.found; len(p.Diagnostics) != 0 {
		t.Errorf("after the fix there is %+v", p)
	}
}

// TestCompletion offers keys and names where they may be written.
func TestCompletion(t *testing.T) {
	t.Parallel()
	e := newEditor(t)
	const name = "library/book/book_list.yaml"
	for _, c := range []struct{ old, replacement, behind, want string }{
		{"except:", "ki", "ki", " kind "},
		{"label: 页码", "", "default: 1, ", " label "},
		{"list: book", "list: ", "- list: ", " tag "},
		{"order: [number]", "order: [", "order: [", " modified "},
		{"else: 1003", "else: ", "else: ", " 1003 "},
		{"type: datetime, label: 修改时间起", "type: ", "changed: {type: ", " Address "},
		{"where: [branch]", "where: {branch: ", "where: {branch: ", " branch "},
		{"into: books", "into: ", "into: ", " books "},
		{"kind: query", "kind: ", "kind: ", " report "},
	} {
		text := e.open(name, c.old, c.replacement)
		if got := e.labels(name, text, c.behind); !strings.Contains(got, c.want) {
			t.Errorf("behind %q are offered %s, without%s", c.behind, got, c.want)
		}
	}
}

// TestNames leads from a name to its definition and back, and renames it everywhere.
func TestNames(t *testing.T) {
	t.Parallel()
	e := newEditor(t)
	const name = "library/book/book_list.yaml"
	text := e.open(name, "title", "title")
	var places []struct{ URI string }
	for behind, want := range map[string]string{
		"- list: bo":    "table/book.yaml",
		"order: [numb":  "table/book.yaml",
		"else: 10":      "errors.yaml",
		"field: branch": "",
	} {
		e.ask("textDocument/definition", e.at(name, text, behind), &places)
		if want == "" {
			continue
		}
		if len(places) != 1 || !strings.HasSuffix(places[0].URI, want) {
			t.Errorf("from %q leads %+v, not to %s", behind, places, want)
		}
	}
	ask := e.at(name, text, "order: [numb")
	ask["newName"] = "no"
	var renamed struct{ Changes map[string][]any }
	e.ask("textDocument/rename", ask, &renamed)
	if len(renamed.Changes) < 4 {
		t.Errorf("renamed in %d files, not in the table and three interfaces", len(renamed.Changes))
	}
	var shown struct{ Contents struct{ Value string } }
	e.ask("textDocument/hover", e.at(name, text, "      pag"), &shown)
	if !strings.Contains(shown.Contents.Value, "step.page") {
		t.Errorf("hover over page shows %q", shown.Contents.Value)
	}
	e.ask("textDocument/hover", e.at(name, text, "else: 10"), &shown)
	if !strings.Contains(shown.Contents.Value, "图书不存在") {
		t.Errorf("hover over a code shows %q", shown.Contents.Value)
	}
}

// TestFormatting formats a document.
func TestFormatting(t *testing.T) {
	t.Parallel()
	e := newEditor(t)
	const name = "library/table/tag.yaml"
	e.open(name, "{type: string, length: 16, required: true, label: 标签}", "{length: 16, type: string, label: 标签, required: true}")
	var edits []struct{ NewText string }
	e.ask("textDocument/formatting", map[string]any{"textDocument": e.document(name)}, &edits)
	if len(edits) != 1 || !strings.Contains(edits[0].NewText, "{type: string, length: 16, required: true, label: 标签}") {
		t.Errorf("edits %+v", edits)
	}
}

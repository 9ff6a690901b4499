package server

import (
	"bytes"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"github.com/jiekou-dev/jiekou/runtime/system"
)

// docsPolicy lets a page load nothing but its own inline style.
const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const docsStyle = `body{font:15px/1.6 -apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
max-width:72rem;margin:0 auto;padding:1rem 1.5rem 6rem;color:#1f2328}
nav{font-size:14px;border-bottom:1px solid #d1d9e0;padding-bottom:.6rem;margin-bottom:1rem}nav a{margin-right:1.2rem}
a{color:#0b57d0;text-decoration:none}a:hover{text-decoration:underline}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem;font-size:14px}
th,td{border:1px solid #d1d9e0;padding:.3rem .6rem;text-align:left;vertical-align:top}th{background:#f6f8fa}
td:first-child{white-space:nowrap;font-family:ui-monospace,Menlo,Consolas,monospace}
pre{background:#f6f8fa;padding:.8rem;overflow:auto;font-size:13px}blockquote{border-left:4px solid #d4a72c;margin:0;padding:.2rem 1rem;background:#fff8c5}
h2{margin-top:2.6rem;border-bottom:1px solid #d1d9e0}`

// docsNav leads from the pages of a system to each other.
const docsNav = `<a href="/docs/">全部系统</a><a href="./">总览</a><a href="errors">错误码</a><a href="errata">勘误与约定</a>` +
	`<a href="ledger">条款落实表</a><a href="testing">测试用例</a>`

// addDocs serves the generated documentation of each system as pages.
func addDocs(mux *http.ServeMux, systems []system.System) error {
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	pages := map[string][]byte{}
	var index strings.Builder
	fmt.Fprintln(&index, "# jiekou")
	for _, s := range systems {
		fmt.Fprintf(&index, "\n- [%s %s](%s/)\n", s.Title, s.Version, s.Name)
		names, err := fs.Glob(s.Docs, "docs/*.md")
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := fs.ReadFile(s.Docs, name)
			if err != nil {
				return err
			}
			at := "/docs/" + s.Name + "/" + strings.TrimSuffix(path.Base(name), ".md")
			at = strings.TrimSuffix(at, "README")
			if pages[at], err = page(md, s.Title, docsNav, text); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	var err error
	if pages["/docs/"], err = page(md, "jiekou", "", []byte(index.String())); err != nil {
		return err
	}
	mux.HandleFunc("GET /docs/", func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[strings.TrimSuffix(r.URL.Path, ".md")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", docsPolicy)
		_, _ = w.Write(body)
	})
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	return nil
}

// page turns Markdown into a whole page.
func page(md goldmark.Markdown, title, nav string, text []byte) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">`+
		`<title>%s</title><style>%s</style><nav>%s</nav>`, html.EscapeString(title), docsStyle, nav)
	text = bytes.ReplaceAll(text, []byte(".md#"), []byte("#"))
	text = bytes.ReplaceAll(text, []byte(".md)"), []byte(")"))
	err := md.Convert(text, &b, parser.WithContext(parser.NewContext(parser.WithIDs(headingIDs{}))))
	return b.Bytes(), err
}

// headingIDs gives a heading the id of the generated links: its text in lower case.
type headingIDs struct{}

// Generate returns the id of a heading.
func (headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	return bytes.ToLower(bytes.TrimSpace(value))
}

// Put does nothing: equal headings, such as 请求参数, share an id that nothing
// links to.
func (headingIDs) Put([]byte) {}

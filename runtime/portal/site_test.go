package portal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/portal"
)

// generated is where the pages of the four systems are.
const generated = "../../generated"

// sources are the four systems as they are generated.
func sources() []portal.Source {
	var out []portal.Source
	for _, name := range []string{"lianfa", "baas", "custservice", "u8"} {
		out = append(out, portal.Source{Name: name, Read: func(page string) ([]byte, error) {
			return os.ReadFile(filepath.Join(generated, name, "docs", page))
		}})
	}
	return out
}

// site makes a site.
func site(t *testing.T, from []portal.Source, o portal.Options) *portal.Site {
	t.Helper()
	s, err := portal.New(from, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// page returns a page of a site.
func page(t *testing.T, s *portal.Site, name string) string {
	t.Helper()
	text, err := s.Page(name)
	if err != nil || text == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(text)
}

var (
	link     = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	id       = regexp.MustCompile(` id="([^"]*)"`)
	relative = regexp.MustCompile(`^[a-z]+:|^//`)
)

// TestLinks follows every link of every page: none leaves the site, and each leads to a
// page and a place that are there.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := site(t, sources(), portal.Options{All: true, Send: portal.Own})
	ids := map[string]map[string]bool{}
	for _, name := range s.Names() {
		ids[name] = map[string]bool{"": true}
		for _, m := range id.FindAllStringSubmatch(page(t, s, name), -1) {
			ids[name][m[1]] = true
		}
	}
	n := 0
	for _, name := range s.Names() {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(page(t, s, name), -1) {
			n++
			file, anchor, _ := strings.Cut(m[1], "#")
			to := name
			if file != "" {
				to = path.Join(path.Dir(name), file)
			}
			switch {
			case relative.MatchString(m[1]) || strings.HasPrefix(m[1], "/"):
				t.Errorf("%s: the link %s leaves the site", name, m[1])
			case ids[to] == nil:
				t.Errorf("%s: no page %s", name, to)
			case !ids[to][anchor]:
				t.Errorf("%s: %s has no %q", name, to, anchor)
			}
		}
	}
	if n < 5000 {
		t.Errorf("only %d links", n)
	}
}

// TestNoMarkup shows texts with mark-up as texts.
func TestNoMarkup(t *testing.T) {
	t.Parallel()
	const bad = `<script>alert(1)</script>"'><img src=x onerror=alert(1)> | *a* [b](javascript:c)`
	doc := portal.Document{
		Name: "shop", Title: bad, Version: bad, Groups: []portal.Group{{Name: "g", Title: bad}},
		Errors:  []portal.ErrorGroup{{Title: bad, Errors: []portal.Error{{Code: "1", Text: bad, Rules: []string{"required"}}}}},
		Changes: []portal.Change{{Version: bad, Text: bad}},
		Interfaces: []portal.Interface{{
			Cmd: "one", Title: bad, Group: "g", Kind: "query", Status: "active", Note: bad, Path: "/" + bad,
			Request: []portal.Field{{
				Name: bad, Path: bad, Label: bad, Rules: []string{bad}, Follow: []string{bad}, Values: []portal.Value{{Value: bad, Label: bad}},
			}},
			Examples: []portal.Example{{Title: bad, Language: "json", Text: bad}},
		}},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	s := site(t, []portal.Source{{Name: "shop", Read: func(page string) ([]byte, error) {
		switch page {
		case portal.DataFile:
			return text, nil
		case "errata.md":
			return []byte("# x\n\n<script>alert(1)</script>\n\n[b](javascript:c)\n"), nil
		case "errors.md":
			return []byte("# x\n"), nil
		}
		return nil, fs.ErrNotExist
	}}}, portal.Options{})
	for _, name := range s.Names() {
		if strings.HasPrefix(name, "assets/") {
			continue
		}
		got := page(t, s, name)
		for _, part := range []string{"<script>alert", "<img", `href="javascript:`} {
			if strings.Contains(got, part) {
				t.Errorf("%s holds %s", name, part)
			}
		}
	}
}

// TestPartner leaves out what a partner may not call, wherever it was linked.
func TestPartner(t *testing.T) {
	t.Parallel()
	may := func(system, cmd string) bool { return system == "lianfa" && cmd == "cst_info_create" }
	s := site(t, sources(), portal.Options{May: may, Send: portal.Own})
	var pages int
	for _, name := range s.Names() {
		if strings.HasPrefix(name, "assets/") {
			continue
		}
		pages++
		text := page(t, s, name)
		for _, other := range []string{"cst_info_update", "customer_get", "条款落实表"} {
			if strings.Contains(text, other) {
				t.Errorf("%s names %s", name, other)
			}
		}
	}
	if pages != 8 { // index, system, search, one interface, protocol and its script, errors, errata
		t.Errorf("%d pages: %v", pages, s.Names())
	}
}

// TestFacts says of an interface who may send it, since when it is there and what the last
// revision changed; of a code, what to do.
func TestFacts(t *testing.T) {
	t.Parallel()
	s := site(t, sources(), portal.Options{})
	for name, parts := range map[string][]string{
		"lianfa/proj_attach_list_v2.html":      {"开通了本接口权限的应用", `errors.html#code-1010`, "自该版本起提供：</span> V3.2", "最近一次变更：</span> V3.9</b>", "scopejGUID更正为scopeGUID"},
		"lianfa/attribute_template_query.html": {"已作废", "改用", "V3.2"},
		"lianfa/cst_info_notify.html":          {"订阅了它的应用", "发给谁"},
		"u8/customer_get.html":                 {"谁可以调用"},
		"lianfa/errors.html":                   {"要找的数据不在", "换一个值"},
	} {
		text := page(t, s, name)
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %s", name, part)
			}
		}
	}
}

// large is the site of a thousand interfaces, each with some fields, the last of which has a
// list of a thousand values.
func large(t *testing.T, fields int) *portal.Site {
	t.Helper()
	doc := portal.Document{Name: "large", Title: "大", Groups: []portal.Group{{Name: "g", Title: "组"}}}
	for n := range 1000 {
		one := portal.Interface{Cmd: fmt.Sprintf("opportunity_partner_cr_%04d", n), Code: fmt.Sprintf("P-CU-%04d", n), Title: "销售机会拍档上报", Section: "4.3.12", Group: "g", Kind: "query", Status: "unimplemented"}
		for k := range fields {
			one.Request = append(one.Request, portal.Field{Name: fmt.Sprintf("field%d_%d", n, k), Label: "客户的家庭住址，到门牌号", Type: "string"})
		}
		doc.Interfaces = append(doc.Interfaces, one)
	}
	if fields > 0 {
		last := &doc.Interfaces[999].Request[fields-1]
		for v := range 1000 {
			last.Values = append(last.Values, portal.Value{Value: fmt.Sprint(v), Label: "取值"})
		}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return site(t, []portal.Source{{Name: "large", Read: func(page string) ([]byte, error) {
		if page == portal.DataFile {
			return text, nil
		}
		return nil, fs.ErrNotExist
	}}}, portal.Options{})
}

// TestLarge keeps the page of a thousand interfaces small enough to be read on a phone.
func TestLarge(t *testing.T) {
	t.Parallel()
	s := large(t, 0)
	for name, most := range map[string]int{"index.html": 20_000, "large/index.html": 200_000, "large/opportunity_partner_cr_0500.html": 30_000} {
		if size := len(page(t, s, name)); size > most {
			t.Errorf("%s has %d bytes, more than %d", name, size, most)
		}
	}
}

// TestServe finds pages with and without their ending, answers a known ETag with 304
// and lets a page load nothing from elsewhere.
func TestServe(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.StripPrefix("/docs", site(t, sources(), portal.Options{})))
	defer server.Close()
	get := func(path, etag string) (status int, header http.Header) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer.StatusCode, answer.Header
	}
	for path, want := range map[string]int{
		"/docs/": 200, "/docs/u8/": 200, "/docs/u8": 301, "/docs/u8/customer_get": 200, "/docs/u8/customer_get/": 301, "/docs/u8/nothing/": 404, "/docs/u8/customer_get.html": 200,
		"/docs/u8/errors.md": 200, "/docs/u8/download/u8.md": 200, "/docs/u8/download/u8.docx": 200, "/docs/u8/download/u8.openapi.json": 200, "/docs/u8/download/none.md": 404, "/docs/assets/portal.css": 200, "/docs/u8/nothing": 404, "/docs/u8/testing": 404, "/docs/../go.mod": 404,
	} {
		if got, _ := get(path, ""); got != want {
			t.Errorf("%s: HTTP %d, want %d", path, got, want)
		}
	}
	for _, file := range []string{"u8.md", "u8.openapi.json"} {
		answer, err := http.Get(server.URL + "/docs/u8/download/" + file) //nolint:noctx // of this test
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || strings.Contains(string(text), portal.SampleHost) || file == "u8.openapi.json" && !strings.Contains(string(text), server.URL) {
			t.Errorf("%s does not name %s: %v", file, server.URL, err)
		}
	}
	_, first := get("/docs/u8/", "")
	if got, _ := get("/docs/u8/", first.Get("ETag")); got != http.StatusNotModified {
		t.Errorf("a known page: HTTP %d", got)
	}
	if policy := first.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %s", policy)
	}
}

// TestSame serves at an address what docs --host writes for it, byte for byte, and puts no
// address into a page that would have to be escaped.
func TestSame(t *testing.T) {
	t.Parallel()
	served := site(t, sources(), portal.Options{Send: portal.Own})
	for host, at := range map[string]string{"api.example.com": "https://api.example.com", "10.0.0.1:8081": "https://10.0.0.1:8081", "x'onclick='y": portal.SampleHost, "a&amp;b": portal.SampleHost} {
		written := site(t, sources(), portal.Options{Host: at, Send: at})
		for _, name := range written.Names() {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+strings.ReplaceAll(name, "index.html", ""), nil)
			r.Host = host
			r.Header.Set("X-Forwarded-Proto", "https")
			w := httptest.NewRecorder()
			served.ServeHTTP(w, r)
			if text, err := written.Page(name); err != nil || w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), text) {
				t.Errorf("%s at %s: HTTP %d, %d bytes, and %d in the folder: %v", name, host, w.Code, w.Body.Len(), len(text), err)
			}
		}
		if at != portal.SampleHost && strings.Contains(page(t, written, "lianfa/base_room_list.html"), portal.SampleHost) {
			t.Errorf("a page for %s names %s", at, portal.SampleHost)
		}
	}
}

// TestAddress takes the address of a server, with a path or not, and nothing that would have
// to be escaped in a page.
func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://api.example.com": "https://api.example.com", "http://10.0.0.1:8081/": "http://10.0.0.1:8081", "http://[::1]:80/partner/x/": "http://[::1]:80/partner/x",
		"": "", "api.example.com": "", "ftp://api.example.com": "", "https://api.example.com?x": "", "https://api.example.com/#x": "", "https://u:p@api.example.com": "",
		"https://x'onclick='y": "", "https://x/<b>": "", "https://x//y": "", "https://x/a b": "", "https:///x": "",
	} {
		if got, err := portal.Address(text); got != want || (err == nil) != (want != "" || text == "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// TestSend lets only the pages that call reach a server, and that one only. Without one
// no page has a form; where no script can carry the protocol, it says so.
func TestSend(t *testing.T) {
	t.Parallel()
	const calling = "/u8/customer_get"
	for _, c := range []struct{ send, want string }{
		{"", ""}, {portal.Own, "connect-src 'self'"}, {"https://api.example.com/prefix", "connect-src https://api.example.com"},
	} {
		s := site(t, sources(), portal.Options{Send: c.send})
		for _, at := range []string{calling, "/u8/errors", "/u8/", "/assets/try.js"} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, at, nil))
			want := portal.Policy
			if at == calling && c.want != "" {
				want += "; " + c.want
			}
			if got := w.Header().Get("Content-Security-Policy"); got != want {
				t.Errorf("%q, %s: policy %s", c.send, at, got)
			}
			within := strings.Replace(strings.Replace(want, "; frame-ancestors 'none'", "", 1), "connect-src 'self'", "connect-src http://example.com", 1) // at which it is opened
			if !strings.HasSuffix(at, ".js") && !strings.Contains(html.UnescapeString(w.Body.String()), `<meta http-equiv="Content-Security-Policy" content="`+within+`">`) {
				t.Errorf("%q, %s: the page itself does not say %s", c.send, at, within)
			}
			if form := strings.Contains(w.Body.String(), `id="console"`); form != (at == calling && c.send != "") {
				t.Errorf("%q, %s: a form is %t", c.send, at, form)
			}
		}
		if text, err := s.Page("u8/" + portal.ProtocolFile); err != nil || (text != nil) != (c.send != "") {
			t.Errorf("%q: %d bytes of the script, %v", c.send, len(text), err)
		}
	}
	from := sources()[3]
	read := from.Read
	from.Read = func(page string) ([]byte, error) {
		if page == portal.ConsoleFile {
			return []byte(`{"gap": "做不到：<b>"}`), nil
		}
		return read(page)
	}
	s := site(t, []portal.Source{from}, portal.Options{Send: portal.Own})
	text := page(t, s, "u8/customer_get.html")
	if !strings.Contains(text, "做不到：&lt;b&gt;") || strings.Contains(text, `id="console"`) || strings.Contains(text, "try.js") {
		t.Errorf("a protocol that no script carries: %s", text)
	}
}

// TestStarts has the first program of each language on the page of an interface, with the
// address of the site's server; a notification has none.
func TestStarts(t *testing.T) {
	t.Parallel()
	s := site(t, sources(), portal.Options{Host: "https://api.example.com"})
	text := page(t, s, "lianfa/base_room_list.html")
	for _, part := range []string{
		"client.baseRoomList(", "client.base_room_list(", "client.BaseRoomListAsync(", "$client-&gt;baseRoomList(", `<h3>PHP</h3>`,
		"--lang ts|python|java|php|go|csharp --system lianfa", "c.BaseRoomList(context.Background()", `<h3>Go</h3>`, "LianfaClient(&#34;https://api.example.com&#34;",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if strings.Contains(page(t, s, "lianfa/cst_info_notify.html"), `id="clients"`) {
		t.Error("a notification is called")
	}
}

// TestDownloads offers files in both languages, with all of their words.
func TestDownloads(t *testing.T) {
	t.Parallel()
	for _, source := range sources() {
		files := regexp.MustCompile(`download><code>[^<]*</code></a> <span([^>]*)>`).FindAllStringSubmatch(page(t, site(t, sources(), portal.Options{}), source.Name+"/index.html"), -1)
		for _, m := range files {
			if !strings.Contains(m[1], "data-en=") || regexp.MustCompile(`\p{Han}`).MatchString(m[1]) {
				t.Errorf("%s: a file is offered in English as %q", source.Name, m[1])
			}
		}
		if len(files) < 7 {
			t.Errorf("%s: %d files", source.Name, len(files))
		}
	}
}

// TestMixed has the document's own words in English sentences between quotation marks, and
// lists with commas: "in 客户: no such mobile" is neither English nor Chinese.
func TestMixed(t *testing.T) {
	t.Parallel()
	s := site(t, sources(), portal.Options{Send: portal.Own, All: true})
	seen := map[string]bool{}
	for _, name := range s.Names() {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, m := range regexp.MustCompile(` data-en="([^"]*)"`).FindAllStringSubmatch(page(t, s, name), -1) {
			text := html.UnescapeString(m[1])
			ours := regexp.MustCompile(`“[^”]*”`).ReplaceAllString(text, "")
			if strings.Contains(text, "””") || strings.Contains(text, "““") || regexp.MustCompile(`[\p{Han}、]`).MatchString(ours) {
				seen[text] = true
			}
		}
	}
	for text := range seen {
		t.Errorf("%q is neither English nor Chinese", text)
	}
}

// TestPartnersCodes leaves a partner the codes that he may be answered: those of the rules
// that hold for all, those of his interfaces, and those that the document has for nobody.
func TestPartnersCodes(t *testing.T) {
	t.Parallel()
	s := site(t, sources(), portal.Options{May: func(_, cmd string) bool { return cmd == "cst_info_get" }})
	errors, search := page(t, s, "lianfa/errors.html"), page(t, s, "lianfa/search.js")
	for code, shown := range map[string]bool{"2001": true, "1009": true, "1001": true, "4002": false, "3001": true} {
		if strings.Contains(errors, `id="code-`+code+`"`) != shown || strings.Contains(search, `#code-`+code+`"`) != shown {
			t.Errorf("%s is shown to a partner of cst_info_get: %t", code, !shown)
		}
	}
}

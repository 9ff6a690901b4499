package docs_test

import (
	"bytes"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// englishInterface has every rule that the pages put in words, of a document in English.
const englishInterface = `title: Create
section: "1.1"
kind: report
request:
  name: {type: string, length: 20, min_length: 2, required: true, label: Name, example: Ann}
  mobile: {type: string, length: 20, format: mobile, label: Mobile}
  amount: {type: decimal, length: 10, decimals: 2, min: 1, max: 9, label: Amount}
  mode: {type: string, length: 1, enum: {a: first, b: second}, label: Mode}
  note: {type: string, length: 40, required_if: {mode: a}, label: Note}
  idcard: {type: string, length: 18, format: idcard, required_with: [note], label: Card}
  email: {type: string, length: 40, format: email, required_without: [mobile], default: "x@example.com", label: Mail}
  tags: {type: array, of: string, length: 10, min_items: 1, max_items: 3, label: Tags}
  flags: {type: string, length: 9, separator: ";", enum: {x: one, y: two}, label: Flags}
response: {}
answer: {handler: true}
`

// spoken finds what has words for the English page.
var spoken = regexp.MustCompile(`(?s)(<[a-z0-9]+[^>]* data-en="([^"]*)"[^>]*>)[^<]*<`)

// TestEnglish switches the pages of documents in English, under every protocol of the engine's
// tests, to English: nothing that the generator says stays Chinese.
func TestEnglish(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(files) < 38 {
		t.Fatal(files, err)
	}
	found, made := map[string]string{}, 0
	for _, path := range files {
		for _, text := range englishPages(t, path) {
			made++
			_, main, _ := strings.Cut(text, `<main id="main"`)
			main = regexp.MustCompile(`(?s)<code.*?</code>|<pre.*?</pre>`).ReplaceAllString(main, "")
			main = spoken.ReplaceAllString(main, "$1$2<")
			for _, line := range regexp.MustCompile(`<[^>]*>`).Split(strings.ReplaceAll(main, "noscript", ""), -1) {
				if regexp.MustCompile(`[\p{Han}：，、；。（）]`).MatchString(line) {
					found[html.UnescapeString(strings.TrimSpace(line))] = filepath.Base(path)
				}
			}
		}
	}
	if made < 4*len(files) {
		t.Errorf("%d pages were made", made)
	}
	for text, at := range found {
		t.Errorf("%s: %q is Chinese on the English page", at, text)
	}
}

// englishPages are the pages of a small system under a protocol.
func englishPages(t *testing.T, path string) (out []string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Protocol yaml.Node `yaml:"protocol"`
	}
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(&d.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	set, _, err := load.Draft(fstest.MapFS{
		"spec/shop/system.yaml": {Data: slices.Concat([]byte("system: shop\ntitle: Shop\nversion: V1\ngroups: {order: {title: Orders, section: \"1\"}}\nprotocol:\n  "),
			bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\n"), []byte("\n  ")), []byte("\n"))},
		"spec/shop/errors.yaml":             {Data: []byte("groups:\n  - title: Codes\n    errors:\n      \"0\": {text: fine, ours: true}\n      \"1\": {text: bad, ours: true}\nrules: {required: \"1\"}\n")},
		"spec/shop/errata.yaml":             {Data: []byte("one:\n  title: Order\n  section: \"1\"\n  says: nothing\n  follow: something\n  reason: none\n  since: 2026-11-21\n")},
		"spec/shop/order/order_create.yaml": {Data: []byte("interface: order_create\n" + englishInterface)},
	}, "spec")
	if err != nil {
		t.Fatal(path, err)
	}
	pages, err := docs.Pages(set.Systems[0], nil)
	if err != nil {
		t.Fatal(path, err)
	}
	read := func(name string) ([]byte, error) {
		for _, p := range pages {
			if p.Name == name {
				return []byte(p.Text), nil
			}
		}
		return nil, fs.ErrNotExist
	}
	site, err := portal.New([]portal.Source{{Name: "shop", Read: read}}, portal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range site.Names() {
		if strings.HasSuffix(name, ".html") {
			body, err := site.Page(name)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(body))
		}
	}
	return out
}

package diff_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// storageEdits are edits of the library's answers with what they change: rule, path, values,
// and what it means on the wire and for what is stored.
var storageEdits = []struct{ file, before, after, want string }{
	{"book/book_list", "where: [branch]\n", "where: {branch: {value: \"1\"}}\n", `storage-where-changed book.branch: branch -> ="1" (warning, none)`},
	{"book/book_list", "      where: [branch]\n", "", "storage-where-removed book.branch: branch -> none (warning, none)"},
	{"book/book_list", "order: [number]", "order: [-number]", "storage-order-changed book: number -> -number (warning, none)"},
	{"book/book_list", "order: [number]", "order: [title, number]", "storage-order-changed book: number -> title, number (warning, none)"},
	{"book/book_list", ", echo: current}", "}", "storage-page-changed book: page pageNo, size rows, total pages, rows count, echo current -> page pageNo, size rows, total pages, rows count (warning, none)"},
	{"book/book_list", "column: modified", "column: guid", "storage-since-changed book: modified, changed, latest -> guid, changed, latest (warning, none)"},
	{"book/book_search", "above: above, ", "", "storage-where-changed book.price: from minPrice, to maxPrice, above above, below below -> from minPrice, to maxPrice, below below (warning, none)"},
	{"book/book_search", "shelf: {begins: shelf}", "shelf: {contains: shelf}", "storage-where-changed book.shelf: begins shelf -> contains shelf (warning, none)"},
	{"book/book_search", "price: price, ", "price: -price, ", "storage-sort-changed book: by sortField; price: price; title: title, -price; descending sortOrder=desc -> by sortField; price: -price; title: title, -price; descending sortOrder=desc (warning, none)"},
	{"book/book_search", ", descending: {sortOrder: desc}", "", "storage-sort-changed book: by sortField; price: price; title: title, -price; descending sortOrder=desc -> by sortField; price: price; title: title, -price (warning, none)"},
	{"book/book_list", "order: name", "order: book", "storage-child-changed books/tags: tag book=number name books/tags/name < name -> tag book=number book books/tags/name < name (warning, none)"},
	{"book/book_list", "          children:\n            sameName: {list: tag, on: {name: name}, order: book}\n", "", "storage-child-removed books/tags/sameName: tag name=name book books/tags/sameName/book < book -> none (warning, none)"},
	{"book/book_list", "    - {table: book, where: {branch: {field: branch}}, else: 1003}\n", "    - {table: book, where: {number: {field: branch}}, else: 1003}\n", "storage-check-changed: book branch < branch -> book number < branch (warning, none)"},
	{"book/book_list", "    - {table: book, where: {branch: {field: branch}}, else: 1003}\n", "    - {table: book, where: {branch: {field: branch}}, else: 1003}\n    - {table: tag, where: {book: {field: branch}}, else: 1003}\n", "storage-check-added: none -> tag book < branch (warning, none)"},
	{"book/book_save", "keep: true, ", "", "storage-keep-unset book (warning, warning)"},
	{"book/book_save", "match: [branch, number], ", "", "storage-match-changed book: branch, number -> none (warning, warning)"},
	{"book/book_save", "drop: {action: D}", "drop: {action: X}", "storage-drop-changed tag: tags/action=D -> tags/action=X (warning, warning)"},
	{"book/book_save", "app: {app: true}, ", "", "storage-set-removed book.app: app -> none (info, warning)"},
	{"book/book_save", "app: {app: true}", "app: {value: x}", `storage-set-changed book.app: app -> ="x" (info, warning)`},
	{"book/book_save", "    - {upsert: tag, each: tags, drop: {action: D}, set: {book: {field: number}}}\n", "", "storage-step-removed tag: upsert -> none (warning, warning)"},
	{"book/book_retag", "append: tag", "insert: tag", "storage-verb-changed others: append -> insert (warning, warning)"},
	{"book/book_retag", "match: book", "match: name", "storage-match-changed tag: book -> name (warning, warning)"},
	{"book/book_retag", "{append: tag, as: others, each: more,", "{append: tag, as: others, each: tags,", "storage-each-changed others: more -> tags (warning, warning); storage-set-changed others.name: more/name -> tags/name (info, warning)"},
	{"book/book_tags", "  unique: {book+name: 1005}\n", "", "interface-code-removed: 1005 -> none (info, none); storage-unique-removed tag.book, name (warning, none)"},
	{"book/book_create", "return: {number: number}", "return: {number: guid}", "storage-return-changed number: made.number -> made.guid (warning, none)"},
	{"book/book_ids", ", return: {number: guid}", "", "storage-return-changed books/number: guid -> number (warning, none)"},
	{"book/book_ids", "list: book", "list: tag", "storage-table-changed tag: book -> tag (warning, warning)"},
	{"reader/token", "token: 2h", "token: 1h", "storage-token-lowered: 2h0m0s -> 1h0m0s (warning, none)"},
	{"reader/token", ", valid: {value: 1}", "", `storage-return-removed valid: ="1" -> none (warning, none)`},
	{"book/book_feed", "into: books, page: {cursor: cursor, size: limit, next: next_cursor, more: has_more}", "into: books", "storage-page-changed book: cursor cursor, size limit, more has_more, next next_cursor -> none (warning, none)"},
	{
		"book/book_retag", "    - {replace: tag, each: tags, match: book, set: {book: number}, unique: {book+name: 1005}}\n    - {append: tag, as: others, each: more, set: {book: old}, unique: {book+name: 1005}}\n",
		"    - {append: tag, as: others, each: more, set: {book: old}, unique: {book+name: 1005}}\n    - {replace: tag, each: tags, match: book, set: {book: number}, unique: {book+name: 1005}}\n",
		"storage-steps-moved: tag, others -> others, tag (warning, warning)",
	},
	{"book/book_count", "into: n", "into: m", "storage-into-changed book: n -> m (warning, none); storage-return-added n: none -> sql.n (info, none); storage-return-removed m: sql.m -> none (warning, none)"},
	{"book/book_count", "where branch", "where not branch", "storage-sql-changed sql: select count(*)::text as c from library.book where branch = :branch -> select count(*)::text as c from library.book where not branch = :branch (warning, warning)"},
	{"book/book_count", "    - {table: book, where: {branch: branch}, else: 1003}\n    - {table: book, where: {number: branch}, else: 1004}\n", "    - {table: book, where: {number: branch}, else: 1004}\n    - {table: book, where: {branch: branch}, else: 1003}\n", "storage-checks-moved: book branch < branch; book number < branch -> book number < branch; book branch < branch (warning, none)"},
	// What has another name	// What has another name is what it was.
	{"table/tag", "table: tag", "table: label\nwas: tag", "table-renamed label: tag -> label (none, breaking)"},
	{"table/book", "  number:   {type: string", "  no:       {was: number, type: string", "column-renamed book.no: number -> no (none, breaking)"},
	{"book/book_list", "  changed: {type: datetime, label: 修改时间起}", "  since:   {was: changed, type: datetime, label: 修改时间起}", "request-field-renamed since: changed -> since (breaking, none)"},
	{"book/book_list", "\n      title:  {type: string", "\n      name:  {was: title, type: string", "reply-field-renamed books/name: title -> name (breaking, none); storage-return-removed books/name: title -> none (warning, none)"},
}

// counted is an interface with a statement of SQL and two checks.
const counted = `interface: book_count
title: 图书数
kind: query
method: POST
path: /book/count
except: [traceId, serverTime]
request:
  branch: {type: string, length: 8, required: true, label: 馆号}
response:
  n: {type: bool, label: 有书}
  m: {type: bool, label: 无书}
answer:
  check:
    - {table: book, where: {branch: branch}, else: 1003}
    - {table: book, where: {number: branch}, else: 1004}
  steps:
    - {exists: book, where: {branch: branch}, into: n}
    - sql: select count(*)::text as c from library.book where branch = :branch
`

// library is the examples of the language with an edit, and with what names a renamed thing
// following it.
func library(t *testing.T, file, before, after string) *spec.Set {
	t.Helper()
	const root = "../reference/example/library/"
	out := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(root + name)
		out["spec/library/"+name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out["spec/library/book/book_count.yaml"] = &fstest.MapFile{Data: []byte(counted)}
	f := out["spec/library/"+file+".yaml"]
	if before != "" && strings.Count(string(f.Data), before) != 1 {
		t.Fatalf("%s has %q %d times", file, before, strings.Count(string(f.Data), before))
	}
	f.Data = []byte(strings.Replace(string(f.Data), before, after, 1))
	follow(out, f, after)
	set, _, err := load.Models(out, "spec", nil, nil)
	if err != nil || !set.Systems[0].Whole() {
		t.Fatal(err, set.Systems[0].Unread)
	}
	return set
}

// follow changes what names something by its old name.
func follow(files fstest.MapFS, edited *fstest.MapFile, after string) {
	var r *strings.Replacer
	switch {
	case strings.Contains(after, "was: tag"):
		files["spec/library/table/label.yaml"] = edited
		delete(files, "spec/library/table/tag.yaml")
		r = strings.NewReplacer("list: tag", "list: label", "upsert: tag", "upsert: label", "replace: tag", "replace: label", "append: tag", "append: label")
	case strings.Contains(after, "was: number"):
		r = strings.NewReplacer("order: [number]", "order: [no]", "on: {book: number}", "on: {book: no}", "{number: branch}", "{no: branch}", "branch, number]", "branch, no]", "branch+number:", "branch+no:",
			"set: {app: {app: true}", "set: {no: number, app: {app: true}", "return: {number: number}", "return: {number: no}", "into: books\n", "into: books\n      return: {number: no}\n",
			"title+number:", "title+no:", "number: {in", "no: {in", "      page: {offset: start, size: limit}\n", "      page: {offset: start, size: limit}\n      return: {number: no}\n",
			"into: books, page: {offset", "into: books, return: {number: no}, page: {offset", "into: books, page: {cursor", "into: books, return: {number: no}, page: {cursor")
	case strings.Contains(after, "was: changed"):
		r = strings.NewReplacer("field: changed", "field: since")
	}
	for name, f := range files {
		if r != nil && (f == edited || !strings.Contains(after, "was: changed")) {
			if strings.HasSuffix(name, "book_made.yaml") && strings.Contains(after, "was: number") {
				f.Data = append(f.Data, []byte("fill: {number: no}\n")...)
			}
			f.Data = []byte(r.Replace(string(f.Data)))
		}
	}
}

// TestStorage holds what is said of what an answer does, that the reverse edit is its mirror,
// and that each rule of it is shown.
func TestStorage(t *testing.T) {
	t.Parallel()
	rules, seen := map[string]diff.Rule{}, map[string]bool{}
	for _, r := range diff.Rules() {
		rules[r.ID] = r
	}
	before := library(t, "book/book_list", "", "")
	for _, c := range storageEdits {
		after := library(t, c.file, c.before, c.after)
		var got, there, back []string
		for _, one := range diff.Diff(before, after) {
			_, what, _ := strings.Cut(one.Text(), rules[one.Rule].Title)
			if !strings.HasPrefix(what, ": ") || one.Path != "" {
				what = strings.TrimPrefix(what, ":")
			}
			got = append(got, one.Rule+what+" ("+one.Levels.Wire.String()+", "+one.Levels.Data.String()+")")
			there = append(there, rules[one.Rule].Mirror)
			seen[one.Rule], seen[rules[one.Rule].Mirror] = true, true
		}
		for _, one := range diff.Diff(after, before) {
			back = append(back, one.Rule)
		}
		slices.Sort(there)
		slices.Sort(back)
		slices.Sort(got)
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: %q becomes %q:\ngot  %s\nwant %s", c.file, c.before, c.after, text, c.want)
		}
		if !slices.Equal(there, back) {
			t.Errorf("%s: %q becomes %q again: %v, want %v", c.file, c.after, c.before, back, there)
		}
	}
	for id := range rules {
		if strings.HasPrefix(id, "storage-") && !seen[id] {
			t.Errorf("no edit shows %s", id)
		}
	}
}

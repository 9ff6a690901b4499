package spec

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

const want = "want" // name of the section with the expected text

// archive reads a txtar file: its YAML and what is wanted.
func archive(t testing.TB, file string) (*txtar.Archive, fstest.MapFS) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		if f.Name != want {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return a, fsys
}

// compare holds got against the wanted section, or writes it with -update.
func compare(t *testing.T, file string, a *txtar.Archive, got string) {
	t.Helper()
	got = strings.TrimSuffix(got, "\n") + "\n"
	last := &a.Files[len(a.Files)-1]
	if *update {
		if last.Name != want {
			a.Files = append(a.Files, txtar.File{Name: want})
			last = &a.Files[len(a.Files)-1]
		}
		last.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if last.Name != want {
		t.Fatalf("%s has no section %q; run with -update", file, want)
	}
	if diff := cmp.Diff(string(last.Data), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil || len(list) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return list
}

func name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txtar") }

// TestGood loads the small systems and holds the linked model against its
// print.
func TestGood(t *testing.T) {
	t.Parallel()
	for _, file := range files(t, "testdata/good/*.txtar") {
		t.Run(name(file), func(t *testing.T) {
			t.Parallel()
			a, fsys := archive(t, file)
			set, err := Load(fsys, "spec")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, file, a, printSet(set))
		})
	}
}

// TestBad lays each mistake over the small system and holds the findings
// against the exact text. An empty file removes the one below it.
func TestBad(t *testing.T) {
	t.Parallel()
	bases := map[string]fstest.MapFS{}
	for _, base := range []string{"shop", "direct", "book", "plain"} {
		_, bases[base] = archive(t, "testdata/good/"+base+".txtar")
	}
	for _, file := range files(t, "testdata/bad/*.txtar") {
		t.Run(name(file), func(t *testing.T) {
			t.Parallel()
			a, over := archive(t, file)
			fsys := fstest.MapFS{}
			for _, base := range bases {
				for path, f := range base {
					if strings.Split(path, "/")[1] == strings.Split(a.Files[0].Name, "/")[1] {
						fsys[path] = f
					}
				}
			}
			for path, f := range over {
				fsys[path] = f
				if len(f.Data) == 0 {
					delete(fsys, path)
				}
			}
			_, err := Load(fsys, "spec")
			findings, ok := errors.AsType[Findings](err)
			if !ok {
				t.Fatalf("got %v, want findings", err)
			}
			if id, _, _ := strings.Cut(name(file), "-"); findings[0].ID != id {
				t.Errorf("the first finding is %s, want %s", findings[0].ID, id)
			}
			compare(t, file, a, findings.Error())
		})
	}
}

// TestEveryRuleHasAnExample counts the bad examples: each rule has one, and the
// rules are complete, unique and in order.
func TestEveryRuleHasAnExample(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, file := range files(t, "testdata/bad/*.txtar") {
		id, _, _ := strings.Cut(name(file), "-")
		shown[id] = true
	}
	last := ""
	for _, r := range RuleList() {
		if !shown[r.ID] {
			t.Errorf("%s (%s) has no testdata/bad/%s.txtar", r.ID, r.Title, r.ID)
		}
		if r.ID <= last || r.Title == "" || r.Why == "" || r.Wrong == "" || r.Right == "" {
			t.Errorf("%s is out of order or incomplete", r.ID)
		}
		last = r.ID
		delete(shown, r.ID)
	}
	for id := range shown {
		t.Errorf("testdata/bad/%s.txtar belongs to no rule", id)
	}
}

// TestReal loads the embedded systems. They have no findings.
func TestReal(t *testing.T) {
	t.Parallel()
	set, err := Load(Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Systems) == 0 || set.Systems[0].Pos.File != "spec/"+set.Systems[0].Name+"/system.yaml" {
		t.Errorf("got %d systems", len(set.Systems))
	}
}

// TestLoadTwice wants the same findings and models every time.
func TestLoadTwice(t *testing.T) {
	t.Parallel()
	_, fsys := archive(t, "testdata/good/shop.txtar")
	first, err := Load(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, err := Load(fsys, "spec")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(printSet(first), printSet(again)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestLoadNoFolder(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{}, "spec")
	if _, ok := errors.AsType[Findings](err); ok || err == nil {
		t.Errorf("got %v, want an error that is no findings", err)
	}
}

// TestLoadNoSystem wants a folder without systems refused.
func TestLoadNoSystem(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{"spec/docs/readme.md": {}}, "spec")
	if !errors.Is(err, ErrNoSystem) || err.Error() != "spec.Load: no system below spec/" {
		t.Errorf("got %v", err)
	}
}

// TestOneSlip wants one finding for one slip in the real systems, however much
// of the ledger is about that file.
func TestOneSlip(t *testing.T) {
	t.Parallel()
	for file, slip := range map[string]string{
		"spec/lianfa/customer/cst_info_create.yaml": "required",
		"spec/lianfa/system.yaml":                   "envelope:",
		"spec/lianfa/errors.yaml":                   "groups:",
		"spec/lianfa/table/customer.yaml":           "columns:",
	} {
		fsys := fstest.MapFS{}
		if err := fs.WalkDir(Embedded(), "spec/lianfa", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(Embedded(), path)
			fsys[path] = &fstest.MapFile{Data: text}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		fsys[file].Data = []byte(strings.Replace(string(fsys[file].Data), slip, "x"+slip, 1))
		set, findings, err := Draft(fsys, "spec")
		if err != nil || len(set.Systems) != 1 || len(findings) == 0 {
			t.Fatalf("%s: %v", file, err)
		}
		for _, f := range findings {
			if f.Pos.File != file {
				t.Errorf("%s: %s", file, f)
			}
		}
	}
}

// FuzzLoad lays any text over each kind of file: no panic, and every finding
// has a place in a file.
func FuzzLoad(f *testing.F) {
	kinds := []string{
		"spec/shop/system.yaml", "spec/shop/errors.yaml", "spec/shop/errata.yaml", "spec/shop/changelog.yaml",
		"spec/shop/table/goods.yaml", "spec/shop/order/order_create.yaml", "spec/shop/goods/goods_list.yaml",
		"spec/shop/ledger.yaml",
	}
	_, base := archive(f, "testdata/good/shop.txtar")
	base["spec/shop/ledger.yaml"] = &fstest.MapFile{Data: []byte(`- {section: "3.1", field: orderNo, says: a, rule: type}`)}
	for i, kind := range kinds {
		f.Add(uint8(i), string(base[kind].Data))
	}
	delete(base, "spec/shop/ledger.yaml")
	for _, text := range []string{
		"", "a: *a", "a: &a [*a]", "- x", "\x00", "a: !!int b", "? [a]\n: b", "<<: 1", "answer: {}",
	} {
		f.Add(uint8(5), text)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		fsys := fstest.MapFS{}
		for path, file := range base {
			fsys[path] = file
		}
		fsys[kinds[int(kind)%len(kinds)]] = &fstest.MapFile{Data: []byte(text)}
		_, err := Load(fsys, "spec")
		if err == nil {
			return
		}
		findings, ok := errors.AsType[Findings](err)
		if !ok || len(findings) == 0 || findings.Error() == "" {
			t.Fatalf("got %v, want findings", err)
		}
		for _, one := range findings {
			if _, err := fs.Stat(fsys, one.Pos.File); err != nil || one.Pos.Line < 1 || one.Pos.Col < 1 || one.ID == "" {
				t.Fatalf("no place: %+v", one)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Embedded(), "spec"); err != nil {
			b.Fatal(err)
		}
	}
}

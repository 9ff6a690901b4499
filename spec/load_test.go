package spec_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestGood loads the small systems and holds the linked model against its
// print.
func TestGood(t *testing.T) {
	t.Parallel()
	golden.Each(t, "testdata/good/*.txtar", func(t *testing.T, c *golden.Case) {
		set, err := load.Systems(c.FS, "spec")
		if err != nil {
			t.Fatal(err)
		}
		c.Want(t, printSet(set))
	})
}

// TestBad lays each mistake over the small system and holds the findings
// against the exact text. An empty file removes the one below it.
func TestBad(t *testing.T) {
	t.Parallel()
	golden.Each(t, "testdata/bad/*.txtar", func(t *testing.T, c *golden.Case) {
		_, err := load.Systems(over(t, c), "spec")
		findings, ok := errors.AsType[spec.Findings](err)
		if !ok {
			t.Fatalf("got %v, want findings", err)
		}
		if id, _, _ := strings.Cut(c.Name, "-"); findings[0].ID != id {
			t.Errorf("the first finding is %s, want %s", findings[0].ID, id)
		}
		c.Want(t, findings.Error())
	})
}

// over is the small system below a mistake, with the mistake.
func over(t *testing.T, c *golden.Case) fstest.MapFS {
	t.Helper()
	first, _ := c.First()
	fsys := fstest.MapFS{}
	for _, base := range []string{"shop", "direct", "book", "plain"} {
		for path, f := range golden.Read(t, "testdata/good/"+base+".txtar").FS {
			if strings.Split(path, "/")[1] == strings.Split(first, "/")[1] {
				fsys[path] = f
			}
		}
	}
	for path, f := range c.FS {
		fsys[path] = f
		if len(f.Data) == 0 {
			delete(fsys, path)
		}
	}
	return fsys
}

// TestEveryRuleHasAnExample counts the bad examples: each rule has one, and the
// rules are complete, unique and in order.
func TestEveryRuleHasAnExample(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	files, err := filepath.Glob(filepath.FromSlash("testdata/bad/*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	generated, err := filepath.Glob(filepath.FromSlash("../gen/testdata/errors/JK*.txtar")) // what only the generator refuses
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := filepath.Glob(filepath.FromSlash("../gen/bind/testdata/protocol/JK*.txtar")) // what only the compiler of protocols refuses
	if err != nil {
		t.Fatal(err)
	}
	proven, err := filepath.Glob(filepath.FromSlash("../gen/prove/testdata/JK*.txtar")) // what only Go and PostgreSQL refuse
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := []string{"JK0506.txtar", "JK0709.txtar", "JK0712.txtar"} // only one URL: TestNameless; only a later day ends a waiver: TestWaivers; only test cases make requests: TestImpossible
	for _, file := range slices.Concat(files, generated, compiled, proven, elsewhere) {
		id, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txtar"), "-")
		shown[id] = true
	}
	last := ""
	for _, r := range check.Rules() {
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
	set, err := load.Systems(spec.Embedded(), "spec")
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
	fsys := golden.Read(t, "testdata/good/shop.txtar").FS
	first, err := load.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, err := load.Systems(fsys, "spec")
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
	_, err := load.Systems(fstest.MapFS{}, "spec")
	if _, ok := errors.AsType[spec.Findings](err); ok || err == nil {
		t.Errorf("got %v, want an error that is no findings", err)
	}
}

// TestLoadNoSystem wants a folder without systems refused.
func TestLoadNoSystem(t *testing.T) {
	t.Parallel()
	_, err := load.Systems(fstest.MapFS{"spec/docs/readme.md": {}}, "spec")
	if !errors.Is(err, load.ErrNoSystem) || err.Error() != "load.Systems: no system below spec/" {
		t.Errorf("got %v", err)
	}
}

// TestOneSlip wants one finding for one slip in the real systems, however much
// of the ledger is about that file.
func TestOneSlip(t *testing.T) {
	t.Parallel()
	for file, slip := range map[string]string{
		"spec/lianfa/customer/cst_info_create.yaml": "required",
		"spec/lianfa/system.yaml":                   "protocol:",
		"spec/lianfa/errors.yaml":                   "groups:",
		"spec/lianfa/table/customer.yaml":           "columns:",
	} {
		fsys := fstest.MapFS{}
		if err := fs.WalkDir(spec.Embedded(), "spec/lianfa", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(spec.Embedded(), path)
			fsys[path] = &fstest.MapFile{Data: text}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		fsys[file].Data = []byte(strings.Replace(string(fsys[file].Data), slip, "x"+slip, 1))
		set, findings, err := load.Draft(fsys, "spec")
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
	base := golden.Read(f, "testdata/good/shop.txtar").FS
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
		_, err := load.Systems(fsys, "spec")
		if err == nil {
			return
		}
		findings, ok := errors.AsType[spec.Findings](err)
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
		if _, err := load.Systems(spec.Embedded(), "spec"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestUsers holds the interfaces that a table knows against all that name it: whoever looks for
// what fills or shows a column looks at no other.
func TestUsers(t *testing.T) {
	t.Parallel()
	hold := func(name string, fsys fs.FS) {
		set, err := load.Systems(fsys, "spec")
		if err != nil {
			t.Fatal(name, err)
		}
		for _, s := range set.Systems {
			for _, x := range s.Interfaces {
				named(reflect.ValueOf(x).Elem(), map[uintptr]bool{}, func(table *spec.Table) {
					if !slices.Contains(table.Users, x) {
						t.Errorf("%s: %s is no user of %s", name, x.Cmd, table.Name)
					}
				})
			}
		}
	}
	hold("built in", spec.Embedded())
	golden.Each(t, "testdata/good/*.txtar", func(_ *testing.T, c *golden.Case) { hold(c.Name, c.FS) })
}

// named calls take for each table that a value leads to, not by way of another.
func named(v reflect.Value, seen map[uintptr]bool, take func(*spec.Table)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		switch at := v.Interface().(type) {
		case *spec.Table:
			take(at)
		case *spec.System, *spec.Interface, *spec.Field, *spec.Group:
		default:
			named(v.Elem(), seen, take)
		}
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				named(v.Field(n), seen, take)
			}
		}
	case reflect.Slice:
		for n := range v.Len() {
			named(v.Index(n), seen, take)
		}
	}
}

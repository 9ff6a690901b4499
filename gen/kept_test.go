package gen_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

// TestGenerateOnlyReads holds a set against itself before generation, unexported fields
// and all: what is generated at the same time must not write to what it shares.
func TestGenerateOnlyReads(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS(".."), "spec")
	if err != nil {
		t.Fatal(err)
	}
	before := contents(set)
	o := gen.Options{Module: "example.com/team", Artefacts: []gen.Artefact{
		{Name: "fixtures", Files: files.Generate}, {Name: "console", Files: console.Generate}, {Name: "downloads", Files: download.Files},
	}}
	if _, err := gen.Generate(set, o); err != nil {
		t.Fatal(err)
	}
	if contents(set) != before {
		t.Error("something was written to the set while files were generated from it")
	}
	set.Systems[0].Interfaces[0].Request[0].Label += " "
	if contents(set) == before {
		t.Error("the digest does not tell one set from another")
	}
}

// contents is a digest of all that can be reached from a value.
func contents(v any) string {
	d := digest{sha256.New(), map[uintptr]int{}}
	d.add(reflect.ValueOf(v))
	return fmt.Sprintf("%x", d.Sum(nil))
}

// digest walks values; seen numbers the pointers and maps that it met.
type digest struct {
	hash.Hash
	seen map[uintptr]int
}

func (d digest) add(v reflect.Value) {
	_, _ = fmt.Fprint(d, v.Kind(), "(")
	defer func() { _, _ = fmt.Fprint(d, ")") }()
	switch v.Kind() {
	case reflect.Pointer, reflect.Map:
		if v.IsNil() || d.met(v.Pointer()) {
			return
		}
		if v.Kind() == reflect.Pointer {
			d.add(v.Elem())
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(keyOf(a), keyOf(b)) })
		for _, k := range keys {
			_, _ = fmt.Fprint(d, keyOf(k))
			d.add(v.MapIndex(k))
		}
	case reflect.Interface:
		if !v.IsNil() {
			d.add(v.Elem())
		}
	case reflect.Struct:
		for n := range v.NumField() {
			d.add(v.Field(n))
		}
	case reflect.Slice, reflect.Array:
		_, _ = fmt.Fprint(d, v.Len())
		for n := range v.Len() {
			d.add(v.Index(n))
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
	default:
		_, _ = fmt.Fprint(d, v)
	}
}

// keyOf is the text of a key of a map: a name, or where a pointer points.
func keyOf(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		return fmt.Sprintf("%x", v.Pointer())
	}
	return fmt.Sprint(v)
}

// met reports whether something was met before, and writes which it was.
func (d digest) met(at uintptr) bool {
	n, ok := d.seen[at]
	if !ok {
		n = len(d.seen)
		d.seen[at] = n
	}
	_, _ = fmt.Fprint(d, n)
	return ok
}

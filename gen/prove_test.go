package gen

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// FuzzCheckProves changes YAML at random. Where check and the generator find nothing,
// what is generated type-checks.
func FuzzCheckProves(f *testing.F) {
	worlds := worldsOf(f)
	for seed := range uint64(16) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		fsys := mutated(random, worlds)
		set, err := load.Systems(fsys, "spec")
		if err != nil {
			return // found
		}
		files, err := Generate(set, testOptions())
		if _, refused := errors.AsType[*spec.Refusal](err); refused {
			return // found, too
		}
		if _, found := errors.AsType[spec.Findings](err); found {
			return // of the protocol, which check compiles as well
		}
		if err != nil {
			t.Fatal(err)
		}
		compile(t, files)
	})
}

// worldsOf reads the systems that are changed: the four, the exercise and the cases.
func worldsOf(t testing.TB) []fstest.MapFS {
	t.Helper()
	var out []fstest.MapFS
	for _, c := range readCases(t, "testdata/*.txtar") {
		out = append(out, c.fsys)
	}
	for _, root := range []string{"../cmd/jiekou/testdata/exercise", "../cmd/jiekou/testdata/handlers"} {
		out = append(out, readWorld(t, os.DirFS(filepath.FromSlash(root)), "spec"))
	}
	for _, s := range embeddedSet(t).Systems {
		out = append(out, readWorld(t, spec.Embedded(), "spec/"+s.Name))
	}
	return out
}

func readWorld(t testing.TB, from fs.FS, root string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(from, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var scalar = regexp.MustCompile(`[\pL\pN_./%+-]+`)

// mutated is one of the worlds with up to three changes.
func mutated(random *rand.Rand, worlds []fstest.MapFS) fstest.MapFS {
	out := fstest.MapFS{}
	for name, file := range worlds[random.IntN(len(worlds))] {
		out[name] = &fstest.MapFile{Data: file.Data}
	}
	var names []string
	for name := range out {
		if strings.HasSuffix(name, ".yaml") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for range 1 + random.IntN(2) {
		file := out[names[random.IntN(len(names))]]
		text := string(file.Data)
		lines := strings.Split(text, "\n")
		n := random.IntN(len(lines))
		at := scalar.FindAllStringIndex(text, -1)
		if len(at) == 0 {
			continue
		}
		one, other := at[random.IntN(len(at))], at[random.IntN(len(at))]
		word := text[other[0]:other[1]]
		if random.IntN(2) == 0 {
			word = odd[random.IntN(len(odd))]
		}
		switch random.IntN(5) {
		case 0:
			text = strings.Join(slices.Delete(lines, n, n+1), "\n")
		case 1:
			text = strings.Join(slices.Insert(lines, n, lines[n]), "\n")
		case 2: // everywhere
			from := regexp.MustCompile(`\b` + regexp.QuoteMeta(text[one[0]:one[1]]) + `\b`)
			for _, name := range names {
				out[name] = &fstest.MapFile{Data: []byte(from.ReplaceAllLiteralString(string(out[name].Data), word))}
			}
			continue
		default:
			text = text[:one[0]] + word + text[one[1]:]
		}
		file.Data = []byte(text)
	}
	return out
}

var odd = []string{
	"check", "decode", "Encode", "left", "order", "type", "return", "store", "wire", "0", "-1", "01", "1e3", "9223372036854775807", "TRUE",
	"'0x01'", "\"it's\"", "int", "long", "decimal", "datetime", "date", "epoch", "bool", "array", "object", "map", "string", "json", "true", "false",
	"'*'", "'a.b'", "a-b", strings.Repeat("a_long_name_", 8), "insert", "update", "upsert", "get", "list", "exists", "append", "replace", "guid", "now",
}

package native

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
)

// pythonHere is Python with cryptography, or skips the test.
func pythonHere(t *testing.T) string {
	t.Helper()
	path := find(t, "python3", "apt-get install python3")
	return path
}

// typed holds a package to mypy --strict.
func typed(t *testing.T, dir, name string) {
	t.Helper()
	mypy := find(t, "mypy", "pip install mypy")
	run(t, dir, mypy, "--strict", "--no-error-summary", name)
}

func TestPythonProtocols(t *testing.T) {
	t.Parallel()
	python := pythonHere(t)
	holdProtocols(t, language{
		has:  pythonHas(),
		gaps: map[string]string{"upload-multipart": "request: a multipart body"},
		program: func(p *program.Program, module string) (string, string) {
			return module + ".py", pythonProgram(p)
		},
		build: func(t *testing.T, dir string) *process {
			list, err := library("python")
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range list {
				if strings.HasPrefix(name, "_") {
					write(t, dir, map[string][]byte{name: text})
				}
			}
			write(t, dir, map[string][]byte{"__init__.py": nil})
			driver, err := os.ReadFile("testdata/driver.py")
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(dir)
			above := filepath.Join(filepath.Dir(dir), "above")
			write(t, above, map[string][]byte{"driver.py": []byte(strings.Replace(string(driver), `import_module(t["module"])`, `import_module("held." + t["module"])`, 1))})
			if err := os.Symlink(filepath.Join("..", name), filepath.Join(above, "held")); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				t.FailNow()
			}
			return start(t, above, python, "driver.py")
		},
	})
}

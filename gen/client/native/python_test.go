package native

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/spec"
)

// pythonHere is Python with cryptography, or skips the test.
func pythonHere(t *testing.T) string {
	t.Helper()
	path := find(t, "python3", "apt-get install python3")
	return path
}

// typed holds a package to mypy --strict, with the types of the packages that python has.
func typed(t *testing.T, python, dir string, modules ...string) {
	t.Helper()
	mypy, err := exec.LookPath("mypy")
	if err != nil {
		t.Log("mypy is not here, so that types are not checked: pip install mypy")
		return
	}
	run(t, dir, append([]string{mypy, "--strict", "--no-error-summary", "--python-executable", python}, modules...)...)
}

func TestPythonProtocols(t *testing.T) {
	t.Parallel()
	python := pythonHere(t)
	holdProtocols(t, language{
		has:  pythonHas(),
		gaps: gaps(),
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
			made, err := pythonSystem(trial.System(t, ""))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"__init__.py": nil, "codes.py": []byte(made.pythonCodes())})
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
			if exec.CommandContext(t.Context(), python, "-c", "from cryptography.hazmat.decrepit.ciphers import algorithms").Run() == nil {
				typed(t, python, above, "-p", "held")
			} else {
				t.Log("the types of the ciphers are not checked: before version 43 cryptography does not say them all")
			}
			return start(t, above, python, "driver.py")
		},
	})
}

func TestPythonClients(t *testing.T) {
	t.Parallel()
	python := pythonHere(t)
	holdClients(t, tongue{
		files: Python,
		model: pythonSystem,
		build: func(t *testing.T, all map[string]map[string][]byte) *process {
			dir := t.TempDir()
			var modules []string
			for name, files := range all {
				write(t, filepath.Join(dir, name), files)
				module := identifier(name) + "_client"
				if err := os.Rename(filepath.Join(dir, name, module), filepath.Join(dir, module)); err != nil {
					t.Fatal(err)
				}
				modules = append(modules, module)
			}
			for _, s := range loaded(t) {
				firsts, err := Starts(s, "python")
				if err != nil {
					t.Fatal(err)
				}
				for cmd, first := range firsts {
					write(t, dir, map[string][]byte{"first_" + cmd + ".py": []byte(first)})
					modules = append(modules, "first_"+cmd+".py")
				}
			}
			typed(t, python, dir, modules...)
			driver, err := os.ReadFile("testdata/client.py")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"client.py": driver})
			return start(t, dir, python, "client.py")
		},
		named: func(s *system, e *endpoint) map[string]any {
			out := map[string]any{
				"module": pythonPackage(s.System), "method": pythonMethod(e), "request": e.request.name, "requestFields": fieldsName(e.request), "fields": fieldsName(e.request),
				"client": spec.GoName(s.Name) + "Receiver",
			}
			if e.response != nil {
				out["client"], out["responseFields"] = spec.GoName(s.Name)+"Client", fieldsName(e.response)
			}
			return out
		},
	})
}

// TestManual holds the first calls of docs/clients.md to what is generated, which other tests
// compile.
func TestManual(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range loaded(t) {
		for _, lang := range []string{"python", "java", "php", "csharp"} {
			first, err := Start(s, lang)
			if err != nil {
				t.Fatal(err)
			}
			if block := "```" + lang + "\n" + first + "```\n"; !strings.Contains(string(page), block) {
				t.Errorf("docs/clients.md does not have the first call of %s:\n%s", s.Name, block)
			}
		}
	}
}

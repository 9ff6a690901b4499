package native

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/spec"
)

const monoInstall = "apt-get install mono-runtime mono-mcs libmono-system-numerics4.0-cil libmono-system-net-http4.0-cil libmono-i18n4.0-all"

// mcs compiles what is below a folder to a program, which must find nothing. It is the
// compiler of C# 7 that Debian has; nothing of the library is only its.
func mcs(t *testing.T, dir string) {
	t.Helper()
	compiler := find(t, "mcs", monoInstall)
	var list []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".cs") {
			list = append(list, path)
		}
		return err
	})
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	run(t, dir, append([]string{compiler, "-warnaserror", "-codepage:utf8", "-r:System.Numerics.dll", "-r:System.Net.Http.dll", "-out:held.exe"}, list...)...)
}

func TestCSharpProtocols(t *testing.T) {
	t.Parallel()
	find(t, "mcs", monoInstall)
	mono := find(t, "mono", monoInstall)
	holdProtocols(t, language{
		has:  csharpHas(),
		gaps: gaps(),
		program: func(p *program.Program, module string) (string, string) {
			return module + ".cs", csharpProgram(p, "Jiekou", module)
		},
		build: func(t *testing.T, dir string) *process {
			list, err := library("csharp")
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Ciphers", "Clocks", "Curves", "Der", "Digests", "Form", "Message", "Pairs", "Protocol", "Texts", "Tree"} {
				write(t, dir, map[string][]byte{name + ".cs": list[name+".cs"]})
			}
			driver, err := os.ReadFile("testdata/Driver.cs")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"Driver.cs": driver})
			if t.Failed() {
				t.FailNow()
			}
			mcs(t, dir)
			return start(t, dir, mono, "held.exe")
		},
	})
}

func TestCSharpClients(t *testing.T) {
	t.Parallel()
	find(t, "mcs", monoInstall)
	mono := find(t, "mono", monoInstall)
	holdClients(t, tongue{
		files: CSharp,
		model: csharpSystem,
		build: func(t *testing.T, all map[string]map[string][]byte) *process {
			dir := t.TempDir()
			for name, files := range all {
				write(t, filepath.Join(dir, name), files)
			}
			for _, s := range loaded(t) {
				firsts, err := Starts(s, "csharp")
				if err != nil {
					t.Fatal(err)
				}
				first := ""
				for _, cmd := range slices.Sorted(maps.Keys(firsts)) {
					first += "    internal async Task Run_" + cmd + "()\n    {\n" + firsts[cmd] + "    }\n"
				}
				text := "#pragma warning disable 618 // of the document\nusing System;\nusing System.Collections.Generic;\nusing System.Threading.Tasks;\nusing " + csharpSpace(s) + ";\n\ninternal class First" + spec.GoName(s.Name) + "\n{\n" + first + "}\n"
				write(t, dir, map[string][]byte{"First" + spec.GoName(s.Name) + ".cs": []byte(text)})
			}
			driver, err := os.ReadFile("testdata/Clients.cs")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"Clients.cs": driver})
			mcs(t, dir)
			return start(t, dir, mono, "held.exe")
		},
		named: func(s *system, e *endpoint) map[string]any {
			out := map[string]any{"space": csharpSpace(s.System), "method": csharpMethod(e), "request": e.request.name, "client": spec.GoName(s.Name) + "Receiver"}
			if e.response != nil {
				out["client"] = spec.GoName(s.Name) + "Client"
			}
			return out
		},
	})
}

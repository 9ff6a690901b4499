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

// javac compiles what is below a folder, which must find nothing.
func javac(t *testing.T, dir string) {
	t.Helper()
	compiler := find(t, "javac", "apt-get install openjdk-17-jdk-headless")
	var list []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".java") {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, flag := range short() {
		flags = append(flags, "-J"+flag)
	}
	run(t, dir, slices.Concat([]string{compiler}, flags, []string{"-encoding", "UTF-8", "-Xlint:all", "-Werror", "-d", "out"}, list)...)
}

// short are the flags of a Java that runs for seconds: what it compiles again for speed
// costs more than it saves.
func short() []string { return []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"} }

func TestJavaProtocols(t *testing.T) {
	t.Parallel()
	find(t, "javac", "apt-get install openjdk-17-jdk-headless")
	java := find(t, "java", "apt-get install openjdk-17-jdk-headless")
	holdProtocols(t, language{
		has:  javaHas(),
		gaps: gaps(),
		program: func(p *program.Program, module string) (string, string) {
			return module + ".java", javaProgram(p, "jiekou", module)
		},
		build: func(t *testing.T, dir string) *process {
			list, err := library("java")
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Ciphers", "Clocks", "FilePart", "Form", "Message", "Pairs", "Protocol", "ProtocolException", "Texts", "Tree", "Values"} {
				write(t, dir, map[string][]byte{name + ".java": list[name+".java"]})
			}
			driver, err := os.ReadFile("testdata/Driver.java")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"Driver.java": driver})
			if t.Failed() {
				t.FailNow()
			}
			javac(t, dir)
			return start(t, dir, append(append([]string{java}, short()...), "-cp", "out", "jiekou.Driver")...)
		},
	})
}

func TestJavaClients(t *testing.T) {
	t.Parallel()
	find(t, "javac", "apt-get install openjdk-17-jdk-headless")
	java := find(t, "java", "apt-get install openjdk-17-jdk-headless")
	holdClients(t, tongue{
		files: Java,
		model: javaSystem,
		build: func(t *testing.T, all map[string]map[string][]byte) *process {
			dir := t.TempDir()
			for name, files := range all {
				write(t, filepath.Join(dir, name), files)
			}
			for _, s := range loaded(t) {
				firsts, err := Starts(s, "java")
				if err != nil {
					t.Fatal(err)
				}
				name := "First" + spec.GoName(s.Name)
				text := "import " + javaPackage(s) + ".*;\nimport java.math.*;\nimport java.util.*;\n\nclass " + name + " {\n"
				for _, cmd := range slices.Sorted(maps.Keys(firsts)) {
					text += "    void " + cmd + "() throws Exception {\n" + firsts[cmd] + "    }\n"
				}
				text += "}\n"
				write(t, dir, map[string][]byte{name + ".java": []byte(text)})
			}
			driver, err := os.ReadFile("testdata/Clients.java")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"Clients.java": driver})
			javac(t, dir)
			return start(t, dir, append(append([]string{java}, short()...), "-cp", "out", "Clients")...)
		},
		named: func(s *system, e *endpoint) map[string]any {
			out := map[string]any{"package": javaPackage(s.System), "method": javaMethod(e), "request": e.request.name, "client": spec.GoName(s.Name) + "Receiver"}
			if e.response != nil {
				out["client"] = spec.GoName(s.Name) + "Client"
			}
			return out
		},
	})
}

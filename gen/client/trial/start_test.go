package trial_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/gen/client/native"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// heard is a server of a system whose app 300 has the secrets that first programs show. It
// keeps which interfaces it answered.
type heard struct {
	*httptest.Server
	mu   sync.Mutex
	cmds []string
}

func listening(t *testing.T, s *spec.System) *heard {
	t.Helper()
	h := &heard{}
	handler, err := live.New(live.Config{
		Systems: []*spec.System{s}, Apps: []bind.App{{System: s.Name, ID: trial.App, Secrets: map[string]string{"secret": "…"}}},
		Answer: func(_ context.Context, _ *route.Call, i *spec.Interface, _ []byte) ([]byte, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.cmds = append(h.cmds, i.Cmd)
			return json.Marshal(example.Object(i.Response))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Server = httptest.NewServer(http.MaxBytesHandler(handler, 1<<20))
	t.Cleanup(h.Close)
	return h
}

// TestStarts runs the first program of each interface in each language as it is shown, but
// for the address of the server, against a server that holds every rule.
func TestStarts(t *testing.T) {
	t.Parallel()
	for lang, run := range map[string]func(t *testing.T, dir string, s *spec.System, starts map[string]string){
		"go": startGo, "js": startJS, "python": startPython, "java": startJava, "php": startPHP, "csharp": startCSharp,
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := trial.Places(t).Systems[0]
			server, dir := listening(t, s), t.TempDir()
			starts, err := startsIn(lang, s)
			if err != nil {
				t.Fatal(err)
			}
			for cmd, text := range starts {
				if !strings.Contains(text, "http://127.0.0.1:8080") {
					t.Errorf("%s names no server:\n%s", cmd, text)
				}
				starts[cmd] = strings.ReplaceAll(text, "http://127.0.0.1:8080", server.URL)
			}
			run(t, dir, s, starts)
			slices.Sort(server.cmds)
			if want := slices.Sorted(maps.Keys(starts)); !slices.Equal(server.cmds, want) || len(want) != len(s.Interfaces) {
				t.Errorf("answered were %q, of %q", server.cmds, want)
				for _, cmd := range want {
					if !slices.Contains(server.cmds, cmd) {
						t.Log(starts[cmd])
					}
				}
			}
		})
	}
}

// startsIn are the first programs in a language.
func startsIn(lang string, s *spec.System) (map[string]string, error) {
	switch lang {
	case "go":
		return console.GoStarts("github.com/jiekou-dev/jiekou/gen/client/trial/made", s)
	case "js":
		return ts.Starts(s, "./"+s.Name+"-client/dist/index.js")
	}
	return native.Starts(s, lang)
}

// made writes a client into a folder, or fails.
func made(t *testing.T, dir string, write func(*spec.System) (map[string][]byte, error), s *spec.System) {
	t.Helper()
	files, err := write(s)
	if err == nil {
		err = disk.WriteAll(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// text writes one file.
func text(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := disk.WriteAll(dir, map[string][]byte{name: []byte(content)}); err != nil {
		t.Fatal(err)
	}
}

// carry carries out a command that says nothing on its standard error.
func carry(t *testing.T, dir string, command ...string) {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil {
		t.Skipf("%s is not here", command[0])
	}
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = dir
	var told strings.Builder
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil || told.Len() > 0 {
		t.Errorf("%s: %v\n%s%s", strings.Join(command, " "), err, out, told.String())
	}
}

func startJS(t *testing.T, dir string, s *spec.System, starts map[string]string) {
	client := filepath.Join(dir, s.Name+"-client")
	made(t, client, ts.Files, s)
	tsc, err := filepath.Abs("../../../.tools/npm/node_modules/typescript/bin/tsc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(tsc); err != nil {
		t.Skip("no TypeScript: make tools")
	}
	carry(t, client, "node", tsc, "-p", ".")
	for cmd, one := range starts {
		text(t, dir, cmd+".mjs", one)
		carry(t, dir, "node", cmd+".mjs")
	}
}

func startPython(t *testing.T, dir string, s *spec.System, starts map[string]string) {
	made(t, dir, native.Python, s)
	for cmd, one := range starts {
		text(t, dir, cmd+".py", one)
		carry(t, dir, "python3", cmd+".py")
	}
}

func startPHP(t *testing.T, dir string, s *spec.System, starts map[string]string) {
	made(t, filepath.Join(dir, s.Name+"-client"), native.PHP, s)
	for cmd, one := range starts {
		text(t, dir, cmd+".php", one)
		carry(t, dir, "php", "-d", "display_errors=stderr", "-d", "error_reporting=-1", cmd+".php")
	}
}

// wrapped are the programs of a language whose first lines a caller has around them.
func wrapped(starts map[string]string, open, method, end string) string {
	out := open
	for _, cmd := range slices.Sorted(maps.Keys(starts)) {
		out += strings.ReplaceAll(method, "NAME", cmd) + starts[cmd] + "}\n"
	}
	return out + strings.ReplaceAll(end, "CALLS", strings.Join(slices.Sorted(maps.Keys(starts)), "(); ")+"();")
}

func startJava(t *testing.T, dir string, s *spec.System, starts map[string]string) {
	made(t, dir, native.Java, s)
	var sources []string
	_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(path, ".java") {
			sources = append(sources, path)
		}
		return nil
	})
	if len(sources) == 0 {
		t.Fatal("no client")
	}
	home := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(sources[0]), filepath.Join(dir, "src", "main", "java")+string(filepath.Separator)))
	text(t, dir, "Starts.java", wrapped(starts, "import "+strings.ReplaceAll(home, "/", ".")+".*;\nimport java.math.*;\nimport java.util.*;\n\nclass Starts {\n",
		"static void NAME() throws Exception {\n", "public static void main(String[] args) throws Exception { CALLS }\n}\n"))
	carry(t, dir, append([]string{"javac", "-d", "out", "-encoding", "utf8", "Starts.java"}, sources...)...)
	carry(t, dir, "java", "-cp", "out", "Starts")
}

func startCSharp(t *testing.T, dir string, s *spec.System, starts map[string]string) {
	made(t, dir, native.CSharp, s)
	sources, err := filepath.Glob(filepath.Join(dir, "*.cs"))
	if err != nil || len(sources) == 0 {
		t.Fatal("no client", err)
	}
	open := "using System;\nusing System.Collections.Generic;\nusing System.Threading.Tasks;\nusing Everywhere.Client;\n\nclass Starts\n{\n"
	program := wrapped(starts, open, "static async Task NAME()\n{\n", "static void Main() { CALLS }\n}\n")
	text(t, dir, "Starts.cs", strings.ReplaceAll(program, "(); ", "().Wait(); "))
	carry(t, dir, append([]string{"mcs", "-codepage:utf8", "-r:System.Numerics.dll", "-r:System.Net.Http.dll", "-out:starts.exe", "Starts.cs"}, sources...)...)
	carry(t, dir, "mono", "starts.exe")
}

func startGo(t *testing.T, dir string, _ *spec.System, starts map[string]string) {
	files, err := gen.Generate(trial.Places(t), gen.Options{Module: "github.com/jiekou-dev/jiekou", Root: "gen/client/trial/made"})
	if err != nil {
		t.Fatal(err)
	}
	for cmd, one := range starts {
		files["gen/client/trial/made/start/"+cmd+"/main.go"] = []byte(one)
	}
	root, overlay := overlaid(t, dir, files)
	for cmd := range starts {
		build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", filepath.Join(dir, cmd), "./gen/client/trial/made/start/"+cmd)
		build.Dir = root
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		carry(t, dir, "./"+cmd)
	}
}

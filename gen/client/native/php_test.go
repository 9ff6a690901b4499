package native

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/spec"
)

// phpHere is PHP with the extensions that protocols need, or skips the test.
func phpHere(t *testing.T) string {
	t.Helper()
	const install = "apt-get install php-cli php-mbstring php-gmp"
	path := find(t, "php", install)
	out, err := exec.CommandContext(t.Context(), path, "-r", `foreach (["openssl", "mbstring", "gmp", "sodium", "zlib", "iconv"] as $one) { if (!extension_loaded($one)) { echo $one, " "; } }`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) > 0 {
		t.Skipf("PHP has no %s: %s", out, install)
	}
	return path
}

// phpLint parses and declares what is below a folder, with every warning an error. php -l
// takes one file a process.
func phpLint(t *testing.T, php, dir string) {
	t.Helper()
	run(t, dir, php, "-d", "error_reporting=-1", "-r", `
		set_error_handler(static function (int $no, string $text, string $file, int $line): never { throw new ErrorException($text, 0, $no, $file, $line); });
		$all = iterator_to_array(new RegexIterator(new RecursiveIteratorIterator(new RecursiveDirectoryIterator(".")), "/[.]php$/"));
		$all === [] && throw new Exception("no file");
		foreach ($all as $path) { token_get_all(file_get_contents((string) $path), TOKEN_PARSE); }
		foreach (glob("*/autoload.php") as $path) { require $path; }
		foreach (glob("*/src/*.php") as $path) { require_once $path; }
	`)
}

func TestPHPProtocols(t *testing.T) {
	t.Parallel()
	php := phpHere(t)
	holdProtocols(t, language{
		has:  phpHas(),
		gaps: gaps(),
		program: func(p *program.Program, module string) (string, string) {
			return module + ".php", phpProgram(p, "Jiekou", module)
		},
		build: func(t *testing.T, dir string) *process {
			list, err := library("php")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, list)
			driver, err := os.ReadFile("testdata/driver.php")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"driver.php": driver})
			if t.Failed() {
				t.FailNow()
			}
			phpLint(t, php, dir)
			return start(t, dir, php, "-d", "display_errors=stderr", "driver.php")
		},
	})
}

func TestPHPClients(t *testing.T) {
	t.Parallel()
	php := phpHere(t)
	holdClients(t, tongue{
		files: PHP,
		model: phpSystem,
		based: true,
		build: func(t *testing.T, all map[string]map[string][]byte) *process {
			dir := t.TempDir()
			for name, files := range all {
				write(t, filepath.Join(dir, name), files)
			}
			for _, s := range loaded(t) {
				first, err := Start(s, "php")
				if err != nil {
					t.Fatal(err)
				}
				write(t, dir, map[string][]byte{"first-" + s.Name + ".php": []byte(first)})
			}
			driver, err := os.ReadFile("testdata/client.php")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, map[string][]byte{"client.php": driver})
			phpLint(t, php, dir)
			return start(t, dir, php, "-d", "display_errors=stderr", "client.php")
		},
		named: func(s *system, e *endpoint) map[string]any {
			out := map[string]any{"space": phpSpace(s.System), "method": phpMethod(e), "request": e.request.name, "client": spec.GoName(s.Name) + "Receiver"}
			if e.response != nil {
				out["client"] = spec.GoName(s.Name) + "Client"
			}
			return out
		},
	})
}

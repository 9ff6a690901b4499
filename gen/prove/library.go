package prove

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// ErrNoGo says that nothing was type-checked, because there is no compiled runtime to
// hold generated code against: no go command, no go.mod that requires jiekou, or
// modules that were not downloaded yet.
var ErrNoGo = errors.New("the generated Go was not type-checked")

// library is what generated packages import from elsewhere, as compiled by the go
// command of a folder.
type library struct {
	exports map[string]string // import path -> file with the package's declarations
	sum     string            // of all of them: their names hold their content's digest
}

// compiled asks the go command for the packages and all that they import. It compiles
// what is not in its cache and fetches nothing.
func compiled(ctx context.Context, dir string, paths []string) (*library, error) {
	l := &library{exports: map[string]string{}}
	if len(paths) == 0 {
		return l, nil
	}
	program, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("%w: there is no go command", ErrNoGo)
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "--"}, paths...)
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // the go command, on import paths of the generator
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOPROXY=off")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("%w: go list: %s", ErrNoGo, first)
	}
	for line := range strings.Lines(out.String()) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		l.exports[path] = file
	}
	sum := sha256.Sum256(out.Bytes())
	l.sum = hex.EncodeToString(sum[:])
	return l, nil
}

// importer reads the declarations of packages of the library.
func (l *library) importer(fset *token.FileSet) types.Importer {
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if l.exports[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(l.exports[path])
	})
}

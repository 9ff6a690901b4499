//go:build unix

package privatepg

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoBinaries is returned where PostgreSQL is not installed.
var ErrNoBinaries = errors.New("no PostgreSQL found (initdb and postgres); type: apt-get install postgresql" +
	" (Debian, Ubuntu), dnf install postgresql-server (Fedora) or brew install postgresql (macOS), or set DATABASE_URL")

// FindBin returns a folder with initdb and postgres: that of PATH, of
// pg_config, the newest of Debian's, Fedora's and Homebrew's folders, or of the
// user's cache (jiekou/postgresql/*/bin). It returns ErrNoBinaries where there
// is none.
func FindBin() (string, error) {
	all := findBins()
	if len(all) == 0 {
		return "", ErrNoBinaries
	}
	return all[0], nil
}

// findBins returns every candidate, best first.
func findBins() []string {
	var dirs []string
	if file, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(file))
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	globs := []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", // Debian, PGDG's RPMs, Alpine
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", // Homebrew
		"/Applications/Postgres.app/Contents/Versions/*/bin", "/usr/local/pgsql/bin",
	}
	if cache, err := os.UserCacheDir(); err == nil {
		globs = append(globs, filepath.Join(cache, "jiekou", "postgresql", "*", "bin"))
	}
	for _, g := range globs {
		found, _ := filepath.Glob(g) // the patterns are right
		slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
		dirs = append(dirs, found...)
	}
	return slices.DeleteFunc(dirs, func(dir string) bool { return !isBin(dir) })
}

var digits = regexp.MustCompile(`[0-9]+`)

// number returns the last number in a path: its version.
func number(path string) int {
	all := digits.FindAllString(path, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1]) // 0 where it is no version at all
	return n
}

// isBin says whether a folder has both programs.
func isBin(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return filepath.IsAbs(dir)
}

// binaries returns the folder of binaries that fit the data, where there is some.
func (p *place) binaries(ctx context.Context, setting string) (string, error) {
	dirs := findBins
	if setting != "" {
		dirs = func() []string { return []string{setting} }
	}
	want, err := p.dataVersion()
	if err != nil {
		return "", err
	}
	var have []string
	var refused error
	for _, dir := range dirs() {
		got, err := p.binVersion(ctx, dir)
		if err == nil && (want == 0 || want == got) {
			return dir, nil
		}
		refused = cmp.Or(refused, err)
		have = append(have, fmt.Sprintf("%d in %s", got, dir))
	}
	switch {
	case refused != nil:
		return "", refused
	case len(have) == 0:
		return "", ErrNoBinaries
	}
	return "", fmt.Errorf("%s was written by PostgreSQL %d, but there is only %s; type: apt-get install postgresql-%d, "+
		"or move the data over with pg_dump", p.data, want, strings.Join(have, ", "), want)
}

// dataVersion returns the major version of the cluster, 0 where there is none.
func (p *place) dataVersion() (int, error) {
	text, err := os.ReadFile(filepath.Join(p.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION: %w", p.data, err)
	}
	return major, nil
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) ([0-9]+)`)

// binVersion asks the program for its major version, as the user of the server,
// so that a folder which that user cannot enter is noticed early.
func (p *place) binVersion(ctx context.Context, dir string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", environ(), p.child(0)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w (as user %s)", cmd.Path, err, cmp.Or(p.who, "of this process"))
	}
	parts := versionText.FindSubmatch(out)
	if parts == nil {
		return 0, fmt.Errorf("%s --version says %q", cmd.Path, out)
	}
	major, err := strconv.Atoi(string(parts[1]))
	return major, err
}

// environ is our environment without the variables that would change the server:
// PG* and the locale.
func environ() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "PG") || strings.HasPrefix(v, "LC_") || strings.HasPrefix(v, "LANG")
	})
	return append(env, "LC_ALL=C")
}

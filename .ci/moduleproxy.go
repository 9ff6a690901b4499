//go:build ignore

// Moduleproxy writes the files of this checkout as a version of the module to a folder
// that the Go command takes as a proxy, file://FOLDER, and prints the version. A version
// follows from the files, so that what was built from it is never stale.
//
//	go run .ci/moduleproxy.go FOLDER
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run .ci/moduleproxy.go FOLDER")
		os.Exit(2)
	}
	version, err := publish(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "moduleproxy:", err)
		os.Exit(1)
	}
	fmt.Println(version)
}

// publish writes list, .info, .mod and .zip of the module.
func publish(folder string) (string, error) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return "", err
	}
	files, sum, err := checkout()
	if err != nil {
		return "", err
	}
	m := module.Version{Path: modfile.ModulePath(mod), Version: fmt.Sprintf("v0.0.0-20260101000000-%.6x", sum)}
	at := filepath.Join(folder, filepath.FromSlash(m.Path), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		return "", err
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, m, files); err != nil {
		return "", err
	}
	for name, text := range map[string][]byte{
		"list":              []byte(m.Version + "\n"),
		m.Version + ".info": fmt.Appendf(nil, `{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, m.Version),
		m.Version + ".mod":  mod,
		m.Version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(at, name), text, 0o644); err != nil {
			return "", err
		}
	}
	return m.Version, nil
}

// checkout lists the files that version control has or would have, and their digest.
func checkout() ([]zip.File, []byte, error) {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil, nil, fmt.Errorf("git ls-files: %w", err)
	}
	var files []zip.File
	h := sha256.New()
	for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // deleted and not committed
		}
		if err != nil {
			return nil, nil, err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(text))
		h.Write(text)
		files = append(files, file(name))
	}
	return files, h.Sum(nil), nil
}

// file is a file of the checkout.
type file string

func (f file) Path() string                 { return string(f) }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(string(f)) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(string(f)) }

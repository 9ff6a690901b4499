//go:build ignore

// Dist builds the programs for each system that they run on, and packs them with the
// license, the README and the manual pages: a .tar.gz for Unix, a .zip for Windows, and
// SHA256SUMS over all of them. jiekoud is for Unix: the archive for Windows has jiekou
// alone, and says so. The same commit gives the same bytes.
//
//	go run .ci/dist.go FOLDER [OS/ARCH ...]
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// platforms are those that are built where none is named.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}

// windows is a file of the archive for Windows.
const windows = "jiekoud, the server, is for Unix: run it on Linux or macOS, in a container, or in WSL.\r\n"

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run .ci/dist.go FOLDER [OS/ARCH ...]")
		os.Exit(2)
	}
	if named := os.Args[2:]; len(named) > 0 {
		platforms = named
	}
	if err := release(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// file is a member of an archive.
type file struct {
	name string
	text []byte
	mode int64
}

// release writes every archive and the checksums.
func release(folder string) error {
	version, err := output("git", "describe", "--tags", "--always", "--dirty")
	if err != nil {
		return err
	}
	seconds, err := output("git", "log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, seconds)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "jiekou-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	common, err := shared(work)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, platform := range platforms {
		goos, goarch, ok := strings.Cut(platform, "/")
		if !ok {
			return fmt.Errorf("%s is no OS/ARCH such as linux/amd64", platform)
		}
		files, err := programs(work, goos, goarch)
		if err != nil {
			return err
		}
		root := "jiekou-" + version + "-" + goos + "-" + goarch
		pack, end := tarball, ".tar.gz"
		if goos == "windows" {
			pack, end = zipped, ".zip"
			files = append(files, file{"JIEKOUD.txt", []byte(windows), 0o644})
		}
		text, err := pack(root, append(files, common...), at)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, root+end), text, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(text), root+end)
		fmt.Printf("%s, %d MB\n", filepath.Join(folder, root+end), len(text)>>20)
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// shared are the files of every archive: the license, the README, and the manual pages,
// which the programs of this machine write.
func shared(work string) ([]file, error) {
	var out []file
	for _, name := range []string{"LICENSE", "README.md", "README.zh-CN.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, file{name, text, 0o644})
	}
	own, err := programs(work, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	man := filepath.Join(work, "man1")
	for _, p := range own {
		if _, err := output(filepath.Join(work, runtime.GOOS+"-"+runtime.GOARCH, p.name), "man", man); err != nil {
			return nil, err
		}
	}
	pages, err := filepath.Glob(filepath.Join(man, "*.1"))
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			return nil, err
		}
		out = append(out, file{"man/man1/" + filepath.Base(page), text, 0o644})
	}
	return out, nil
}

// programs builds the programs for a platform.
func programs(work, goos, goarch string) ([]file, error) {
	names, end := []string{"jiekou", "jiekoud"}, ""
	if goos == "windows" {
		names, end = names[:1], ".exe"
	}
	var out []file
	for _, name := range names {
		path := filepath.Join(work, goos+"-"+goarch, name+end)
		c := exec.Command("go", "build", "-buildvcs=auto", "-trimpath", "-ldflags=-s -w", "-o", path, "./cmd/"+name)
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return nil, fmt.Errorf("%s for %s/%s: %w", name, goos, goarch, err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		out = append(out, file{name + end, text, 0o755})
	}
	return out, nil
}

func tarball(root string, files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	for _, f := range files {
		head := &tar.Header{Name: root + "/" + f.name, Mode: f.mode, Size: int64(len(f.text)), ModTime: at, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(head); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err := packed.Close()
	return out.Bytes(), err
}

func zipped(root string, files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		member, err := w.CreateHeader(&zip.FileHeader{Name: root + "/" + f.name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(member, bytes.NewReader(f.text)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// output runs a program and returns what it prints.
func output(name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	return strings.TrimSpace(string(out)), err
}

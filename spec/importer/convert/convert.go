// Package convert turns files that cannot be read directly into ones that can, with
// programs that are there: LibreOffice for Word and OpenOffice files of all kinds,
// poppler for PDF.
package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// patience is how long a program may take for one file.
const patience = 5 * time.Minute

// office lists the kinds of files that LibreOffice reads, with what they become.
func office(ext string) string {
	switch {
	case slices.Contains([]string{".doc", ".odt", ".rtf", ".wps", ".docm"}, ext):
		return "docx"
	case slices.Contains([]string{".xls", ".ods", ".et"}, ext):
		return "xlsx"
	}
	return ""
}

// kind is the end that the name of a file should have: what it holds counts more than what
// it is called. Files are sent by people who rename them.
func kind(name string, data []byte) string {
	ext := strings.ToLower(filepath.Ext(name))
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return ".pdf"
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && (ext == ".docx" || ext == ".xlsx"):
		return strings.TrimSuffix(ext, "x")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) && (ext == ".doc" || ext == ".xls"):
		return ext + "x"
	}
	return ext
}

// File returns the name and the data of a file of a kind that can be read: those of the file
// itself, or of what a program made of it. Where no program is there, the error says what to do.
func File(ctx context.Context, name string, data []byte) (as string, out []byte, err error) {
	ext := kind(name, data)
	if office(ext) == "" && ext != ".pdf" {
		if ext != strings.ToLower(filepath.Ext(name)) {
			name = strings.TrimSuffix(name, filepath.Ext(name)) + ext
		}
		return name, data, nil
	}
	return converted(ctx, name, ext)
}

// converted is what a program makes of a file of a kind.
func converted(ctx context.Context, name, ext string) (as string, data []byte, err error) {
	folder, err := os.MkdirTemp("", "jiekou-import-")
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	if ext == ".pdf" {
		out := filepath.Join(folder, "page.txt")
		if err := run(ctx, "pdftotext", "install poppler (pdftotext), or save it as .docx", "-layout", "-enc", "UTF-8", name, out); err != nil {
			return "", nil, fmt.Errorf("%s: %w", name, err)
		}
		if data, err = os.ReadFile(out); err != nil {
			return "", nil, err
		}
		if parts := drawn(ctx, name, folder, data); parts != nil {
			return base + document.Drawn, parts, nil
		}
		return base + ".txt", data, nil
	}
	to := office(ext)
	program := "soffice"
	if _, err := exec.LookPath(program); err != nil {
		program = "libreoffice"
	}
	if err := run(ctx, program, "install LibreOffice, or save it as ."+to, "--headless", "-env:UserInstallation=file://"+filepath.ToSlash(folder)+"/profile",
		"--convert-to", to, "--outdir", folder, name); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	data, err = os.ReadFile(filepath.Join(folder, base+"."+to))
	return base + "." + to, data, err
}

// drawn is a PDF with the places of its words and the lines of its tables; nil where
// poppler is one that does not say them.
func drawn(ctx context.Context, name, folder string, text []byte) []byte {
	words, drawing := filepath.Join(folder, "words.tsv"), filepath.Join(folder, "page.ps")
	if run(ctx, "pdftotext", "", "-tsv", "-enc", "UTF-8", name, words) != nil || run(ctx, "pdftocairo", "", "-ps", "-level2", name, drawing) != nil {
		return nil
	}
	a, err := os.ReadFile(words)
	if err != nil {
		return nil
	}
	b, err := os.ReadFile(drawing)
	if err != nil {
		return nil
	}
	return document.Parts(a, b, text)
}

// run runs a program; hint says what to do without it.
func run(ctx context.Context, program, hint string, args ...string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return fmt.Errorf("%s is not there: %s", program, hint)
	}
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s did not end within %s: %s", program, patience, hint)
	case err != nil:
		return fmt.Errorf("%s could not read it: %w: %s", program, err, strings.TrimSpace(string(out[max(0, len(out)-300):])))
	}
	return nil
}

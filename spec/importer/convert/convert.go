// Package convert turns files that cannot be read directly into ones that can, with
// programs that are there: LibreOffice for Word and OpenOffice files of all kinds,
// poppler for PDF.
package convert

import (
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
const patience = 2 * time.Minute

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

// Needed says whether a file has to be converted, by the end of its name.
func Needed(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return office(ext) != "" || ext == ".pdf"
}

// File converts a file and returns the name of a kind that can be read, with the data.
// Where no program is there, the error says what to do.
func File(ctx context.Context, name string) (as string, data []byte, err error) {
	folder, err := os.MkdirTemp("", "jiekou-import-")
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	ext := strings.ToLower(filepath.Ext(name))
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
	kind := office(ext)
	program := "soffice"
	if _, err := exec.LookPath(program); err != nil {
		program = "libreoffice"
	}
	if err := run(ctx, program, "install LibreOffice, or save it as ."+kind, "--headless", "-env:UserInstallation=file://"+filepath.ToSlash(folder)+"/profile",
		"--convert-to", kind, "--outdir", folder, name); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	data, err = os.ReadFile(filepath.Join(folder, base+"."+kind))
	return base + "." + kind, data, err
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
	if out, err := exec.CommandContext(ctx, path, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s could not read it: %w: %s", program, err, strings.TrimSpace(string(out[max(0, len(out)-300):])))
	}
	return nil
}

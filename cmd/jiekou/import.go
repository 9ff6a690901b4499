package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// importCommand drafts a system from a partner's document.
func importCommand(t *tool) *cobra.Command {
	system, out, title := "", ".", ""
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Draft the YAML of a system from the partner's document",
		Long: `import reads Word (.docx), Excel (.xlsx), HTML, Markdown, reStructuredText and plain
text, finds interfaces and their tables of parameters, and writes them as spec/NAME:
names, types, lengths, required marks and enumerations as the document prints them.
Several files are one document; - is standard input, as plain text.

Nothing is invented: the interfaces are unimplemented, the protocol and the codes
are a draft that errata.yaml says to fill in, and the tables that could not be
read are listed on standard error.`,
		Example: `  jiekou import orders.docx --system orders
  jiekou import api/*.md codes.xlsx --system gateway --out ../gateway`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return t.importFiles(args, system, out, title) },
	}
	cmd.Flags().StringVar(&system, "system", "", "name of the system, also its folder")
	cmd.Flags().StringVar(&out, "out", out, "project root that gets spec/NAME; begun where it is none")
	cmd.Flags().StringVar(&title, "title", "", "title of the document (default: the name of the first file)")
	_ = cmd.MarkFlagRequired("system") // the flag is there
	return cmd
}

func (t *tool) importFiles(names []string, system, out, title string) error {
	if err := scaffold.CheckSystemName(system); err != nil {
		return command.Misused("--system orders", "%s", err)
	}
	folder := filepath.Join(out, project.Folder, system)
	if _, err := os.Stat(folder); err == nil {
		return command.Misused("name another system, or remove it", "%s is there already", folder)
	}
	var draft *importer.Draft
	var files []scaffold.File
	err := command.Until(t.ctx, func() error {
		docs, err := t.documents(names)
		if err != nil {
			return err
		}
		draft = importer.From(docs)
		if draft.Title = title; title == "" {
			base := filepath.Base(names[0])
			draft.Title = base[:len(base)-len(filepath.Ext(base))]
		}
		files, err = draft.Files(system)
		return err
	})
	if err != nil {
		return command.Misused("jiekou import --help", "%s", err)
	}
	texts := map[string][]byte{scaffold.SchemaName: spec.LanguageSchema()}
	for _, f := range files {
		texts[f.Path] = f.Text
	}
	if err := disk.WriteAll(filepath.Join(out, project.Folder), texts); err != nil {
		return err
	}
	return t.imported(draft, folder)
}

// documents reads the files.
func (t *tool) documents(names []string) ([]*document.Document, error) {
	var docs []*document.Document
	for _, name := range names {
		data, err := t.file(name)
		if err != nil {
			return nil, err
		}
		doc, err := document.Read(name, data)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// file reads a file of at most document.MaxSize bytes, or standard input.
func (t *tool) file(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(t.stdin, document.MaxSize+1))
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no file %s", name)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", name)
	case info.Size() > document.MaxSize:
		return nil, fmt.Errorf("%s: %w", name, document.ErrLarge)
	}
	return os.ReadFile(name)
}

// imported says what was found and what was left.
func (t *tool) imported(d *importer.Draft, folder string) error {
	fields := 0
	for _, i := range d.Interfaces {
		fields += len(i.Request) + len(i.Response)
	}
	for _, l := range d.Left {
		fmt.Fprintf(t.stderr, "left: %s: %s: %s\n", l.Place, l.Why, l.Head)
	}
	_, err := fmt.Fprintf(t.stdout, "%s: %s, %s; %d of %d cells of tables carried over, %s left\n", folder,
		count(len(d.Interfaces), "interface"), count(fields, "field"), d.Carried, d.Cells, count(len(d.Left), "table"))
	return err
}

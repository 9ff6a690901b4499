package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec/diff"
	diffreport "github.com/jiekou-dev/jiekou/spec/diff/report"
	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/again"
	"github.com/jiekou-dev/jiekou/spec/importer/convert"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/report"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// importFlags are the flags of import.
type importFlags struct {
	system, out, title, report, words string
	again, rows                       bool
}

// importCommand drafts a system from a partner's document.
func importCommand(t *tool) *cobra.Command {
	f := importFlags{out: "."}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Draft the YAML of a system from the partner's document",
		Long: `import reads Word (.docx), Excel (.xlsx), HTML, Markdown, reStructuredText, AsciiDoc and
plain text, OpenAPI 3, Swagger 2 and the exports of Postman, Apifox and YApi; and, where
LibreOffice or poppler is there, .doc, .xls, .odt and .pdf. It finds interfaces and
their tables of parameters, and writes them as spec/NAME: names, types, lengths,
required marks and enumerations as the document prints them. Several files are one
document; - is standard input, as plain text.

Nothing is invented: the interfaces are unimplemented, the protocol and the codes are
left to you, and each cell of the document's tables is carried over, interpreted, or
left with the reason. --report writes a page with the tables beside the YAML.
What the document contradicts and what is to be decided is said on standard error.

--rows prints the rows of the tables for one interface, and writes nothing: paste a
table on standard input.

--again lays a new version of the document over the YAML that is there: what the
document says is taken, decisions, errata, answers and storage stay, and each change
is printed, + new, - gone, ~ changed, ! in conflict with a decision.

--words FILE adds words of your own to the tables of words: heads of columns, marks for
required fields, titles. See docs/import.md.`,
		Example: `  jiekou import orders.docx --system orders --report orders.html
  pbpaste | jiekou import --rows
  jiekou import orders-v2.docx --system orders --again
  jiekou import api/*.md codes.xlsx --system gateway --out ../gateway`,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case f.rows:
				return t.importRows(args, f)
			case len(args) == 0:
				return command.Misused("jiekou import --help", "no file is named")
			case f.system == "":
				return command.Misused("--system orders", "no --system")
			}
			return t.importFiles(args, f)
		},
	}
	cmd.Flags().BoolVar(&f.rows, "rows", false, "print the rows of the tables, of standard input if no file is named")
	cmd.Flags().StringVar(&f.system, "system", "", "name of the system, also its folder")
	cmd.Flags().StringVar(&f.out, "out", f.out, "project root that gets spec/NAME; begun where it is none")
	cmd.Flags().StringVar(&f.title, "title", "", "title of the document (default: what it calls itself, or the name of the first file)")
	cmd.Flags().StringVar(&f.report, "report", "", "file for a page with the document's tables beside the YAML")
	cmd.Flags().StringVar(&f.words, "words", "", "YAML file with further words of heads, marks and titles")
	cmd.Flags().BoolVar(&f.again, "again", false, "lay it over the system that is there")
	return cmd
}

// importRows prints the rows of tables.
func (t *tool) importRows(names []string, f importFlags) error {
	if len(names) == 0 {
		names = []string{"-"}
	}
	found, err := t.draftOf(names, f)
	if err != nil {
		return command.Misused("jiekou import --help", "%s", err)
	}
	text, err := write.Rows(found)
	if err != nil {
		return command.Misused("jiekou import --help", "%s", err)
	}
	_, err = t.stdout.Write(text)
	return err
}

func (t *tool) importFiles(names []string, f importFlags) error {
	if err := scaffold.CheckSystemName(f.system); err != nil {
		return command.Misused("--system orders", "%s", err)
	}
	folder := filepath.Join(f.out, project.Folder, f.system)
	if _, err := os.Stat(folder); err == nil && !f.again {
		return command.Misused("--again lays it over the one that is there", "%s is there already", folder)
	} else if err != nil && f.again {
		return command.Misused("without --again a new system is begun", "%s is not there", folder)
	}
	var found *draft.Draft
	var files []scaffold.File
	var base []byte
	err := command.Until(t.ctx, func() (err error) {
		if found, err = t.draftOf(names, f); err != nil {
			return err
		}
		if files, err = drawn(found, f.system); err != nil {
			return err
		}
		if base = again.Pack(files); !f.again {
			return nil
		}
		files, err = t.merged(files, f)
		return err
	})
	if err != nil {
		return command.Misused("jiekou import --help", "%s", err)
	}
	texts := map[string][]byte{scaffold.SchemaName: scaffold.Schema(t.said)}
	texts[path.Join(f.system, again.BaseName)] = base
	for _, f := range files {
		texts[f.Path] = f.Text
	}
	if err := disk.WriteAll(filepath.Join(f.out, project.Folder), texts); err != nil {
		return err
	}
	if f.report != "" {
		if err := t.writeReport(found, f); err != nil {
			return err
		}
	}
	return t.imported(found, folder)
}

// drawn writes a draft. A signature under which the system does not hold is not
// declared, and the draft says why.
func drawn(found *draft.Draft, system string) ([]scaffold.File, error) {
	files, err := write.Files(found, system)
	if err != nil || !found.Signature.Declared() {
		return files, err
	}
	fsys := fstest.MapFS{}
	for _, f := range files {
		fsys[project.Folder+"/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := load.Systems(fsys, project.Folder)
	if err == nil {
		err = bind.Protocols(set)
	}
	if err == nil {
		return files, nil
	}
	found.Signature.Refused, _, _ = strings.Cut(err.Error(), "\n")
	return write.Files(found, system)
}

// merged lays the files of an import over the system that is there, and prints what
// changes.
func (t *tool) merged(files []scaffold.File, f importFlags) ([]scaffold.File, error) {
	root := os.DirFS(filepath.Join(f.out, project.Folder))
	old := map[string][]byte{}
	err := fs.WalkDir(root, f.system, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		old[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	base, err := fs.ReadFile(root, path.Join(f.system, again.BaseName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r, err := again.Merge(old, files, again.Unpack(base))
	if err != nil {
		return nil, err
	}
	for _, note := range r.Notes {
		fmt.Fprintln(t.stdout, t.said(note))
	}
	return r.Files, t.changed(root, r.Files)
}

// changed prints what a new version of the document changes for callers, as diff does.
func (t *tool) changed(root fs.FS, files []scaffold.File) error {
	before, err := load.Systems(root, ".")
	if err != nil {
		return nil //nolint:nilerr // what does not pass check cannot be compared; the notes say what changed
	}
	fsys := fstest.MapFS{}
	err = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		fsys[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		fsys[f.Path] = &fstest.MapFile{Data: f.Text}
	}
	after, err := load.Systems(fsys, ".")
	if err != nil {
		return nil //nolint:nilerr // check says it next
	}
	if changes := diff.Diff(before, after); len(changes) > 0 {
		return diffreport.Report{Old: "before", New: "now", Changes: changes, ZH: command.Language(t.ctx) == speech.Chinese}.Write(t.stdout, "text")
	}
	return nil
}

// draftOf reads the files of one document.
func (t *tool) draftOf(names []string, f importFlags) (*draft.Draft, error) {
	words, err := wording.New()
	if err != nil {
		return nil, err
	}
	if f.words != "" {
		text, err := t.file(f.words)
		if err == nil {
			err = words.Add(text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.words, err)
		}
	}
	docs, err := t.documents(names)
	if err != nil {
		return nil, err
	}
	found, err := importer.From(docs, importer.Options{Words: words})
	if err != nil {
		return nil, err
	}
	base := filepath.Base(names[0])
	found.Title = cmp.Or(f.title, found.Title, base[:len(base)-len(filepath.Ext(base))])
	return found, nil
}

// writeReport writes the page with the document's tables beside the YAML.
func (t *tool) writeReport(found *draft.Draft, f importFlags) error {
	set, err := load.Systems(os.DirFS(f.out), project.Folder)
	if err != nil {
		return fmt.Errorf("%s is not written: %w", f.report, err)
	}
	for _, s := range set.Systems {
		if s.Name != f.system {
			continue
		}
		account, err := report.Of(found, s)
		if err != nil {
			return err
		}
		var page bytes.Buffer
		if err := account.Write(&page, t.said); err != nil {
			return err
		}
		return os.WriteFile(f.report, page.Bytes(), 0o600)
	}
	return nil
}

// documents reads the files.
func (t *tool) documents(names []string) ([]*document.Document, error) {
	var docs []*document.Document
	for _, name := range names {
		data, err := t.file(name)
		if err != nil {
			return nil, err
		}
		as, data, err := convert.File(t.ctx, name, data)
		if err != nil {
			return nil, err
		}
		doc, err := document.Read(as, data)
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

// places are places of a document, said.
func (t *tool) places(list []string) string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = t.said(one)
	}
	return strings.Join(out, ", ")
}

// imported says what was found and what was left.
func (t *tool) imported(d *draft.Draft, folder string) error {
	fields := 0
	for _, i := range d.Interfaces {
		fields += len(i.Request) + len(i.Response)
	}
	for _, l := range d.LeftTables() {
		why, row, _ := strings.Cut(l.Text, ": ")
		t.note("left: %s: %s", t.places(l.Places), strings.TrimSuffix(t.said(why)+": "+row, ": "))
	}
	for _, one := range d.Findings {
		fmt.Fprintf(t.stderr, "%s: %s: %s\n", t.said(one.Kind), t.places(one.Places), strings.TrimSpace(one.Interface+" "+t.said(one.Text)))
	}
	for _, line := range d.Signature.Lines() {
		t.note("signature: %s", line)
	}
	for _, one := range d.Decisions {
		t.note("decide: %s (%d)", one.Text, one.Count)
	}
	n := d.Counts()
	return t.tell("%s: %s, %s; %s carried over, %d interpreted, %d left\n", folder,
		count(len(d.Interfaces), "interface"), count(fields, "field"), count(n[draft.Carried], "cell"), n[draft.Read], n[draft.Left])
}

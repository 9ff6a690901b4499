package main

import (
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/lsp"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// lspCommand is the language server for editors.
func lspCommand(t *tool) *cobra.Command {
	return &cobra.Command{
		Use:   "lsp",
		Short: "Be the language server of an editor, over standard input and output",
		Long: `lsp speaks the Language Server Protocol: findings while somebody types, completion of
keys, tables, columns, enumerations, codes, errata and structs, definitions,
references, hover, rename, formatting, and the fixes that hints propose.
docs/editor.md says how editors start it.`,
		Example: `  jiekou lsp
  vim.lsp.start({ name = "jiekou", cmd = { "go", "tool", "jiekou", "lsp" }, root_dir = vim.fn.getcwd() })`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.lsp() },
	}
}

func (t *tool) lsp() error {
	p, err := t.project()
	if err != nil {
		return err
	}
	return lsp.Serve(t.ctx, stream{t.stdin, t.bytes}, lsp.Options{
		Root: p.Root, Disk: p.FS, Version: command.Version(),
		Say: func(locale, text string) string {
			if locale == "" {
				return t.said(text)
			}
			return speech.Named(locale).Say(text)
		},
		Check: func(fsys fs.FS) (spec.Findings, error) {
			open := p
			open.FS = fsys
			_, found, err := open.Check(t.ctx, project.Proof{Generate: withoutCases})
			return found.Findings, err
		},
	})
}

// stream is a reader and a writer that are closed by whoever opened them.
type stream struct {
	io.Reader
	io.Writer
}

// Close leaves both open.
func (stream) Close() error { return nil }

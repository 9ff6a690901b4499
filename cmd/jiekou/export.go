package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/client/native"
	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// exporters are the formats of jiekou export.
func exporters() []download.Format {
	return append(download.Formats(), download.Format{Name: "fixtures", Short: "the test cases that follow from the YAML, as a zip", Write: files.Zip})
}

// exportCommand writes a system for other tools.
func exportCommand(t *tool) *cobra.Command {
	var o exportOptions
	var names []string
	var list strings.Builder
	for _, e := range exporters() {
		names = append(names, e.Name)
		list.WriteString("\n  " + e.Name + strings.Repeat(" ", 12-len(e.Name)) + e.Short)
	}
	list.WriteString("\n  client" + strings.Repeat(" ", 12-len("client")) + "a client in --lang " + strings.Join(clientLanguages(), ", ") + ", into the folder --out")
	names = append(names, "client")
	cmd := &cobra.Command{
		Use:   "export " + strings.Join(names, "|"),
		Short: "Write a system for the tools that others use",
		Long: `export writes one system in a format that other tools read:
` + list.String() + `

It goes to standard output, or to a file with --out.`,
		Example: `  jiekou export openapi --system baas > baas.openapi.json
  jiekou export postman --system lianfa --out lianfa.postman.json
  jiekou export docx --system u8 --out u8.docx
  jiekou export client --lang ts --system lianfa --out lianfa-client`,
		Args:      func(_ *cobra.Command, args []string) error { return oneFormat(args, names) },
		ValidArgs: names,
		RunE:      func(_ *cobra.Command, args []string) error { return t.export(args[0], o) },
	}
	cmd.Flags().StringVar(&o.system, "system", "", "the system (may be left out where there is one)")
	cmd.Flags().StringVar(&o.out, "out", "", "write to this file; of a client, the folder")
	forceFlag(cmd, &o.force)
	cmd.Flags().StringVar(&o.lang, "lang", "", "the language of a client: "+strings.Join(clientLanguages(), ", "))
	completeWords(cmd, "lang", clientLanguages())
	_ = cmd.MarkFlagFilename("out")
	return cmd
}

// oneFormat wants the name of one format.
func oneFormat(args, names []string) error {
	hint := "the formats are " + strings.Join(names, ", ") + "; jiekou export --help says what each is"
	if len(args) != 1 {
		return command.Misused(hint, "export needs one format")
	} else if !slices.Contains(names, args[0]) {
		return command.Misused(hint, "unknown format %q", args[0])
	}
	return nil
}

// forceFlag is the flag that has files of others replaced.
func forceFlag(cmd *cobra.Command, force *bool) {
	cmd.Flags().BoolVar(force, "force", false, "replace files that jiekou did not write, and write among them")
}

// exportOptions are the flags of jiekou export.
type exportOptions struct {
	system, out, lang string
	force             bool
}

func (t *tool) export(format string, o exportOptions) error {
	set, err := t.read()
	if err != nil {
		return err
	}
	systems, err := caller.Systems(set, o.system)
	if err != nil {
		return err
	}
	if len(systems) != 1 {
		return command.Misused("say which with --system", "there are %s", count(len(systems), "system"))
	}
	switch {
	case format == "client":
		return t.exportClient(systems[0], o)
	case o.lang != "":
		return command.Misused("jiekou export client writes a client", "--lang is for clients")
	}
	for _, e := range exporters() {
		if e.Name != format {
			continue
		}
		text, err := e.Write(systems[0])
		if errors.Is(err, api.ErrSilent) {
			return command.Misused("jiekou export openapi describes its calls", "%s: %w", systems[0].Name, err)
		}
		if errors.Is(err, download.ErrUncalled) {
			return command.Misused("jiekou export asyncapi describes its notifications", "%s: %w", systems[0].Name, err)
		}
		if err != nil {
			return err
		}
		if err := t.scripted(e, systems[0]); err != nil {
			return err
		}
		if o.out != "" {
			return inTheWay(disk.GiveFile(o.out, text, o.force))
		}
		_, err = t.bytes.Write(text)
		return err
	}
	return command.Bug(errors.New(format)) // the arguments were looked at
}

// clients are the languages of clients, with what writes one into a folder.
func clients(out string) []struct {
	lang, name string
	write      func(*spec.System) (map[string][]byte, error)
} {
	return []struct {
		lang, name string
		write      func(*spec.System) (map[string][]byte, error)
	}{
		{"go", "Go", func(s *spec.System) (map[string][]byte, error) { return goClient(s, out) }},
		{"ts", "TypeScript", ts.Files},
		{"python", "Python", native.Python},
		{"java", "Java", native.Java},
		{"php", "PHP", native.PHP},
		{"csharp", "C#", native.CSharp},
	}
}

// clientLanguages lists what --lang takes.
func clientLanguages() []string {
	var out []string
	for _, c := range clients("") {
		out = append(out, c.lang)
	}
	return out
}

// goClient is the client in Go, for the module of the go.mod above a folder.
func goClient(s *spec.System, out string) (map[string][]byte, error) {
	module, err := project.ModuleOf(filepath.Dir(out))
	if err != nil {
		return nil, command.Misused("go mod init example.com/partner in a folder above it", "the client in Go is of a module, and no go.mod names one above %s", out)
	}
	return gen.Alone(s, module, filepath.Base(out))
}

// exportClient writes a client into a folder.
func (t *tool) exportClient(s *spec.System, o exportOptions) error {
	langs := clientLanguages()
	at := slices.Index(langs, o.lang)
	switch {
	case at < 0:
		return command.Misused("--lang takes "+strings.Join(langs, ", "), "no client in the language %q", o.lang)
	case o.out == "":
		return command.Misused("for example --out "+s.Name+"-client", "--out says into which folder")
	case !slices.ContainsFunc(s.Interfaces, func(i *spec.Interface) bool { return i.Status != spec.Unimplemented }):
		return command.Misused("clients leave interfaces of status: unimplemented out: give them an answer", "%s serves no interface, so that there is nothing to call", s.Name)
	}
	c := clients(o.out)[at]
	files, err := c.write(s)
	if gap, ok := errors.AsType[*program.Gap](err); ok {
		return command.Hinted(fmt.Errorf("%s: %s: %s has no counterpart in the client for %s", s.Name, gap.Place, gap.What, c.name),
			"jiekou call and the client in Go carry it; nothing was written")
	}
	if err != nil {
		return err
	}
	return inTheWay(disk.GiveFolder(o.out, files, o.force))
}

// scripted says of a format what its scripts cannot do.
func (t *tool) scripted(e download.Format, s *spec.System) error {
	if e.Name == "yapi" {
		t.say("hint: YApi imports no scripts, so that it makes no call that is sealed or signed; postman, apifox and bruno have them")
	}
	if !e.Scripts {
		return nil
	}
	set, err := call.Of(s)
	if err == nil && set.Gap != nil {
		t.say("hint: %s; the collection says so and sends nothing: jiekou call does", set.Gap)
	}
	return err
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// newCommand begins YAML files.
func newCommand(t *tool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Begin a system, a group, a table or an interface",
		Long: `new writes YAML that passes check as it is, to be filled in. It never overwrites a
file. When the result would have findings that were not there before they are
printed and nothing is left behind.`,
		Example: `  jiekou new system acme --title 开放接口规范 --dir .
  jiekou new group acme/customer --title 客户数据接口 --section 4.2
  jiekou new table acme/customer --title 客户
  jiekou new interface acme/customer/cst_info_get --kind query --title 客户资料查询 --section 4.2.1 --table customer`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return command.Misused("jiekou new system | group | table | interface", "new what?")
		},
	}
	cmd.AddCommand(newSystemCommand(t), newGroupCommand(t), newTableCommand(t), newInterfaceCommand(t))
	return cmd
}

// newSystemCommand begins a system.
func newSystemCommand(t *tool) *cobra.Command {
	var o scaffold.SystemOptions
	cmd := &cobra.Command{
		Use:   "system NAME",
		Short: "Begin a system: system.yaml and errors.yaml",
		Long: `new system writes spec/NAME/system.yaml and errors.yaml, and the language's JSON
Schema for editors. There are two kinds. A sealed system has one URL, and messages in
an envelope: RC4, base64 and two SHA-1 codes in one POST. With --plain requests are
plain HTTP, each interface has its own method and path, and a signature in the header
is an HMAC-SHA256 over method, path, query, app, time and body. Change it to the
document's rules. The first system of a project needs --dir: it makes that folder the
project.`,
		Example: `  jiekou new system acme --title 开放接口规范 --document V1.0
  jiekou new system u8 --title 基础档案 --plain
  jiekou new system first --title 接口 --dir .`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Name = args[0]
			return t.newSystem(o)
		},
	}
	cmd.Flags().StringVar(&o.Title, "title", "", "title of the document")
	cmd.Flags().StringVar(&o.Version, "document", "V1.0", "version of the document")
	cmd.Flags().BoolVar(&o.Signed, "plain", false, "signed requests, a path for each interface")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

func (t *tool) newSystem(o scaffold.SystemOptions) error {
	if err := scaffold.CheckSystemName(o.Name); err != nil {
		return command.Misused("", "the system: %w", err)
	}
	p, before, err := t.place(o.Name)
	if err != nil {
		return err
	}
	files, err := scaffold.System(o)
	if err != nil {
		return command.Bug(err)
	}
	if _, err := fs.Stat(p.fsys, systemFile(o.Name)); err == nil {
		return command.Misused("", "%s is there already", systemFile(o.Name))
	}
	if _, err := fs.Stat(p.fsys, specFolder+"/"+scaffold.SchemaName); err != nil {
		files = append(files, scaffold.File{Path: scaffold.SchemaName, Text: spec.LanguageSchema()})
	}
	return t.begin(p, before, files, "jiekou new group "+o.Name+"/customer --title 客户数据接口")
}

// place finds where a new system goes: the project, or the folder of --dir.
func (t *tool) place(name string) (project, spec.Findings, error) {
	p, err := t.project()
	if err == nil {
		_, before, err := load.Draft(p.fsys, specFolder)
		return p, before, err
	}
	if t.dir == "" {
		return p, nil, command.Misused("jiekou new system "+name+" --title … --dir . begins a project here", "no project here or above")
	}
	root, err := filepath.Abs(t.dir)
	if err == nil && !isFolder(root) {
		err = command.Misused("", "no folder %s", t.dir)
	}
	return project{root: root, fsys: os.DirFS(root)}, nil, err
}

// newGroupCommand adds a group to a system.
func newGroupCommand(t *tool) *cobra.Command {
	title, section := "", ""
	cmd := &cobra.Command{
		Use:     "group SYSTEM/NAME",
		Short:   "Add a group, a chapter of the document, to system.yaml",
		Long:    "new group adds a line to groups in spec/SYSTEM/system.yaml; the folder comes with the first interface.",
		Example: "  jiekou new group lianfa/finance --title 财务数据接口 --section 4.6",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return t.newGroup(args[0], title, section) },
	}
	cmd.Flags().StringVar(&title, "title", "", "title of the chapter")
	cmd.Flags().StringVar(&section, "section", "", "number of the chapter, for example 4.2")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

func (t *tool) newGroup(arg, title, section string) error {
	at, err := t.target(arg, 2)
	if err != nil {
		return err
	}
	name := at.names[1]
	if err := scaffold.CheckSystemName(name); err != nil {
		return command.Misused("", "the group: %w", err)
	}
	if at.group(name) {
		return command.Misused("", "%s has a group %s already", at.system.Name, name)
	}
	text, err := fs.ReadFile(at.project.fsys, systemFile(arg))
	if err != nil {
		return err
	}
	text, err = scaffold.Group(text, name, title, section)
	if errors.Is(err, scaffold.ErrGroups) {
		return command.Misused("write groups a line each, or add this one by hand", "%s: %w", systemFile(arg), err)
	}
	if err != nil {
		return err
	}
	files := []scaffold.File{{Path: at.system.Name + "/system.yaml", Text: text}}
	return t.begin(at.project, at.before, files, "jiekou new interface "+arg+"/CMD --kind query --title … --section …")
}

// newTableCommand begins a table.
func newTableCommand(t *tool) *cobra.Command {
	title := ""
	cmd := &cobra.Command{
		Use:   "table SYSTEM/NAME",
		Short: "Begin a table with a key and the times of its rows",
		Long: `new table writes spec/SYSTEM/table/NAME.yaml with the columns guid, name, created
and modified. Replace name by the columns that you need.`,
		Example: "  jiekou new table lianfa/payment --title 付款",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return t.newTable(args[0], title) },
	}
	cmd.Flags().StringVar(&title, "title", "", "what a row is")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

func (t *tool) newTable(arg, title string) error {
	at, err := t.target(arg, 2)
	if err != nil {
		return err
	}
	if err := scaffold.CheckTableName(at.names[1]); err != nil {
		return command.Misused("", "the table: %w", err)
	}
	file, err := scaffold.Table(at.system.Name, at.names[1], title)
	if err != nil {
		return command.Bug(err)
	}
	next := fmt.Sprintf("write the columns of %s/%s, then jiekou new interface %s/GROUP/CMD --table %s",
		specFolder, file.Path, at.system.Name, at.names[1])
	return t.create(at, file, next)
}

// newInterfaceCommand begins an interface.
func newInterfaceCommand(t *tool) *cobra.Command {
	var o scaffold.InterfaceOptions
	kind, table := "", ""
	cmd := &cobra.Command{
		Use:   "interface SYSTEM/GROUP/CMD",
		Short: "Begin an interface, with fields and an answer from a table",
		Long: `new interface writes spec/SYSTEM/GROUP/CMD.yaml. With --table it has a field for
each column: a report inserts a row, a query gets one by its key, a notification
is filled from one. Without --table a report or query is unimplemented. Change
names, lengths and labels to what the document says. Where the system keeps a
ledger.yaml it is marked as ours until the ledger has rows about it.`,
		Example: `  jiekou new interface lianfa/customer/cst_tag_create --kind report --title 客户标签 \
    --section 4.2.99 --table customer
  jiekou new interface lianfa/base/base_district_list --kind query --title 区县查询 --section 4.1.99 --code G-BA-99`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Kind = spec.Kind(kind)
			return t.newInterface(args[0], table, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "", "report (it writes), query (it reads) or notify (we send it)")
	flags.StringVar(&o.Title, "title", "", "title in the document")
	flags.StringVar(&o.Section, "section", "", "number of the section in the document, for example 4.2.6")
	flags.StringVar(&o.Code, "code", "", "the document's number, for example P-CU-05")
	flags.StringVar(&table, "table", "", "table that it reads or writes")
	for _, name := range []string{"kind", "title", "section"} {
		_ = cmd.MarkFlagRequired(name)
	}
	completeWords(cmd, "kind", []string{string(spec.Report), string(spec.Query), string(spec.Notify)})
	return cmd
}

func (t *tool) newInterface(arg, table string, o scaffold.InterfaceOptions) error {
	if o.Kind != spec.Report && o.Kind != spec.Query && o.Kind != spec.Notify {
		return command.Misused("report, query or notify", "unknown kind %q", o.Kind)
	}
	name, _, _ := strings.Cut(arg, "/")
	at, err := t.target(arg, 3, specFolder+"/"+name+"/table/"+table+".yaml")
	if err != nil {
		return err
	}
	o.System, o.Group, o.Cmd = at.system, at.names[1], at.names[2]
	if err := scaffold.CheckCmd(o.Cmd); err != nil {
		return command.Misused("", "the interface: %w", err)
	}
	if !at.group(o.Group) {
		return command.Misused("jiekou new group "+at.system.Name+"/"+o.Group+" --title …", "%s has no group %q", at.system.Name, o.Group)
	}
	if o.Table, err = tableOf(at.system, table); err != nil {
		return err
	}
	_, err = fs.Stat(at.project.fsys, specFolder+"/"+at.system.Name+"/ledger.yaml")
	o.Ours = err == nil
	file, err := scaffold.Interface(o)
	if err != nil {
		return command.Bug(err)
	}
	return t.create(at, file, "write the document's fields into "+specFolder+"/"+file.Path+", then jiekou check and jiekou generate")
}

// tableOf finds a table by name; an empty name is none.
func tableOf(s *spec.System, name string) (*spec.Table, error) {
	var names []string
	for _, one := range s.Tables {
		if one.Name == name {
			return one, nil
		}
		names = append(names, one.Name)
	}
	if name == "" {
		return nil, nil
	}
	return nil, command.Misused("tables: "+list(names), "%s has no table %q", s.Name, name)
}

// target is where something is added.
type target struct {
	project project
	system  *spec.System
	before  spec.Findings
	names   []string // of the argument: the system first
}

// target reads a project for an addition, "lianfa/customer/cst_tag_create".
// Findings in system.yaml and in the named files are printed and refuse it; others
// do not matter.
func (t *tool) target(arg string, parts int, files ...string) (*target, error) {
	p, err := t.project()
	if err != nil {
		return nil, err
	}
	set, before, err := load.Draft(p.fsys, specFolder)
	if err != nil {
		return nil, err
	}
	var there spec.Findings
	for _, f := range before {
		if slices.Contains(append(files, systemFile(arg)), f.Pos.File) {
			there = append(there, f)
		}
	}
	if err := t.found(there); err != nil {
		return nil, err
	}
	names := strings.Split(arg, "/")
	if len(names) != parts {
		return nil, command.Misused("", "%q: want %s", arg, []string{"", "", "SYSTEM/NAME", "SYSTEM/GROUP/CMD"}[parts])
	}
	s, err := system(set, names[0])
	return &target{project: p, system: s, before: before, names: names}, err
}

// group reports whether the system has a group.
func (at *target) group(name string) bool {
	return slices.ContainsFunc(at.system.Groups, func(g *spec.Group) bool { return g.Name == name })
}

// systemFile is the system.yaml of a SYSTEM/NAME.
func systemFile(arg string) string {
	name, _, _ := strings.Cut(arg, "/")
	return specFolder + "/" + name + "/system.yaml"
}

// create writes a file that is not there yet.
func (t *tool) create(at *target, file scaffold.File, next string) error {
	if _, err := fs.Stat(at.project.fsys, specFolder+"/"+file.Path); err == nil {
		return command.Misused("", "%s/%s is there already", specFolder, file.Path)
	}
	return t.begin(at.project, at.before, []scaffold.File{file}, next)
}

// begin writes files, unless the result has new findings. next is the hint for the
// next thing to do.
func (t *tool) begin(p project, before spec.Findings, files []scaffold.File, next string) error {
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	trial := disk.Try(root)
	for _, f := range files {
		if err := trial.Write(specFolder+"/"+f.Path, f.Text); err != nil {
			trial.Undo()
			return err
		}
	}
	if err := t.sound(p, before); err != nil {
		trial.Undo()
		return err
	}
	for _, f := range files {
		if _, err := fmt.Fprintln(t.stdout, specFolder+"/"+f.Path); err != nil {
			return err
		}
	}
	if len(before) > 0 {
		t.say("hint: %s as before: jiekou check", count(len(before), "finding"))
	}
	t.say("next: %s", next)
	return nil
}

// sound wants no findings but those that were there before.
func (t *tool) sound(p project, before spec.Findings) error {
	_, after, err := load.Draft(p.fsys, specFolder)
	if err != nil {
		return err
	}
	old := map[spec.Finding]int{}
	for _, f := range before {
		old[unplaced(f)]++
	}
	var added spec.Findings
	for _, f := range after {
		if old[unplaced(f)]--; old[unplaced(f)] < 0 {
			added = append(added, f)
		}
	}
	if err = t.found(added); err != nil {
		t.say("nothing was written: the result has findings")
	}
	return err
}

// unplaced is a finding without its position, which changes when lines are added
// above it.
func unplaced(f spec.Finding) spec.Finding {
	return spec.Finding{Pos: spec.Pos{File: f.Pos.File}, ID: f.ID, Message: f.Message}
}

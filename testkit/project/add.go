package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// Added is what was written.
type Added struct {
	Files  []string // below the root
	Before int      // findings that were there before, and still are
	Next   string   // what to do now
}

// ErrUndone says that what was written had findings and was taken back. The findings
// are an error of type spec.Findings beside it.
var ErrUndone = errors.New("nothing was written: the result has findings")

// System begins a system in the project that Find finds, or makes the named folder a
// project.
func System(named string, o scaffold.SystemOptions) (*Added, error) {
	if err := scaffold.CheckSystemName(o.Name); err != nil {
		return nil, command.Misused("", "the system: %w", err)
	}
	at, err := place(named, o.Name)
	if err != nil {
		return nil, err
	}
	files, err := scaffold.System(o)
	if err != nil {
		return nil, command.Bug(err)
	}
	if _, err := fs.Stat(at.FS, systemFile(o.Name)); err == nil {
		return nil, command.Misused("", "%s is there already", systemFile(o.Name))
	}
	if _, err := fs.Stat(at.FS, Folder+"/"+scaffold.SchemaName); err != nil {
		files = append(files, scaffold.File{Path: scaffold.SchemaName, Text: scaffold.Schema(o.Say)})
	}
	return at.write(files, "jiekou new group "+o.Name+"/customer --title 客户数据接口")
}

// place finds where a new system goes.
func place(named, name string) (*target, error) {
	p, err := Find(named, "")
	if err == nil {
		_, before, err := load.Draft(p.FS, Folder)
		return &target{Project: p, before: before}, err
	}
	if named == "" {
		return nil, command.Misused("jiekou new system "+name+" --title … --dir . begins a project here", "no project here or above")
	}
	root, err := filepath.Abs(named)
	if err == nil && !isFolder(root) {
		err = command.Misused("", "no folder %s", named)
	}
	return &target{Project: Project{Root: root, FS: yamltree.Folder(root)}}, err
}

// Group adds a group, SYSTEM/NAME, to system.yaml. section may be empty.
func (p Project) Group(arg, title, section string) (*Added, error) {
	at, err := p.target(arg, 2)
	if err != nil {
		return nil, err
	}
	name := at.names[1]
	if err := scaffold.CheckGroupName(name); err != nil {
		return nil, command.Misused("", "the group: %w", err)
	}
	if at.group(name) {
		return nil, command.Misused("", "%s has a group %s already", at.system.Name, name)
	}
	text, err := fs.ReadFile(p.FS, systemFile(arg))
	if err != nil {
		return nil, err
	}
	text, err = scaffold.Group(text, name, title, section)
	if errors.Is(err, scaffold.ErrGroups) {
		return nil, command.Misused("write groups a line each, or add this one by hand", "%s: %w", systemFile(arg), err)
	}
	if err != nil {
		return nil, err
	}
	files := []scaffold.File{{Path: at.system.Name + "/system.yaml", Text: text}}
	return at.write(files, "jiekou new interface "+arg+"/CMD --kind query --title … --section …")
}

// Table begins a table, SYSTEM/NAME.
func (p Project) Table(arg, title string) (*Added, error) {
	at, err := p.target(arg, 2)
	if err != nil {
		return nil, err
	}
	if err := scaffold.CheckTableName(at.names[1]); err != nil {
		return nil, command.Misused("", "the table: %w", err)
	}
	file, err := scaffold.Table(at.system, at.names[1], title)
	if err != nil {
		return nil, command.Bug(err)
	}
	return at.create(file, fmt.Sprintf("write the columns of %s/%s, then jiekou new interface %s/GROUP/CMD --table %s",
		Folder, file.Path, at.system.Name, at.names[1]))
}

// Interface begins an interface, SYSTEM/GROUP/CMD. table may be empty; o needs what the
// document says: kind, title, section and code.
func (p Project) Interface(arg, table string, o scaffold.InterfaceOptions) (*Added, error) {
	if o.Kind != spec.Report && o.Kind != spec.Query && o.Kind != spec.Notify {
		return nil, command.Misused("report, query or notify", "unknown kind %q", o.Kind)
	}
	name, _, _ := strings.Cut(arg, "/")
	at, err := p.target(arg, 3, Folder+"/"+name+"/table/"+table+".yaml")
	if err != nil {
		return nil, err
	}
	o.System, o.Group, o.Cmd = at.system, at.names[1], at.names[2]
	if err := scaffold.CheckCmd(o.Cmd); err != nil {
		return nil, command.Misused("", "the interface: %w", err)
	}
	if !at.group(o.Group) {
		return nil, command.Misused("jiekou new group "+at.system.Name+"/"+o.Group+" --title …", "%s has no group %q", at.system.Name, o.Group)
	}
	if o.Table, err = tableOf(at.system, table); err != nil {
		return nil, err
	}
	_, err = fs.Stat(p.FS, Folder+"/"+at.system.Name+"/ledger.yaml")
	o.Ours = err == nil
	file, err := scaffold.Interface(o)
	if err != nil {
		return nil, command.Bug(err)
	}
	return at.create(file, "write the document's fields into "+Folder+"/"+file.Path+", then jiekou check and jiekou generate")
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
	if names == nil {
		names = []string{"none"}
	}
	return nil, command.Misused("tables: "+strings.Join(names, ", "), "%s has no table %q", s.Name, name)
}

// target is where something is added.
type target struct {
	Project
	system *spec.System
	before spec.Findings
	names  []string // of the argument: the system first
}

// target reads a project for an addition, "lianfa/customer/cst_tag_create". Findings in
// system.yaml and in the named files refuse it; others do not matter.
func (p Project) target(arg string, parts int, files ...string) (*target, error) {
	set, before, err := load.Draft(p.FS, Folder)
	if err != nil {
		return nil, err
	}
	before = slices.DeleteFunc(before, tolerated)
	var there spec.Findings
	for _, f := range before {
		if slices.Contains(append(files, systemFile(arg)), f.Pos.File) {
			there = append(there, f)
		}
	}
	if len(there) > 0 {
		return nil, there
	}
	names := strings.Split(arg, "/")
	if len(names) != parts {
		return nil, command.Misused("", "%q: want %s", arg, []string{"", "", "SYSTEM/NAME", "SYSTEM/GROUP/CMD"}[parts])
	}
	s, err := caller.System(set, names[0])
	return &target{Project: p, system: s, before: before, names: names}, err
}

// tolerated reports whether a finding says that nothing uses something yet, as is so with
// whatever is begun.
func tolerated(f spec.Finding) bool { return check.AboutUse(f.ID) }

// group reports whether the system has a group.
func (at *target) group(name string) bool {
	return slices.ContainsFunc(at.system.Groups, func(g *spec.Group) bool { return g.Name == name })
}

// systemFile is the system.yaml of a SYSTEM/NAME.
func systemFile(arg string) string {
	name, _, _ := strings.Cut(arg, "/")
	return Folder + "/" + name + "/system.yaml"
}

// create writes a file that is not there yet.
func (at *target) create(file scaffold.File, next string) (*Added, error) {
	if _, err := fs.Stat(at.FS, Folder+"/"+file.Path); err == nil {
		return nil, command.Misused("", "%s/%s is there already", Folder, file.Path)
	}
	return at.write([]scaffold.File{file}, next)
}

// write writes files, and takes them back if the result has new findings.
func (at *target) write(files []scaffold.File, next string) (*Added, error) {
	root, err := os.OpenRoot(at.Root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	trial, out := disk.Try(root), &Added{Before: len(at.before), Next: next}
	for _, f := range files {
		if err := trial.Write(Folder+"/"+f.Path, f.Text); err != nil {
			trial.Undo()
			return nil, err
		}
		out.Files = append(out.Files, Folder+"/"+f.Path)
	}
	_, after, err := load.Draft(at.FS, Folder)
	added := slices.DeleteFunc(after.Beyond(at.before), tolerated)
	if err == nil && len(added) > 0 {
		err = errors.Join(ErrUndone, added)
	}
	if err != nil {
		trial.Undo()
		return nil, err
	}
	return out, nil
}

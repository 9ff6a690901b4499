package main

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
)

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
	p, err := t.project()
	if err != nil {
		return err
	}
	set, before, err := t.started(p, systemFile(arg))
	if err != nil {
		return err
	}
	s, names, err := target(set, arg, 2)
	if err != nil {
		return err
	}
	if err := named(systemOK, "a group", names[1]); err != nil {
		return err
	}
	if slices.ContainsFunc(s.Groups, func(g *spec.Group) bool { return g.Name == names[1] }) {
		return command.Misused("", "%s has a group %s already", s.Name, names[1])
	}
	file := systemFile(arg)
	text, err := fs.ReadFile(p.fsys, file)
	if err != nil {
		return err
	}
	row := names[1] + ": {title: " + scalar(title) + "}"
	if section != "" {
		row = strings.TrimSuffix(row, "}") + ", section: " + quoted(section) + "}"
	}
	changed, ok := addGroup(string(text), row)
	if !ok {
		return command.Misused("write groups a line each, or add this one by hand: "+row, "%s: groups cannot be changed", file)
	}
	next := "jiekou new interface " + arg + "/CMD --kind query --title … --section …"
	return t.begin(p, before, []draft{{path: file, text: changed, over: true}}, next)
}

// systemFile is the system.yaml of a SYSTEM/NAME.
func systemFile(arg string) string {
	name, _, _ := strings.Cut(arg, "/")
	return specFolder + "/" + name + "/system.yaml"
}

// quoted is a section of a group, which is always in quotes: 4.10 is no number.
func quoted(section string) string { return `"` + strings.ReplaceAll(section, `"`, `\"`) + `"` }

// addGroup adds a row below groups. ok is false where groups is not written a
// line each.
func addGroup(text, row string) (out string, ok bool) {
	lines := strings.Split(text, "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "groups:") })
	if at < 0 {
		return "", false
	}
	switch rest := strings.TrimSpace(strings.TrimPrefix(lines[at], "groups:")); {
	case rest == "{}":
		lines[at] = "groups:"
	case rest != "" && rest[0] != '#':
		return "", false
	}
	last, indent := at, "  "
	for i, line := range lines[at+1:] {
		inner := strings.TrimLeft(line, " ")
		if inner == line && line != "" && line[0] != '#' {
			break // the next key
		}
		if inner != line && inner != "" {
			if last == at {
				indent = line[:len(line)-len(inner)]
			}
			last = at + 1 + i
		}
	}
	return strings.Join(slices.Insert(lines, last+1, indent+row), "\n"), true
}

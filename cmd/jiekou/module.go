package main

import (
	gomodule "golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// options say for which module the files of the project in root are generated: the
// one that --module names, or that of the go.mod in root or above it.
func options(root, flag string) (gen.Options, error) {
	o := gen.Options{Module: flag, Artefacts: []gen.Artefact{
		{Name: "fixtures", Files: fixture.Generate, Title: fixture.Title, Page: fixture.Page},
	}}
	if flag == "" {
		var err error
		if o.Module, err = project.ModuleOf(root); err != nil {
			return o, err
		}
	}
	if err := gomodule.CheckImportPath(o.Module); err != nil {
		return o, command.Misused("a module is named like example.com/team", "%s", err)
	}
	return o, nil
}

package scaffold

import (
	"path"
	"strings"
)

// ProjectOptions says what a team's own repository is.
type ProjectOptions struct {
	Module   string              // of its go.mod
	Go       string              // the version of Go in it
	System   string              // the first system
	Title    string              // of its document
	Signed   bool                // see SystemOptions
	Version  string              // of jiekou
	Checkout string              // a folder with jiekou, in place of the version; empty: none
	Say      func(string) string // see SystemOptions
}

// Program is the name of the server's binary: the last name of the module.
func (o ProjectOptions) Program() string {
	dir, name := path.Split(o.Module)
	if strings.Trim(name, "v0123456789") == "" && strings.HasPrefix(name, "v") && dir != "" {
		return path.Base(dir)
	}
	return name
}

// Project returns a team's own repository: go.mod, main.go, a test that fires the
// fixtures, Makefile, CI, README, and a system with one table, a report, a query and
// a notification. generated/ and go.sum follow from it.
func Project(o ProjectOptions) ([]File, error) {
	files, err := rendered(o, [][2]string{
		{"go.mod", "project/go.mod"},
		{"main.go", "project/main.go"},
		{"main_test.go", "project/main_test.go"},
		{"Makefile", "project/Makefile"},
		{"README.md", "project/README.md"},
		{".gitignore", "project/gitignore"},
		{".gitattributes", "project/gitattributes"},
		{".github/workflows/ci.yml", "project/ci.yml"},
		{".ci/postgres", "project/postgres"},
	})
	if err != nil {
		return nil, err
	}
	deploy, err := Deployment{Name: o.Program(), Main: ".", Folder: "deploy"}.Files()
	if err != nil {
		return nil, err
	}
	files = append(files, deploy...)
	yaml, err := o.system()
	if err != nil {
		return nil, err
	}
	yaml = append(yaml, File{SchemaName, Schema(o.Say)})
	for _, f := range yaml {
		files = append(files, File{"spec/" + f.Path, f.Text})
	}
	return files, nil
}

// system is the YAML of the first system.
func (o ProjectOptions) system() ([]File, error) {
	files, err := System(SystemOptions{Name: o.System, Title: o.Title, Version: "V1.0", Signed: o.Signed, Example: true})
	if err != nil {
		return nil, err
	}
	if files[0].Text, err = Group(files[0].Text, "customer", "客户", "1.1"); err != nil {
		return nil, err
	}
	more, err := rendered(o, [][2]string{
		{o.System + "/table/customer.yaml", "example/customer_table.yaml"},
		{o.System + "/customer/customer_create.yaml", "example/customer_create.yaml"},
		{o.System + "/customer/customer_get.yaml", "example/customer_get.yaml"},
		{o.System + "/customer/customer_notify.yaml", "example/customer_notify.yaml"},
	})
	return append(files, more...), err
}

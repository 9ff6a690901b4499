// Package scaffold writes the first YAML of systems, groups, tables and interfaces,
// and the files of a team's own repository around it. The files pass jiekou check
// as they are, and are there to be changed.
//
// Files come from the templates in this folder; an interface that follows a table is put
// together from YAML nodes. Nothing here reads or writes a disk.
package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
)

//go:embed template
var templates embed.FS

// SchemaName is the file of the language's JSON Schema, beside the systems. Editors read it.
const SchemaName = "language.schema.json"

// File is a file to write.
type File struct {
	Path string // below the folder of the systems, spec; of Project: below the project
	Text []byte
}

// SystemOptions describes a new system.
type SystemOptions struct {
	Name    string              // also the folder
	Title   string              // of the document
	Version string              // of the document
	Signed  bool                // each interface has a path and requests are signed; else one URL and sealed messages
	Example bool                // it has the error codes of the example of Project
	Say     func(string) string // what editors show over a key, in another language; nil: English
}

// System returns system.yaml and errors.yaml of a new system.
func System(o SystemOptions) ([]File, error) {
	from := "sealed.yaml"
	if o.Signed {
		from = "signed.yaml"
	}
	data := struct {
		SystemOptions
		Language int
	}{o, spec.Language}
	return rendered(data, [][2]string{{o.Name + "/system.yaml", from}, {o.Name + "/errors.yaml", "errors.yaml"}})
}

// Table returns a new table with the columns guid, name, created and modified.
// It has the column of each scope of the system, so that its rows are in them.
func Table(s *spec.System, name, title string) (File, error) {
	data := struct {
		Name, Title string
		Scopes      []*spec.Scope
	}{name, title, nil}
	for _, one := range s.Scopes {
		if one.Column != "" {
			data.Scopes = append(data.Scopes, one)
		}
	}
	text, err := render("table.yaml", data)
	return File{s.Name + "/table/" + name + ".yaml", text}, err
}

// The names that become paths.
var (
	packageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	tableName   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// CheckSystemName refuses a text that cannot name a system.
func CheckSystemName(name string) error {
	if err := named(packageName, name); err != nil {
		return err
	}
	fault := spec.SystemFault(name)
	if fault == "" {
		fault = sqlFault(name)
	}
	if fault != "" {
		return fmt.Errorf("%q cannot name a system: %s", name, fault)
	}
	return nil
}

// CheckGroupName refuses a text that cannot name a group.
func CheckGroupName(name string) error {
	if err := named(packageName, name); err != nil {
		return err
	}
	if slices.Contains(spec.Reserved(), name) || !spec.IsGroup(name) {
		return fmt.Errorf("%q cannot name a group", name)
	}
	return nil
}

// CheckTableName refuses a text that cannot name a table.
func CheckTableName(name string) error {
	if err := named(tableName, name); err != nil {
		return err
	}
	if fault := sqlFault(name); fault != "" {
		return fmt.Errorf("%q cannot name a table: %s", name, fault)
	}
	return nil
}

// sqlFault says what a name in SQL should be instead; empty where it is good.
func sqlFault(name string) string {
	switch {
	case slices.Contains(spec.SQLWords(), name):
		return "it is a word of SQL; choose another name"
	case len(name) > spec.MaxSQLName:
		return "choose a shorter name"
	}
	return ""
}

// CheckCmd refuses a text that cannot name an interface.
func CheckCmd(name string) error {
	if !spec.IsCmd(name) {
		return fmt.Errorf("%q cannot name an interface: letters, digits and _, in parts joined by dots or -", name)
	}
	return nil
}

// named refuses a name that has not the form.
func named(form *regexp.Regexp, name string) error {
	if !form.MatchString(name) {
		return fmt.Errorf("%q is no name: want %s", name, strings.Trim(form.String(), "^$"))
	}
	return nil
}

// render fills in one template. YAML comes out in its canonical form.
func render(name string, data any) ([]byte, error) {
	t, err := template.New(path.Base(name)+".tmpl").Funcs(template.FuncMap{"yaml": scalar}).ParseFS(templates, "template/"+name+".tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(name, ".yaml") {
		return b.Bytes(), nil
	}
	return format.YAML(b.Bytes())
}

// scalar writes a text as YAML, in double quotes where it needs quotes.
func scalar(text string) (string, error) {
	out, err := yaml.Marshal(textNode(text))
	return strings.TrimSuffix(string(out), "\n"), err
}

// textNode is a text as a YAML node.
func textNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	out, err := yaml.Marshal(n)
	if err != nil || strings.TrimSuffix(string(out), "\n") != text || strings.ContainsAny(text, ",[]{}") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// rendered fills in several templates: pairs of a path and the template.
func rendered(data any, files [][2]string) ([]File, error) {
	var out []File
	for _, f := range files {
		text, err := render(f[1], data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f[0], err)
		}
		out = append(out, File{f[0], text})
	}
	return out, nil
}

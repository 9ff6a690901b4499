package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/load"
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			return misused("jiekou new system | group | table | interface", "new what?")
		},
	}
	cmd.AddCommand(newSystemCommand(t), newGroupCommand(t), newTableCommand(t), newInterfaceCommand(t))
	return cmd
}

// draft is a file to write, below the project's root.
type draft struct {
	path string
	text string
	over bool // it is there already and is replaced
}

// begin writes drafts, unless one is there already or the result has findings
// that were not there before. next says what to do now.
func (t *tool) begin(p project, before spec.Findings, drafts []draft, next string) error {
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // it was only looked up in
	for _, d := range drafts {
		if _, err := root.Stat(d.path); err == nil && !d.over {
			return misused("", "%s is there already", d.path)
		}
	}
	var undo []func()
	back := func(err error) error {
		for i := len(undo) - 1; i >= 0; i-- {
			undo[i]()
		}
		return err
	}
	for _, d := range drafts {
		one, err := put(root, d)
		if err != nil {
			return back(err)
		}
		undo = append(undo, one)
	}
	if err := t.sound(p, before); err != nil {
		return back(err)
	}
	for _, d := range drafts {
		if _, err := fmt.Fprintln(t.stdout, d.path); err != nil {
			return err
		}
	}
	if len(before) > 0 {
		t.say("hint: %s as before: jiekou check", count(len(before), "finding"))
	}
	t.say("next: %s", next)
	return nil
}

// started reads a project that something is added to. Findings do not stand in
// the way, except in the files that are read: they are printed.
func (t *tool) started(p project, files ...string) (*spec.Set, spec.Findings, error) {
	set, before, err := load.Draft(p.fsys, specFolder)
	if errors.Is(err, load.ErrNoSystem) {
		return nil, nil, noSystem()
	}
	if err != nil {
		return nil, nil, err
	}
	var there spec.Findings
	for _, f := range before {
		if slices.Contains(files, f.Pos.File) {
			there = append(there, f)
		}
	}
	return set, before, t.found(there)
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

// unplaced is a finding without what changes when lines are added above it.
func unplaced(f spec.Finding) spec.Finding {
	return spec.Finding{Pos: spec.Pos{File: f.Pos.File}, ID: f.ID, Message: f.Message}
}

// put writes one draft, formatted, and returns what takes it back.
func put(root *os.Root, d draft) (undo func(), err error) {
	text := []byte(d.text)
	if strings.HasSuffix(d.path, ".yaml") {
		if text, err = format.YAML(text); err != nil {
			return nil, bug(fmt.Errorf("%s: %w", d.path, err))
		}
	}
	old, err := root.ReadFile(d.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	existed := err == nil
	var folders []string
	for dir := path.Dir(d.path); dir != "."; dir = path.Dir(dir) {
		if _, err := root.Stat(dir); err != nil {
			folders = append(folders, dir)
		}
	}
	return func() { // errors are of no use here: the first one is reported
		if existed {
			_ = writeFile(root, d.path, old)
			return
		}
		_ = root.Remove(d.path)
		for _, dir := range folders {
			_ = root.Remove(dir)
		}
	}, writeFile(root, d.path, text)
}

// target splits "lianfa/customer/cst_tag_create" and finds the system.
func target(set *spec.Set, arg string, parts int) (*spec.System, []string, error) {
	names := strings.Split(arg, "/")
	if len(names) != parts {
		return nil, nil, misused("", "%q: want %s", arg, []string{"", "", "SYSTEM/NAME", "SYSTEM/GROUP/CMD"}[parts])
	}
	s, err := system(set, names[0])
	return s, names, err
}

// head is the first line of a file at a depth below spec/.
func head(depth int) string {
	return "# yaml-language-server: $schema=" + strings.Repeat("../", depth) + "language.schema.json\n"
}

var (
	plainText = regexp.MustCompile(`^[\p{Han}A-Za-z][\p{Han}\p{Lo}A-Za-z0-9_（）()、，。/.% -]*$`)
	sections  = regexp.MustCompile(`^[0-9]+(\.[0-9]+){2,}$`)
	words     = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n)$`)
	systemOK  = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	tableOK   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	cmdOK     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
)

// named refuses a name that cannot be one, before it becomes a path.
func named(form *regexp.Regexp, what, name string) error {
	if !form.MatchString(name) {
		return misused("", "%q cannot name %s: want %s", name, what, strings.Trim(form.String(), "^$"))
	}
	return nil
}

// scalar writes a text as YAML, in quotes where it needs them.
func scalar(text string) string {
	_, number := strconv.ParseFloat(text, 64)
	switch {
	case sections.MatchString(text),
		number != nil && plainText.MatchString(text) && !words.MatchString(text) && strings.TrimSpace(text) == text:
		return text
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string cannot fail; JSON strings are YAML
	return strings.TrimSuffix(b.String(), "\n")
}

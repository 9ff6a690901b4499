package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/spec"
)

// interfaceOptions are the flags of new interface.
type interfaceOptions struct{ kind, title, section, code, table string }

// newInterfaceCommand begins an interface.
func newInterfaceCommand(t *tool) *cobra.Command {
	var o interfaceOptions
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
		RunE: action(func(_ *cobra.Command, args []string) error { return t.newInterface(args[0], o) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.kind, "kind", "", "report (it writes), query (it reads) or notify (we send it)")
	flags.StringVar(&o.title, "title", "", "title in the document")
	flags.StringVar(&o.section, "section", "", "number of the section in the document, for example 4.2.6")
	flags.StringVar(&o.code, "code", "", "the document's number, for example P-CU-05")
	flags.StringVar(&o.table, "table", "", "table that it reads or writes")
	for _, name := range []string{"kind", "title", "section"} {
		_ = cmd.MarkFlagRequired(name)
	}
	completeWords(cmd, "kind", kinds())
	return cmd
}

func (t *tool) newInterface(arg string, o interfaceOptions) error {
	if !slices.Contains(kinds(), o.kind) {
		return misused("report, query or notify", "unknown kind %q", o.kind)
	}
	p, err := t.project()
	if err != nil {
		return err
	}
	folder := strings.TrimSuffix(systemFile(arg), "system.yaml")
	set, before, err := t.started(p, systemFile(arg), folder+"table/"+o.table+".yaml")
	if err != nil {
		return err
	}
	s, names, err := target(set, arg, 3)
	if err != nil {
		return err
	}
	if err := named(cmdOK, "an interface", names[2]); err != nil {
		return err
	}
	if !slices.ContainsFunc(s.Groups, func(g *spec.Group) bool { return g.Name == names[1] }) {
		return misused("jiekou new group "+s.Name+"/"+names[1]+" --title …", "%s has no group %q", s.Name, names[1])
	}
	b := beginning{system: s, group: names[1], cmd: names[2], options: o}
	_, err = fs.Stat(p.fsys, folder+"ledger.yaml")
	b.ledger = err == nil
	if b.table, err = tableOf(s, o.table); err != nil {
		return err
	}
	path := fmt.Sprintf("%s/%s.yaml", specFolder, arg)
	next := "write the document's fields into " + path + ", then jiekou check and jiekou generate"
	return t.begin(p, before, []draft{{path: path, text: b.text()}}, next)
}

// kinds are what an interface can be for.
func kinds() []string { return []string{string(spec.Report), string(spec.Query), string(spec.Notify)} }

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
	return nil, misused("tables: "+list(names), "%s has no table %q", s.Name, name)
}

// beginning is an interface that is being written.
type beginning struct {
	system  *spec.System
	group   string
	cmd     string
	options interfaceOptions
	table   *spec.Table // nil: none
	ledger  bool        // the system keeps one, and it has no rows about the interface yet
}

// text is the whole file.
func (b *beginning) text() string {
	var out strings.Builder
	out.WriteString(head(2))
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("interface: %s", b.cmd)
	if b.options.code != "" {
		line("code: %s", scalar(b.options.code))
	}
	line("title: %s\nsection: %s\nkind: %s", scalar(b.options.title), scalar(b.options.section), b.options.kind)
	if b.ledger {
		line("ours: true # remove it when ledger.yaml has its rows")
	}
	if b.options.kind != "notify" && b.table == nil {
		line("status: unimplemented")
	}
	if b.options.kind != "notify" && b.system.Endpoint.Path == "" {
		method := "GET"
		if b.options.kind == "report" {
			method = "POST"
		}
		line("method: %s\npath: /api/%s/%s", method, b.group, b.cmd)
	}
	if b.table == nil {
		line("response: {}")
		return out.String()
	}
	switch b.options.kind {
	case "report":
		b.report(line)
	case "query":
		b.query(line)
	default:
		b.notify(line)
	}
	return out.String()
}

// report inserts a row and returns its key.
func (b *beginning) report(line func(string, ...any)) {
	key := b.madeKey()
	line("request:")
	for _, c := range b.table.Columns {
		if c.Default == "" {
			line("  %s", b.field(c, c.Required, ""))
		}
	}
	if key == nil {
		line("response: {}")
	} else {
		line("response:\n  %s", b.field(key, true, ""))
	}
	line("answer:\n  insert: %s", b.table.Name)
	var unique, set []string
	for _, c := range b.table.Columns {
		if c.Default == "" && spec.Snake(b.name(c)) != c.Name {
			set = append(set, c.Name+": "+b.name(c))
		}
	}
	for _, x := range b.table.Unique {
		if code := b.code("repeated"); code != "" {
			unique = append(unique, x.Columns[0]+": "+code)
		}
	}
	if len(set) > 0 {
		line("  set: {%s}", strings.Join(set, ", "))
	}
	if len(unique) > 0 {
		line("  unique: {%s}", strings.Join(unique, ", "))
	}
	if key != nil {
		line("  return: {%s: %s}", b.name(key), key.Name)
	}
	if told := b.told(); len(told) > 0 {
		line("notify: [%s]", strings.Join(told, ", "))
	}
}

// told lists the notifications that a change of the table sends.
func (b *beginning) told() []string {
	var cmds []string
	for _, i := range b.system.Interfaces {
		if i.IsSent() && i.Row == b.table && !i.Explicit {
			cmds = append(cmds, i.Cmd)
		}
	}
	return cmds
}

// query gets a row by its key.
func (b *beginning) query(line func(string, ...any)) {
	in := ""
	if b.system.Endpoint.Path == "" {
		in = ", in: query"
	}
	var where []string
	line("request:")
	for _, name := range b.table.Key {
		c := b.table.Column(name)
		line("  %s", b.field(c, true, in))
		where = append(where, name+": "+b.name(c))
	}
	line("response:")
	var fields []string
	for _, c := range b.table.Columns {
		line("  %s", b.field(c, c.Required, ""))
		if spec.Snake(b.name(c)) != c.Name {
			fields = append(fields, b.name(c)+": "+c.Name)
		}
	}
	line("answer:\n  get: %s\n  where: {%s}", b.table.Name, strings.Join(where, ", "))
	if code := b.code("notfound"); code != "" {
		line("  missing: %s", code)
	}
	if len(fields) > 0 {
		line("  return: {%s}", strings.Join(fields, ", "))
	}
}

// notify is filled from a row.
func (b *beginning) notify(line func(string, ...any)) {
	var fill []string
	line("request:")
	for _, c := range b.table.Columns {
		blank := ""
		if c.Blank {
			blank = ", blank: true"
		}
		line("  %s", b.field(c, c.Required, blank))
		if spec.Snake(b.name(c)) != c.Name {
			fill = append(fill, b.name(c)+": "+c.Name)
		}
	}
	line("response: {}\nrow: %s\non: explicit # remove it when the interfaces that write the table name it under notify", b.table.Name)
	if project := b.system.Project; project != "" && b.table.Column(project) != nil {
		line("scope: {%s: %s}", project, project)
	} else if project != "" {
		line("scope: {%s: {value: \"\"}} # it is about no project and goes to all", project)
	}
	if len(fill) > 0 {
		line("fill: {%s}", strings.Join(fill, ", "))
	}
}

// field writes one row of a table of parameters.
func (b *beginning) field(c *spec.Column, required bool, more string) string {
	typ := c.Type
	if typ == spec.JSON {
		typ = spec.Map
	}
	text := "{type: " + string(typ)
	if c.Length > 0 {
		text += fmt.Sprintf(", length: %d", c.Length)
	}
	if required {
		text += ", required: true"
	}
	label := c.Label
	if label == "" {
		label = c.Name
	}
	text += more + ", label: " + scalar(label)
	if c.PII {
		text += ", pii: true"
	}
	return b.name(c) + ": " + text + "}"
}

// madeKey is the key that the database makes, nil where the caller gives it.
func (b *beginning) madeKey() *spec.Column {
	if len(b.table.Key) != 1 {
		return nil
	}
	if c := b.table.Column(b.table.Key[0]); c.Default == "guid" {
		return c
	}
	return nil
}

// code is what answers a broken rule, empty where nothing does.
func (b *beginning) code(rule string) string {
	for _, r := range b.system.Rules {
		if r.Rule == rule {
			return r.Code
		}
	}
	return ""
}

// name is the wire name of a column: proj_guid -> projGUID, and guid of the
// table customer -> customerGUID.
func (b *beginning) name(c *spec.Column) string {
	name := c.Name
	if name == "guid" {
		name = b.table.Name + "_guid"
	}
	out := ""
	for i, word := range strings.Split(name, "_") {
		switch {
		case i == 0 || word == "":
			out += word
		case word == "guid":
			out += "GUID"
		default:
			out += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return out
}

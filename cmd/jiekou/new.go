package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// newCommand begins YAML files.
func newCommand(t *tool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Begin a system, a group, a table or an interface, or make an app to try things with",
		Long: `new writes YAML that passes check as it is, to be filled in. It never overwrites a
file. When the result would have findings that were not there before they are
printed and nothing is left behind.`,
		Example: `  jiekou new system acme --title 开放接口规范 --dir .
  jiekou new group acme/customer --title 客户数据接口 --section 4.2
  jiekou new table acme/customer --title 客户
  jiekou new interface acme/customer/cst_info_get --kind query --title 客户资料查询 --section 4.2.1 --table customer`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return command.Misused("jiekou new system | group | table | interface | app", "new what?")
		},
	}
	cmd.AddCommand(newSystemCommand(t), newGroupCommand(t), newTableCommand(t), newInterfaceCommand(t), newAppCommand(t))
	return cmd
}

// newSystemCommand begins a system.
func newSystemCommand(t *tool) *cobra.Command {
	o := scaffold.SystemOptions{Say: t.said}
	cmd := &cobra.Command{
		Use:   "system NAME",
		Short: "Begin a system: system.yaml and errors.yaml",
		Long: `new system writes spec/NAME/system.yaml and errors.yaml, and the language's JSON
Schema for editors. There are two kinds. A sealed system has one URL, and messages in
an envelope: RC4, base64 and two SHA-1 codes in one POST. With --plain, requests are
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
			return t.added(project.System(t.dir, o))
		},
	}
	cmd.Flags().StringVar(&o.Title, "title", "", "title of the document")
	cmd.Flags().StringVar(&o.Version, "document", "V1.0", "version of the document")
	cmd.Flags().BoolVar(&o.Signed, "plain", false, "signed requests, a path for each interface")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

// newAppCommand makes the file of an app.
func newAppCommand(t *tool) *cobra.Command {
	id, url := "", ""
	cmd := &cobra.Command{
		Use:   "app SYSTEM",
		Short: "Make the file of an app to try things with, with the keys of both sides",
		Long: `new app prints the file of an app that no server has registered: every key that the
system's protocol names, of pairs both halves. jiekou mock and receive take it, and
jiekou call, fire and seal of the other side, so a protocol can be tried out as soon as
it passes check. The secrets follow from the id, so anybody can make them: use
jiekoud app add for a real server.`,
		Example: `  jiekou new app acme > app.json
  jiekou mock --app app.json &
  jiekou call order_get --app app.json --data '{"id":"1"}'`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := t.read()
			if err != nil {
				return err
			}
			s, err := caller.System(set, args[0])
			if err != nil {
				return err
			}
			members, err := caller.Made(s, id, url)
			if err != nil {
				return err
			}
			return writeJSON(t.stdout, members)
		},
	}
	cmd.Flags().StringVar(&id, "id", "300", "id of the app")
	cmd.Flags().StringVar(&url, "url", "http://127.0.0.1:8090", "the server that is called; jiekou mock by default")
	return cmd
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
		RunE: func(_ *cobra.Command, args []string) error {
			return t.add(func(p project.Project) (*project.Added, error) { return p.Group(args[0], title, section) })
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "title of the chapter")
	cmd.Flags().StringVar(&section, "section", "", "number of the chapter, for example 4.2")
	_ = cmd.MarkFlagRequired("title")
	return cmd
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
		RunE: func(_ *cobra.Command, args []string) error {
			return t.add(func(p project.Project) (*project.Added, error) { return p.Table(args[0], title) })
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "what a row is")
	_ = cmd.MarkFlagRequired("title")
	return cmd
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
			return t.add(func(p project.Project) (*project.Added, error) { return p.Interface(args[0], table, o) })
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

// add adds to the project.
func (t *tool) add(to func(project.Project) (*project.Added, error)) error {
	p, err := t.project()
	if err != nil {
		return err
	}
	return t.added(to(p))
}

// added says what was written, and what to do next.
func (t *tool) added(a *project.Added, err error) error {
	if err != nil {
		wrong := t.found(err)
		if errors.Is(err, project.ErrUndone) {
			t.say("nothing was written: the result has findings")
		}
		return wrong
	}
	if err := t.names(a.Files); err != nil {
		return err
	}
	if a.Before > 0 {
		t.say("hint: %s as before: jiekou check", count(a.Before, "finding"))
	}
	t.say("next: %s", a.Next)
	return nil
}

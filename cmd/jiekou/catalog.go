package main

import (
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// catalogCommand prints all interfaces as data.
func catalogCommand(t *tool) *cobra.Command {
	format, only := "json", ""
	cmd := &cobra.Command{
		Use:   "catalog",
		Short: "Print every interface, field, enum and error code as data",
		Long: `catalog prints the documents as data: type, length, required, enum and label of a
field are the document's, doc_path is its path as the document writes it, and
follow has only the rules that are followed instead, with their errata. A
response starts with the rows of the reply's frame; the other paths are below
the payload's member. Our own interfaces are left out; our own error codes are marked.

json has everything; csv has a row for each field; md is for people.`,
		Example: `  jiekou catalog | jq -r '.systems[].interfaces[].cmd'
  jiekou catalog --format csv --system lianfa > lianfa.csv`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.catalog(format, only) },
	}
	cmd.Flags().StringVar(&format, "format", format, "json, csv or md")
	cmd.Flags().StringVar(&only, "system", "", "only this system")
	completeWords(cmd, "format", []string{"json", "csv", "md"})
	return cmd
}

func (t *tool) catalog(format, only string) error {
	if format != "json" && format != "csv" && format != "md" {
		return command.Misused("json, csv or md", "unknown format %q", format)
	}
	set, err := t.read()
	if err != nil {
		return err
	}
	systems, err := caller.Systems(set, only)
	if err != nil {
		return err
	}
	c := catalog.Of(systems)
	switch format {
	case "csv":
		return c.WriteCSV(t.stdout)
	case "md":
		return c.WriteMarkdown(t.stdout)
	}
	return writeJSON(t.stdout, c)
}

package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newTableCommand begins a table.
func newTableCommand(t *tool) *cobra.Command {
	title := ""
	cmd := &cobra.Command{
		Use:   "table SYSTEM/NAME",
		Short: "Begin a table with a key and the times of its rows",
		Long: `new table writes spec/SYSTEM/table/NAME.yaml with the columns guid, name, created
and modified. Replace name by what is stored.`,
		Example: "  jiekou new table lianfa/payment --title 付款",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return t.newTable(args[0], title) },
	}
	cmd.Flags().StringVar(&title, "title", "", "what a row is")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

func (t *tool) newTable(arg, title string) error {
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
	if err := named(tableOK, "a table", names[1]); err != nil {
		return err
	}
	path := fmt.Sprintf("%s/%s/table/%s.yaml", specFolder, s.Name, names[1])
	text := head(2) + fmt.Sprintf(firstTable, names[1], scalar(title), scalar(title+"GUID"), scalar(title+"名称"))
	next := fmt.Sprintf("write the columns of %s, then jiekou new interface %s/GROUP/CMD --table %s",
		path, s.Name, names[1])
	return t.begin(p, before, []draft{{path: path, text: text}}, next)
}

// firstTable is a table that reports, queries and notifications can use.
const firstTable = `table: %s
title: %s
columns:
  guid:     {type: string, length: 64, default: guid, required: true, label: %s}
  name:     {type: string, length: 64, required: true, label: %s}
  created:  {type: datetime, default: now, required: true, label: 创建时间}
  modified: {type: datetime, default: now, required: true, label: 最后修改时间}
key: [guid]
index: [[modified, guid]]
`

package main

import (
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
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
	systems := set.Systems
	if only != "" {
		one, err := system(set, only)
		if err != nil {
			return err
		}
		systems = []*spec.System{one}
	}
	c := catalogOf(systems)
	switch format {
	case "csv":
		return c.writeCSV(t.stdout)
	case "md":
		return c.writeMarkdown(t.stdout)
	}
	return writeJSON(t.stdout, c)
}

// catalog is all interfaces as data. The names of its members are kept stable:
// scripts rely on them.
type catalog struct {
	Systems []catalogSystem `json:"systems"`
}

type catalogSystem struct {
	System     string             `json:"system"`
	Title      string             `json:"title"`
	Version    string             `json:"version"`
	Interfaces []catalogInterface `json:"interfaces"`
	Errors     []catalogError     `json:"errors"`
}

type catalogInterface struct {
	Cmd         string         `json:"cmd"`
	Code        string         `json:"code"`
	Title       string         `json:"title"`
	Section     string         `json:"section"`
	Group       string         `json:"group"`
	Kind        string         `json:"kind"`
	Status      string         `json:"status"`
	Successor   string         `json:"successor"`
	Request     []catalogField `json:"request"`
	Response    []catalogField `json:"response"`
	Sends       []string       `json:"sends"`
	MessageType string         `json:"message_type"`
}

type catalogError struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Group string `json:"group"`
	Ours  bool   `json:"ours"` // not in the document
}

// catalogOf lists systems.
func catalogOf(systems []*spec.System) catalog {
	c := catalog{Systems: []catalogSystem{}}
	for _, s := range systems {
		one := catalogSystem{
			System: s.Name, Title: s.Title, Version: s.Version,
			Interfaces: []catalogInterface{}, Errors: []catalogError{},
		}
		for _, i := range s.Interfaces {
			if i.Ours {
				continue
			}
			one.Interfaces = append(one.Interfaces, catalogInterfaceOf(i))
		}
		for _, g := range s.Errors {
			for _, e := range g.Errors {
				one.Errors = append(one.Errors, catalogError{e.Code, e.Text, g.Title, e.Ours})
			}
		}
		c.Systems = append(c.Systems, one)
	}
	return c
}

func catalogInterfaceOf(i *spec.Interface) catalogInterface {
	out := catalogInterface{
		Cmd: i.Cmd, Code: i.Code, Title: i.Title, Section: i.Section, Group: i.Group.Name,
		Kind: string(i.Kind), Status: string(i.Status), Successor: i.Successor, MessageType: i.MessageType,
		Request: catalogFields([]catalogField{}, i.Request), Sends: []string{},
	}
	out.Response = catalogFields(catalogFields([]catalogField{}, i.Frame), i.Response)
	for _, n := range i.Notify {
		out.Sends = append(out.Sends, n.Cmd)
	}
	return out
}

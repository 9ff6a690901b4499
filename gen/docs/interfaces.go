package docs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// InterfacesPath is the page of a project's manual that the table of all interfaces
// is generated into. The links in the table are relative to it.
const InterfacesPath = "docs/interfaces.md"

// Interfaces returns the tables of all interfaces for InterfacesPath, as Markdown,
// one for each system: what each interface is, whether it is served, and what
// answers it. root is the folder of what is generated. It ends with a newline.
func Interfaces(set *spec.Set, root string) string {
	var b strings.Builder
	for n, system := range set.Systems {
		if n > 0 {
			b.WriteString("\n")
		}
		docs := path.Join("..", root, system.Name, "docs")
		fmt.Fprintf(&b, "[%s %s](%s/README.md), %s\n\n", markdown.Cell(system.Title), markdown.Cell(system.Version), docs, interfaceCounts(system))
		b.WriteString("| interface | code | title | kind | status | answered by |\n| --- | --- | --- | --- | --- | --- |\n")
		for _, i := range system.Interfaces {
			fmt.Fprintf(&b, "| [%s](%s/%s.md#%s) | %s | %s | %s | %s | %s |\n", i.Cmd, docs, i.Group.Name, markdown.Anchor(i.Cmd),
				markdown.Cell(i.Code), markdown.Cell(i.Title), i.Kind, statusCell(i), markdown.Cell(answeredBy(i)))
		}
	}
	return b.String()
}

// interfaceCounts is "65 interfaces: 54 active, 4 deprecated, 7 unimplemented".
func interfaceCounts(system *spec.System) string {
	var parts []string
	for _, status := range []spec.Status{spec.Active, spec.Deprecated, spec.Unimplemented} {
		n := 0
		for _, i := range system.Interfaces {
			if i.Status == status {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	noun := "interfaces"
	if len(system.Interfaces) == 1 {
		noun = "interface"
	}
	return fmt.Sprintf("%d %s: %s", len(system.Interfaces), noun, strings.Join(parts, ", "))
}

// statusCell is the status, with the successor of what is deprecated.
func statusCell(i *spec.Interface) string {
	if i.Successor != "" {
		if i.Sunset != "" {
			return string(i.Status) + " until " + i.Sunset + ": " + i.Successor
		}
		return string(i.Status) + ": " + i.Successor
	}
	return string(i.Status)
}

// answeredBy describes an answer in a few words.
func answeredBy(i *spec.Interface) string {
	if i.Kind == spec.Notify {
		return filledBy(i)
	}
	if i.Answer == nil || i.Status == spec.Unimplemented {
		return "—"
	}
	var steps []string
	if i.Answer.Handler {
		steps = append(steps, "Go")
	}
	for _, s := range i.Answer.Steps {
		if text := stepText(s); !slices.Contains(steps, text) {
			steps = append(steps, text)
		}
	}
	parts := []string{strings.Join(steps, ", ")}
	var codes []string
	for _, c := range i.Answer.Checks {
		codes = append(codes, c.Else)
	}
	if len(codes) > 0 {
		parts = append(parts, "checks "+strings.Join(codes, ", "))
	}
	if len(i.Notify) > 0 {
		parts = append(parts, "notifies "+strings.Join(cmds(i.Notify), ", "))
	}
	return strings.Join(parts, "; ")
}

// stepText is "list project (paged, since)", "insert customer", "sql".
func stepText(s *spec.AnswerStep) string {
	if s.Table == nil {
		return s.Verb
	}
	text := s.Verb + " " + s.Table.Name
	var how []string
	if s.Each != nil {
		how = append(how, "each "+s.Each.Path)
	}
	if s.Keep {
		how = append(how, "keep")
	}
	if s.Page != nil {
		how = append(how, "paged")
	}
	if s.Since != nil && s.Since.Field != nil {
		how = append(how, "since")
	}
	for _, c := range s.Children {
		how = append(how, "with "+c.Table.Name)
	}
	if len(how) > 0 {
		text += " (" + strings.Join(how, ", ") + ")"
	}
	return text
}

// filledBy names the row that fills a notification, and the interfaces that
// send it.
func filledBy(i *spec.Interface) string {
	if i.Row == nil {
		return "—"
	}
	text := "row " + i.Row.Name
	var from []*spec.Interface
	for _, other := range i.System.Interfaces {
		if slices.Contains(other.Notify, i) {
			from = append(from, other)
		}
	}
	if len(from) > 0 {
		text += "; sent by " + strings.Join(cmds(from), ", ")
	}
	return text
}

// cmds are the names of interfaces.
func cmds(list []*spec.Interface) []string {
	var out []string
	for _, i := range list {
		out = append(out, i.Cmd)
	}
	return out
}

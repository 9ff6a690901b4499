package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// changelog writes the line of changelog.yaml for each system with changes: the version
// and the date of the new revision, what changed for partners by interface in the
// document's Chinese, and the interfaces, which are those that have pages. What only a
// team sees, its code and its tables, is left out.
func (r Report) changelog(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.Systems {
		text, cmds := announced(s, r.Changes)
		if text == "" {
			continue
		}
		if len(r.Systems) > 1 {
			fmt.Fprintf(&b, "# spec/%s/changelog.yaml\n", s.Name)
		}
		fmt.Fprintf(&b, "- {version: %s, ", quoted(s.Version))
		if s.Date != "" {
			fmt.Fprintf(&b, "date: %s, ", quoted(s.Date))
		}
		fmt.Fprintf(&b, "text: %s", quoted(text))
		if len(cmds) > 0 {
			fmt.Fprintf(&b, ", interfaces: [%s]", strings.Join(cmds, ", "))
		}
		b.WriteString("}\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// announced is what changed for the partners of a system, and the interfaces that did
// and are still there. What changed in one is joined, and interfaces with the same
// change are named together.
func announced(s *spec.System, changes []diff.Change) (text string, cmds []string) {
	said := map[string][]string{}
	var order []string
	for _, c := range changes {
		if c.System != s.Name || c.Levels.Wire == diff.None && c.Levels.Protocol == diff.None || untold(c.Rule) {
			continue
		}
		if _, seen := said[c.Interface]; !seen {
			order = append(order, c.Interface)
		}
		if one := c.Announced(); !slices.Contains(said[c.Interface], one) {
			said[c.Interface] = append(said[c.Interface], one)
		}
		if x := s.Interface(c.Interface); x != nil && !slices.Contains(cmds, x.Cmd) {
			cmds = append(cmds, x.Cmd)
		}
	}
	var parts []string
	together := map[string]int{}
	for _, cmd := range order {
		what := strings.Join(said[cmd], "，")
		name := called(s, cmd)
		if at, seen := together[what]; seen && name != "" {
			parts[at] = name + "、" + parts[at]
			continue
		}
		together[what] = len(parts)
		if name != "" {
			what = name + "：" + what
		}
		parts = append(parts, what)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return strings.Join(parts, "；") + "。", cmds
}

// untold reports whether the list of revisions itself is the place of a change, or its
// words are ours.
func untold(rule string) bool {
	return rule == "system-version-changed" || strings.HasPrefix(rule, "erratum-") || strings.HasPrefix(rule, "storage-") ||
		rule == "notification-source-changed"
}

// called is the document's name of an interface with its section; an interface that is
// gone has its cmd.
func called(s *spec.System, cmd string) string {
	if x := s.Interface(cmd); x != nil {
		return x.Section + x.Title
	}
	return cmd
}

// quoted is a text as YAML, in quotes where it reads as something else without them.
func quoted(text string) string {
	plain := text != "" && !strings.ContainsAny(text, "\"'\\{}[],&*#?|<>=!%@`:\n\t") && text == strings.TrimSpace(text) && text[0] != '-'
	if plain && !strings.ContainsAny(text[:1], "0123456789.+~") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\t", " ").Replace(text) + `"`
}

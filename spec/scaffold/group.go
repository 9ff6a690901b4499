package scaffold

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/format"
)

// ErrGroups says that the groups of a system.yaml are not written a line each.
var ErrGroups = errors.New("groups cannot be changed: they are not written a line each")

// Group adds a group to the text of a system.yaml. section may be empty.
func Group(system []byte, name, title, section string) ([]byte, error) {
	row, entry := flow(), flow()
	row.text("title", title)
	if section != "" {
		at := textNode(section)
		at.Style = yaml.DoubleQuotedStyle // 4.10 is no number
		row.put("section", at)
	}
	entry.inner(name, row)
	text, err := yaml.Marshal(entry.node)
	if err != nil {
		return nil, err
	}
	line := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(text)), "{"), "}")
	out, ok := addGroup(string(system), line)
	if !ok {
		return nil, ErrGroups
	}
	return format.YAML([]byte(out))
}

// addGroup adds a row below groups. ok is false where groups is not written a
// line each.
func addGroup(text, row string) (out string, ok bool) {
	lines := strings.Split(text, "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "groups:") })
	if at < 0 {
		return "", false
	}
	switch rest := strings.TrimSpace(strings.TrimPrefix(lines[at], "groups:")); {
	case rest == "{}":
		lines[at] = "groups:"
	case rest != "" && rest[0] != '#':
		return "", false
	}
	last, indent := at, "  "
	for i, line := range lines[at+1:] {
		inner := strings.TrimLeft(line, " ")
		if inner == line && line != "" && line[0] != '#' {
			break // the next key
		}
		if inner != line && inner != "" {
			if last == at {
				indent = line[:len(line)-len(inner)]
			}
			last = at + 1 + i
		}
	}
	return strings.Join(slices.Insert(lines, last+1, indent+row), "\n"), true
}

package migrate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// old is a system of the older language while it is rewritten.
type old struct {
	root     *yamltree.Value
	signed   map[string][]string
	appCode  string // code of the rule app
	repeated string // of the rule repeated
	keys     []string
	notes    []string
	forms    bool // some interface has a form as its body
}

func (o *old) note(format string, args ...any) {
	o.notes = append(o.notes, fmt.Sprintf(format, args...))
}

// member is a line of a mapping: a name and the YAML of its value.
type member struct{ name, text string }

// members is a mapping in its order.
type members []member

// set adds a member or replaces the one of that name.
func (m *members) set(name, text string) {
	if i := slices.IndexFunc(*m, func(x member) bool { return x.name == name }); i >= 0 {
		(*m)[i].text = text
		return
	}
	*m = append(*m, member{name, text})
}

// block writes members one a line, below a key.
func (m members) block(key string, indent int) string {
	if len(m) == 0 {
		return ""
	}
	pad := strings.Repeat(" ", indent)
	out := pad + key + ":\n"
	for _, x := range m {
		out += pad + "  " + quoted(x.name) + ": " + x.text + "\n"
	}
	return out
}

// flow writes members in one line.
func (m members) flow() string {
	var list []string
	for _, x := range m {
		list = append(list, quoted(x.name)+": "+x.text)
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// list writes texts in one line.
func list(texts []string) string {
	var out []string
	for _, t := range texts {
		out = append(out, quoted(t))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// guards writes rules one a line.
func guards(rules []string, indent int) string {
	if len(rules) == 0 {
		return ""
	}
	pad := strings.Repeat(" ", indent)
	out := pad + "guards:\n"
	for _, r := range rules {
		out += pad + "  - " + r + "\n"
	}
	return out
}

var plain = regexp.MustCompile(`^[A-Za-z_\x{4e00}-\x{9fff}][A-Za-z0-9_./\x{4e00}-\x{9fff}-]*\??$`)

// quoted is a text as YAML.
func quoted(s string) string {
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
	default:
		if plain.MatchString(s) && !strings.HasSuffix(s, "?") {
			return s
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// flowOf is a value in one line, as it was written.
func flowOf(v *yamltree.Value) string {
	switch v.Form {
	case yamltree.Mapping:
		var m members
		for _, x := range v.Members {
			m = append(m, member{x.Name, flowOf(x.Value)})
		}
		return m.flow()
	case yamltree.List:
		var out []string
		for _, x := range v.Items {
			out = append(out, flowOf(x))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case yamltree.Text:
		return quoted(v.Text)
	case yamltree.Null, yamltree.Number, yamltree.Bool:
	}
	return v.Text
}

// elseOf is the member else of a value, nothing where there is no code.
func elseOf(code string) string {
	if code == "" {
		return ""
	}
	return ", else: " + quoted(code)
}

// useKey notes a secret.
func (o *old) useKey(name string) {
	if !slices.Contains(o.keys, name) && name != "" {
		o.keys = append(o.keys, name)
	}
}

// keysText is the keys of the protocol.
func (o *old) keysText() string {
	if len(o.keys) == 0 {
		return ""
	}
	var m members
	for _, k := range o.keys {
		m = append(m, member{k, "text"})
	}
	return "  keys: " + m.flow() + "\n"
}

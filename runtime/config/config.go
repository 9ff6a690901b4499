// Package config fills in flags that were not given: from variables of the environment,
// and then from a file. A flag is the one description of a setting: its name is the key in
// the file, its type says what may be written, its usage what it means.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

// annotations of flags.
const (
	variable = "jiekou.variable"
	source   = "jiekou.source"
)

// Env says which variable of the environment a flag has, by pairs of flag and variable.
// Only such flags are settings.
func Env(f *pflag.FlagSet, pairs map[string]string) {
	for name, env := range pairs {
		_ = f.SetAnnotation(name, variable, []string{env}) // a flag that is not there is found by the test of the page
	}
}

// Apply fills in the settings that were not given as flags. file is empty where there is
// none. Its error names the variable, or the file and the line.
func Apply(f *pflag.FlagSet, file string, getenv func(string) string) error {
	values, err := read(f, file)
	if err != nil {
		return err
	}
	var all []error
	settings(f, func(flag *pflag.Flag, env string) {
		if flag.Changed {
			from(flag, "flag")
			return
		}
		text, place := getenv(env), env
		if text == "" {
			one, ok := values[flag.Name]
			if !ok {
				return
			}
			text, place = one.Value, fmt.Sprintf("%s:%d: %s", file, one.Line, flag.Name)
		}
		if err := f.Set(flag.Name, text); err != nil {
			all = append(all, fmt.Errorf("%s: %q is not right: %s", place, text, flag.Value.Type()))
		}
		from(flag, place)
	})
	return errors.Join(all...)
}

func from(f *pflag.Flag, place string) { f.Annotations[source] = []string{place} }

// settings calls do for each setting, by name.
func settings(f *pflag.FlagSet, do func(flag *pflag.Flag, env string)) {
	f.VisitAll(func(flag *pflag.Flag) {
		if env := flag.Annotations[variable]; len(env) > 0 {
			do(flag, env[0])
		}
	})
}

// read reads a file: a mapping of settings to scalars.
func read(f *pflag.FlagSet, file string) (map[string]*yaml.Node, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	out := map[string]*yaml.Node{}
	if len(doc.Content) == 0 {
		return out, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: it is no mapping: write listen: 0.0.0.0:8080", file, root.Line)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		flag := f.Lookup(k.Value)
		switch {
		case (flag == nil || len(flag.Annotations[variable]) == 0) && !elsewhere(k.Value):
			return nil, fmt.Errorf("%s:%d: there is no setting %q", file, k.Line, k.Value)
		case v.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("%s:%d: %s is one text, number or true", file, v.Line, k.Value)
		case out[k.Value] != nil:
			return nil, fmt.Errorf("%s:%d: %s is there twice", file, k.Line, k.Value)
		}
		out[k.Value] = v
	}
	return out, nil
}

// elsewhere reports whether a name has the form of a setting: a command need not have all
// of those that serve has, which share the file.
func elsewhere(name string) bool { return regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(name) }

// Check refuses names in the file that are no settings of f, which must have all of them.
func Check(f *pflag.FlagSet, file string) error {
	values, err := read(f, file)
	if err != nil {
		return err
	}
	for name, v := range values {
		if flag := f.Lookup(name); flag == nil || len(flag.Annotations[variable]) == 0 {
			return fmt.Errorf("%s:%d: there is no setting %q", file, v.Line, name)
		}
	}
	return nil
}

// Print writes the settings as a file, each with where it is from. shown hides what
// nobody should see.
func Print(w io.Writer, f *pflag.FlagSet, shown func(value string) string) error {
	var all []string
	settings(f, func(flag *pflag.Flag, _ string) {
		place := "default"
		if s := flag.Annotations[source]; len(s) > 0 {
			place = s[0]
		}
		value, _ := yaml.Marshal(shown(flag.Value.String())) // a text can always be written
		all = append(all, fmt.Sprintf("%s: %s # %s\n", flag.Name, strings.TrimSpace(string(value)), place))
	})
	slices.Sort(all)
	_, err := io.WriteString(w, strings.Join(all, ""))
	return err
}

// tail is what a usage says of the variable, which the page has in a column.
var tail = regexp.MustCompile(`\s*\((?:JIEKOU_[A-Z_]+|DATABASE_URL)[^)]*\)$`)

// Page writes the settings as a table in Markdown.
func Page(w io.Writer, f *pflag.FlagSet) error {
	var all []string
	settings(f, func(flag *pflag.Flag, env string) {
		usual := ""
		if flag.DefValue != "" {
			usual = "`" + flag.DefValue + "`"
		}
		meaning := strings.ReplaceAll(tail.ReplaceAllString(flag.Usage, ""), "|", "\\|")
		all = append(all, fmt.Sprintf("| `%s` | `%s` | %s | %s |\n", flag.Name, env, usual, meaning))
	})
	slices.Sort(all)
	_, err := io.WriteString(w, "| setting | variable | default | meaning |\n| --- | --- | --- | --- |\n"+strings.Join(all, ""))
	return err
}

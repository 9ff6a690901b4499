package declare

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"go.yaml.in/yaml/v4"
)

// Override is what one deployment does in another way than a protocol declares: words in
// the place of declared ones, for everybody and for single apps, in YAML of the same
// shape. Values are joined by name and by word, everything else is replaced as a whole.
type Override struct {
	All  *yaml.Node // nil: nothing
	Apps map[string]*yaml.Node
}

// Overrides are those of systems, by name.
type Overrides map[string]Override

// maxOverrides bounds a file of overrides, bytes.
const maxOverrides = 4 << 20

// LoadOverrides reads a file:
//
//	custservice:
//	  protocol: {request: {header: {…}}}
//	  apps: {"10086": {request: {values: {sign: {by: [md5, hex]}}}}}
//
// Its errors name the file and the line. What the words mean, whoever compiles them finds out.
func LoadOverrides(file string) (Overrides, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no file %s", file)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxOverrides+1))
	if err == nil && len(data) > maxOverrides {
		err = fmt.Errorf("it has more than %d bytes", maxOverrides)
	}
	var doc yaml.Node
	if err == nil {
		err = yaml.Unmarshal(data, &doc)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	out := Overrides{}
	if len(doc.Content) == 0 {
		return out, nil
	}
	err = each(doc.Content[0], func(system string, n *yaml.Node) error {
		one, err := readOverride(n)
		out[system] = one
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	return out, nil
}

func readOverride(n *yaml.Node) (Override, error) {
	out := Override{Apps: map[string]*yaml.Node{}}
	err := each(n, func(word string, n *yaml.Node) error {
		switch word {
		case "protocol":
			out.All = n
			return nil
		case "apps":
			return each(n, func(id string, n *yaml.Node) error {
				out.Apps[id] = n
				return nil
			})
		}
		return fmt.Errorf("%d: unknown word %q: %s", n.Line, word, Nearest(word, []string{"protocol", "apps"}))
	})
	return out, err
}

// each calls f for the members of a mapping.
func each(n *yaml.Node, f func(name string, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("%d: it is no mapping: write NAME: {…}", n.Line)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if seen[k.Value] {
			return fmt.Errorf("%d: %q is there twice", k.Line, k.Value)
		}
		seen[k.Value] = true
		if err := f(k.Value, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

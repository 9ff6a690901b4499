package protocol

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// Override is what one deployment does in another way than a protocol declares: words in
// the place of declared ones, for everybody and for single apps, in YAML of the same
// shape. Values are joined by name and by word, everything else is replaced as a whole.
type Override struct {
	All  *yaml.Node // nil: nothing
	Apps map[string]*yaml.Node
}

// Override returns the protocol with an override. A message of an app that has words of
// its own is read, verified and answered by them; its keys are made by Keys as all are.
func (p *Protocol) Override(o Override) (*Protocol, error) {
	out, err := p.over(o.All)
	if err != nil {
		return nil, err
	}
	shared := slices.ContainsFunc(out.declared.Keys, func(k declare.Key) bool { return k.System })
	if len(o.Apps) > 0 && shared {
		return nil, errors.New("an app cannot have words of its own where a key is the same for all apps: a message is read with it before the app is known")
	}
	out.apps = map[string]*Protocol{}
	for id, one := range o.Apps {
		own, err := out.over(one)
		if err != nil {
			return nil, fmt.Errorf("app %s: %w", id, err)
		}
		out.apps[id], own.base = own, out
	}
	return out, nil
}

// For returns the protocol of an app: with its own words, where it has some.
func (p *Protocol) For(app string) *Protocol {
	if own := p.apps[app]; own != nil {
		return own
	}
	return p
}

func (p *Protocol) over(n *yaml.Node) (*Protocol, error) {
	if n == nil {
		return Compile(p.declared)
	}
	over, problems := declare.Read(n)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return Compile(p.declared.Over(over))
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
// Its errors name the file and the line. What the words mean, Override finds out.
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
		return fmt.Errorf("%d: unknown word %q: %s", n.Line, word, declare.Nearest(word, []string{"protocol", "apps"}))
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

// Apply returns the protocols of systems with their overrides. It refuses an override of
// a system that is not there, and what Override refuses, with the line where it has one.
func (o Overrides) Apply(protocols map[string]*Protocol) (map[string]*Protocol, error) {
	out := map[string]*Protocol{}
	var names []string
	for name, p := range protocols {
		out[name] = p
		names = append(names, name)
	}
	slices.Sort(names)
	for name, one := range o {
		if out[name] == nil {
			return nil, fmt.Errorf("there is no system %s; there are %s", name, strings.Join(names, ", "))
		}
		p, err := out[name].Override(one)
		if err != nil {
			return nil, err
		}
		out[name] = p
	}
	return out, nil
}

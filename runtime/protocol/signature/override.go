package signature

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// maxFile bounds a file of overrides, bytes.
const maxFile = 4 << 20

// LoadOverrides is ReadOverrides of a file; its errors name the file.
func LoadOverrides(file string) (map[string]Override, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no file %s", file)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := ReadOverrides(f)
	if at, ok := errors.AsType[*lineError](err); ok {
		return nil, fmt.Errorf("%s:%d: %s", file, at.line, at.text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// ReadOverrides reads a file of signatures that replace declared ones, by system:
//
//	custservice:
//	  signature: {app: header.appId, steps: [{sign: {…}}]}
//	  signatures: {login: {…}}
//	  apps: {"10086": {app: header.appId, steps: [{sign: {…}}]}}
//
// The members are those of `signature:` in a system.yaml. It refuses a key that is
// not known or given twice, a value of another type and a declaration that New
// refuses, naming the line.
func ReadOverrides(r io.Reader) (map[string]Override, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("the file has more than %d bytes", maxFile)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) == 0 {
		return nil, lined(err)
	}
	var out map[string]Override
	return out, lined(doc.Content[0].Load(&out, yaml.WithKnownFields()))
}

// keys lists all keys of a file, for a key that is none of them.
func keys() []string {
	return strings.Fields("signature signatures apps app payload time nonce steps value unit window else accept with " +
		"algorithm key derive iv over params to encoding from except order pair join values empty url")
}

// lineError is the fault of a line of a file.
type lineError struct {
	line int
	text string
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

// lined is the first mistake of a file, with its line.
func lined(err error) error {
	one, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return err
	}
	text := one.Message
	if key, ok := strings.CutPrefix(text, "field "); ok {
		if key, _, ok = strings.Cut(key, " not found in type "); ok {
			text = crypt.Unknown("key", key, keys()...).Error()
		}
	}
	return &lineError{one.Mark.Line, text}
}

// UnmarshalYAML reads a declaration and refuses the same faults as New.
func (s *Spec) UnmarshalYAML(n *yaml.Node) error {
	type members Spec
	if err := n.Load((*members)(s), yaml.WithKnownFields()); err != nil {
		return err
	}
	_, err := New(*s)
	return err
}

// UnmarshalYAML reads a time, whose window is a time span where there is one.
func (t *Time) UnmarshalYAML(n *yaml.Node) error {
	type members Time
	err := n.Load((*members)(t), yaml.WithKnownFields())
	for i := 0; i < len(n.Content) && err == nil; i += 2 {
		if n.Content[i].Value == "window" && t.Window <= 0 {
			err = fmt.Errorf("%q is no time span: write one like 5m or 90s", n.Content[i+1].Value)
		}
	}
	return err
}

// UnmarshalYAML reads a step, a mapping with the operation as its only key.
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return errors.New("write one step, like {sign: {…}}")
	}
	type members Step
	err := n.Content[1].Load((*members)(s), yaml.WithKnownFields())
	s.Op = n.Content[0].Value
	return err
}

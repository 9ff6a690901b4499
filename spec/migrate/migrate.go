// Package migrate rewrites system.yaml as it was before protocols were one language:
// endpoint, envelope, signature, signatures and the frame of reply become protocol, and
// the known answers of a signature become vectors.yaml.
package migrate

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Input is what one system has: its files, and which of its interfaces name a signature.
type Input struct {
	System, Errors []byte
	Signed         map[string][]string // names of interfaces by the signature that they name
	Forms          bool                // some interface has a form as its body
}

// Output is the files of the system afterwards. Notes say what could not be carried
// over, for people.
type Output struct {
	System, Vectors []byte // Vectors is empty where there are none
	Notes           []string
}

// Needed reports whether a system.yaml is written in an older version of the language.
func Needed(system []byte) bool {
	version, older := written(system)
	return older || version > 0 && version < spec.Language
}

// written is the version of the language that a system.yaml names, 0 where it names none,
// and whether it has keys of the first one.
func written(system []byte) (version int, older bool) {
	var doc yaml.Node
	if yaml.Load(system, &doc) != nil || len(doc.Content) != 1 {
		return 0, false
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i].Value; {
		case key == "language":
			version, _ = strconv.Atoi(root.Content[i+1].Value) // what is no number is for check
		case slices.Contains(spec.Replaced(), key):
			older = true
		}
	}
	return version, older
}

// languageLine is where system.yaml says its language, or what it is said behind.
var languageLine = regexp.MustCompile(`(?m)^(system: *\S.*\n)(language:.*\n)?`)

// stamp writes the version of the language behind the name of the system.
func stamp(system []byte) []byte {
	return languageLine.ReplaceAll(system, fmt.Appendf(nil, "${1}language: %d\n", spec.Language))
}

// System rewrites the files of one system. It refuses YAML that cannot be read, and what
// the older language did not allow either.
func System(in Input) (*Output, error) {
	root, err := parse("system.yaml", in.System)
	if err != nil {
		return nil, err
	}
	o := &old{root: root, signed: in.Signed, forms: in.Forms}
	if rules, err := parse("errors.yaml", in.Errors); err == nil {
		o.appCode, o.repeated = rules.Get("rules").Str("app"), rules.Get("rules").Str("repeated")
	}
	block := ""
	if root.Get("protocol") == nil {
		if block, err = o.protocol(); err != nil {
			return nil, err
		}
	}
	text, err := replace(in.System, block)
	if err != nil {
		return nil, err
	}
	text = stamp(text)
	out := &Output{Notes: o.notes}
	if out.System, err = format.YAML(text); err != nil {
		return nil, fmt.Errorf("system.yaml: %w", err)
	}
	if vectors := o.vectors(); vectors != "" {
		if out.Vectors, err = format.YAML([]byte(vectors)); err != nil {
			return nil, fmt.Errorf("vectors.yaml: %w", err)
		}
	}
	out.Notes = o.notes
	return out, nil
}

// parse reads a file into values.
func parse(name string, text []byte) (*yamltree.Value, error) {
	to := &spec.Collector{}
	to.Source(name, text)
	v := yamltree.Parse(to, name, text)
	if v == nil {
		return nil, to.Sorted()
	}
	return v, nil
}

// replace takes the old keys out of system.yaml and puts block in the place of the first
// of them that says how messages are. Comments above other keys stay with them.
func replace(text []byte, block string) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("system.yaml holds no YAML")
	}
	root, lines := doc.Content[0], strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	var out []string
	put, at := false, 0
	for i := 0; i+1 < len(root.Content); i += 2 {
		from, to := root.Content[i].Line-1, len(lines)
		if i+2 < len(root.Content) {
			to = root.Content[i+2].Line - 1
		}
		own := to // comments and blank lines above the next key are the next key's
		for own > from+1 && (strings.TrimSpace(lines[own-1]) == "" || strings.HasPrefix(lines[own-1], "#")) {
			own--
		}
		out = append(out, lines[at:from]...)
		at = from
		key := root.Content[i].Value
		if !slices.Contains(spec.Replaced(), key) {
			continue
		}
		at = own
		if key != "endpoint" && !put && block != "" {
			put = true
			out = append(out, strings.Split(strings.TrimRight(block, "\n"), "\n")...)
		}
	}
	out = append(out, lines[at:]...)
	return append(bytes.TrimRight([]byte(strings.Join(out, "\n")), "\n"), '\n'), nil
}

package signature

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a file of overrides or known answers, bytes.
const maxFile = 4 << 20

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
	var out map[string]Override
	if err := decodeFile(r, &out); err != nil {
		return nil, err
	}
	return out, nil
}

// decodeFile reads one YAML document to its end.
func decodeFile(r io.Reader, to any) error {
	var doc yaml.Node
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return err
	}
	if len(data) > maxFile {
		return fmt.Errorf("the file has more than %d bytes", maxFile)
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return decodeInto(doc.Content[0], to)
}

// decodeInto fills what to points to.
func decodeInto(n *yaml.Node, to any) error { return decodeNode(n, reflect.ValueOf(to).Elem()) }

// decodeNode fills v with a node: structs by the yaml tags of their fields, maps,
// slices and scalars.
func decodeNode(n *yaml.Node, v reflect.Value) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeNode(n, v.Elem())
	case reflect.Struct:
		switch v.Type() {
		case reflect.TypeFor[Step]():
			return decodeStep(n, v)
		case reflect.TypeFor[time.Time]():
			return decodeScalar(n, v)
		}
		return eachMember(n, func(key, value *yaml.Node) error { return decodeField(key, value, v) })
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		return eachMember(n, func(key, value *yaml.Node) error {
			one := reflect.New(v.Type().Elem()).Elem()
			if err := decodeNode(value, one); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(key.Value), one)
			return judgeSpec(key, one.Interface())
		})
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			return at(n, errors.New("write a list, like [a, b]"))
		}
		for _, item := range n.Content {
			one := reflect.New(v.Type().Elem()).Elem()
			if err := decodeNode(item, one); err != nil {
				return err
			}
			v.Set(reflect.Append(v, one))
		}
		return nil
	}
	return decodeScalar(n, v)
}

// decodeField fills the field of a struct that a key names.
func decodeField(key, value *yaml.Node, v reflect.Value) error {
	var known []string
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("yaml")
		if tag == key.Value && tag != "-" {
			if err := decodeNode(value, v.Field(i)); err != nil {
				return err
			}
			return judgeSpec(key, v.Field(i).Interface())
		}
		if tag != "-" && tag != "" {
			known = append(known, tag)
		}
	}
	return at(key, unknown("key", key.Value, known...))
}

// judgeSpec refuses a declaration that New refuses, at its line.
func judgeSpec(key *yaml.Node, v any) error {
	if p, ok := v.(*Spec); ok {
		v = *p
	}
	if spec, ok := v.(Spec); ok {
		if _, err := New(spec); err != nil {
			return at(key, err)
		}
	}
	return nil
}

// decodeStep reads a step, a mapping with the operation as its only key.
func decodeStep(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return at(n, errors.New("write one step, like {sign: {…}}"))
	}
	v.FieldByName("Op").SetString(n.Content[0].Value)
	return eachMember(n.Content[1], func(key, value *yaml.Node) error { return decodeField(key, value, v) })
}

// eachMember calls f for each member of a mapping.
func eachMember(n *yaml.Node, f func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return at(n, errors.New("write a mapping, like {key: value}"))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return at(key, fmt.Errorf("the key %q is given twice", key.Value))
		}
		seen[key.Value] = true
		if err := f(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func decodeScalar(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode {
		return at(n, errors.New("write a single value"))
	}
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		span, err := time.ParseDuration(n.Value)
		if err != nil || span <= 0 {
			return at(n, fmt.Errorf("%q is no time span: write one like 5m or 90s", n.Value))
		}
		v.SetInt(int64(span))
	case v.Type() == reflect.TypeFor[time.Time]():
		t, err := time.Parse(time.RFC3339, n.Value)
		if err != nil {
			return at(n, fmt.Errorf("%q is no time: write one like 2026-11-22T08:00:00+08:00", n.Value))
		}
		v.Set(reflect.ValueOf(t))
	case v.Kind() == reflect.Bool:
		word := strings.ToLower(n.Value)
		if word != "true" && word != "false" {
			return at(n, fmt.Errorf("%q is neither true nor false", n.Value))
		}
		v.SetBool(word == "true")
	default:
		v.SetString(n.Value)
	}
	return nil
}

// at puts the line before an error.
func at(n *yaml.Node, err error) error { return fmt.Errorf("line %d: %w", cmp.Or(n.Line, 1), err) }

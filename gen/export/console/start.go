package console

import (
	"errors"
	"path"

	"github.com/jiekou-dev/jiekou/gen/client/native"
	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// Starts returns, beside the documents of a system, the program that somebody begins with
// for each interface and language. Those in Go import what is generated below root in
// module. A language that cannot carry the protocol is left out.
func Starts(module, root string, s *spec.System) (map[string][]byte, error) {
	if s.Protocol == nil {
		return nil, nil
	}
	from := "./" + s.Name + "-client/dist/index.js"
	out := map[string][]portal.Example{}
	for _, one := range []struct {
		title, language string
		starts          func() (map[string]string, error)
	}{
		{"JavaScript", "js", func() (map[string]string, error) { return ts.Starts(s, from) }},
		{"Python", "python", func() (map[string]string, error) { return native.Starts(s, "python") }},
		{"Java", "java", func() (map[string]string, error) { return native.Starts(s, "java") }},
		{"PHP", "php", func() (map[string]string, error) { return native.Starts(s, "php") }},
		{"Go", "go", func() (map[string]string, error) { return GoStarts(path.Join(module, root), s) }},
		{"C#", "csharp", func() (map[string]string, error) { return native.Starts(s, "csharp") }},
	} {
		starts, err := one.starts()
		if _, gap := errors.AsType[*program.Gap](err); gap {
			continue
		}
		if err != nil {
			return nil, err
		}
		for cmd, text := range starts {
			out[cmd] = append(out[cmd], portal.Example{Title: one.title, Language: one.language, Text: text})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	text, err := encoded(out)
	return map[string][]byte{path.Join(s.Name, "docs", portal.StartFile): text}, err
}

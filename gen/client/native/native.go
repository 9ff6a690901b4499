// Package native writes clients of a system in Python, Java, PHP and C#: typed models,
// calls that are validated, sealed or signed, sent and verified, and a receiver of
// notifications.
//
// Each language has a library, below runtime, and two printers: one of the models, and
// one of the program of the protocol, which package program makes of the server's own
// plan.
package native

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/spec"
)

//go:embed all:runtime
var runtime embed.FS

// library lists the files of a language's library by their names.
func library(lang string) (map[string][]byte, error) {
	list, err := runtime.ReadDir("runtime/" + lang)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, one := range list {
		if out[one.Name()], err = fs.ReadFile(runtime, "runtime/"+lang+"/"+one.Name()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// snake writes writeJSON as write_json.
func snake(name string) string {
	var b strings.Builder
	r := []rune(name)
	for i, ch := range r {
		if unicode.IsUpper(ch) && i > 0 && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) && r[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(ch))
	}
	return b.String()
}

// lowered begins with a small letter: CstInfo is cstInfo, IDCard idCard.
func lowered(name string) string {
	r := []rune(name)
	for i := range r {
		if i > 0 && i+1 < len(r) && !unicode.IsUpper(r[i+1]) {
			break
		}
		r[i] = unicode.ToLower(r[i])
	}
	return string(r)
}

// raised begins with a capital letter.
func raised(name string) string {
	r := []rune(name)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func indent(s, by string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) }

// escaped is a text in quotation marks, byte by byte, with \x escapes.
func escaped(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '"' || ch == '\\':
			b.WriteByte('\\')
			b.WriteByte(ch)
		case ch == '\n':
			b.WriteString(`\n`)
		case ch < ' ' || ch > '~':
			b.WriteString(`\x` + string(digits[ch>>4]) + string(digits[ch&15]))
		default:
			b.WriteByte(ch)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' || r < ' ' }) < 0
}

// used lists the functions of the library that a program calls, in order.
func used(p *program.Program) []string {
	var out []string
	p.Walk(func(n program.Node) {
		name := ""
		switch n := n.(type) {
		case program.Call:
			if !n.On {
				name = n.Func
			}
		case program.Ref:
			name = string(n)
		case program.Sorted:
			name = "joined"
		case program.Word:
			if !n.Plain {
				name = "word"
			}
		case program.Object:
			name = "{" + n.Kind + "}"
		}
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	})
	slices.Sort(out)
	return out
}

// Start is the program that somebody begins with in a language: a client, one call with
// what it requires, and how a refusal is read.
func Start(s *spec.System, lang string) (string, error) {
	made, start, err := starting(s, lang)
	if err != nil {
		return "", err
	}
	return start(made, made.first()), nil
}

// Starts are such programs, one for each interface that can be called, by cmd.
func Starts(s *spec.System, lang string) (map[string]string, error) {
	made, start, err := starting(s, lang)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range made.calls {
		out[e.Cmd] = start(made, e)
	}
	return out, nil
}

// starting reads a system for a language, with what writes the first program in it.
func starting(s *spec.System, lang string) (*system, func(*system, *endpoint) string, error) {
	language, ok := map[string]struct {
		read  func(*spec.System) (*system, error)
		start func(*system, *endpoint) string
	}{
		"python": {pythonSystem, (*system).pythonStart}, "java": {javaSystem, (*system).javaStart}, "php": {phpSystem, (*system).phpStart}, "csharp": {csharpSystem, (*system).csharpStart},
	}[lang]
	if !ok {
		return nil, nil, fmt.Errorf("no client in %s", lang)
	}
	made, err := language.read(s)
	return made, language.start, err
}

package reference

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// own are systems that use the keys which none of the four systems needs.
//
//go:embed example
var own embed.FS

// Own returns the systems that were written as examples, below "example".
func Own() fs.FS { return own }

// excerpt is a piece of YAML that shows a key.
type excerpt struct {
	text string
	cost int // a shorter and simpler piece costs less
}

// examples are the best excerpts by the path of their key.
var examples = sync.OnceValue(func() map[string]excerpt {
	best := map[string]excerpt{}
	for _, from := range []struct {
		fsys fs.FS
		root string
	}{{own, "example"}, {spec.Embedded(), "spec"}} {
		collect(best, from.fsys, from.root)
	}
	return best
})

// collect finds the keys of all files below a folder of systems.
func collect(best map[string]excerpt, fsys fs.FS, root string) {
	_ = fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return nil // what cannot be read shows no example
		}
		_, inside, _ := strings.Cut(strings.TrimPrefix(name, root+"/"), "/")
		text, err := fs.ReadFile(fsys, name)
		kind := KindOf(inside)
		if err != nil || kind == "" {
			return nil
		}
		c := &collector{best: best, lines: strings.Split(string(text), "\n")}
		c.visit(yamltree.Parse(&spec.Collector{}, name, text), File(kind), nil)
		return nil
	})
}

// collector takes excerpts out of one file.
type collector struct {
	best  map[string]excerpt
	lines []string
}

// visit takes an excerpt for each known key of a value and of all below it. row is
// the key that holds the value.
func (c *collector) visit(v *yamltree.Value, s Shape, row *yamltree.Member) {
	if v == nil || s.at == nil {
		return
	}
	for _, item := range v.Items {
		c.visit(item, s.Item(), row)
	}
	for i := range v.Members {
		m := &v.Members[i]
		if s.Knows(m.Name) {
			c.offer(s.place+"."+m.Name, c.excerpt(m, row))
		}
		c.visit(m.Value, s.Key(m.Name), m)
	}
}

// offer keeps the cheapest excerpt of a key.
func (c *collector) offer(key string, one excerpt) {
	if old, ok := c.best[key]; !ok || one.cost < old.cost {
		c.best[key] = one
	}
}

const (
	maxExcerpt = 8  // lines
	alone      = 60 // what a key costs that is shown without the row that holds it
)

// excerpt is the text of a key with its value: of a flow mapping the whole line.
func (c *collector) excerpt(m *yamltree.Member, row *yamltree.Member) excerpt {
	from, cost := m.Pos, alone
	if row != nil && row.Pos.Line == m.Pos.Line {
		from, cost = row.Pos, 0
	}
	first := c.lines[from.Line-1]
	indent := len(first) - len(strings.TrimLeft(first, " "))
	lines := []string{strings.TrimPrefix(first[indent:], "- ")}
	for _, line := range c.lines[from.Line:] {
		own := len(line) - len(strings.TrimLeft(line, " "))
		if strings.TrimSpace(line) == "" || own < indent || own == indent && !strings.HasPrefix(line[indent:], "- ") {
			break
		}
		if len(lines) == maxExcerpt {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, line[indent:])
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), " \n")
	return excerpt{text: text, cost: cost + (len(lines)-1)*1000 + len(text)}
}

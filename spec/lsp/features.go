package lsp

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/reference"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// location is a place in a file.
type location struct {
	URI   string    `json:"uri"`
	Range textRange `json:"range"`
}

// edit replaces a piece of a text.
type edit struct {
	Range   textRange `json:"range"`
	NewText string    `json:"newText"`
}

// workspaceEdit changes files.
type workspaceEdit struct {
	Changes map[string][]edit `json:"changes"`
}

// completionItem is one offer while typing.
type completionItem struct {
	Label         string  `json:"label"`
	Kind          int     `json:"kind"`
	Detail        string  `json:"detail,omitempty"`
	Documentation *markup `json:"documentation,omitempty"`
	InsertText    string  `json:"insertText,omitempty"`
}

// markup is text for people.
type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// hover is what is shown over a word.
type hover struct {
	Contents markup `json:"contents"`
}

// kinds of completion items, as the protocol numbers them.
const (
	itemKey   = 10 // property
	itemValue = 12 // value
	itemName  = 18 // reference
)

// inFile splits the name of a file below the root: its system and its name there.
func inFile(name string) (system, inside string) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 3 || parts[0] != folder {
		return "", ""
	}
	return parts[1], parts[2]
}

// references returns where the thing at a position is written, definitions first.
func (w *workspace) references(name string, at position) []mention {
	text := split(w.text(name))
	line, col := text.place(at)
	x := w.index()
	var out []mention
	for _, m := range x.at(name, line, col) {
		if same := x.same(m); len(same) > 0 && same[0].defines {
			out = append(out, same...)
		}
	}
	return out
}

// located turns mentions into locations.
func (w *workspace) located(list []mention, keep func(mention) bool) []location {
	out := []location{}
	for _, m := range list {
		if keep(m) {
			text := split(w.text(m.pos.File))
			out = append(out, location{w.uri(m.pos.File), text.span(m.pos, len([]rune(m.name)))})
		}
	}
	return out
}

// rename returns the edits that give a thing another name. Names that are those of
// files cannot be changed so: they give nothing.
func (w *workspace) rename(name string, at position, to string) *workspaceEdit {
	out := &workspaceEdit{Changes: map[string][]edit{}}
	for _, m := range w.references(name, at) {
		if slices.Contains([]string{"system", "table", "interface", "group", "field"}, m.kind) {
			continue
		}
		text := split(w.text(m.pos.File))
		uri := w.uri(m.pos.File)
		out.Changes[uri] = append(out.Changes[uri], edit{text.span(m.pos, len([]rune(m.name))), to})
	}
	if len(out.Changes) == 0 {
		return nil
	}
	return out
}

// hover explains the word at a position: the finding that begins there by the page of
// its rule, the key by its manual, a name by what its definition says.
func (w *workspace) hover(name string, at position, found []diagnostic) *hover {
	system, inside := inFile(name)
	if system == "" {
		return nil
	}
	src := w.text(name)
	line, col := split(src).place(at)
	var parts []string
	for _, d := range found {
		if d.Range.Start.Line == at.Line && d.Range.Start.Character <= at.Character && at.Character <= d.Range.End.Character {
			parts = append(parts, "```text\n"+rulePage(d.Code, w.say)+"```")
		}
	}
	if tree := yamltree.Parse(&spec.Collector{}, name, []byte(src)); tree != nil {
		if key, ok := keyAt(tree, reference.File(reference.KindOf(inside)), line, col); ok {
			parts = append(parts, "**"+key.Path()+"**: "+w.say(key.Doc))
			if key.Values != "" {
				parts = append(parts, w.say("value:")+" "+w.say(key.Values))
			}
			if key.Example != "" {
				parts = append(parts, "```yaml\n"+key.Example+"\n```")
			}
		}
	}
	for _, m := range w.references(name, at) {
		if m.defines {
			parts = append(parts, m.kind+" **"+m.name+"** "+m.doc+" ("+m.pos.File+")")
			break
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return &hover{markup{"markdown", strings.Join(parts, "\n\n")}}
}

// keyAt finds the key of the language that is written at a place, or whose value is one of
// those that the language lists.
func keyAt(v *yamltree.Value, shape reference.Shape, line, col int) (reference.Key, bool) {
	shape = inner(shape)
	for _, item := range v.Items {
		if key, ok := keyAt(item, shape, line, col); ok {
			return key, true
		}
	}
	for i := range v.Members {
		m := &v.Members[i]
		on := func(pos spec.Pos, text string) bool {
			return pos.Line == line && pos.Col <= col && col <= pos.Col+len([]rune(text))
		}
		if found := reference.Find(shape.Place() + "." + m.Name); len(found) > 0 && shape.Knows(m.Name) {
			if on(m.Pos, m.Name) || on(m.Value.Pos, m.Value.Text) && slices.Contains(shape.Key(m.Name).Choices(), m.Value.Text) {
				return found[0], true
			}
		}
		if key, ok := keyAt(m.Value, shape.Key(m.Name), line, col); ok {
			return key, true
		}
	}
	return reference.Key{}, false
}

// complete offers what may be written at a position.
func (w *workspace) complete(name string, at position) []completionItem {
	out := []completionItem{}
	system, inside := inFile(name)
	kind := reference.KindOf(inside)
	if system == "" || kind == "" {
		return out
	}
	text := split(w.text(name))
	line, col := text.place(at)
	before := strings.Join(text[:line-1], "\n")
	if line > 1 {
		before += "\n"
	}
	before += string([]rune(text.line(line - 1))[:col-1])
	c := cursorOf(before)
	shape := within(reference.File(kind), c.path)
	s := &scan{system: system, file: path.Join(system, inside)}
	table := tableBefore(before, kind)
	if !c.value {
		out = append(out, w.keys(inner(shape))...)
		return append(out, w.offers(inner(shape).Raw("x-refers-keys"), s, table, ": ")...)
	}
	for _, choice := range shape.Choices() {
		out = append(out, completionItem{Label: choice, Kind: itemValue})
	}
	refers := shape.Raw("x-refers")
	if len(c.path) > 0 && refers == "" {
		refers = inner(within(reference.File(kind), c.path[:len(c.path)-1])).Raw("x-refers")
	}
	return append(out, w.offers(refers, s, table, "")...)
}

// keys offers the keys of a mapping.
func (w *workspace) keys(shape reference.Shape) []completionItem {
	var out []completionItem
	for _, m := range shape.Keys() {
		item := completionItem{Label: m.Name, Kind: itemKey, Detail: w.say(m.Shape.Doc()), InsertText: m.Name + ": "}
		if found := reference.Find(shape.Place() + "." + m.Name); len(found) > 0 && found[0].Example != "" {
			item.Documentation = &markup{"markdown", w.say(m.Shape.Doc()) + "\n\n```yaml\n" + found[0].Example + "\n```"}
		}
		out = append(out, item)
	}
	return out
}

// offers lists the names of some kinds that hold at a place.
func (w *workspace) offers(kinds string, s *scan, table, behind string) []completionItem {
	if kinds == "" {
		return nil
	}
	x := w.index()
	var out []completionItem
	for kind := range strings.SplitSeq(kinds, "|") {
		for _, m := range x.names(kind, s.scope(kind, table)) {
			out = append(out, completionItem{Label: m.name, Kind: itemName, Detail: strings.TrimSpace(kind + " " + m.doc), InsertText: m.name + behind})
		}
	}
	return out
}

var tableVerb = regexp.MustCompile(`\b(?:` + strings.Join(verbs, "|") + `):\s*"?([A-Za-z_][A-Za-z0-9_]*)`)

// tableBefore is the table that was named last before the cursor.
func tableBefore(before, kind string) string {
	found := tableVerb.FindAllStringSubmatch(before, -1)
	switch {
	case len(found) == 0:
		return ""
	case kind == "table":
		return found[0][1]
	}
	return found[len(found)-1][1]
}

// diagnostic is one finding as editors take it.
type diagnostic struct {
	Range    textRange `json:"range"`
	Severity int       `json:"severity"`
	Code     string    `json:"code"`
	Source   string    `json:"source"`
	Message  string    `json:"message"`
	hint     string
	word     string
}

// diagnosed turns the findings of a file into diagnostics.
func (w *workspace) diagnosed(name string, findings spec.Findings) []diagnostic {
	out := []diagnostic{}
	text := split(w.text(name))
	for _, f := range findings {
		if f.Pos.File != name {
			continue
		}
		at, word := text.token(f.Pos)
		message := w.say(f.Message)
		if f.Hint != "" {
			message += "\n" + w.say("hint: "+f.Hint)
		}
		out = append(out, diagnostic{
			Range: text.span(at, max(len([]rune(word)), 1)), Severity: 1, Code: f.ID, Source: "jiekou", Message: message,
			hint: f.Hint, word: word,
		})
	}
	return out
}

// action is a change that an editor offers.
type action struct {
	Title       string         `json:"title"`
	Kind        string         `json:"kind"`
	IsPreferred bool           `json:"isPreferred,omitempty"`
	Edit        *workspaceEdit `json:"edit,omitempty"`
	Diagnostics []diagnostic   `json:"diagnostics,omitempty"`
}

var meant = regexp.MustCompile(`^did you mean "([^"]+)"\?$`)

// fixes offers to write what a hint proposes, for the findings that a range touches.
func (w *workspace) fixes(name string, found []diagnostic, in textRange) []action {
	out := []action{}
	for _, d := range found {
		m := meant.FindStringSubmatch(d.hint)
		if m == nil || d.word == "" || d.Range.End.Line < in.Start.Line || d.Range.Start.Line > in.End.Line {
			continue
		}
		out = append(out, action{
			Title: w.say("write " + m[1]), Kind: "quickfix", IsPreferred: true, Diagnostics: []diagnostic{d},
			Edit: &workspaceEdit{Changes: map[string][]edit{w.uri(name): {{d.Range, m[1]}}}},
		})
	}
	return out
}

// rulePage is the page of a rule.
func rulePage(id string, say func(string) string) string {
	for _, r := range check.Rules() {
		if r.ID == id {
			return r.Page(say)
		}
	}
	return ""
}

package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Finding is one thing that is wrong with the YAML.
type Finding struct {
	Pos     Pos
	ID      string // of the rule, for example "JK0103"; see check.Rules
	Message string
	Hint    string // how to fix it; empty when there is nothing to add
	Source  string // the line of the file, without its end; empty when there is none
}

// Findings is all that is wrong, sorted by file, line and column. It is the
// error that load.Systems returns.
type Findings []Finding

// alike is from how many places on findings that say the same are written as one: most
// of them have one cause.
const alike = 4

// Error renders all findings, one below the other. Of those that say the same in many
// places the first is rendered, with the number and places of the others.
func (f Findings) Error() string { return f.Text(unsaid) }

// unsaid says nothing another way.
func unsaid(text string) string { return text }

// In is the findings with messages and hints as say has them, in another language. Ids,
// places and lines stay.
func (f Findings) In(say func(string) string) Findings {
	out := slices.Clone(f)
	for i := range out {
		out[i].Message, out[i].Hint = say(out[i].Message), say(out[i].Hint)
	}
	return out
}

// Text renders all findings as Error does, with say for everything that is said.
func (f Findings) Text(say func(string) string) string {
	type saying struct{ id, message, hint string }
	places := map[saying][]string{}
	for _, one := range f {
		key := saying{one.ID, one.Message, one.Hint}
		places[key] = append(places[key], one.Pos.String())
	}
	var parts []string
	for _, one := range f {
		key := saying{one.ID, one.Message, one.Hint}
		switch all := places[key]; {
		case len(all) < alike:
			parts = append(parts, one.text(say))
		case all[0] == one.Pos.String():
			more := strings.Join(all[1:min(len(all), alike)], ", ")
			if len(all) > alike {
				more += ", …"
			}
			parts = append(parts, one.text(say)+"\n"+say(fmt.Sprintf("the same in %d more places: %s", len(all)-1, more)))
		}
	}
	return strings.Join(parts, "\n")
}

// String renders the finding: place, id and message, then a hint line, then
// the source line with a caret below the column.
func (f Finding) String() string { return f.text(unsaid) }

func (f Finding) text(say func(string) string) string {
	var b strings.Builder
	if at := f.Pos.String(); at != "" {
		b.WriteString(at + ": ")
	}
	b.WriteString(f.ID + " " + say(f.Message))
	if f.Hint != "" {
		b.WriteString("\n" + say("hint: "+f.Hint))
	}
	if f.Source != "" {
		line, caret := window([]rune(f.Source), f.Pos.Col-1)
		number := fmt.Sprintf("%4d", f.Pos.Line)
		fmt.Fprintf(&b, "\n%s | %s\n%s | %s^", number, line, strings.Repeat(" ", len(number)), strings.Repeat(" ", caret))
	}
	return b.String()
}

const maxLine = 100 // columns of a source line in a finding

// window cuts a long line round the character at col and returns the text with
// the number of columns before that character.
func window(line []rune, col int) (text string, before int) {
	col = min(max(col, 0), len(line))
	start, before := 0, Width(line[:col])
	for before > maxLine-20 || start > 0 && before > maxLine-40 {
		before -= Width(line[start : start+1])
		start++
	}
	end, all := col, before
	for end < len(line) && all+Width(line[end:end+1]) <= maxLine {
		all += Width(line[end : end+1])
		end++
	}
	if start > 0 {
		text, before = "…", before+1
	}
	for _, r := range line[start:end] {
		if unicode.IsControl(r) {
			r = ' '
		}
		text += string(r)
	}
	if end < len(line) {
		text += "…"
	}
	return strings.TrimRight(text, " "), before
}

// Width is the width of text in a terminal: two columns for a wide character.
func Width(text []rune) int {
	n := 0
	for _, r := range text {
		n++
		if unicode.Is(wide, r) {
			n++
		}
	}
	return n
}

// wide holds the characters that take two columns: East Asian wide and
// full-width forms, and pictures.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1},
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1},
		{Lo: 0x3041, Hi: 0x4DBF, Stride: 1},
		{Lo: 0x4E00, Hi: 0xA4CF, Stride: 1},
		{Lo: 0xA960, Hi: 0xA97C, Stride: 1},
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1},
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1},
		{Lo: 0xFE30, Hi: 0xFE6B, Stride: 1},
		{Lo: 0xFF01, Hi: 0xFF60, Stride: 1},
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1},
		{Lo: 0x1F680, Hi: 0x1F6FF, Stride: 1},
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1},
		{Lo: 0x20000, Hi: 0x3FFFD, Stride: 1},
	},
}

// Beyond returns the findings that are not among those from before, wherever in their
// files these were: lines added above a finding do not make it another one.
func (f Findings) Beyond(before Findings) Findings {
	placeless := func(f Finding) Finding { return Finding{Pos: Pos{File: f.Pos.File}, ID: f.ID, Message: f.Message} }
	old := map[Finding]int{}
	for _, one := range before {
		old[placeless(one)]++
	}
	var added Findings
	for _, one := range f {
		if old[placeless(one)]--; old[placeless(one)] < 0 {
			added = append(added, one)
		}
	}
	return added
}

// Refusal is a construct that every rule allows and that cannot be generated: what
// only the generator knows, with its place.
type Refusal struct {
	Pos     Pos
	Message string
	ID      string // of the rule; empty: JK0435, a construct that cannot be generated
	Hint    string // how to fix it
}

// Refuse returns a *Refusal.
func Refuse(at Pos, format string, args ...any) error {
	return &Refusal{Pos: at, Message: fmt.Sprintf(format, args...)}
}

// Error renders the place and the message.
func (r *Refusal) Error() string { return r.Pos.String() + ": " + r.Message }

// Finding is the refusal as check reports it.
func (r *Refusal) Finding() Finding {
	hint := cmp.Or(r.Hint, "say it another way, or make it answer: {handler: true} and write it in Go")
	return Finding{Pos: r.Pos, ID: cmp.Or(r.ID, "JK0435"), Message: r.Message, Hint: hint}
}

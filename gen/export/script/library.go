package script

import (
	"embed"
	"io/fs"
	"regexp"
	"strings"
	"sync"
)

//go:embed library/*.js
var files embed.FS

// block is one declaration of a program with its comment: it begins at the start of a
// line and ends before an empty one.
type block struct {
	name, text string
	needs      []string
}

var (
	beginning = regexp.MustCompile(`(?m)^(?:function|const) (\w+)`)
	// quiet is what has no names in it: comments and texts.
	quiet = regexp.MustCompile(`(?m)//.*$|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`)
	// local are names that a block declares itself.
	local = regexp.MustCompile(`(?:const|let) ([\w\s,{}\[\]]+)(?: =| of|;)|function \w*\(([^()]*)\)|\(([^()]*)\) =>|(\w+) =>`)
	word  = regexp.MustCompile(`[\w$.]*[\w$](?:\s*:)?`)
	plain = regexp.MustCompile(`[A-Za-z_$][\w$]*`)
)

// blocks takes a program apart.
func blocks(program string) []block {
	var out []block
	for _, text := range strings.Split(strings.TrimSpace(program), "\n\n") {
		m := beginning.FindStringSubmatch(text)
		if m == nil {
			continue // a comment on the file
		}
		out = append(out, block{name: m[1], text: text, needs: names(text)})
	}
	return out
}

// names lists what a block names and does not declare: no members, no keys of objects.
func names(text string) []string {
	text = quiet.ReplaceAllString(text, `""`)
	own := map[string]bool{}
	for i, m := range local.FindAllStringSubmatch(text, -1) {
		if i == 0 && strings.HasPrefix(m[0], "const ") && strings.HasPrefix(text, m[0]) {
			continue // the block itself
		}
		for _, name := range plain.FindAllString(strings.Join(m[1:], " "), -1) {
			own[name] = true
		}
	}
	var out []string
	for _, name := range word.FindAllString(text, -1) {
		if plain.FindString(name) != name || own[name] {
			if front, _, ok := strings.Cut(name, "."); !ok || front == "..." || own[front] {
				continue
			} else {
				name = front
			}
		}
		out = append(out, name)
	}
	return out
}

// library lists the declarations of all files. They never change, and every program asks.
var library = sync.OnceValue(func() []block {
	var out []block
	names, _ := fs.Glob(files, "library/*.js") // the pattern is well-formed
	for _, name := range names {
		text, _ := files.ReadFile(name) // it was listed
		out = append(out, blocks(string(text))...)
	}
	return out
})

// shaken is a program with the functions of the library that it needs in front.
func shaken(program string) string {
	all := library()
	at := map[string]int{}
	for i, d := range all {
		at[d.name] = i
	}
	used := make([]bool, len(all))
	var order []int // a constant comes after what it is made of
	var visit func(needs []string)
	visit = func(needs []string) {
		for _, name := range needs {
			if i, ok := at[name]; ok && !used[i] {
				used[i] = true
				visit(all[i].needs)
				order = append(order, i)
			}
		}
	}
	for _, text := range strings.Split(program, "\n\n") {
		visit(names(text))
	}
	var out strings.Builder
	for _, i := range order {
		out.WriteString(all[i].text + "\n\n")
	}
	return bigNumber.ReplaceAllString(out.String()+program, `BigInt("$1")`)
}

// bigNumber is a literal of BigInt, which some tools cannot parse that take scripts
// apart before they run them: Bruno takes out comments.
var bigNumber = regexp.MustCompile(`\b(0x[0-9a-f]+|[0-9]+)n\b`)

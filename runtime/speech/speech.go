// Package speech says in Chinese what the programs say to their users: findings, hints,
// help, rules and errors. The code says each text once, in English; the folder zh holds the
// Chinese of all of them in the form of gettext, with the English text, placeholders and
// all, as the key. A test collects the texts of the sources and wants each of them there,
// with the same placeholders.
//
// A text is translated where it leaves the program, not where it is made: everything inside
// compares, sorts and stores one wording, whatever the language. So Say takes the finished
// text, finds the entry whose pattern it fits, and says the parts in the places of the
// placeholders, too: they may be texts themselves. What has no entry, an error of a library
// say, stays as it is.
package speech

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Language is a language of the programs. The zero value is English.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages lists them.
func Languages() []string { return []string{string(English), string(Chinese)} }

// Chosen is the language of a program: that of the last --lang among its arguments that
// names one, else of the first of LC_ALL, LC_MESSAGES and LANG that is set. Everything that
// is not Chinese is English.
func Chosen(args []string, env func(string) string) Language {
	chosen := Language("")
	for i, arg := range args {
		value, joined := strings.CutPrefix(arg, "--lang=")
		switch {
		case arg == "--":
			args = args[:i]
		case arg == "--lang" && i+1 < len(args):
			value = args[i+1]
		case !joined:
			continue
		}
		if slices.Contains(Languages(), value) {
			chosen = Language(value)
		}
		if len(args) == i {
			break
		}
	}
	if chosen != "" {
		return chosen
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := env(name); value != "" {
			return Named(value)
		}
	}
	return English
}

// Named is the language that a locale names: zh_CN.UTF-8 and zh-Hans are Chinese.
func Named(locale string) Language {
	name := strings.ToLower(locale)
	if name == "zh" || strings.HasPrefix(name, "zh_") || strings.HasPrefix(name, "zh-") || strings.HasPrefix(name, "zh.") {
		return Chinese
	}
	return English
}

// Say is an English text in the language. A text without an entry comes back as it is.
func (l Language) Say(text string) string {
	if l != Chinese || text == "" {
		return text
	}
	said, _ := chinese().say(text, 0)
	return said
}

// chinese is the table, read once and only where somebody reads Chinese.
var chinese = sync.OnceValue(func() *table { return newTable(Entries()) })

// deepest is how far parts of parts are said.
const deepest = 6

// table is the entries as they are looked up.
type table struct {
	whole    map[string]string // texts without placeholders
	patterns []*pattern        // the others, the most particular first
}

func newTable(entries []Entry) *table {
	t := &table{whole: map[string]string{}}
	for _, e := range entries {
		if p := newPattern(e); p != nil {
			t.patterns = append(t.patterns, p)
			continue
		}
		t.whole[unescaped(e.English)] = unescaped(e.Chinese)
	}
	slices.SortStableFunc(t.patterns, func(a, b *pattern) int {
		if open := a.opens() - b.opens(); open != 0 {
			return open
		}
		return b.letters - a.letters
	})
	return t
}

// say is a text in Chinese, and whether the table has it.
func (t *table) say(text string, depth int) (string, bool) {
	if said, ok := t.whole[text]; ok {
		return said, true
	}
	if depth > deepest {
		return text, false
	}
	listed := false
	for _, p := range t.patterns {
		if p.opens() == 1 && !listed {
			listed = true
			if said, ok := t.list(text, depth); ok {
				return said, true
			}
		}
		parts := p.match(text)
		if parts == nil {
			continue
		}
		for i := range parts {
			if p.verbs[i].says() {
				parts[i], _ = t.say(parts[i], depth+1)
			}
		}
		return p.fill(parts), true
	}
	if strings.Contains(text, "\n") {
		return t.lines(text, depth)
	}
	return t.chain(text, depth)
}

// row is a line of a list: a name in a column of its own, and what it is.
var row = regexp.MustCompile(`^(\s*\S+\s{2,})(\S.*)$`)

// lines says the lines of a list, whose names stay.
func (t *table) lines(text string, depth int) (string, bool) {
	lines, all := strings.Split(text, "\n"), true
	for i, line := range lines {
		name := ""
		if m := row.FindStringSubmatch(line); m != nil {
			name, line = m[1], m[2]
		}
		said, ok := t.say(line, depth+1)
		lines[i], all = name+said, all && (ok || line == "")
	}
	return strings.Join(lines, "\n"), all
}

var colon = regexp.MustCompile(": ")

// chain says the links of an error that wraps another: "users.csv: line 3: no such column".
func (t *table) chain(text string, depth int) (string, bool) {
	colons := colon.FindAllStringIndex(text, -1)
	for _, at := range colons {
		if said, ok := t.say(text[at[1]:], depth+1); ok {
			head, _ := t.say(text[:at[0]], depth+1)
			return head + "：" + said, true
		}
	}
	for _, at := range colons { // what follows is somebody else's
		head := text[:at[0]]
		if said, ok := t.say(head, depth+1); ok && strings.Contains(head, " ") {
			return said + "：" + text[at[1]:], true
		}
	}
	return text, false
}

// list says a list of texts: "one thing; another".
func (t *table) list(text string, depth int) (string, bool) {
	parts := strings.Split(text, "; ")
	if len(parts) == 1 {
		return text, false
	}
	for n, part := range parts {
		said, ok := t.say(part, depth+1)
		if !ok {
			return text, false
		}
		parts[n] = said
	}
	return strings.Join(parts, "；"), true
}

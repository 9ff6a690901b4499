package reference

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Text is what a terminal shows of a key: where it stands, what it means, what may be
// written, and an example. say puts it into another language.
func (k Key) Text(say func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", say(fmt.Sprintf("%s, in %s", k.Name, k.Place)), say(k.Doc))
	line := func(what, text string) {
		if text != "" {
			what = say(what + ":")
			fmt.Fprintf(&b, "%s%s %s\n", what, strings.Repeat(" ", max(0, 9-spec.Width([]rune(what)))), say(text))
		}
	}
	b.WriteString("\n")
	line("value", k.Values)
	line("default", k.Default)
	if k.Required {
		line("required", "yes")
	}
	line("holds", k.Holds)
	if k.Example != "" {
		b.WriteString("\n    " + strings.ReplaceAll(k.Example, "\n", "\n    ") + "\n")
	}
	return b.String()
}

// Text is what a terminal shows of a place: what it is, where it stands and its keys. say
// puts it into another language.
func (p Place) Text(say func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n%s\n\n", p.Name, say(p.Doc), say("In "+p.where(", ", "")+"."))
	width := 0
	for _, k := range p.Keys {
		width = max(width, len(k.Name))
	}
	for _, k := range p.Keys {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, k.Name, say(k.Doc))
	}
	return b.String()
}

// where lists the keys that hold a place, or says that it is a file.
func (p Place) where(join, quote string) string {
	if len(p.In) == 0 {
		return "a file of its own"
	}
	return quote + strings.Join(p.In, quote+join+quote) + quote
}

// Manual is docs/language.md: every place with its keys.
func Manual() string {
	var b strings.Builder
	b.WriteString(`# The language, key by key

This page is generated from the schema of the language; ` + "`jiekou explain KEY`" + ` shows the same of one key. Every example is taken from YAML that ` +
		"`jiekou check`" + ` accepts.
What a document says and how the YAML says it is in [constructs.md](constructs.md); the protocol has [a manual of its own](protocol.md).

`)
	fmt.Fprintf(&b, "The language has a version, which system.yaml names (`language: %d`). A jiekou reads one version; `jiekou fmt --migrate` brings older YAML to it. "+
		"A new key raises nothing: an older jiekou says that it does not know it.\n\n| language | since | what changed |\n| --- | --- | --- |\n", spec.Language)
	for _, c := range spec.LanguageChanges() {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", c.Version, c.Since, cell(c.Text))
	}
	b.WriteString("\n")
	for _, p := range Places() {
		fmt.Fprintf(&b, "- [%s](#%s): %s\n", p.Name, anchor(p.Name), oneLine(p.Doc))
	}
	for _, p := range Places() {
		p.write(&b)
	}
	return b.String()
}

// write writes the section of a place.
func (p Place) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\nStands in: %s.\n\n", p.Name, p.Doc, p.where(", ", "`"))
	b.WriteString("| key | means | value | default | example |\n| --- | --- | --- | --- | --- |\n")
	var long []Key
	for _, k := range p.Keys {
		name, example := "`"+k.Name+"`", ""
		if k.Required {
			name += ", required"
		}
		if k.Holds != "" {
			name = strings.Replace(name, "`"+k.Name+"`", "[`"+k.Name+"`](#"+anchor(k.Holds)+")", 1)
		}
		if strings.Contains(k.Example, "\n") {
			long, example = append(long, k), "below"
		} else if k.Example != "" {
			example = code(k.Example)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", name, cell(k.Doc), cell(k.Values), cell(k.Default), example)
	}
	for _, k := range long {
		fmt.Fprintf(b, "\nAn example of `%s`:\n\n```yaml\n%s\n```\n", k.Name, k.Example)
	}
}

// anchor is the link of a heading.
func anchor(name string) string { return strings.ReplaceAll(name, ".", "") }

// oneLine is a text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// marks takes the force out of what Markdown reads in a cell.
var marks = strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`, "{", `\{`, "[", `\[`)

// cell is a text in a cell of a table.
func cell(text string) string { return marks.Replace(oneLine(text)) }

// code is YAML in a cell of a table.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + strings.ReplaceAll(oneLine(text), "|", `\|`) + fence
}

// Explain is what a terminal shows of a name: a place, or a key wherever it stands.
// The hint names what is near when there is nothing of the name. say puts it into another
// language.
func Explain(name string, say func(string) string) (text, hint string) {
	var parts []string
	var names []string
	for _, p := range Places() {
		if p.Name == name {
			parts = append(parts, p.Text(say))
		}
		names = append(names, p.Name)
		for _, k := range p.Keys {
			names = append(names, k.Name)
		}
	}
	for _, k := range Find(name) {
		parts = append(parts, k.Text(say))
	}
	if len(parts) == 0 {
		return "", spec.Meant(name, names)
	}
	return strings.Join(parts, "\n"), ""
}

package speech

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Entry is one text in both languages. Placeholders are those of package fmt; the Chinese
// text may have them in another order, as %[2]s.
type Entry struct {
	English, Chinese string
	Place            string // the file and line of the table
}

//go:embed zh
var files embed.FS

// Entries returns the whole table, in the order of its files. It panics for a table that
// cannot be read: it is part of the program, and a test reads it.
func Entries() []Entry {
	var all []Entry
	folder, err := files.ReadDir("zh")
	if err != nil {
		panic(err) //nolint:forbidigo // embedded
	}
	for _, f := range folder {
		text, err := files.ReadFile("zh/" + f.Name())
		if err == nil {
			var list []Entry
			list, err = read("zh/"+f.Name(), string(text))
			all = append(all, list...)
		}
		if err != nil {
			panic(err) //nolint:forbidigo // embedded
		}
	}
	return all
}

// read reads entries in the form of gettext: msgid and msgstr, each with one or more quoted
// strings. They may have comments and empty lines between them.
func read(name, text string) ([]Entry, error) {
	var list []Entry
	var into *string
	for i, line := range slices.Collect(strings.Lines(text)) {
		line, place := strings.TrimSpace(line), name+":"+strconv.Itoa(i+1)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			into = nil
			continue
		case strings.HasPrefix(line, "msgid "):
			list = append(list, Entry{Place: place})
			into, line = &list[len(list)-1].English, line[len("msgid "):]
		case strings.HasPrefix(line, "msgstr ") && len(list) > 0:
			into, line = &list[len(list)-1].Chinese, line[len("msgstr "):]
		}
		part, err := strconv.Unquote(line)
		if err != nil || into == nil {
			return nil, fmt.Errorf("%s: neither msgid, msgstr nor a string of them: %s", place, line)
		}
		*into += part
	}
	return list, nil
}

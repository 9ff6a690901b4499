package spec

import "strconv"

// Pos is a place in a YAML file. Line and Col count from 1; Col counts
// characters, not bytes. The zero Pos means that the place is not known.
type Pos struct {
	File string // slash-separated, relative to the folder that holds spec/
	Line int
	Col  int
}

// String returns "file:line:col", the file alone for a place that is a whole file, and
// nothing for one that is not known.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// Places holds where each key of a YAML mapping was written, so that a finding
// can point at the very value it is about.
type Places struct {
	Pos  // of the mapping's own key, or of the file's first line
	Keys []Written
}

// Written is a key's value as it was written: one text, or several.
type Written struct {
	Name string // the key
	Pos
	Text  string // of a scalar
	Items []Item // of a list its scalars, of a mapping its keys
}

// Item is one text of a list, or one key of a mapping.
type Item struct {
	Text string
	Pos  Pos
}

// Written is what was written at a key; it has no name where there is none. Keys are few, and a map takes longer.
func (p Places) Written(key string) Written {
	for i := range p.Keys {
		if p.Keys[i].Name == key {
			return p.Keys[i]
		}
	}
	return Written{}
}

// At returns the place of a key's value, or of the whole mapping.
func (p Places) At(key string) Pos {
	if w := p.Written(key); w.Name != "" {
		return w.Pos
	}
	return p.Pos
}

// Has says whether a key was written, whatever became of its value.
func (p Places) Has(key string) bool { return p.Written(key).Name != "" }

// List returns the texts that were written at a key; one text is a list of one.
func (p Places) List(key string) []Item {
	switch w := p.Written(key); {
	case w.Name == "":
		return nil
	case w.Items == nil && w.Text != "":
		return []Item{{w.Text, w.Pos}}
	default:
		return w.Items
	}
}

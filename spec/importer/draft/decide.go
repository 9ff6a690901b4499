package draft

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// numberInPath is a segment of a path that is nothing but a number.
var numberInPath = pattern.New(`/\d+(?:/|$)`)

// Decide lists what a person must decide, the most valuable first. bases are the paths at which
// the document says that URLs begin.
func (d *Draft) Decide(bases []string) {
	if len(d.Interfaces) == 0 {
		return
	}
	n := d.undecided(bases)
	missing := "no signature and no frame of replies"
	if d.Frame != nil {
		missing = "no signature, and of the frame of replies what the examples show"
	}
	list := []Decision{{Title: "protocol", Text: "system.yaml declares " + missing + ": declare the protocol as the document says (docs/protocol.md)", Count: len(d.Interfaces)}}
	if len(d.Codes) == 0 {
		list = append(list, Decision{Title: "codes", Text: "the document has no table of error codes that was read: errors.yaml is a draft", Count: 1})
	}
	for _, one := range []Decision{
		{Title: "condition", Text: "fields are required under a condition that stays in words: say it with required_if and its kin", Count: n["condition"]},
		{Title: "method", Text: "interfaces have no method in the document: POST is assumed", Count: n["method"]},
		{Title: "url", Text: "interfaces have no URL in the document: one was made of the name", Count: n["url"]},
		{Title: "base", Text: "paths begin with one that the document says once, for all: look at them", Count: n["base"]},
		{Title: "number", Text: "paths have a number, which may be that of an example: write {name} where it is another one in each call", Count: n["number"]},
		{Title: "callback", Text: "interfaces are sent to a URL of the receiver: declare how they are signed and answered (docs/push.md)", Count: n["callback"]},
		{Title: "sampled", Text: "fields are in an example and in no table: look at their types, and say which are always there", Count: n["sampled"]},
		{Title: "type", Text: "fields have no type in the document: they are texts", Count: n["type"]},
		{Title: "enum", Text: "fields list values that are open: remove open where no other value may come", Count: n["enum"]},
		{Title: "common", Text: "fields are in tables of common parameters: they belong to the protocol, or to common in system.yaml", Count: shared(d.Shared)},
	} {
		if one.Count > 0 {
			list = append(list, one)
		}
	}
	d.Decisions = list
}

// undecided counts what is open, by the title of the decision.
func (d *Draft) undecided(bases []string) map[string]int {
	n := map[string]int{}
	for _, i := range d.Interfaces {
		switch {
		case i.Callback:
			n["callback"]++
		case i.Method == "":
			n["method"]++
		}
		if i.URL == "" && !i.Callback {
			n["url"]++
		}
		path, _, _ := strings.Cut(i.URL, "?")
		if i.Base != "" && slices.Contains(bases, i.Base) {
			n["base"]++
		}
		if numberInPath.MatchString(path) {
			n["number"]++
		}
		for _, f := range slices.Concat(i.Request, i.Response) {
			if f.Required == wording.Conditional {
				n["condition"]++
			}
			switch {
			case f.Sampled:
				n["sampled"]++
			case f.Type == "" && f.Shown == "":
				n["type"]++
			}
			if len(f.Enum) > 0 {
				n["enum"]++
			}
		}
	}
	return n
}

func shared(list []*Shared) int {
	n := 0
	for _, s := range list {
		if !s.Used {
			n += len(s.Fields)
		}
	}
	return n
}

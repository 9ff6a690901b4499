// Package fault changes a real server one thing at a time: the Go and the SQL that were
// generated, and the runtime. A test of tests counts the faults that test cases see.
//
// All faults of the Go code are built into one server, each behind a switch of the package
// point, and one is switched on at a time. So a build of minutes is done once. Statements
// are changed when they are sent.
package fault

import (
	"encoding/json"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Place is a part of a server.
type Place string

// The places.
const (
	Validate Place = "validate rules"
	Decode   Place = "decode"
	Checks   Place = "SQL checks"
	Writes   Place = "SQL writes"
	Reads    Place = "SQL reads"
	Replies  Place = "replies"
	Paging   Place = "paging, order, since"
	Told     Place = "notifications"
	Runtime  Place = "protocol, runtime"
)

// Places lists them in the order of a request.
func Places() []Place {
	return []Place{Validate, Decode, Checks, Writes, Reads, Replies, Paging, Told, Runtime}
}

// printed reports whether a place is in generated code.
func (p Place) printed() bool { return p != Runtime }

// Fault is one change.
type Fault struct {
	ID     int64  `json:"id"` // of the switch; 0: a changed statement
	Place  Place  `json:"place"`
	System string `json:"system"` // empty: of all
	Cmd    string `json:"cmd"`    // the interface that has it; empty: several
	At     string `json:"at"`     // file and line, or the statement
	What   string `json:"what"`
	// Same says why no message shows the fault; empty: one may.
	Same string `json:"same,omitempty"`
	Was  string `json:"-"` // the statement
	Is   string `json:"-"`
	// Kind is what is done to the bytes of the statement from From to Until.
	Kind        string `json:"-"`
	From, Until int    `json:"-"`
}

// String names a fault in a line, the same however many others there are.
func (f *Fault) String() string { return f.At + ": " + f.What }

// Overlay is a set of changed files for go build -overlay.
type Overlay struct {
	Replace map[string]string
}

// Build writes the changed files of a module into a folder, with overlay.json, and returns
// the faults in them. keep are the switches that are put in; nil: all. generated is the folder
// above the generated code that is built in place of the module's own; empty: that.
func Build(module, generated, folder string, keep map[int64]bool) ([]*Fault, error) {
	var faults []*Fault
	var id int64
	over := &Overlay{Replace: map[string]string{}}
	if generated == "" {
		generated = module
	} else if err := over.exchange(module, generated); err != nil {
		return nil, err
	}
	files, err := sources(module, generated)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		at := filepath.Join(module, filepath.FromSlash(file))
		if other := over.Replace[at]; other != "" {
			at = other
		}
		text, err := os.ReadFile(at)
		if err != nil {
			return nil, err
		}
		system, cmd := owner(file)
		w := &writer{file: file, text: text, keep: keep}
		w.place = func(fn, body string) Place { return placeOf(file, fn, body) }
		w.next = func(what string, at token.Position) int64 {
			id++
			if w.kept(id) {
				faults = append(faults, &Fault{ID: id, Place: w.here, System: system, Cmd: cmd, At: fmt.Sprintf("%s:%d", file, at.Line), What: what})
			}
			return id
		}
		changed, err := w.write()
		if err != nil {
			return nil, err
		}
		if changed == nil {
			continue
		}
		out := filepath.Join(folder, strings.ReplaceAll(file, "/", "__"))
		if err := os.WriteFile(out, changed, 0o600); err != nil {
			return nil, err
		}
		over.Replace[filepath.Join(module, filepath.FromSlash(file))] = out
	}
	return faults, over.write(folder)
}

// Exchange writes overlay.json into a folder, with which a module is built with the generated
// code below another folder in place of its own.
func Exchange(module, generated, folder string) error {
	over := &Overlay{Replace: map[string]string{}}
	if err := over.exchange(module, generated); err != nil {
		return err
	}
	return over.write(folder)
}

// exchange has the generated code below another folder in place of the module's own.
func (o *Overlay) exchange(module, generated string) error {
	walk := func(root string, to func(file string) string) error {
		return filepath.WalkDir(filepath.Join(root, "generated"), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			below, err := filepath.Rel(root, file)
			o.Replace[filepath.Join(module, below)] = to(file)
			return err
		})
	}
	if err := walk(module, func(string) string { return "" }); err != nil {
		return err
	}
	return walk(generated, func(file string) string { return file })
}

// write writes overlay.json.
func (o *Overlay) write(folder string) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "overlay.json"), text, 0o600)
}

// rooms are the packages of the runtime that a request goes through.
var rooms = []string{
	"runtime/route", "runtime/store", "runtime/wire", "runtime/validate", "runtime/problem", "runtime/token",
	"runtime/protocol", "runtime/protocol/plan", "runtime/protocol/step", "runtime/protocol/message",
}

// sources lists the files that faults are put into.
func sources(module, generated string) (out []string, err error) {
	add := func(root, folder string) error {
		list, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(folder)))
		for _, e := range list {
			if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
				out = append(out, folder+"/"+e.Name())
			}
		}
		return err
	}
	for _, room := range rooms {
		if err := add(module, room); err != nil {
			return nil, err
		}
	}
	systems, err := os.ReadDir(filepath.Join(generated, "generated"))
	if err != nil {
		return nil, err
	}
	for _, s := range systems {
		if !s.IsDir() || s.Name() == "fixtures" {
			continue
		}
		for _, group := range groups(generated, "generated/"+s.Name()) {
			if err := add(generated, group); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// groups lists the folders of a system's groups of interfaces.
func groups(module, system string) (out []string) {
	list, err := os.ReadDir(filepath.Join(module, filepath.FromSlash(system)))
	if err != nil {
		return nil
	}
	for _, g := range list {
		if g.IsDir() && !slices.Contains([]string{"docs", "schema", "sql", "demo", "notification", "migrations"}, g.Name()) {
			out = append(out, system+"/"+g.Name())
		}
	}
	return out
}

// owner is the system and the interface of a generated file.
func owner(file string) (system, cmd string) {
	parts := strings.Split(strings.TrimSuffix(file, ".go"), "/")
	if parts[0] != "generated" {
		return "", ""
	}
	if parts[2] != parts[3] {
		cmd = parts[3]
	}
	return parts[1], cmd
}

// placeOf is the place of a function; empty: it has no faults, for no request reaches it.
func placeOf(file, fn, body string) Place {
	if !strings.HasPrefix(file, "generated/") {
		for _, other := range elsewhere {
			if file+" "+fn == other || file == other {
				return ""
			}
		}
		return Runtime
	}
	of, name, method := strings.Cut(fn, ".")
	switch {
	case !method && strings.HasSuffix(fn, "Row"):
		return Reads
	case !method:
		return ""
	case of == "answers" && strings.Contains(body, "db.Read("):
		return Reads
	case of == "answers":
		return Writes
	case name == "Check":
		return Validate
	case name == "Decode" && strings.Contains(of, "Request"):
		return Decode
	case name == "Encode" && strings.Contains(of, "Response"):
		return Replies
	}
	return ""
}

// elsewhere are files and functions of the runtime that no request reaches.
var elsewhere = []string{
	"runtime/route/log.go", "runtime/validate/schema.go", "runtime/validate/struct.go", "runtime/validate/tag.go",
	"runtime/protocol/about.go", "runtime/protocol/explain.go", "runtime/protocol/inquire.go", "runtime/protocol/override.go",
	"runtime/protocol/plan/ask.go", "runtime/protocol/step/markdown.go", "runtime/protocol/step/asym.go", "runtime/protocol/build.go",
	"runtime/store/handler.go",
}

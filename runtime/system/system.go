// Package system describes one generated system as a value: its description, its
// tables and its answers. The server library takes a list of them and knows nothing
// else about a document.
package system

import (
	"encoding/json"
	"hash/fnv"
	"io/fs"
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// System is one generated system.
type System struct {
	route.System // its Interfaces carry no answers

	Answers       func(db *store.DB) []route.Interface // the interfaces with their answers; nil in a description
	Migrations    migrate.Set                          // makes its tables
	Statements    []store.Statement                    // of its answers, for tests that prepare them
	Notifications []outbox.Notification                // those that are sent
	Tables        []store.Table
	History       []outbox.History
	Publish       []string // notifications that operators send for rows of their table, by jiekoud TABLE publish
	Setup         fs.FS    // rows that the test cases need, <table>.csv; nil where there are none
	Demo          Demo
}

// Demo is the demo data of a system.
type Demo struct {
	Rows fs.FS // <table>.csv; nil where there are none
	Apps []DemoApp
}

// DemoApp is an app that is registered with the demo data, and may call everything.
type DemoApp struct {
	ID   string
	Name string
	Cmd  string // interface of a sample call; empty: the app has none
	Data string // its contents as JSON
}

// Serving returns the system with its answers, for the route.
func (s System) Serving(db *store.DB) route.System {
	served := s.System
	if s.Answers != nil {
		served.Interfaces = s.Answers(db)
	}
	return served
}

// WithFixtures gives systems what was derived from their test cases, which files holds:
// the rows that the cases need, as fixtures/<system>/setup/<table>.csv, and a demo app
// with a sample call, as fixtures/<system>/demo.json.
func WithFixtures(files fs.FS, systems []System) []System {
	for i := range systems {
		s := &systems[i]
		folder := "fixtures/" + s.Name
		s.Setup = Folder(files, folder+"/setup")
		if s.Demo.Apps != nil {
			continue // the YAML names them
		}
		text, err := fs.ReadFile(files, folder+"/demo.json")
		var call struct {
			Cmd  string
			Data json.RawMessage
		}
		if err == nil && json.Unmarshal(text, &call) == nil {
			s.Demo.Apps = []DemoApp{{ID: demoID(s.Name), Name: s.Title, Cmd: call.Cmd, Data: string(call.Data)}}
		}
	}
	return systems
}

// Folder is a folder of files, nil where it is not there.
func Folder(files fs.FS, name string) fs.FS {
	if _, err := fs.Stat(files, name); err != nil {
		return nil
	}
	folder, _ := fs.Sub(files, name) // it is there, so its name is valid
	return folder
}

// demoID is the id of a system's demo app: three digits, which message ids can begin
// with, the same whatever other systems there are.
func demoID(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return strconv.Itoa(100 + int(h.Sum32()%900))
}

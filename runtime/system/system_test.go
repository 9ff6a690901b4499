package system_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// A system with answers is served with them, a description as it is.
func TestServing(t *testing.T) {
	t.Parallel()
	s := system.System{System: route.System{Name: "mini", Interfaces: []route.Interface{{Cmd: "described"}}}}
	if got := s.Serving(nil).Interfaces[0].Cmd; got != "described" {
		t.Errorf("a description serves %s", got)
	}
	s.Answers = func(*store.DB) []route.Interface { return []route.Interface{{Cmd: "answered"}} }
	if got := s.Serving(nil); got.Interfaces[0].Cmd != "answered" || got.Name != "mini" {
		t.Errorf("served %s of %s", got.Interfaces[0].Cmd, got.Name)
	}
	if s.Interfaces[0].Cmd != "described" {
		t.Error("Serving changed the description")
	}
}

// Each system gets the rows and the sample call of its own folder, nothing where it has none.
func TestWithFixtures(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"fixtures/mini/setup/note.csv": {Data: []byte("guid\n1\n")},
		"fixtures/mini/demo.json":      {Data: []byte(`{"cmd": "note_get", "data": {"guid":"1"}}`)},
	}
	list := system.WithFixtures(files, []system.System{
		{System: route.System{Name: "mini"}}, {System: route.System{Name: "other"}},
	})
	text, err := fs.ReadFile(list[0].Setup, "note.csv")
	if err != nil || string(text) != "guid\n1\n" {
		t.Errorf("got %q, %v", text, err)
	}
	if list[1].Setup != nil || list[1].Demo.Apps != nil {
		t.Error("a system without fixtures has rows or a demo app")
	}
	if apps := list[0].Demo.Apps; len(apps) != 1 || len(apps[0].ID) != 3 || apps[0].Cmd != "note_get" || apps[0].Data != `{"guid":"1"}` {
		t.Errorf("the demo apps are %+v", apps)
	}
}

// A folder that is not there is none, so that nothing is loaded from it.
func TestFolder(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"demo/note.csv": {Data: []byte("guid\n1\n")}}
	if text, err := fs.ReadFile(system.Folder(files, "demo"), "note.csv"); err != nil || string(text) != "guid\n1\n" {
		t.Errorf("got %q, %v", text, err)
	}
	if system.Folder(files, "other") != nil {
		t.Error("a folder that is not there")
	}
}

// What all systems have is joined in their order.
func TestLists(t *testing.T) {
	t.Parallel()
	list := []system.System{
		{System: route.System{Name: "a"}, Tables: []store.Table{{Name: "x"}, {Name: "y"}}},
		{System: route.System{Name: "b"}, Tables: []store.Table{{Name: "z"}}, History: []outbox.History{{Table: "z"}}},
	}
	if tables := system.Tables(list); len(tables) != 3 || tables[2].Name != "z" {
		t.Errorf("tables %v", tables)
	}
	if all := system.Histories(list); len(all) != 1 || all[0].Table != "z" {
		t.Errorf("histories %v", all)
	}
	if one := system.Find(list, "b"); one != &list[1] {
		t.Error("b was not found")
	}
	if system.Find(list, "c") != nil {
		t.Error("c was found")
	}
}

// Package system describes one generated system as a whole: the interfaces that
// are served, and what they need from the database. A server, a tool and a test
// take the same value.
package system

import (
	"io/fs"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// System is one generated system. A description, which the generated Describe
// returns, needs neither a database nor handlers; its Answers is nil.
type System struct {
	route.System // its Interfaces judge requests and answer none

	// Answers returns the interfaces with what answers them from db.
	Answers       func(db *store.DB) []route.Interface
	Migrations    migrate.Set
	Statements    []store.Statement // for tests that prepare them all
	Notifications []store.Notice    // those that are sent
	Tables        []store.Table
	Setup         fs.FS // rows that the test cases need, <table>.csv; nil: none
}

// Served returns the system that route serves, answered from db. A description
// is returned as it is.
func (s *System) Served(db *store.DB) route.System {
	served := s.System
	if s.Answers != nil {
		served.Interfaces = s.Answers(db)
	}
	return served
}

// WithSetup gives systems the rows of their test cases, which files holds as
// fixtures/<system>/setup/<table>.csv.
func WithSetup(files fs.FS, systems []System) []System {
	for i := range systems {
		folder := "fixtures/" + systems[i].Name + "/setup"
		if _, err := fs.Stat(files, folder); err == nil {
			systems[i].Setup, _ = fs.Sub(files, folder) // the folder's name is valid
		}
	}
	return systems
}

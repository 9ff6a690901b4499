package system

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// Find returns the system of that name, nil where there is none.
func Find(list []System, name string) *System {
	at := slices.IndexFunc(list, func(s System) bool { return s.Name == name })
	if at < 0 {
		return nil
	}
	return &list[at]
}

// Serving returns all systems for the route, with answers from db.
func Serving(list []System, db *store.DB) []route.System {
	return all(list, func(s System) []route.System { return []route.System{s.Serving(db)} })
}

// Descriptions returns all systems without answers.
func Descriptions(list []System) []route.System {
	return all(list, func(s System) []route.System { return []route.System{s.System} })
}

// Migrations returns the migrations of all systems.
func Migrations(list []System) []migrate.Set {
	return all(list, func(s System) []migrate.Set { return []migrate.Set{s.Migrations} })
}

// Notifications returns those of all systems that are sent.
func Notifications(list []System) []outbox.Notification {
	return all(list, func(s System) []outbox.Notification { return s.Notifications })
}

// Tables returns the tables of all systems.
func Tables(list []System) []store.Table {
	return all(list, func(s System) []store.Table { return s.Tables })
}

// Histories returns the tables of all systems whose tasks ask for history.
func Histories(list []System) []outbox.History {
	return all(list, func(s System) []outbox.History { return s.History })
}

// all joins the results of part for each system.
func all[T any](list []System, part func(System) []T) []T {
	var out []T
	for _, s := range list {
		out = append(out, part(s)...)
	}
	return out
}

package main

import (
	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// answeredSystems are all systems, answered from db.
func answeredSystems(db *store.DB) []route.System {
	var list []route.System
	for _, s := range generated.Systems() {
		list = append(list, s.Serving(db))
	}
	return list
}

// describedSystems are all systems as route knows them, without answers.
func describedSystems() []route.System {
	var list []route.System
	for _, s := range generated.Describe() {
		list = append(list, s.System)
	}
	return list
}

// migrations are those of the runtime and of every system.
func migrations() []migrate.Set {
	list := []migrate.Set{schema.Migrations()}
	for _, s := range generated.Describe() {
		list = append(list, s.Migrations)
	}
	return list
}

// allNotifications are the notifications of all systems that are sent.
func allNotifications() []store.Notification {
	var list []store.Notification
	for _, s := range generated.Describe() {
		list = append(list, s.Notifications...)
	}
	return list
}

// allTables are the tables of all systems.
func allTables() []store.Table {
	var list []store.Table
	for _, s := range generated.Describe() {
		list = append(list, s.Tables...)
	}
	return list
}

// Package schema holds every table of the runtime's own, the database schema
// jiekou: the migrations that make them, and who owns which. The tables of a system
// are not here; its YAML declares them.
package schema

import (
	"embed"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
)

//go:embed migration/*.sql
var migrations embed.FS

// Migrations returns the tables of the schema jiekou, as the set "jiekou". It
// must come first in a call of migrate.Up. A released file keeps its name, its
// number and its bytes: databases know it by its checksum.
func Migrations() migrate.Set { return migrate.Set{Name: "jiekou", FS: migrations} }

// Table describes one table of the schema jiekou.
type Table struct {
	Name  string
	Holds string // the meaning of one row
	// Writers are the packages whose statements write it, by their folders; "generated"
	// means all generated code, "schema" the triggers of the migrations.
	Writers []string
	Kept    string // how long a row stays
}

// Tables lists every table, in the order in which they came into being.
func Tables() []Table {
	return []Table{
		{"app", "a registered caller of a system, with its grants", []string{"runtime/app"}, "until the app is removed"},
		{
			"subscription", "where one notification of an app goes, and which projects it sees",
			[]string{"runtime/app", "schema"},
			"until the app unsubscribes or is removed",
		},
		{
			"audit", "the actor, the change and its time; never a secret",
			[]string{"runtime/app", "runtime/notify"},
			"for good",
		},
		{"revision", "one number that rises with every change of apps", []string{"schema"}, "one row"},
		{
			"sid", "a message id that was accepted, written with the effect of its message",
			[]string{"generated", "runtime/store"},
			"13 months by the date in the id (store.ForgetSids); for good without a date",
		},
		{
			"outbox", "a notification for one app, written with the change that it is about",
			[]string{"generated", "runtime/app", "runtime/notify", "runtime/store", "schema"},
			"after its delivery as long as notify.Config.Retention; a dead letter as long as notify.Config.Buried",
		},
		{
			"receiver", "the queue of one app: its lease, its failures, whether it is paused",
			[]string{"schema", "runtime/notify"},
			"until the app is removed",
		},
		{"attempt", "one attempt at a delivery", []string{"runtime/notify"}, "as long as its notification"},
		{
			"sync", "a task that sends the history of notifications: its lease",
			[]string{"runtime/history"},
			"for good",
		},
		{
			"sync_part", "one notification of such a task: how far it is",
			[]string{"runtime/history"},
			"as long as its task",
		},
		{"token", "the hash of a token that was issued to an app", []string{"runtime/token"}, "ten minutes beyond its end (token.Forget)"},
		{
			"nonce", "the hash of a value that an app has used",
			[]string{"runtime/token"},
			"ten minutes beyond its end (token.Forget); for good without one",
		},
		{
			"key", "one key of one edition of an app's keys, or of a system's, sealed",
			[]string{"runtime/app"},
			"a day beyond its end (app.Forget); until the app is removed without one",
		},
		{"call", "how many calls an app made to an interface on a day, and how many were refused", []string{"runtime/app"}, "400 days (app.ForgetCalls)"},
	}
}

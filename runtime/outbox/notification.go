// Package outbox describes what is queued for subscribers, as the generator makes it:
// notifications with their statements, and the tables whose rows ask for the history
// of notifications. Deliveries from the queue are package notify's.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Notification is one notification that is sent, with its statements.
type Notification struct {
	System   string
	Cmd      string
	Table    string   // whose rows it is about
	By       []string // columns that tell one notification from another, mostly the table's key
	Explicit bool     // a change of a row does not send it
	Scope    []string // names by which its history can be bounded
	About    bool     // it is about a project: a subscription may be bound to others
	Project  string   // path of the field that holds the project; empty: none does
	Doubts   []Doubt  // fields whose values may not be the row's
	SQL      string   // queues it for rows that are there
	History  string   // walks over the rows; empty: it has no history
}

// Doubt is a field of a notification whose value may differ from the row's. The
// sent value shows it: a text as long as Length was cut, unless it just fits.
type Doubt struct {
	Field  string // path, members joined by "/"
	Length int    // characters that the field holds and its source may exceed; 0: no limit
	Bytes  string // Length counts bytes of UTF-8, "bytes", or of GBK, "gbk"; empty: characters
	Else   string // the mapping's result for unknown values; empty: nothing
	Empty  bool   // required: sent as "" or 0 where the row has no value
}

// Execer runs a statement: a pool, or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Queue queues the notification of rows that are there and returns how many
// were queued. app is the one that gets it; empty: every subscriber. An app that
// did not subscribe gets nothing. by holds a row's values of the columns By
// each. The rows stay locked against changes until the transaction ends. An error may
// quote a value: store.Refuse leaves it out.
func (n *Notification) Queue(ctx context.Context, db Execer, app string, by [][]string) (int64, error) {
	tag, err := db.Exec(ctx, n.SQL, n.Args(app, by)...)
	if err != nil {
		return 0, fmt.Errorf("queue %s: %w", n.Cmd, err)
	}
	return tag.RowsAffected(), nil
}

// ProjectOf reads the project that contents are about, "" where they do not say it.
func (n *Notification) ProjectOf(body []byte) string {
	if n.Project == "" {
		return ""
	}
	raw := json.RawMessage(body)
	for name := range strings.SplitSeq(n.Project, "/") {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return ""
		}
		raw = members[name]
	}
	var project string
	_ = json.Unmarshal(raw, &project) // a value that is no text names no project
	return project
}

// Args are the arguments of SQL; see Queue.
func (n *Notification) Args(app string, by [][]string) []any {
	args := make([]any, 1, 1+len(n.By))
	args[0] = app
	for i := range n.By {
		column := make([]string, len(by))
		for row := range by {
			column[row] = by[row][i]
		}
		args = append(args, column)
	}
	return args
}

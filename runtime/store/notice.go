package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Notice is one notification that is sent, with the statements that queue it, as
// the generator prints it.
type Notice struct {
	System   string
	Cmd      string
	Table    string   // whose rows it tells of
	By       []string // columns that tell one notification from another, mostly the table's key
	Explicit bool     // a change of a row does not send it
	Scope    []string // names by which its history can be bounded
	SQL      string   // queues it for rows that are there
	History  string   // walks over the rows; empty: it has no history
}

// Execer runs a statement: a pool, or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Queue queues the notification of rows that are there and returns how many
// were queued. app is the one that gets it; empty: every subscriber. An app that
// did not subscribe gets nothing. by holds a row's values of the columns By
// each. The rows stay locked against changes until the transaction ends.
func (n *Notice) Queue(ctx context.Context, db Execer, app string, by [][]string) (int64, error) {
	queued, err := n.queue(ctx, db, app, by)
	if err != nil {
		return 0, fmt.Errorf("queue %s: %w", n.Cmd, refuse(err, nil))
	}
	return queued, nil
}

// Refuse turns an error of the database into a *problem.Error without any value in
// it; its rule is Unavailable where trying again may help.
func Refuse(err error) error { return refuse(err, nil) }

// queue is Queue with PostgreSQL's own error.
func (n *Notice) queue(ctx context.Context, db Execer, app string, by [][]string) (int64, error) {
	args := make([]any, 1, 1+len(n.By))
	args[0] = app
	for i := range n.By {
		column := make([]string, len(by))
		for row := range by {
			column[row] = by[row][i]
		}
		args = append(args, column)
	}
	tag, err := db.Exec(ctx, n.SQL, args...)
	return tag.RowsAffected(), err
}

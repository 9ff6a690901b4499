package store

import (
	"context"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// tellSQL queues contents for every subscriber that may have them and sees the
// project.
const tellSQL = `insert into jiekou.outbox (system, app, cmd, project, body)
select s.system, s.app, s.cmd, nullif($3::text, ''), $4::json
from jiekou.subscription s
where s.system = $1 and s.cmd = $2 and s.granted and jiekou.sees(s.projects, $3::text)
order by s.app`

// Tell queues a notification with contents of the handler's own, in the transaction
// of the call, for every subscriber that may have it. project is the one that the
// contents are about; "": none, or it is not known. Contents that break the tags of
// their struct are an error, and then nothing is queued. Generated functions call it.
func Tell[Q any, PQ interface {
	*Q
	wire.Encoder
}](ctx context.Context, call *Call, cmd, project string, q PQ) error {
	if err := call.db.sound("the contents of "+cmd+" are", q); err != nil {
		return err
	}
	out := wire.NewWriter(call.Zone)
	out.Begin()
	q.Encode(out)
	out.End()
	if _, err := call.Tx.Exec(ctx, tellSQL, call.System, cmd, project, out.Bytes()); err != nil {
		return refuse(err, nil)
	}
	return nil
}

// QueueRow queues a notification of one row that is there, in the transaction of the
// call, for every subscriber. by holds the row's values of the columns By. Generated
// functions call it.
func QueueRow(ctx context.Context, call *Call, sql string, by ...any) error {
	args := []any{""}
	for _, value := range by {
		args = append(args, []string{fmt.Sprint(value)})
	}
	if _, err := call.Tx.Exec(ctx, sql, args...); err != nil {
		return refuse(err, nil)
	}
	return nil
}

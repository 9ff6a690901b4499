package store

import (
	"context"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// tellSQL queues contents for every subscriber that may have them and sees the project.
const tellSQL = `insert into jiekou.outbox (system, app, cmd, project, body)
select s.system, s.app, s.cmd, nullif($3::text, ''), $4::json
from jiekou.subscription s
where s.system = $1 and s.cmd = $2 and s.granted and jiekou.sees(s.projects, $3::text)
order by s.app`

// tellToSQL queues contents for one app; a URL is as good as a subscription.
const tellToSQL = `insert into jiekou.outbox (system, app, cmd, project, body, url)
select a.system, a.app, a.cmd, nullif($3::text, ''), $4::json, nullif($6::text, '')
from jiekou.addressed($1, $2, $5, $6) a
where a.granted and jiekou.sees(a.projects, $3::text)`

// Tell queues a notification with contents of the handler's own, in the transaction
// of the call, for every subscriber that may have it. project is the one that the
// contents are about; "": none, or it is not known. Contents that break the tags of
// their struct are an error, and then nothing is queued. Generated functions call it.
func Tell(ctx context.Context, call *Call, cmd, project string, q wire.Encoder) error {
	return call.tell(ctx, tellSQL, q, cmd, project)
}

// TellTo does what Tell does, for one app: at its own URL of a call, such as a notify_url,
// or with an empty one at that of its subscription.
func TellTo(ctx context.Context, call *Call, cmd, project, app, url string, q wire.Encoder) error {
	return call.tell(ctx, tellToSQL, q, cmd, project, app, url)
}

func (call *Call) tell(ctx context.Context, sql string, q wire.Encoder, cmd, project string, to ...any) error {
	if err := call.db.sound("the contents of "+cmd+" are", q); err != nil {
		return err
	}
	out := wire.NewWriter(call.Zone)
	out.Begin()
	q.Encode(out)
	out.End()
	_, err := call.Tx.Exec(ctx, sql, append([]any{call.System, cmd, project, out.Bytes()}, to...)...)
	return refuse(err, nil)
}

// QueueRow queues a notification of one row that is there, in the transaction of the
// call, for every subscriber. by holds the row's values of the columns By. Generated
// functions call it.
func QueueRow(ctx context.Context, call *Call, sql string, by ...any) error {
	args := []any{""}
	for _, value := range by {
		args = append(args, []string{fmt.Sprint(value)})
	}
	_, err := call.Tx.Exec(ctx, sql, args...)
	return refuse(err, nil)
}

// Package twin asks a model what a server is asked, and says in what the two differ: the
// code, the reply and, where the server's database can be seen, the rows and the queued
// notifications.
//
// Without a database the model knows the rows that test cases load and what the cases
// wrote. What else the server has may come besides, and what nobody can see is not compared.
package twin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/token"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/database"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Twin is a server and a model of it. It is safe for concurrent use; with a database calls
// wait for each other.
type Twin struct {
	System *spec.System
	App    string              // the id of the app that calls
	Scopes map[string][]string // that bind it
	// Listens is the URL at which the notifications of the app are received; empty: nowhere.
	Listens string

	world *model.World
	ids   *expect.IDs
	zone  *time.Location
	texts bool         // replies have numbers as texts
	db    *database.DB // nil: it cannot be seen
	pool  *pgxpool.Pool
	bound string // the scopes that the app is bound to for a case, as JSON; empty: it is as it was
	to    []expect.Subscriber
	// Of the witnesses that are there, those that get notifications: what the server makes of
	// grants and projects is what they show, so it is not asked.
	witnessed []expect.Subscriber
	heard     *Heard // nil: nobody listens
	hears     []expect.Subscriber
	exact     bool      // the model has all rows of the server
	asked     time.Time // when a task last asked for the past; of a twin whose calls wait for each other
	keeper    *keeper   // nil: what messages write stays

	mu      sync.Mutex // of the database
	locks   map[string]*sync.RWMutex
	replies map[*spec.Interface]*bind.Judge
}

// New makes a twin of a server whose rows are not known yet: see Load and Known.
func New(s *spec.System, app string) (*Twin, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("twin: %w", err)
	}
	t := &Twin{
		System: s, App: app, ids: expect.NewIDs(), zone: zone, texts: bind.TextReplies(s),
		locks: map[string]*sync.RWMutex{}, replies: map[*spec.Interface]*bind.Judge{},
	}
	if t.world, err = model.New(s, model.Config{}); err != nil {
		return nil, err
	}
	random := t.world.GUID
	t.world.GUID = func() string {
		id := random()
		t.ids.Made(id)
		return id
	}
	t.world.Sorts = func(text string) (string, bool) {
		theirs := t.ids.Theirs(text)
		return theirs, theirs != text || !t.ids.IsMade(text)
	}
	issued := t.world.Token
	t.world.Token = func(app string, until time.Time) string {
		token := issued(app, until)
		t.ids.Made(token)
		return token
	}
	t.world.Secret = func(token string) string {
		secret := bind.SecretOf(token)
		t.ids.Made(secret)
		return secret
	}
	for _, table := range s.Tables {
		t.locks[table.Name] = new(sync.RWMutex)
	}
	for _, i := range s.Interfaces {
		if t.replies[i], err = bind.NewJudge(s, i.Response); err != nil {
			return nil, fmt.Errorf("twin: %s: %w", i.Cmd, err)
		}
	}
	return t, nil
}

// World has the rows of the model.
func (t *Twin) World() *model.World { return t.world }

// Exact says that the model has all rows of the server: lists must be the same to the row.
func (t *Twin) Exact() { t.exact = true }

// Load takes the rows of the server's database, and looks at it from then on.
func (t *Twin) Load(ctx context.Context, pool *pgxpool.Pool) error {
	t.db, t.pool = database.New(pool, t.System), pool
	if err := t.free(ctx, pool); err != nil { // a run that was ended by force left it bound
		return err
	}
	if err := t.db.Load(ctx, t.world); err != nil {
		return err
	}
	t.exact = true
	var err error
	if t.Scopes, err = t.db.Scopes(ctx, t.App); err != nil {
		return err
	}
	list, err := t.db.Subscriptions(ctx)
	for _, one := range list {
		if !isWitness(one.App) {
			t.to = append(t.to, expect.Subscriber(one))
		}
	}
	t.to = append(t.to, t.witnessed...)
	return err
}

// Ended has the server's database know a token of the app that has ended.
func (t *Twin) Ended(ctx context.Context, text string) error {
	return token.Put(ctx, t.pool, t.System.Name, t.App, text, time.Now().Add(-time.Minute))
}

// Knows reports whether the model has all rows of the server.
func (t *Twin) Knows() bool { return t.exact }

// Sees reports whether the twin sees rows and notifications.
func (t *Twin) Sees() bool { return t.db != nil }

// Hears reports whether the twin hears the notifications of its app.
func (t *Twin) Hears() bool { return t.heard != nil }

// Unheard are the notifications that do not arrive where the twin listens: the app may not
// have them, or it has them sent elsewhere.
func (t *Twin) Unheard() (cmds []string) {
	for _, i := range t.System.Interfaces {
		if t.Hears() && i.IsSent() && !slices.ContainsFunc(t.hears, func(s expect.Subscriber) bool { return s.Cmd == i.Cmd }) {
			cmds = append(cmds, i.Cmd)
		}
	}
	return cmds
}

// Alone reports whether calls must wait for each other, so that what is seen and heard is
// that of one.
func (t *Twin) Alone() bool { return t.Sees() || t.Hears() }

// Answer is what a server answers.
type Answer struct {
	Code    string
	Payload []byte // JSON of the response; empty: none
}

// Seen is what a message led to, beside what was expected.
type Seen struct {
	Code  string              // that the model answers with; empty: it cannot tell
	Shape []expect.Difference // members of the reply that their fields do not allow
	Reply []expect.Difference // members of the reply that are other ones
	Rows  []expect.Difference // rows that were written, or not
	Told  []expect.Difference // notifications
	Not   bool                // the model cannot tell the answer
}

// Ask has a message sent and compares what it leads to with the model. A message that is
// sent several times leads to one answer each; the last counts. send returns the answers of
// the server.
func (t *Twin) Ask(ctx context.Context, i *spec.Interface, payload []byte, send func() (Answer, error)) (Answer, Seen, error) {
	defer t.hold(i)()
	began := time.Now()
	got, err := send()
	if err != nil {
		return got, Seen{}, err
	}
	if code := t.System.RuleCode(string(problem.Unavailable)); code != "" && got.Code == code && t.db == nil {
		return got, Seen{Not: true}, nil // it was not carried out
	}
	judge := &expect.Judge{IDs: t.ids, Zone: t.zone, Now: began.Add(time.Since(began) / 2), Loose: t.loose(i), Texts: t.texts}
	if t.db == nil {
		payload = []byte(t.ids.Ours(string(payload)))
	}
	carry := t.world.Answer
	if t.db == nil && got.Code != t.System.Reply.Success {
		carry = t.world.Try // what the server did not carry out wrote nothing
	}
	out, err := carry(model.Call{App: t.App, Scopes: t.Scopes}, i, payload)
	var seen Seen
	seen.Code, seen.Not = t.code(err)
	seen.Shape = t.shape(i, got)
	if seen.Not {
		seen.Reply = seen.Shape
		return got, seen, t.catchUp(ctx)
	}
	if out == nil {
		out = &model.Outcome{}
	}
	if seen.Code == got.Code && out.Reply != nil {
		seen.Reply = t.reply(judge, i, out, got)
	}
	seen.Rows, seen.Told, err = t.stored(ctx, judge, out)
	t.wrote(out.Changes)
	return got, seen, err
}

// Quiet looks whether anything was written since the last look: by a message that was
// refused, or by nobody.
func (t *Twin) Quiet(ctx context.Context) (Seen, error) {
	if !t.Alone() {
		return Seen{}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var seen Seen
	var err error
	seen.Rows, seen.Told, err = t.stored(ctx, &expect.Judge{IDs: t.ids, Zone: t.zone, Now: time.Now()}, &model.Outcome{})
	return seen, err
}

// hold locks the tables that an interface reads and writes, or everything where the
// database is looked at.
func (t *Twin) hold(i *spec.Interface) (release func()) {
	if t.Alone() {
		t.mu.Lock()
		return t.mu.Unlock
	}
	var done []func()
	writes := written(i)
	for _, table := range t.System.Tables {
		lock := t.locks[table.Name]
		if writes[table] {
			lock.Lock()
			done = append(done, lock.Unlock)
		} else if i.Answer != nil {
			lock.RLock()
			done = append(done, lock.RUnlock)
		}
	}
	return func() {
		for _, f := range done {
			f()
		}
	}
}

// written are the tables that an interface writes.
func written(i *spec.Interface) map[*spec.Table]bool {
	out := map[*spec.Table]bool{}
	if i.Answer != nil {
		for _, s := range i.Answer.Steps {
			if s.Writes() {
				out[s.Table] = true
			}
		}
	}
	return out
}

// code is the code of the model's answer.
func (t *Twin) code(err error) (code string, unsure bool) {
	if err == nil {
		return t.System.Reply.Success, false
	}
	e, ok := errors.AsType[*problem.Error](err)
	switch {
	case !ok:
		return "", true
	case e.Code != "":
		return e.Code, false
	}
	return t.System.RuleCode(string(e.Rule)), false
}

// loose are the lists of a reply in which rows may be that the model does not know.
func (t *Twin) loose(i *spec.Interface) map[string]bool {
	out := map[string]bool{}
	if t.exact || i.Answer == nil {
		return out
	}
	for _, s := range i.Answer.Steps {
		if s.Into != nil && s.Verb != "exists" {
			out[s.Into.Path] = true
		}
	}
	return out
}

// reply compares the reply of an accepted message.
func (t *Twin) reply(judge *expect.Judge, i *spec.Interface, out *model.Outcome, got Answer) []expect.Difference {
	have, err := payloadOf(i, got)
	if err != nil {
		return []expect.Difference{{Path: "the reply", Want: "an object", Got: string(got.Payload), Why: "type"}}
	}
	unsure, partial := out.Unsure, Partial(out.Pages, have)
	if !t.exact {
		unsure = slices.Concat(unsure, Counted(i), counts(i, out.Reply), partial)
	}
	if t.db == nil {
		unsure = append(unsure, shuffled(i)...)
	}
	found := judge.Object(i.Response, out.Reply, have, unsure)
	if !t.exact || len(out.Unsure) > 0 {
		found = append(found, t.unruly(i, out, partial, have)...)
	}
	return found
}

// shuffled are the lists in the order of ids that each server makes up for itself, and what
// pages of them say.
func shuffled(i *spec.Interface) (out []string) {
	if i.Answer == nil {
		return nil
	}
	for _, s := range i.Answer.Steps {
		if s.Into == nil || s.Table == nil || len(s.Order) == 0 {
			continue
		}
		if c := s.Table.Column(strings.TrimPrefix(s.Order[0], "-")); c != nil && c.Default == "guid" && s.Page != nil {
			out = append(append(out, s.Into.Path), measured(s.Page)...)
		}
	}
	return out
}

// Partial are the lists of a reply that hold only a part of all rows: which part is not known
// where the server has more rows than the model.
func Partial(pages map[string]model.Page, have *tree.Value) (out []string) {
	for path, p := range pages {
		list := have.Get(path)
		if !p.First || list == nil || int64(len(list.Items)) >= p.Most {
			out = append(out, path)
		}
	}
	return out
}

// payloadOf is the response without the rows of its frame.
func payloadOf(i *spec.Interface, got Answer) (*tree.Value, error) {
	text := got.Payload
	if len(text) == 0 {
		text = []byte("{}")
	}
	v, err := tree.Parse(text)
	if err != nil {
		return nil, err
	}
	for _, f := range i.Frame {
		if i.Response.Named(f.Name) == nil {
			v.Drop(f.Name)
		}
	}
	return v, nil
}

// Counted are the members of a reply that count all rows, and the mark of a list.
func Counted(i *spec.Interface) (out []string) {
	for _, s := range i.Answer.Steps {
		out = append(out, measured(s.Page)...)
		if s.Since != nil && s.Since.Last != nil {
			out = append(out, s.Since.Last.Path)
		}
	}
	for _, a := range i.Answer.Return {
		from := func(s *spec.AnswerStep) bool { return s.Name == a.Step && s.Verb == "sql" }
		if slices.ContainsFunc(i.Answer.Steps, from) {
			out = append(out, a.To)
		}
	}
	return out
}

// measured are the members of a reply that follow from all rows of a paged list.
func measured(p *spec.Paging) (out []string) {
	if p == nil {
		return nil
	}
	for _, f := range p.Filled() {
		if f != p.Echo {
			out = append(out, f.Path)
		}
	}
	return out
}

// shape compares a reply with the rules of its fields alone.
func (t *Twin) shape(i *spec.Interface, got Answer) []expect.Difference {
	if got.Code != t.System.Reply.Success {
		return nil
	}
	have, err := payloadOf(i, got)
	if err != nil {
		return []expect.Difference{{Path: "the reply", Want: "an object", Got: string(got.Payload), Why: "type"}}
	}
	return Shape(i, t.replies[i], t.zone, have)
}

// stored compares what the database has.
func (t *Twin) stored(ctx context.Context, judge *expect.Judge, out *model.Outcome) (rows, told []expect.Difference, err error) {
	heard := t.delivered(ctx, judge, out.Told)
	if t.db == nil {
		return nil, slices.DeleteFunc(heard, t.ofTask), nil
	}
	judge.Ignored = t.ownWork(out)
	looks, err := t.db.Look(ctx, t.world)
	if err != nil {
		return nil, nil, err
	}
	var written []expect.Written
	for _, l := range looks {
		written = append(written, expect.Written{Table: l.Table, Rows: l.Rows, Count: l.Count, All: func() ([]model.Row, error) {
			return t.db.Keys(ctx, t.world, l.Table)
		}})
	}
	if rows, err = judge.Rows(t.world, out.Changes, written); err != nil {
		return nil, nil, err
	}
	queued, err := t.db.Queued(ctx)
	if err != nil {
		return nil, nil, err
	}
	var came []expect.Notification
	for _, q := range queued {
		came = append(came, expect.Notification{App: q.App, Cmd: q.Cmd, Body: q.Body})
	}
	told = append(judge.Told(t.System, out.Told, t.to, came), heard...)
	return rows, slices.DeleteFunc(told, t.ofTask), nil
}

// taskTime is how long a server may work off a task that asks for the past.
const taskTime = 10 * time.Second

// ownWork are the columns of tasks that the server fills in on its own account. It notes that
// there is a task.
func (t *Twin) ownWork(out *model.Outcome) map[string]bool {
	columns := map[string]bool{}
	for _, table := range t.System.Tables {
		h := table.History
		if h == nil {
			continue
		}
		for _, c := range []string{h.Status, h.Started, h.Finished, h.Remark, "modified"} {
			columns[table.Name+"."+c] = true
		}
		if slices.ContainsFunc(out.Changes, func(c model.Change) bool { return c.Table == table }) {
			t.asked = time.Now()
		}
	}
	return columns
}

// ofTask reports whether a notification that nobody expects may be what a task asked for.
func (t *Twin) ofTask(d expect.Difference) bool {
	return d.Why == "surplus" && time.Since(t.asked) < taskTime
}

// catchUp takes over what a message wrote whose answer the model cannot tell. It may send what
// nobody expects.
func (t *Twin) catchUp(ctx context.Context) error {
	if t.Alone() {
		t.asked = time.Now()
	}
	if t.db == nil {
		return nil
	}
	_, _, err := t.stored(ctx, &expect.Judge{IDs: t.ids, Zone: t.zone, Now: time.Now()}, &model.Outcome{})
	return err
}

// Differ are all differences, the reply's first.
func (s Seen) Differ() []expect.Difference {
	return append(append(append([]expect.Difference{}, s.Reply...), s.Rows...), s.Told...)
}

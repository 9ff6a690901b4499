package systems_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/database"
	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/fixture/stage"
	"github.com/jiekou-dev/jiekou/testkit/model"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// twin is a real server and a model of it, which are asked the same.
type twin struct {
	t      *testing.T
	system *spec.System
	server *testkit.Server
	client *client.Client
	app    string              // that asks; "": 300
	scopes map[string][]string // that bind it
	world  *model.World
	db     *database.DB
	judge  *expect.Judge
	judges map[*spec.Interface]*bind.Judge
	bases  []*fixture.Base
	to     []expect.Subscriber
	r      *rand.Rand
	pool   map[string][]string // texts of columns, by name
	counts map[string]int
}

// TestModelAgrees asks a real server on PostgreSQL and the model the same random requests.
// Replies, rows and queued notifications must be the same.
func TestModelAgrees(t *testing.T) {
	t.Parallel()
	for _, s := range loadSpec(t).Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := newTwin(t, s)
			for range requests(t, s) {
				w.ask()
				if t.Failed() {
					t.FailNow()
				}
			}
			t.Log(w.counts)
		})
	}
}

// requests is how many are asked: some of each interface, or JIEKOU_MODEL_REQUESTS.
func requests(t *testing.T, s *spec.System) int {
	t.Helper()
	if text := os.Getenv("JIEKOU_MODEL_REQUESTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 40 + 10*len(s.Interfaces)
}

func newTwin(t *testing.T, s *spec.System) *twin {
	t.Helper()
	server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Setup: true})
	a := server.App(t, s.Name, "300")
	described := system.Find(generated.Systems(), s.Name).System
	c, err := client.New(client.Config{System: described, URL: server.URL, App: a.AppID, Secrets: a.Secrets()})
	if err != nil {
		t.Fatal(err)
	}
	w := &twin{t: t, system: s, server: server, client: c, judges: map[*spec.Interface]*bind.Judge{}, r: rand.New(rand.NewPCG(1, 13)), pool: map[string][]string{}, counts: map[string]int{}}
	for _, i := range s.Interfaces {
		if i.Kind == spec.Notify && i.IsSent() {
			if err := server.Admin.Subscribe(t.Context(), s.Name, "300", i.Cmd, "http://127.0.0.1:9/push"); err != nil {
				t.Fatal(err)
			}
		}
		if w.judges[i], err = bind.NewJudge(s, stage.ProbedOf(i)); err != nil {
			t.Fatal(err)
		}
	}
	ids := expect.NewIDs()
	if w.world, err = model.New(s, model.Config{}); err != nil {
		t.Fatal(err)
	}
	make := w.world.GUID
	w.world.GUID = func() string { id := make(); ids.Made(id); return id }
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	w.judge = &expect.Judge{IDs: ids, Zone: zone}
	w.db = database.New(server.Pool, s)
	if err := w.db.Load(t.Context(), w.world); err != nil {
		t.Fatal(err)
	}
	subscriptions, err := w.db.Subscriptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range subscriptions {
		w.to = append(w.to, expect.Subscriber(one))
	}
	w.bases = fixture.Derive(s).Bases
	w.fill()
	return w
}

// fill notes the texts of all columns.
func (w *twin) fill() {
	for _, t := range w.system.Tables {
		columns, rows := w.world.Rows(t.Name)
		for _, r := range rows {
			for n, c := range columns {
				if s, ok := w.world.Text(r[n]); ok && len(w.pool[t.Name+"."+c]) < 40 {
					w.pool[t.Name+"."+c] = append(w.pool[t.Name+"."+c], s)
				}
			}
		}
	}
}

// known are the texts of the columns that a field is compared with or fills.
func (w *twin) known(i *spec.Interface, f *spec.Field) (out []string) {
	if i.Answer == nil {
		return nil
	}
	look := func(t *spec.Table, list []*spec.Assign) {
		for _, a := range list {
			if a.Field == f && t != nil {
				out = append(out, w.pool[t.Name+"."+a.To]...)
			}
		}
	}
	for _, c := range i.Answer.Checks {
		look(c.Table, c.Where)
	}
	for _, st := range i.Answer.Steps {
		look(st.Table, st.Where)
		look(st.Table, st.Set)
	}
	for _, t := range w.system.Tables { // SQL may look anywhere
		if len(out) == 0 {
			out = append(out, w.pool[t.Name+"."+spec.Snake(f.Name)]...)
		}
	}
	return out
}

// ask asks both once.
func (w *twin) ask() {
	base := w.bases[w.r.IntN(len(w.bases))]
	i := w.system.Interface(base.Cmd)
	if payload := w.payload(i, base); payload != "" {
		w.send(i, payload)
	}
}

// send asks both once, and returns what the server answered.
func (w *twin) send(i *spec.Interface, payload string) (reply client.Reply) {
	w.judge.Now = time.Now()
	var err error
	reply, err = w.client.Call(w.t.Context(), i.Cmd, []byte(payload))
	if err != nil {
		w.t.Errorf("%s %s: %v", i.Cmd, payload, err)
		return reply
	}
	out, err := w.world.Answer(model.Call{App: cmp.Or(w.app, "300"), Scopes: w.scopes}, i, []byte(payload))
	code, field := w.system.Reply.Success, ""
	if e, ok := errors.AsType[*problem.Error](err); ok {
		if code, field = e.Code, e.Field; code == "" {
			code = w.system.RuleCode(string(e.Rule))
		}
	} else if err != nil {
		w.t.Errorf("%s %s: %v", i.Cmd, payload, err)
		return reply
	}
	w.counts[i.Cmd+" "+reply.Code]++
	if reply.Code != code || reply.Field != "" && field != "" && reply.Field != field {
		w.t.Errorf("%s %s: the server answers %s %s, the model %s %s (%v)", i.Cmd, payload, reply.Code, reply.Message, code, field, err)
		return reply
	}
	w.compare(i, payload, out, reply)
	return reply
}

// compare compares what an accepted or refused request led to.
func (w *twin) compare(i *spec.Interface, payload string, out *model.Outcome, reply client.Reply) {
	if out == nil {
		out = &model.Outcome{}
	}
	var found []expect.Difference
	if out.Reply != nil {
		text := reply.Payload
		if len(text) == 0 {
			text = json.RawMessage("{}")
		}
		got, err := tree.Parse(text)
		if err != nil {
			w.t.Fatalf("%s: %v", i.Cmd, err)
		}
		for _, f := range i.Frame {
			got.Drop(f.Name)
		}
		found = w.judge.Object(i.Response, out.Reply, got, out.Unsure)
	}
	looks, err := w.db.Look(w.t.Context(), w.world)
	if err != nil {
		w.t.Fatal(err)
	}
	var written []expect.Written
	for _, l := range looks {
		written = append(written, expect.Written{Table: l.Table, Rows: l.Rows, Count: l.Count, All: func() ([]model.Row, error) {
			return w.db.Keys(w.t.Context(), w.world, l.Table)
		}})
	}
	queued, err := w.db.Queued(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var came []expect.Notification
	for _, q := range queued {
		came = append(came, expect.Notification{App: q.App, Cmd: q.Cmd, Body: q.Body})
	}
	rows, err := w.judge.Rows(w.world, out.Changes, written)
	if err != nil {
		w.t.Fatal(err)
	}
	found = append(append(found, rows...), w.judge.Told(w.system, out.Told, w.to, came)...)
	if len(found) > 0 {
		w.t.Errorf("%s %s:\n%s\nreply %.2000s\nmodel %.2000s", i.Cmd, payload, strings.ReplaceAll(expect.Texts(found), "；", "\n"), reply.Payload, fmt.Sprint(out.Reply))
	}
	if len(out.Unsure) > 0 {
		w.counts[i.Cmd+" unsure"]++
	}
}

// payload makes a valid request; "" where chance makes none.
func (w *twin) payload(i *spec.Interface, base *fixture.Base) string {
	for range 20 {
		v := base.Payload.Clone()
		w.vary(i, i.Request, v)
		text, err := sample.Fill(v.String(), w.r.Uint64N(1_000_000_000), nil)
		if err != nil {
			w.t.Fatal(err)
		}
		if w.judges[i].Check([]byte(text)) == nil {
			return text
		}
	}
	return ""
}

// vary changes some members of an object.
func (w *twin) vary(i *spec.Interface, fields spec.Fields, v *tree.Value) {
	for _, f := range fields {
		have := v.Get(f.Name)
		switch {
		case have == nil:
		case f.Shape() == spec.List:
			w.varyList(i, f, have)
		case f.Shape() == spec.Record:
			w.vary(i, f.Fields, have)
		case w.r.IntN(3) > 0:
		default:
			w.varyOne(i, f, v)
		}
	}
}

// varyList changes the members of an array, and how many they are.
func (w *twin) varyList(i *spec.Interface, f *spec.Field, list *tree.Value) {
	for len(list.Items) > 0 && len(list.Items) < 3 && w.r.IntN(3) == 0 {
		list.Items = append(list.Items, list.Items[0].Clone())
	}
	for _, item := range list.Items {
		w.vary(i, f.Fields, item)
	}
}

// varyOne changes one member.
func (w *twin) varyOne(i *spec.Interface, f *spec.Field, v *tree.Value) {
	known := w.known(i, f)
	var texts []string
	switch {
	case f.Enum != nil:
		texts = f.Enum.Texts()
	case f.IsTime():
		texts = []string{"2026-01-02 03:04:05", "2025-12-31 23:30:00", "2026-03-01 00:30:00", "1767225600", "2026-02-28"}
	case f.IsWhole():
		texts = []string{"0", "1", "2", "3", "7", "20"}
	case f.IsFraction():
		texts = []string{"0", "1.5", "12.34", "99", "0.07"}
	case f.Type == spec.Bool:
		texts = []string{"true", "false"}
	case f.IsText():
		texts = []string{"甲", "乙;丙; 丁", "a,b", "1;2", "{{id}}", "x'y\"z\\", "1|2"}
	}
	switch n := w.r.IntN(10); {
	case n == 0:
		v.Drop(f.Name)
	case n == 1:
		_ = v.Set(f.Name, tree.Text(""))
	case n == 2:
		_ = v.Set(f.Name, tree.Raw("null"))
	case n < 7 && len(known) > 0:
		_ = v.Set(f.Name, sample.Scalar(f, known[w.r.IntN(len(known))]))
	case len(texts) > 0:
		_ = v.Set(f.Name, sample.Scalar(f, texts[w.r.IntN(len(texts))]))
	}
}

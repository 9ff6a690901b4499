package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// acme signs with a secret of the app and one of the system.
const acme = `
keys: {secret: text, salt: system text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    sign: {of: "{salt}{body}{secret}", by: [sha256, hex], else: BAD_SIGN}
reply:
  header: {X-Sign: "{sign}"}
  json: {code: "{code}", text: "{text}"}
  values:
    sign: {of: "{salt}{body}{secret}", by: [sha256, hex]}
  success: {code: "0"}
`

// parsed compiles a declaration.
func parsed(t testing.TB, text string) *protocol.Protocol {
	t.Helper()
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// known is the registry as an Exchange sees it.
type known struct {
	r      *Registry
	system string
}

func (k known) Keys(ctx context.Context, id string) (*protocol.Keys, error) {
	a, ok := k.r.Lookup(ctx, k.system, id)
	if !ok || a.Disabled {
		return nil, nil //nolint:nilnil // nobody has the id
	}
	return a.Keys, nil
}

// admitted sends a call with keys and says what the server makes of it.
func admitted(t testing.TB, p *protocol.Protocol, r *Registry, system, id string, s protocol.Secrets) error {
	t.Helper()
	keys, err := p.Keys(id, s)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := p.Call.Send(keys, protocol.Outgoing{Interface: "x", Payload: []byte(`{"a":1}`), Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	defer sent.Release()
	side := protocol.NewSide(known{r, system}, nil, nil, time.Now).With(r.System(system))
	a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"}, side)
	defer a.Release()
	if err != nil {
		return err
	}
	reply, err := p.Call.Reply(a, protocol.Outcome{OK: true, Code: "0", Now: time.Now()})
	if err != nil {
		return err
	}
	_, err = p.Call.Open(t.Context(), sent, &message.Message{Status: reply.Status, Header: reply.Header, Body: reply.Body})
	return err
}

// TestEditionsOfDatabase: an edition verifies until its end, with any edition of the
// system's keys, and is forgotten by a running server although nothing else changes.
func TestEditionsOfDatabase(t *testing.T) {
	t.Parallel()
	b, ctx, p := setup(t), t.Context(), parsed(t, acme)
	if _, err := b.pool.Exec(ctx, `insert into jiekou.app (system, id) values ('acme', 'one')`); err != nil {
		t.Fatal(err)
	}
	put := func(id string, edition int, name, text string, until any) {
		t.Helper()
		_, err := b.pool.Exec(ctx, `insert into jiekou.key (system, app, edition, name, kind, sealed, until)
			values ('acme', nullif($1, ''), $2, $3, 'text', $4, coalesce($5, 'infinity'::timestamptz))`,
			id, edition, name, b.master.seal("acme", id, name, Secret(text)), until)
		if err != nil {
			t.Fatal(err)
		}
	}
	end := time.Now().Add(4 * time.Second)
	put("one", 1, "secret", "old", end)
	put("one", 2, "secret", "new", nil)
	put("", 1, "salt", "pepper", end)
	put("", 2, "salt", "salt", nil)
	r, err := NewRegistry(ctx, b.pool, b.master, Protocols{"acme": p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	try := func(secret, salt string) error {
		return admitted(t, p, r, "acme", "one", protocol.Secrets{"secret": {secret}, "salt": {salt}})
	}
	for _, secret := range []string{"old", "new"} {
		for _, salt := range []string{"pepper", "salt"} {
			if err := try(secret, salt); err != nil {
				t.Errorf("%s %s: %v", secret, salt, err)
			}
		}
	}
	if err := try("other", "salt"); err == nil || strings.Contains(err.Error(), "other") {
		t.Errorf("another secret: %v", err)
	}
	if time.Now().After(end) {
		t.Skip("the machine is too slow to look before the end")
	}
	eventually(t, 10*time.Second, "the old editions end", func() bool {
		return try("old", "salt") != nil && try("new", "pepper") != nil
	})
	if took := time.Since(end); took > 5*time.Second {
		t.Errorf("they ended %v late", took)
	}
	if err := try("new", "salt"); err != nil {
		t.Errorf("the new edition: %v", err)
	}
}

// TestKeysOfNoUse: keys that a protocol cannot take leave out the app, and say so
// without the key.
func TestKeysOfNoUse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "acme", "one")
	var log strings.Builder
	p := parsed(t, strings.ReplaceAll(acme, "{secret: text, salt: system text}", "{secret: text, salt: system text, appkey: hex}"))
	r, err := NewRegistry(t.Context(), b.pool, b.master, Protocols{"acme": p}, logTo(&log))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, ok := r.Lookup(t.Context(), "acme", "one"); ok || !strings.Contains(log.String(), "key appkey: it is no hex") {
		t.Errorf("%v %s", ok, &log)
	}
	if r.System("acme") != nil {
		t.Error("a system without keys has some")
	}
}

// TestKeysAreKept: a change elsewhere prepares no keys again; one of the keys does.
func TestKeysAreKept(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, bank), t.Context()
	if err := d.admin.FirstSystemKeys(ctx, "bank", d.how); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"m1", "m2"} {
		if _, err := d.admin.Add(ctx, New{System: "bank", ID: id, Making: d.how}); err != nil {
			t.Fatal(err)
		}
	}
	keys := func(id string) *protocol.Keys {
		a, ok := d.r.Lookup(ctx, "bank", id)
		if !ok {
			t.Fatal("unknown")
		}
		return a.Keys
	}
	first, second := keys("m1"), keys("m2")
	changed := func(what string, do func() error, wantFirst, wantSecond bool) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		revision := func() (n int64) {
			if err := d.pool.QueryRow(ctx, `select n from jiekou.revision`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}()
		eventually(t, 6*time.Second, what, func() bool {
			_, _ = d.r.Lookup(ctx, "bank", "nobody") // looks at the database
			return d.r.now.Load().revision >= revision
		})
		if (keys("m1") != first) != wantFirst || (keys("m2") != second) != wantSecond {
			t.Errorf("%s: prepared again: %v and %v", what, keys("m1") != first, keys("m2") != second)
		}
		first, second = keys("m1"), keys("m2")
	}
	changed("a grant", func() error { return d.admin.Grant(ctx, "bank", "m1", "x_*") }, false, false)
	changed("a rotation", func() error {
		_, err := d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how, Names: []string{"salt"}})
		return err
	}, true, false)
	changed("an end", func() error {
		_, err := d.admin.Rotate(ctx, "bank", "m2", Rotation{Making: d.how, Names: []string{"salt"}, Overlap: time.Hour})
		return err
	}, false, true)
	changed("no old edition", func() error { _, err := d.admin.End(ctx, "bank", "m2", time.Now()); return err }, false, true)
	changed("the system's keys", func() error {
		_, err := d.admin.RotateSystem(ctx, "bank", Rotation{Making: d.how})
		return err
	}, true, true)
}

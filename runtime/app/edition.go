package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

// holder is an app, or with an empty id a system.
type holder struct{ system, id string }

// edition is a new set of keys, with what the partner gets of it.
type edition struct {
	Credentials
	keys []kept
}

// empty is an edition without keys.
func empty(h holder) *edition {
	return &edition{Credentials: Credentials{System: h.system, AppID: h.id, Keys: map[string]Secret{}}}
}

// edition makes every key of an app or a system that is not given.
func (m Making) edition(h holder, given map[string]Secret) (*edition, error) {
	own := needs(m.Server, h.id == "")
	if err := strange(own, m.Server, slices.Sorted(maps.Keys(given))); err != nil {
		return nil, err
	}
	set := empty(h)
	for _, n := range own {
		if err := set.add(m, n, given[n.Name]); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// Both makes all keys of an app, those of its system among them, without keeping
// them: what the server has, and what the partner gets.
func (m Making) Both(system, id string) (server map[string]string, partner Credentials, err error) {
	own, err := m.edition(holder{system, id}, nil)
	if err != nil {
		return nil, Credentials{}, err
	}
	shared, err := m.edition(holder{system, ""}, nil)
	if err != nil {
		return nil, Credentials{}, err
	}
	server = map[string]string{}
	for _, k := range slices.Concat(own.keys, shared.keys) {
		server[k.Name] = string(k.text)
	}
	maps.Copy(own.Keys, shared.Keys)
	if m.Lifetime > 0 {
		own.Keys[Token] = Secret(token.New())
	}
	return server, own.Credentials, nil
}

// add makes one key, or takes the given one.
func (e *edition) add(m Making, n key.Need, given Secret) error {
	k, shown, err := m.one(n, given)
	if err != nil {
		return err
	}
	e.keys = append(e.keys, k)
	if shown != "" {
		e.Keys[n.Name] = shown
	}
	return nil
}

// store seals the keys of an edition.
func (a *Admin) store(ctx context.Context, tx pgx.Tx, e *edition, number int) error {
	for i := range e.keys {
		k := &e.keys[i]
		if k.sealed == nil {
			k.sealed, k.Made = a.master.seal(e.System, e.AppID, k.Name, k.text), time.Now()
		}
		_, err := tx.Exec(ctx, `insert into jiekou.key (system, app, edition, name, kind, half, fingerprint, given, sealed, made)
			values ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10)`,
			e.System, e.AppID, number, k.Name, k.Kind, k.Half, k.Fingerprint, k.given, k.sealed, k.Made)
		if err != nil {
			return err
		}
	}
	return nil
}

// share adds what the partner needs of the system's keys. It fails with ErrMissing
// where one that we need is not there.
func (a *Admin) share(ctx context.Context, tx pgx.Tx, e *edition, m Making) error {
	shared := needs(m.Server, true)
	if len(shared) == 0 {
		return nil
	}
	have, err := a.current(ctx, tx, holder{e.System, ""})
	if err != nil {
		return err
	}
	var missing []string
	for _, n := range shared {
		k, ok := have[n.Name]
		if !ok {
			missing = append(missing, n.String())
			continue
		}
		if err := a.reveal(e, m, n, k); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: system %s needs %s", ErrMissing, e.System, strings.Join(missing, ", "))
	}
	return nil
}

// reveal adds what the partner needs of a key that is stored.
func (a *Admin) reveal(e *edition, m Making, n key.Need, k kept) error {
	id := e.AppID
	if n.System {
		id = ""
	}
	text, err := a.master.open(e.System, id, n.Name, k.sealed)
	if err != nil {
		return err
	}
	shown, err := m.shown(n, text, true)
	if shown != "" {
		e.Keys[n.Name] = shown
	}
	return err
}

// current are the keys of the newest edition, by name, locked until the end of the
// transaction.
func (a *Admin) current(ctx context.Context, tx pgx.Tx, h holder) (map[string]kept, error) {
	rows, err := tx.Query(ctx, `select name, kind, half, fingerprint, given, sealed, made, edition from jiekou.key k
		where system = $1 and coalesce(app, '') = $2 and until > now() and edition =
			(select max(edition) from jiekou.key o where o.system = k.system and coalesce(o.app, '') = $2)
		for update`, h.system, h.id)
	if err != nil {
		return nil, err
	}
	out := map[string]kept{}
	var k kept
	_, err = pgx.ForEachRow(rows, []any{&k.Name, &k.Kind, &k.Half, &k.Fingerprint, &k.given, &k.sealed, &k.Made, &k.Edition}, func() error {
		out[k.Name] = k
		return nil
	})
	return out, err
}

// The periodic deletion of keys that have ended.
const (
	forgetEvery = 10 * time.Minute
	forgetAfter = 24 * time.Hour
	forgetBatch = 1000
)

// Forget deletes the keys that ended more than a day ago.
func Forget(pool *pgxpool.Pool) retain.Rule {
	return retain.Rule{
		What: "keys that have ended", Done: "deleted", Every: forgetEvery, Most: forgetBatch,
		Batch: func(ctx context.Context, now time.Time, most int64) (int64, error) {
			tag, err := pool.Exec(ctx, `delete from jiekou.key where ctid = any(array(
				select ctid from jiekou.key where until < $1 limit $2 for update skip locked))`, now.Add(-forgetAfter), most)
			return tag.RowsAffected(), err
		},
	}
}

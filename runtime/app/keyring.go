package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// keyring is every key that is not over, sealed.
type keyring struct {
	sealed map[holder][]sealedKey // the newest edition first; of a system under an empty id
	ends   *time.Time             // of the edition that ends first
}

// sealedKey is a row of jiekou.key.
type sealedKey struct {
	system, app string
	edition     int
	name        string
	sealed      []byte
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// readKeys reads the keys that are not over.
func readKeys(ctx context.Context, db querier) (*keyring, error) {
	rows, err := db.Query(ctx, `select system, coalesce(app, ''), edition, name, sealed, until from jiekou.key
		where until > now() order by edition desc, name`)
	if err != nil {
		return nil, err
	}
	out := &keyring{sealed: map[holder][]sealedKey{}}
	var one sealedKey
	var until pgtype.Timestamptz
	_, err = pgx.ForEachRow(rows, []any{&one.system, &one.app, &one.edition, &one.name, &one.sealed, &until}, func() error {
		k := holder{one.system, one.app}
		out.sealed[k] = append(out.sealed[k], one)
		if until.InfinityModifier == pgtype.Finite && (out.ends == nil || until.Time.Before(*out.ends)) {
			end := until.Time
			out.ends = &end
		}
		return nil
	})
	return out, err
}

// editions are the opened keys of one app or system, by name, the newest first.
type editions []map[string]string

// open opens the keys of an app, or of a system with an empty id.
func (k *keyring) open(m *Master, system, id string) (editions, error) {
	var out editions
	last := 0
	for _, one := range k.sealed[holder{system, id}] {
		text, err := m.open(system, id, one.name, one.sealed)
		if err != nil {
			return nil, err
		}
		if one.edition != last {
			out, last = append(out, map[string]string{}), one.edition
		}
		out[len(out)-1][one.name] = text
	}
	return out, nil
}

// digest tells whether the keys of an app, those of its system or its profile have
// changed.
func (k *keyring) digest(a *App) (sum [sha256.Size]byte) {
	h := sha256.New()
	part := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, int64(len(b))) // a hash takes everything
		_, _ = h.Write(b)
	}
	for _, id := range []string{a.ID, ""} {
		for _, one := range k.sealed[holder{a.System, id}] {
			part([]byte(one.app))
			part([]byte(strconv.Itoa(one.edition)))
			part([]byte(one.name))
			part(one.sealed)
		}
	}
	if a.Profile != nil {
		part([]byte(*a.Profile))
	}
	h.Sum(sum[:0])
	return sum
}

// newest is the edition that is used for what is sent.
func (e editions) newest() map[string]string {
	if len(e) == 0 {
		return map[string]string{}
	}
	return e[0]
}

// secrets joins the editions with those of the system: whoever is in the middle of
// two rotations may use any edition of the one with any of the other.
func (e editions) secrets(shared editions) protocol.Secrets {
	if len(e) == 0 {
		e = editions{{}}
	}
	if len(shared) == 0 {
		shared = editions{{}}
	}
	var sets editions
	names := map[string]bool{}
	for _, own := range e {
		for _, system := range shared {
			set := maps.Clone(system)
			maps.Copy(set, own)
			sets = append(sets, set)
			for name := range set {
				names[name] = true
			}
		}
	}
	out := protocol.Secrets{}
	for name := range names {
		for _, set := range sets {
			out[name] = append(out[name], set[name])
		}
	}
	return out
}

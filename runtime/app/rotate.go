package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

const (
	maxOverlap  = 366 * 24 * time.Hour
	maxEditions = 4 // that are good at a time: a message may be tried with each of them
)

// Rotation says which keys are replaced, and until when the old ones are good.
type Rotation struct {
	Making
	Names   []string          // keys to make anew
	Keys    map[string]Secret // keys that exist already, as their files hold them, in place of old ones
	Overlap time.Duration     // for how long the old edition is good beside the new one; 0: it ends at once
	// Lost says that the master key is lost for good and another one was made: the keys
	// are sealed under that one although none opens with it. From then on the new key is
	// the right one, for Rotate, Add and servers.
	Lost bool
}

// whole reports whether everything is replaced that was made here.
func (r Rotation) whole() bool { return len(r.Names) == 0 && len(r.Keys) == 0 }

func (r Rotation) check() error {
	if r.Overlap < 0 || r.Overlap > maxOverlap {
		return fmt.Errorf("%w: overlap %v: at most a year, for example 168h", ErrInvalid, r.Overlap)
	}
	if r.Lost && r.Overlap > 0 {
		return fmt.Errorf("%w: nothing overlaps where the master key is lost: no old key opens", ErrInvalid)
	}
	return r.Making.check()
}

// Rotate gives an app a new edition of its keys and returns its credentials. Without
// Names and Keys it replaces everything that was made here, and the issued tokens;
// what the partner gave stays. Old keys end at once, or with the overlap: until then
// both verify, and what is sent is made with the new ones. Servers follow within two
// seconds. It fails with ErrNotFound, ErrInvalid, and with ErrMasterKey where no key
// opens with the master key.
func (a *Admin) Rotate(ctx context.Context, system, id string, r Rotation) (Credentials, error) {
	return a.rotate(ctx, holder{system, id}, r)
}

// RotateSystem gives a system a new edition of the keys that all its apps share, or
// its first one. The credentials have what every partner needs of it.
func (a *Admin) RotateSystem(ctx context.Context, system string, r Rotation) (Credentials, error) {
	if !systemForm.MatchString(system) {
		return Credentials{}, checkName(system, "1")
	}
	if len(needs(r.Server, true)) == 0 {
		return Credentials{}, fmt.Errorf("%w: system %s has no keys that all apps share", ErrInvalid, system)
	}
	return a.rotate(ctx, holder{system, ""}, r)
}

// FirstSystemKeys makes the keys that all apps of a system share, where it should
// have some and has none: for demos and tests, where no partner has them yet.
func (a *Admin) FirstSystemKeys(ctx context.Context, system string, how Making) error {
	if len(needs(how.Server, true)) == 0 {
		return nil
	}
	have, err := a.SystemKeys(ctx, system)
	if err == nil && len(have) == 0 {
		_, err = a.RotateSystem(ctx, system, Rotation{Making: how})
	}
	return err
}

func (a *Admin) rotate(ctx context.Context, h holder, r Rotation) (Credentials, error) {
	own := needs(r.Server, h.id == "")
	named := slices.Concat(r.Names, slices.Sorted(maps.Keys(r.Keys)))
	if err := errors.Join(r.check(), strange(own, r.Server, named)); err != nil {
		return Credentials{}, err
	}
	detail := map[string]any{}
	if len(named) > 0 {
		detail["keys"] = named
	}
	if r.Overlap > 0 {
		detail["overlap"] = r.Overlap.String()
	}
	set := empty(h)
	err := a.change(ctx, "rotate", h.system, h.id, detail, func(tx pgx.Tx) error {
		if err := a.lock(ctx, tx, h, r.Lost); err != nil {
			return err
		}
		number, err := a.replace(ctx, tx, h, set, own, r)
		if err == nil {
			err = a.store(ctx, tx, set, number)
		}
		if err == nil && h.id != "" {
			err = a.share(ctx, tx, set, r.Making)
		}
		if err != nil || h.id == "" || !r.whole() {
			return err
		}
		if r.Overlap > 0 {
			err = token.End(ctx, tx, h.system, h.id, time.Now().Add(r.Overlap))
		} else {
			_, err = token.Revoke(ctx, tx, h.system, h.id, "", time.Now())
		}
		if err != nil {
			return err
		}
		return set.issue(ctx, tx, a.master, r.Making)
	})
	if err != nil {
		return Credentials{}, err
	}
	return set.Credentials, nil
}

// lock keeps other changes of the keys out.
func (a *Admin) lock(ctx context.Context, tx pgx.Tx, h holder, lost bool) error {
	if !lost {
		if err := a.checkMaster(ctx, tx); err != nil {
			return err
		}
	}
	if h.id == "" {
		_, err := tx.Exec(ctx, `lock table jiekou.key in share row exclusive mode`)
		return err
	}
	return one(tx.Exec(ctx, `update jiekou.app set modified = now() where system = $1 and id = $2`, h.system, h.id))
}

// replace makes the keys of a new edition, ends the old ones and returns the number
// of the new one.
func (a *Admin) replace(ctx context.Context, tx pgx.Tx, h holder, set *edition, own []key.Need, r Rotation) (int, error) {
	have, err := a.current(ctx, tx, h)
	if err != nil {
		return 0, err
	}
	number := 1
	for _, k := range have {
		number = max(number, k.Edition+1)
	}
	for _, n := range own {
		if err := a.next(set, n, have, r); err != nil {
			return 0, err
		}
	}
	if r.Overlap == 0 {
		_, err := tx.Exec(ctx, `delete from jiekou.key where system = $1 and coalesce(app, '') = $2`, h.system, h.id)
		return number, err
	}
	var editions int
	err = tx.QueryRow(ctx, `select count(distinct edition) from jiekou.key
		where system = $1 and coalesce(app, '') = $2 and until > now()`, h.system, h.id).Scan(&editions)
	if err == nil && editions >= maxEditions {
		return 0, fmt.Errorf("%w: %d editions of the keys are good already: end the old ones first", ErrInvalid, editions)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `update jiekou.key set until = least(until, now() + $3::interval)
			where system = $1 and coalesce(app, '') = $2`, h.system, h.id, r.Overlap)
	}
	return number, err
}

// next adds a key to the new edition: a new one, or the one of the old edition.
func (a *Admin) next(set *edition, n key.Need, have map[string]kept, r Rotation) error {
	old, ok := have[n.Name]
	theirs := ok && old.given && n.Pair() && old.Half == "public"
	given, named := r.Keys[n.Name]
	named = named || slices.Contains(r.Names, n.Name)
	if named || r.whole() && !theirs {
		return set.add(r.Making, n, given)
	}
	if !ok {
		return nil // it was missing before, and nobody asks for it
	}
	if r.Lost {
		return fmt.Errorf("%w: key %s was sealed under the lost master key: give it again", ErrInvalid, n)
	}
	set.keys = append(set.keys, old)
	return a.reveal(set, r.Making, n, old)
}

// End sets when the old editions of an app's keys end, those of a system with an
// empty id. A time that is over ends them at once. It returns how many there are,
// and fails with ErrNoEnd where the newest is the only one.
func (a *Admin) End(ctx context.Context, system, id string, at time.Time) (n int64, err error) {
	detail := map[string]any{"end": at.UTC().Format(time.RFC3339)}
	err = a.change(ctx, "end keys", system, id, detail, func(tx pgx.Tx) error {
		var known bool
		err := tx.QueryRow(ctx, `select $2 = '' or exists (select from jiekou.app where system = $1 and id = $2)`, system, id).Scan(&known)
		if err == nil && !known {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `with old as (
				update jiekou.key k set until = $3
				where system = $1 and coalesce(app, '') = $2 and until > now() and edition <
					(select max(edition) from jiekou.key o where o.system = k.system and coalesce(o.app, '') = $2)
				returning edition)
			select count(distinct edition) from old`, system, id, at).Scan(&n)
		if err == nil && n == 0 {
			err = ErrNoEnd
		}
		return err
	})
	return n, err
}

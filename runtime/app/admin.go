package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/token"
)

// Admin changes apps. Every change is recorded in jiekou.audit with its actor, in
// the same transaction, without secrets. Running servers follow within two seconds.
type Admin struct {
	pool   *pgxpool.Pool
	master *Master
	actor  string
}

// NewAdmin returns an Admin. actor is the name in the audit, for example
// "root@host".
func NewAdmin(pool *pgxpool.Pool, master *Master, actor string) *Admin {
	return &Admin{pool: pool, master: master, actor: cmp.Or(actor, "unknown")}
}

// New is an app to add.
type New struct {
	System string
	ID     string
	Name   string   // for people; may be empty
	Grants []string // patterns; empty: it may call nothing
	Token  Secret   // 8 to 64 characters; empty: 32 random hex characters
	AppKey Secret   // 8 to 256 characters; empty: made as Making says
	Making
}

// Making says how the secrets of an app are made.
type Making struct {
	KeyBytes int           // of the appkey, for ciphers that take keys of one length only; 0: 128
	Encoding string        // how those bytes are written: raw (printable characters; default), hex or base64
	Lifetime time.Duration // the token is issued for this long, as systems want it that ask for issued tokens; 0: not at all
}

// check validates the lifetime of a first token.
func (m Making) check() error {
	if m.Lifetime == 0 {
		return nil
	}
	return checkLifetime(m.Lifetime)
}

// Info is the public part of an app.
type Info struct {
	System        string         `json:"system"`
	ID            string         `json:"appid"`
	Name          string         `json:"name,omitempty"`
	Grants        []string       `json:"grants"`
	Disabled      bool           `json:"disabled"`
	Created       time.Time      `json:"created"`
	Modified      time.Time      `json:"modified"`
	Subscriptions []Subscription `json:"subscriptions,omitempty"`
}

// Subscription is where one notification of an app goes.
type Subscription struct {
	Cmd      string    `json:"cmd"`
	URL      string    `json:"url"`
	Projects []string  `json:"projects,omitempty"` // that it sees; none: all
	Created  time.Time `json:"created"`
	Granted  bool      `json:"granted"` // the app is enabled and may have it; else nothing is queued
}

// Add registers an app and returns its credentials: they cannot be shown again.
// It fails with ErrExists, ErrInvalid, or ErrMasterKey where the apps that exist
// are sealed under another key.
func (a *Admin) Add(ctx context.Context, n New) (Credentials, error) {
	c := Credentials{
		System: n.System, AppID: n.ID, Token: cmp.Or(n.Token, Secret(token.New())), AppKey: cmp.Or(n.AppKey, n.Making.AppKey()),
	}
	err := errors.Join(checkName(n.System, n.ID), checkGrants(n.Grants),
		checkSecret("token", c.Token, 64), checkSecret("appkey", c.AppKey, 256), n.check())
	if err != nil {
		return Credentials{}, err
	}
	detail := map[string]any{"name": n.Name, "grants": n.Grants}
	err = a.change(ctx, "add", n.System, n.ID, detail, func(tx pgx.Tx) error {
		if err := a.checkMaster(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into jiekou.app (system, id, name, grants) values ($1, $2, $3, $4)`,
			n.System, n.ID, n.Name, tidy(n.Grants))
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23505" { // unique_violation
			return ErrExists
		}
		if err == nil {
			err = a.keep(ctx, tx, c)
		}
		if err != nil {
			return err
		}
		return c.issue(ctx, tx, n.Making)
	})
	if err != nil {
		return Credentials{}, err
	}
	return c, nil
}

// Rotate gives an app new secrets and returns them. The old ones end at once,
// without an overlap, and tokens that were issued to the app with them: servers
// refuse them within two seconds. It fails with ErrMasterKey where no app opens
// with the master key.
func (a *Admin) Rotate(ctx context.Context, system, id string, how Making) (Credentials, error) {
	return a.rotate(ctx, system, id, how, a.checkMaster)
}

// RotateLost is Rotate for when the master key is lost for good and another one
// was made: it seals under that one although no app opens with it. From then on
// the new key is the right one, for Rotate, Add and servers.
func (a *Admin) RotateLost(ctx context.Context, system, id string, how Making) (Credentials, error) {
	return a.rotate(ctx, system, id, how, func(context.Context, pgx.Tx) error { return nil })
}

// rotate replaces secrets where check lets it.
func (a *Admin) rotate(ctx context.Context, system, id string, how Making, check func(context.Context, pgx.Tx) error) (Credentials, error) {
	c := Credentials{System: system, AppID: id, Token: Secret(token.New()), AppKey: how.AppKey()}
	if err := how.check(); err != nil {
		return Credentials{}, err
	}
	err := a.change(ctx, "rotate", system, id, nil, func(tx pgx.Tx) error {
		if err := check(ctx, tx); err != nil {
			return err
		}
		err := one(tx.Exec(ctx, `update jiekou.app set modified = now() where system = $1 and id = $2`, system, id))
		if err == nil {
			_, err = tx.Exec(ctx, `delete from jiekou.key where system = $1 and app = $2`, system, id)
		}
		if err == nil {
			err = a.keep(ctx, tx, c)
		}
		if err != nil {
			return err
		}
		if _, err := token.Revoke(ctx, tx, system, id, "", time.Now()); err != nil {
			return err
		}
		return c.issue(ctx, tx, how)
	})
	if err != nil {
		return Credentials{}, err
	}
	return c, nil
}

// keep seals the keys of an app.
func (a *Admin) keep(ctx context.Context, tx pgx.Tx, c Credentials) error {
	for name, text := range map[string]Secret{"token": c.Token, "appkey": c.AppKey} {
		_, err := tx.Exec(ctx, `insert into jiekou.key (system, app, edition, name, kind, sealed) values ($1, $2, 1, $3, 'text', $4)`,
			c.System, c.AppID, name, a.master.seal(c.System, c.AppID, name, text))
		if err != nil {
			return err
		}
	}
	return nil
}

// Grant adds patterns of interfaces that an app may call.
func (a *Admin) Grant(ctx context.Context, system, id string, patterns ...string) error {
	if err := checkGrants(patterns); err != nil {
		return err
	}
	return a.regrant(ctx, "grant", system, id, patterns, func(have []string) []string {
		return append(have, patterns...)
	})
}

// Revoke takes patterns away, as they were granted: revoking "cst_info_create"
// leaves "cst_*" in place.
func (a *Admin) Revoke(ctx context.Context, system, id string, patterns ...string) error {
	return a.regrant(ctx, "revoke", system, id, patterns, func(have []string) []string {
		return slices.DeleteFunc(have, func(g string) bool { return slices.Contains(patterns, g) })
	})
}

// regrant changes the patterns of an app under a lock of its row.
func (a *Admin) regrant(ctx context.Context, action, system, id string, patterns []string,
	f func([]string) []string,
) error {
	return a.change(ctx, action, system, id, map[string]any{"grants": patterns}, func(tx pgx.Tx) error {
		var have []string
		err := tx.QueryRow(ctx, `select grants from jiekou.app where system = $1 and id = $2 for update`,
			system, id).Scan(&have)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		return one(tx.Exec(ctx, `update jiekou.app set grants = $3, modified = now() where system = $1 and id = $2`,
			system, id, tidy(f(have))))
	})
}

// Disable shuts an app out until Enable.
func (a *Admin) Disable(ctx context.Context, system, id string) error {
	return a.setDisabled(ctx, "disable", system, id, true)
}

// Enable lets a disabled app in again.
func (a *Admin) Enable(ctx context.Context, system, id string) error {
	return a.setDisabled(ctx, "enable", system, id, false)
}

func (a *Admin) setDisabled(ctx context.Context, action, system, id string, disabled bool) error {
	return a.change(ctx, action, system, id, nil, func(tx pgx.Tx) error {
		return one(tx.Exec(ctx, `update jiekou.app set disabled = $3, modified = now() where system = $1 and id = $2`,
			system, id, disabled))
	})
}

// change does f and its audit row in one transaction.
func (a *Admin) change(ctx context.Context, action, system, id string, detail map[string]any,
	f func(pgx.Tx) error,
) error {
	if detail == nil {
		detail = map[string]any{}
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("app.%s: %w", action, err)
	}
	err = pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into jiekou.audit (actor, action, system, app, detail) values ($1, $2, $3, $4, $5)`,
			a.actor, action, system, id, string(text))
		return err
	})
	if err != nil {
		return fmt.Errorf("app.%s %s/%s: %w", action, system, id, err)
	}
	return nil
}

// checkMaster opens secrets that exist, so that none is sealed under a key that
// the servers do not have. One that opens is enough.
func (a *Admin) checkMaster(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select system, coalesce(app, ''), name, sealed from jiekou.key order by made desc`)
	if err != nil {
		return err
	}
	var judge keyJudge
	var system, id, name string
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&system, &id, &name, &sealed}, func() error {
		if !judge.right {
			_, err := a.master.open(system, id, name, sealed)
			judge.add(err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return judge.verdict()
}

// one turns "no row" into ErrNotFound.
func one(tag pgconn.CommandTag, err error) error {
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return err
}

// tidy sorts patterns and drops copies; never nil, for the column.
func tidy(grants []string) []string {
	list := append([]string{}, grants...)
	slices.Sort(list)
	return slices.Compact(list)
}

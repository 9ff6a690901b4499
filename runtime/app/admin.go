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

	"github.com/jiekou-dev/jiekou/runtime/limit"
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
	Name   string            // for people; may be empty
	Grants []string          // patterns; empty: it may call nothing
	Keys   map[string]Secret // that exist already, as their files hold them; the others are made
	Making
}

// Info is the public part of an app.
type Info struct {
	System        string         `json:"system"`
	ID            string         `json:"appid"`
	Name          string         `json:"name,omitempty"`
	Grants        []string       `json:"grants"`
	Profile       *string        `json:"profile,omitempty"` // of the protocol; nil: the system's own, empty: none
	Limit         limit.App      `json:"limits,omitzero"`   // what it may have at a time; zero values: the defaults
	Scopes        Scopes         `json:"scopes,omitempty"`  // the rows that it reaches
	Disabled      bool           `json:"disabled"`
	Created       time.Time      `json:"created"`
	Modified      time.Time      `json:"modified"`
	Keys          []Key          `json:"keys,omitempty"` // of all editions that have not ended, the newest first
	Subscriptions []Subscription `json:"subscriptions,omitempty"`
	// Calls counts the calls of the last Recent days by interface, those that were refused
	// among them.
	Calls map[string]int64 `json:"calls,omitempty"`
	// Refused counts those of Calls that were refused.
	Refused map[string]int64 `json:"refused,omitempty"`
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
// It fails with ErrExists, ErrInvalid, ErrMissing where the system's own keys are
// not there, or ErrMasterKey where the keys that exist are sealed under another one.
func (a *Admin) Add(ctx context.Context, n New) (Credentials, error) {
	err := errors.Join(checkName(n.System, n.ID), checkGrants(n.Grants), n.check())
	if err != nil {
		return Credentials{}, err
	}
	if slices.Contains(n.Senders, n.ID) {
		return Credentials{}, fmt.Errorf("%w: app id %s is the one that we send with: what such an app is sent it could send back; take another id", ErrInvalid, n.ID)
	}
	set, err := n.edition(holder{n.System, n.ID}, n.Keys)
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
			err = a.store(ctx, tx, set, 1)
		}
		if err == nil {
			err = a.share(ctx, tx, set, n.Making)
		}
		if err != nil {
			return err
		}
		return set.issue(ctx, tx, a.master, n.Making)
	})
	if err != nil {
		return Credentials{}, err
	}
	return set.Credentials, nil
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

// SetProfile gives an app a profile of the protocol, whose guards hold for its
// requests too: empty for none, nil for the system's own. Servers leave out an app
// whose profile the protocol does not have.
func (a *Admin) SetProfile(ctx context.Context, system, id string, profile *string) error {
	return a.change(ctx, "profile", system, id, map[string]any{"profile": profile}, func(tx pgx.Tx) error {
		return one(tx.Exec(ctx, `update jiekou.app set profile = $3, modified = now() where system = $1 and id = $2`,
			system, id, profile))
	})
}

// SetLimit says what an app may have at a time; the zero value is the default.
func (a *Admin) SetLimit(ctx context.Context, system, id string, l limit.App) error {
	if l.Concurrency < 0 || l.Rate < 0 || l.Burst < 0 {
		return fmt.Errorf("%w: a limit below zero", ErrInvalid)
	}
	return a.change(ctx, "limit", system, id, map[string]any{"limits": l}, func(tx pgx.Tx) error {
		return one(tx.Exec(ctx, `update jiekou.app set limits = $3, modified = now() where system = $1 and id = $2`, system, id, l))
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

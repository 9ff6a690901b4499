package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// named is how many rows are named.
const named = 10

// InTheWay is what a precheck found: rows that a migration would break on.
type InTheWay struct {
	File  string   `json:"file"`
	Title string   `json:"title"`
	Count int64    `json:"count"`
	Rows  []string `json:"rows,omitempty"` // the first ten
	// Later says that it cannot be asked yet: it is about what an earlier migration makes.
	Later bool `json:"later,omitempty"`
}

// String is the finding in a line.
func (w InTheWay) String() string {
	if w.Later {
		return fmt.Sprintf("%s: %s: cannot be asked before the migrations in front of it", w.File, w.Title)
	}
	text := fmt.Sprintf("%s: %d %s", w.File, w.Count, w.Title)
	if len(w.Rows) == 0 {
		return text
	}
	text += ": " + strings.Join(w.Rows, ", ")
	if w.Count > int64(len(w.Rows)) {
		text += ", …"
	}
	return text
}

// Prechecks asks the prechecks of every migration that is not applied yet, those that
// contract among them, and changes nothing. It returns each with its count; 0 is fine.
func Prechecks(ctx context.Context, pool *pgxpool.Pool, sets []Set) ([]InTheWay, error) {
	pending, err := Pending(ctx, pool, sets)
	if err != nil {
		return nil, err
	}
	var out []InTheWay
	for _, m := range pending {
		for _, c := range m.Checks {
			w, err := precheck(ctx, pool, m.File(), c)
			if err != nil {
				return nil, fmt.Errorf("migrate: %w", err)
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// precheck asks one precheck in a transaction that reads only.
func precheck(ctx context.Context, pool *pgxpool.Pool, file string, c Check) (w InTheWay, err error) {
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local statement_timeout = 0`); err != nil {
			return err
		}
		w, err = ask(ctx, tx, file, c)
		return err
	})
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == "42P01" || pg.Code == "42703" || pg.Code == "3F000") {
		return InTheWay{File: file, Title: c.Title, Later: true}, nil
	}
	return w, err
}

// ask counts the rows of a precheck and names the first.
func ask(ctx context.Context, tx pgx.Tx, file string, c Check) (InTheWay, error) {
	w := InTheWay{File: file, Title: c.Title}
	query := strings.TrimRight(strings.TrimSpace(c.SQL), "; \n")
	if err := tx.QueryRow(ctx, "select count(*) from (\n"+query+"\n) as found").Scan(&w.Count); err != nil || w.Count == 0 {
		return w, wrap(w, err)
	}
	rows, err := tx.Query(ctx, fmt.Sprintf("select row_to_json(found)::text from (\n%s\n) as found limit %d", query, named))
	if err != nil {
		return w, wrap(w, err)
	}
	w.Rows, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return w, wrap(w, err)
}

func wrap(w InTheWay, err error) error {
	if err != nil {
		return fmt.Errorf("%s: precheck %q: %w", w.File, w.Title, err)
	}
	return nil
}

// inTheWay refuses a migration that rows are in the way of.
func (w *work) inTheWay(ctx context.Context, tx pgx.Tx) error {
	var found []string
	for _, c := range w.Checks {
		one, err := ask(ctx, tx, w.File(), c)
		if err != nil {
			return err
		}
		if one.Count > 0 {
			found = append(found, one.String())
		}
	}
	if found != nil {
		return fmt.Errorf("rows are in the way, nothing was changed:\n%s", strings.Join(found, "\n"))
	}
	return nil
}

// Pending returns the migrations that are not applied, or not to their end, with their
// text: those that Up would apply, and those that it leaves to Finish.
func Pending(ctx context.Context, pool *pgxpool.Pool, sets []Set) ([]Migration, error) {
	plan, err := loadAll(sets)
	if err != nil {
		return nil, err
	}
	applied, err := applied(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("migrate.pending: %w", err)
	}
	var out []Migration
	for _, set := range plan {
		merged := merge(set, applied)
		fresh := !slices.ContainsFunc(merged, func(a Applied) bool { return !a.At.IsZero() && !a.fresh })
		for _, a := range merged {
			if err := a.refused(); err != nil {
				return nil, fmt.Errorf("migrate: %w", err)
			}
			if m := set.at(a.Version); m != nil && (a.At.IsZero() || a.Half) {
				one := *m
				one.Steps = rest(one.Steps, a.Done)
				one.Waits = one.Phase == Contract && !fresh
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// rest are the steps that are not done, with the one before that clears the way for them.
func rest(steps []Step, done int) []Step {
	from := min(done, len(steps))
	if from > 0 && steps[from-1].clears() {
		from--
	}
	return steps[from:]
}

package migration

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
)

// back undoes steps, the last first, as what they say tells. What is lost is made again
// empty where they say how. It returns what they say of all that is not as it was.
func back(t *testing.T, pool *pgxpool.Pool, steps []migrate.Step) (lost string) {
	t.Helper()
	for _, s := range slices.Backward(steps) {
		if len(s.Back) == 0 {
			t.Errorf("%s says nothing of a way back", s.Title)
		}
		for _, text := range s.Back {
			sql, once, unsure := strings.Cut(text, ", once")
			sql, _, _ = strings.Cut(sql, ", which")
			if strings.HasPrefix(text, "none") {
				lost += s.Title + " " + text + "\n"
				_, again, _ := strings.Cut(sql, "; ")
				sql, _, _ = strings.Cut(again, " makes it again")
			}
			if sql == "" || strings.HasPrefix(sql, "not needed") || strings.HasPrefix(sql, "pg_dump") {
				continue
			}
			err := try(t.Context(), pool, sql)
			pg, ok := errors.AsType[*pgconn.PgError](err)
			switch {
			case unsure && ok && (pg.Code[:2] == "22" || pg.Code[:2] == "23"):
				lost += s.Title + " " + once + "\n"
			case err != nil:
				t.Fatalf("the way back of %q: %s: %v", s.Title, sql, err)
			}
		}
	}
	return lost
}

func try(ctx context.Context, pool *pgxpool.Pool, sql string) error {
	return pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		_, err := conn.Conn().PgConn().Exec(ctx, sql).ReadAll()
		return err
	})
}

// back applies what expands and undoes it, and applies it again. In another database with
// rows of before it applies all and undoes that.
func (w *walk) back(before, after *spec.System, old []*randomTable) {
	w.Helper()
	w.there(before, after, old, false)
	if err := migrate.Up(w.Context(), w.pool, set(w.T, after)); err != nil {
		w.Fatalf("expand: %v", err)
	}
	x := *w
	x.pool = postgrestest.New(w.T)
	if err := migrate.Up(w.Context(), x.pool, set(w.T, before)); err != nil {
		w.Fatal(err)
	}
	x.write(old)
	x.there(before, after, old, true)
}

// there applies what expands, with whole what contracts, too, and undoes it. The tables are
// as they were, with what is in them, but for what a step says is lost.
func (w *walk) there(before, after *spec.System, old []*randomTable, whole bool) {
	w.Helper()
	ctx := w.Context()
	found, err := migrate.Prechecks(ctx, w.pool, set(w.T, after))
	if err != nil {
		w.Fatal(err)
	}
	if w.rewritten || slices.ContainsFunc(found, func(f migrate.InTheWay) bool { return f.Count > 0 }) {
		w.empty(old) // people fix them
	}
	there, rows := catalogue(w.T, w.pool), w.held(old)
	parsed, err := migrate.Pending(ctx, postgrestest.New(w.T), set(w.T, after))
	if err != nil {
		w.Fatal(err)
	}
	if err := migrate.Up(ctx, w.pool, set(w.T, after)); err != nil {
		w.Fatalf("expand: %v", err)
	}
	if whole {
		if err := migrate.Finish(ctx, w.pool, set(w.T, after)); err != nil {
			w.Fatalf("contract: %v", err)
		}
	}
	var steps []migrate.Step
	for _, m := range parsed {
		idle := len(m.Steps) == 1 && strings.Contains(m.Steps[0].SQL, "The database itself does not change")
		if m.Version > len(before.Migrations) && (m.Phase != migrate.Contract || whole) && !idle {
			steps = append(steps, m.Steps...)
		}
	}
	lost := back(w.T, w.pool, steps)
	if diff := gocmp.Diff(kept(there, lost), kept(catalogue(w.T, w.pool), lost)); diff != "" {
		w.Errorf("the way back leads elsewhere (-before +after):\n%s\nlost:\n%s", diff, lost)
	}
	if diff := gocmp.Diff(kept(rows, lost), kept(w.held(old), lost)); diff != "" {
		w.Errorf("the way back leads to other rows (-before +after):\n%s\nlost:\n%s", diff, lost)
	}
	exec(w.T, w.pool, fmt.Sprintf("delete from jiekou.migration where set = 'shop' and version > %d", len(before.Migrations)))
}

// kept are the lines that name no column of which a way back says that something is lost.
func kept(lines []string, lost string) []string {
	named := regexp.MustCompile(`\bc\d+\b`)
	gone := named.FindAllString(strings.ReplaceAll(lost, "_", " "), -1)
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return slices.ContainsFunc(named.FindAllString(line, -1), func(c string) bool { return slices.Contains(gone, c) })
	})
}

// held are the values of all columns, a column a line.
func (w *walk) held(tables []*randomTable) (out []string) {
	w.Helper()
	for _, t := range tables {
		for _, c := range t.columns {
			values := query(w.T, w.pool, fmt.Sprintf("select coalesce(%s::text, 'null') from shop.%s order by guid", c.name, t.name))
			out = append(out, fmt.Sprint(t.name, ".", c.name, ": ", values))
		}
	}
	return out
}

package lianfa_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The document's client asks for page after page of one syncTime and echoes the
// last lastSyncTime. A pair that changes meanwhile moves to the end of the list
// and makes room: none of the others may be lost by that.
func TestCompanyListPagesMove(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	aged(t, w, "company_project", "company_guid, proj_guid")
	seen, since := map[string]bool{}, ""
	for range 2 {
		for number, pages := 1, 1; number <= pages; number++ {
			var got listed
			c.Call(t, "base_company_list", c.Sid(), members{"syncTime": since, "page": number, "pageSize": 2}.JSON()).Content(t, &got)
			for _, row := range got.List {
				seen[string(row)] = true
			}
			if pages = got.TotalPage; number == pages {
				since = got.last()
			}
			if number == 1 && len(seen) == 2 {
				w.Exec(t, `update lianfa.company_project set modified = now() where (company_guid, proj_guid) in (
					select company_guid, proj_guid from lianfa.company_project order by modified limit 1)`)
			}
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d of 6 pairs came", len(seen))
	}
}

// A reader that sends lastSyncTime back, and goes on to the next page while it
// stays the same, gets every pair in its last state, whoever writes meanwhile and
// however late they commit.
func TestCompanyListWriters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	const writers, changes = 4, 15
	// 250 pairs of one instant, as a loaded file leaves them, and 250 of their own.
	w.Exec(t, `insert into lianfa.company_project (company_guid, proj_guid, company_name, modified)
		select 'c-' || n, 'p', 'old', now() - interval '1 day' + greatest(n - 250, 0) * interval '1 second' from generate_series(1, 500) n`)
	ticks, done, failed := make(chan struct{}), make(chan struct{}), make(chan error, writers)
	for number := range writers {
		go func() { failed <- change(t.Context(), w, number, changes, ticks) }()
	}
	go func() {
		defer close(done)
		for range writers {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	}()
	seen, since, number := map[string]string{}, "", 1
	for over, rest := false, true; rest; {
		select {
		case <-done:
			over = true
		case ticks <- struct{}{}:
		}
		var got listed
		c.Call(t, "base_company_list", c.Sid(), members{"syncTime": since, "page": number, "pageSize": 100}.JSON()).Content(t, &got)
		for _, row := range got.List {
			var one struct{ CompanyGUID, ProjGUID, CompanyName string }
			if err := json.Unmarshal(row, &one); err != nil {
				t.Fatal(err)
			}
			seen[one.CompanyGUID+one.ProjGUID] = one.CompanyName
		}
		switch last := got.last(); {
		case last != "" && last != since:
			since, number = last, 1
		case len(got.List) == 100:
			number++
		default:
			number = 1
		}
		rest = !over || len(got.List) == 100
	}
	for _, row := range w.Rows(t, `select company_guid || proj_guid as pair, company_name as name from lianfa.company_project`) {
		var one struct{ Pair, Name string }
		if err := json.Unmarshal([]byte(row), &one); err != nil {
			t.Fatal(err)
		}
		if seen[one.Pair] != one.Name {
			t.Errorf("%s is %q, the reader has %q", one.Pair, one.Name, seen[one.Pair])
		}
	}
	same(t, "pairs", fmt.Sprint(len(seen)), w.One(t, `select count(*) from lianfa.company_project`))
}

// change writes pairs in transactions that began up to eight seconds before they
// commit, and commits each after a tick.
func change(ctx context.Context, w *world, writer, changes int, ticks <-chan struct{}) error {
	for n := range changes {
		err := pgx.BeginFunc(ctx, w.Pool, func(tx pgx.Tx) error {
			guid := fmt.Sprintf("c-%d", 251+(writer*changes+n)*7%250)
			if n%3 == 0 {
				guid = fmt.Sprintf("new-%d-%d", writer, n)
			}
			_, err := tx.Exec(ctx, `insert into lianfa.company_project (company_guid, proj_guid, company_name, modified)
				values ($1, 'p', $2, now() - $3 * interval '1 second') on conflict (company_guid, proj_guid)
				do update set company_name = excluded.company_name, modified = excluded.modified`, guid, fmt.Sprintf("name %d.%d", writer, n), (n*5)%9)
			if err != nil {
				return err
			}
			select {
			case <-ticks:
			case <-ctx.Done(): // the reader gave up
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

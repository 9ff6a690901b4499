package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// The bounds of a page; what is asked beyond them is brought inside.
const (
	DefaultPageSize = 10
	MaxPageSize     = 1000
	maxPage         = 1_000_000
)

// Page is one page of a list: what was asked and what there is.
type Page struct {
	Number int64 // from 1
	Size   int64 // rows a page
	Total  int64 // pages in all
}

// NewPage returns the page that was asked for: the first where no number was
// given, of DefaultPageSize rows where no size was given.
func NewPage(number, size wire.Int) Page {
	p := Page{Number: 1, Size: DefaultPageSize}
	if number.Set {
		p.Number = min(max(number.Value, 1), maxPage)
	}
	if size.Set {
		p.Size = min(max(size.Value, 1), MaxPageSize)
	}
	return p
}

// Paged are the statements of a paged list. Count counts the rows; Rows lists
// them and takes the size of a page and the rows before it as two further
// arguments. Where Marked is set, the last column of Rows is a time up to which
// the list is complete.
type Paged struct {
	Count, Rows string
	Marked      bool
}

// ListPage reads one page of rows and fills in page.Total. The mark is the
// greatest of the page, absent without rows.
func ListPage[T any](
	ctx context.Context, db *DB, message Message, sql Paged, page *Page, args []any, row func(*T) []any,
) (list []T, mark wire.Time, err error) {
	list = []T{}
	err = db.read(ctx, message, func(batch *pgx.Batch) {
		batch.Queue(sql.Count, args...)
		batch.Queue(sql.Rows, append(args[:len(args):len(args)], page.Size, (page.Number-1)*page.Size)...)
	}, func(results pgx.BatchResults) error {
		var count int64
		if err := results.QueryRow().Scan(&count); err != nil {
			return err
		}
		page.Total = (count + page.Size - 1) / page.Size
		rows, err := results.Query()
		if err != nil {
			return err
		}
		var marks []wire.Time
		extra := func() []any { return nil }
		if sql.Marked {
			extra = func() []any {
				marks = append(marks, wire.Time{})
				return []any{&marks[len(marks)-1]}
			}
		}
		if list, err = collect(list, rows, row, extra); err != nil {
			return err
		}
		for _, m := range marks {
			if m.Set && (!mark.Set || m.Value.After(mark.Value)) {
				mark = m
			}
		}
		return nil
	})
	return list, mark, err
}

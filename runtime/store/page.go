package store

import (
	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// The bounds of a page; a request beyond them is brought inside.
const (
	DefaultPageSize = 10
	MaxPageSize     = 1000
	maxPage         = 1_000_000
)

// Page is one page of a list: the request and the numbers of the reply.
type Page struct {
	Number int64 // from 1
	Size   int64 // rows a page
	Total  int64 // pages in all, after the read
	Rows   int64 // rows in all, after the read
	// Mark is, after the read, a time up to which the listed rows are complete;
	// absent without rows.
	Mark wire.Time
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

// Paged are the statements of a paged list. Count counts the rows; Rows lists them
// and takes the size of a page and the rows before it as two further arguments. If
// Marked is set, the last column of Rows is a time up to which the list is
// complete.
type Paged struct {
	Count, Rows string
	Marked      bool
}

// PageRows reads one page of rows into *list and fills in the numbers of page. Those of
// 10,000 rows and more are up to five seconds old.
func PageRows[T any](sql Paged, page *Page, args []any, row func(*T) []any, list *[]T) Read {
	name := countOf(sql.Count, args)
	var count int64
	var known bool
	var kept *counts
	return Read{
		queue: func(batch *pgx.Batch, all *counts) {
			kept = all
			if count, known = kept.get(name); !known {
				batch.Queue(sql.Count, args...)
			}
			batch.Queue(sql.Rows, append(args[:len(args):len(args)], page.Size, (page.Number-1)*page.Size)...)
		},
		take: func(results pgx.BatchResults) error {
			if !known {
				if err := results.QueryRow().Scan(&count); err != nil {
					return err
				}
				kept.keep(name, count)
			}
			page.Rows, page.Total = count, (count+page.Size-1)/page.Size
			if !sql.Marked {
				return collect(results, row, nil, list)
			}
			var marks []*wire.Time
			err := collect(results, row, func() []any {
				marks = append(marks, new(wire.Time))
				return []any{marks[len(marks)-1]}
			}, list)
			page.Mark = latest(marks)
			return err
		},
	}
}

// latest is the greatest of times, absent without any.
func latest(times []*wire.Time) wire.Time {
	var last wire.Time
	for _, t := range times {
		if t.Set && (!last.Set || t.Value.After(last.Value)) {
			last = *t
		}
	}
	return last
}

package store

import (
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// The bounds of a page; a request beyond them is brought inside.
const (
	DefaultPageSize = 10
	MaxPageSize     = 1000
	maxPage         = 1_000_000
	maxOffset       = maxPage * MaxPageSize
)

// Page is one page of a list: the request and the numbers of the reply.
type Page struct {
	Number int64 // from 1; 0: it begins elsewhere
	Offset int64 // rows before it, where it has no number
	Size   int64 // rows a page
	Total  int64 // pages in all, after the read
	Rows   int64 // rows in all, after the read
	More   bool  // rows follow those of the page, after the read
	// Next is, after the read, what the request for the next page has where a page begins
	// behind a row; empty on the last page.
	Next string
	// Mark is, after the read, a time up to which the listed rows are complete;
	// absent without rows.
	Mark wire.Time

	keys []any // the row behind which the page begins; nil values: none
	open bool  // Next is the value of the one key, and no cursor
}

// NewPage returns the page that was asked for: the first where no number was
// given, of DefaultPageSize rows where no size was given.
func NewPage(number, size wire.Int) Page {
	p := Page{Number: 1, Size: sizeOf(size)}
	if number.Set {
		p.Number = min(max(number.Value, 1), maxPage)
	}
	return p
}

// NewOffset returns the page behind a number of rows; without one it is the first.
func NewOffset(offset, size wire.Int) Page {
	p := Page{Size: sizeOf(size)}
	if offset.Set {
		p.Offset = min(max(offset.Value, 0), maxOffset)
	}
	return p
}

// NewAfter returns the page behind the row with a value of the one column that the list is
// ordered by; without a value it is the first.
func NewAfter(value any, size wire.Int) Page {
	if value == "" {
		value = nil
	}
	return Page{Size: sizeOf(size), keys: []any{value}, open: true}
}

// sizeOf is the number of rows of a page.
func sizeOf(size wire.Int) int64 {
	if size.Set {
		return min(max(size.Value, 1), MaxPageSize)
	}
	return DefaultPageSize
}

// before is how many rows are before the page.
func (p *Page) before() int64 {
	if p.Number > 0 {
		return (p.Number - 1) * p.Size
	}
	return p.Offset
}

// NextNumber is what the request for the next page has where pages begin at a number: the
// page, or the rows before it. It is absent on the last page.
func (p *Page) NextNumber() wire.Int {
	switch {
	case !p.More:
		return wire.Int{}
	case p.Number > 0:
		return wire.IntOf(p.Number + 1)
	}
	return wire.IntOf(p.Offset + p.Size)
}

// NextValue is Next as a number; absent on the last page.
func (p *Page) NextValue() wire.Int {
	n, err := strconv.ParseInt(p.Next, 10, 64)
	return wire.Int{Value: n, Set: err == nil}
}

// MoreFlag is More as 1 and 0.
func (p *Page) MoreFlag() wire.Int {
	if p.More {
		return wire.IntOf(1)
	}
	return wire.IntOf(0)
}

// Paged are the statements of a paged list.
type Paged struct {
	// Count counts the rows of the whole list; empty: nobody wants to know.
	Count string
	// Rows lists the rows of a page. As further arguments it takes the size of the page, and
	// the rows before it or the keys of the row behind which it begins.
	Rows string
	// Marked says that a column behind those of the row is a time up to which the list is
	// complete.
	Marked bool
	// Keyed says that the last column has the texts of the row's keys.
	Keyed bool
	// Looks says that one row more than the page has is read, which shows that rows follow.
	Looks bool
	// Order are the last arguments of Rows: of the order that the request chooses.
	Order []any
}

// arguments are those of Rows behind the list's own.
func (sql Paged) arguments(page *Page, args []any) []any {
	size := page.Size
	if sql.Looks {
		size++
	}
	args = append(args[:len(args):len(args)], size)
	if page.keys != nil {
		return append(args, page.keys...)
	}
	return append(append(args, page.before()), sql.Order...)
}

// PageRows reads one page of rows into *list and fills in the numbers of page. Those of
// 10,000 rows and more are up to five seconds old.
func PageRows[T any](sql Paged, page *Page, args []any, row func(*T) []any, list *[]T) Read {
	name := countOf(sql.Count, args)
	var count int64
	known := sql.Count == ""
	var kept *counts
	return Read{
		queue: func(batch *pgx.Batch, all *counts) {
			if kept = all; sql.Count != "" {
				if count, known = kept.get(name); !known {
					batch.Queue(sql.Count, args...)
				}
			}
			batch.Queue(sql.Rows, sql.arguments(page, args)...)
		},
		take: func(results pgx.BatchResults) error {
			if !known {
				if err := results.QueryRow().Scan(&count); err != nil {
					return err
				}
				kept.keep(name, count)
			}
			page.Rows, page.Total = count, (count+page.Size-1)/page.Size
			page.More = page.keys == nil && page.before()+page.Size < count
			var ends extras
			var further func() []any
			if sql.Marked || sql.Keyed {
				further = func() []any { return ends.columns(sql) }
			}
			err := collect(results, row, further, list)
			if sql.Looks {
				if page.More = int64(len(*list)) > page.Size; page.More {
					*list = (*list)[:page.Size]
				}
			}
			page.Mark = latest(ends.marks[:min(len(ends.marks), len(*list))])
			if page.Next = ""; page.More && sql.Keyed {
				page.Next = page.next(*ends.keys[len(*list)-1])
			}
			return err
		},
	}
}

// extras are the columns behind those of the rows.
type extras struct {
	marks []*wire.Time
	keys  []*[]*string
}

// columns are the places of the columns of one more row.
func (e *extras) columns(sql Paged) (out []any) {
	if sql.Marked {
		e.marks = append(e.marks, new(wire.Time))
		out = append(out, e.marks[len(e.marks)-1])
	}
	if sql.Keyed {
		e.keys = append(e.keys, new([]*string))
		out = append(out, e.keys[len(e.keys)-1])
	}
	return out
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

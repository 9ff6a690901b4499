package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// Report is the outcome of a file.
type Report struct {
	Table     string // with the system: lianfa.project
	Good, Bad int
	Told      int64 // notifications queued
	Took      time.Duration
}

// Table is a table of a system, with the facts that loading needs.
type Table struct {
	store.Table
	Zone          *time.Location        // of times without one
	Notifications []outbox.Notification // queued for rows that are new or changed; nil: none
}

// Tables returns the tables of a system for loading, with its zone and its
// notifications.
func Tables(zone string, tables []store.Table, notifications []outbox.Notification) ([]Table, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	list := make([]Table, len(tables))
	for i, t := range tables {
		list[i] = Table{Table: t, Zone: location, Notifications: notifications}
	}
	return list, nil
}

// Rows loads rows into a table. bad is called for each row that is left out, with
// an error that holds no value.
func (t Table) Rows(ctx context.Context, db Beginner, in Rows, bad func(line int, err error)) (Report, error) {
	report, start := Report{Table: t.System + "." + t.Name}, time.Now()
	loader, err := New(t.Table, in.Columns(), t.Zone)
	if err != nil {
		return report, err
	}
	loader.Notify(t.Notifications)
	leave := func(line int, err error) {
		report.Bad++
		bad(line, err)
	}
	var lines []int // of the batch
	flush := func() error {
		n, err := loader.Salvage(ctx, db, func(row int, err error) { leave(lines[row], err) })
		report.Good += n
		lines = lines[:0]
		return err
	}
	for {
		line, row, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		full := false
		if err == nil {
			if full, err = loader.Add(row); err != nil {
				err = rowError{err}
			}
		}
		if wrong, ok := errors.AsType[rowError](err); ok {
			leave(line, wrong)
			continue
		}
		if err != nil {
			return report, err
		}
		lines = append(lines, line)
		if full {
			if err := flush(); err != nil {
				return report, err
			}
		}
	}
	err = flush()
	report.Told, report.Took = loader.Told(), time.Since(start)
	return report, err
}

// Folder loads the files <table>.csv of a folder into tables, without notifications.
// Every row must be right. skip says which tables are left alone; nil: none.
func Folder(
	ctx context.Context, pool *pgxpool.Pool, tables []Table, files fs.FS, skip func(Table) (bool, error),
) ([]Report, error) {
	if files == nil {
		return nil, nil
	}
	if skip == nil {
		skip = func(Table) (bool, error) { return false, nil }
	}
	var reports []Report
	for _, t := range tables {
		t.Notifications = nil
		name := t.Name + ".csv"
		text, err := fs.ReadFile(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // no rows of this table
		}
		if err != nil {
			return reports, err
		}
		left, err := skip(t)
		if err != nil {
			return reports, err
		}
		if left {
			continue
		}
		report, err := t.exactly(ctx, pool, path.Join(t.System, name), text)
		if err != nil {
			return reports, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// exactly loads a CSV file of which every row must be right.
func (t Table) exactly(ctx context.Context, pool *pgxpool.Pool, name string, text []byte) (Report, error) {
	in, err := CSV(bytes.NewReader(text))
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", name, err)
	}
	var wrong []string
	report, err := t.Rows(ctx, pool, in, func(line int, err error) {
		wrong = append(wrong, fmt.Sprintf("%s:%d: %v", name, line, err))
	})
	if err == nil && len(wrong) > 0 {
		err = errors.New(strings.Join(wrong, "\n"))
	}
	return report, err
}

// Demo loads demo rows, once: a table that has rows is left alone.
func Demo(ctx context.Context, pool *pgxpool.Pool, tables []Table, rows fs.FS) ([]Report, error) {
	return Folder(ctx, pool, tables, rows, func(t Table) (filled bool, err error) {
		err = pool.QueryRow(ctx, fmt.Sprintf("select exists (select from %s.%s)", t.System, t.Name)).Scan(&filled)
		return filled, err
	})
}

// Setup loads the rows that test cases need. Rows that are there are put back as the
// cases expect them.
func Setup(ctx context.Context, pool *pgxpool.Pool, tables []Table, rows fs.FS) error {
	_, err := Folder(ctx, pool, tables, rows, nil)
	return err
}

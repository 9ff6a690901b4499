package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/load"
)

// loadOptions are the flags of load.
type loadOptions struct {
	system, table  string
	strict, dryRun bool
	noNotify       bool
}

// loadCommand puts master data into tables.
func loadCommand(s *Settings) *cobra.Command {
	var o loadOptions
	c := &cobra.Command{
		Use:   "load FILE…",
		Short: "Load master data from CSV or JSON lines into tables",
		Long: `Load master data into tables, a row a line: CSV with the columns' names in the first line, or JSON lines. The
columns of a file of JSON lines are those that any of its lines has; a line without one of them has the column's default there, or no value.

The table is named after the file (order.csv goes to table order), or by --table. Values are held
to the rules of the table: type, length, list of values, format, range; a password is stored hashed, and a text that must
be there may not be empty. Rows are put in by their key, which comes once in a file: one that is there already is replaced in the columns that the file has, and left alone where nothing differs. Bad rows,
those that only the database can refuse among them, are reported with file and line and left out; with --strict a file
with a bad row is not loaded at all. --dry-run checks a file against the database and changes nothing.

Rows that are new or changed queue the notifications of their table for every subscriber, in the same transaction;
--no-notify leaves that out, for example at the first load of data that the subscribers have already.

Exit code 1 when a row was bad.`,
		Example: `  jiekoud load goods.csv order.csv
  jiekoud load --system shop --table goods --strict goods.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			b, err := s.Open(c.Context(), quiet(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer b.Close()
			bad := 0
			for _, name := range args {
				report, err := s.loadFile(c.Context(), b.Pool, name, o, c.ErrOrStderr())
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				bad += report.Bad
				told := ""
				if report.Told > 0 && !o.dryRun && (!o.strict || report.Bad == 0) {
					told = fmt.Sprintf("%d notifications, ", report.Told)
				}
				command.Tell(c, "%s: %d rows %s %s, %d bad, %s%s\n", name, report.Good, o.verb(report), report.Table, report.Bad,
					told, report.Took.Round(time.Millisecond))
			}
			if bad > 0 {
				return fmt.Errorf("%d rows were bad", bad)
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.system, "system", "", "system of the table; may be left out where only one has it")
	c.Flags().StringVar(&o.table, "table", "", "table; default: the file's name")
	c.Flags().BoolVar(&o.strict, "strict", false, "load all rows of a file or none")
	c.Flags().BoolVar(&o.noNotify, "no-notify", false, "queue no notifications of the rows that are new or changed")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "check only, change nothing")
	return c
}

// verb describes the outcome of the good rows.
func (o loadOptions) verb(r load.Report) string {
	switch {
	case o.dryRun:
		return "would go into"
	case o.strict && r.Bad > 0:
		return "kept out of"
	}
	return "into"
}

// loadFile loads one file and reports bad rows to speech as they come.
func (s *Settings) loadFile(ctx context.Context, pool *pgxpool.Pool, name string, o loadOptions, speech io.Writer) (load.Report, error) {
	if o.table == "" {
		o.table = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	}
	table, err := s.findTable(o.system, o.table)
	if err != nil {
		return load.Report{}, err
	}
	if o.noNotify {
		table.Notifications = nil
	}
	f, err := os.Open(name)
	if err != nil {
		return load.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return load.Report{}, err
	}
	bar := command.NewProgress(ctx, speech, filepath.Base(name), info.Size(), true)
	defer bar.Stop()
	rows, err := load.Open(name, f, bar.Reader(f), table.Table)
	if errors.Is(err, load.ErrName) {
		return load.Report{}, command.Misused("", "%w", err)
	}
	if err != nil {
		return load.Report{}, err
	}
	bad := func(line int, err error) { fmt.Fprintf(speech, "%s:%d: %v\n", name, line, err) }
	if !o.strict && !o.dryRun {
		return table.Rows(ctx, pool, rows, bad)
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return load.Report{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	report, err := table.Rows(ctx, tx, rows, bad)
	if err != nil || o.dryRun || report.Bad > 0 {
		return report, err
	}
	return report, tx.Commit(ctx)
}

// findTable finds a table by name, in the named system or in any.
func (s *Settings) findTable(of, name string) (load.Table, error) {
	var found []load.Table
	for _, one := range s.Systems {
		if of != "" && of != one.Name {
			continue
		}
		tables, err := load.Tables(one.Zone, one.Tables, one.Notifications)
		if err != nil {
			return load.Table{}, err
		}
		if at := slices.IndexFunc(tables, func(t load.Table) bool { return t.Name == name }); at >= 0 {
			found = append(found, tables[at])
		}
	}
	switch len(found) {
	case 0:
		return load.Table{}, command.Misused("", "no table %q; name it with --table", name)
	case 1:
		return found[0], nil
	}
	return load.Table{}, command.Misused("", "several systems have a table %q; say which with --system", name)
}

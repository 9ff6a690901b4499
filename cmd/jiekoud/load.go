package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/load"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// loadOptions are the flags of load.
type loadOptions struct {
	system, table  string
	strict, dryRun bool
	noNotify       bool
}

// loadCommand puts master data into tables.
func loadCommand(s *settings) *cobra.Command {
	var o loadOptions
	c := &cobra.Command{
		Use:   "load FILE…",
		Short: "Load master data from CSV or JSON lines into tables",
		Long: `Load master data into tables, a row a line: CSV with the columns' names in the first line, or JSON lines. The
columns of a file of JSON lines are those that any of its lines has; a line without one of them has no value there.

The table is named after the file (project.csv goes to table project), or by --table. Values are held
to the rules of the table: type, length, list of values, format, range; a password is stored hashed, and a text that must
be there may not be empty. Rows are put in by their key, which comes once in a file: one that is there already is replaced in the columns that the file has, and left alone where nothing differs. Bad rows,
those that only the database can refuse among them, are reported with file and line and left out; with --strict a file
with a bad row is not loaded at all. --dry-run checks a file against the database and changes nothing.

Rows that are new or changed queue the notifications of their table for every subscriber, in the same transaction;
--no-notify leaves that out, for example at the first load of what the subscribers have already.

Exit code 1 when a row was bad.`,
		Example: `  jiekoud load project.csv building.csv unit.csv
  jiekoud load --system lianfa --table room --strict rooms.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			b, err := s.open(c.Context(), quiet(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer b.close()
			bad := 0
			for _, name := range args {
				report, err := loadFile(c.Context(), b.pool, name, o, c.ErrOrStderr())
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				bad += report.bad
				told := ""
				if report.told > 0 && !o.dryRun && (!o.strict || report.bad == 0) {
					told = fmt.Sprintf("%d notifications, ", report.told)
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: %d rows %s %s, %d bad, %s%s\n", name, report.good, o.verb(report), report.table, report.bad,
					told, report.took.Round(time.Millisecond))
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

// verb says what became of the good rows.
func (o loadOptions) verb(r loadReport) string {
	switch {
	case o.dryRun:
		return "would go into"
	case o.strict && r.bad > 0:
		return "kept out of"
	}
	return "into"
}

// loadReport says what became of a file.
type loadReport struct {
	table     string
	good, bad int
	told      int64 // notifications queued
	took      time.Duration
}

// loadFile loads one file and reports bad rows to speech as they come.
func loadFile(ctx context.Context, pool *pgxpool.Pool, name string, o loadOptions, speech io.Writer) (loadReport, error) {
	if o.table == "" {
		o.table = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	}
	t, zone, err := findTable(o.system, o.table)
	if err != nil {
		return loadReport{}, err
	}
	f, err := os.Open(name)
	if err != nil {
		return loadReport{}, err
	}
	defer f.Close()
	bar := newProgress(f, filepath.Base(name), speech)
	defer bar.stop()
	rows, err := openRows(name, f, bar, t)
	if err != nil {
		return loadReport{}, err
	}
	bad := func(line int, err error) { fmt.Fprintf(speech, "%s:%d: %v\n", name, line, err) }
	notices := allNotifications()
	if o.noNotify {
		notices = nil
	}
	if !o.strict && !o.dryRun {
		return loadRows(ctx, pool, t, zone, rows, notices, bad)
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return loadReport{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	report, err := loadRows(ctx, tx, t, zone, rows, notices, bad)
	if err != nil || o.dryRun || report.bad > 0 {
		return report, err
	}
	return report, tx.Commit(ctx)
}

// findTable finds a table by name, and the zone of its system.
func findTable(system, name string) (store.Table, *time.Location, error) {
	var found []store.Table
	for _, t := range allTables() {
		if t.Name == name && (system == "" || t.System == system) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return store.Table{}, nil, usageError{fmt.Errorf("no table %q; name it with --table", name)}
	case 1:
	default:
		return store.Table{}, nil, usageError{fmt.Errorf("several systems have a table %q; say which with --system", name)}
	}
	for _, s := range describedSystems() {
		if s.Name == found[0].System {
			zone, err := time.LoadLocation(s.Zone)
			return found[0], zone, err
		}
	}
	return store.Table{}, nil, fmt.Errorf("table %s has no system", name)
}

// rows is a file of rows: names of columns, then a row a call until io.EOF. A
// row that cannot be read is a rowError; any other error ends the file.
type rows interface {
	columns() []string
	next() (line int, row []string, err error)
}

// rowError is what is wrong with one row. It holds no value.
type rowError struct{ error }

// loadRows loads rows into a table and queues those of the notices that tell of
// it; bad is called for each row left out.
func loadRows(ctx context.Context, db load.Beginner, t store.Table, zone *time.Location, in rows, notices []store.Notification,
	bad func(line int, err error),
) (loadReport, error) {
	report, start := loadReport{table: t.System + "." + t.Name}, time.Now()
	loader, err := load.New(t, in.columns(), zone)
	if err != nil {
		return report, err
	}
	loader.Notify(notices)
	leave := func(line int, err error) {
		report.bad++
		bad(line, err)
	}
	var lines []int // of the batch
	flush := func() error {
		n, err := loader.Salvage(ctx, db, func(row int, err error) { leave(lines[row], err) })
		report.good += n
		lines = lines[:0]
		return err
	}
	for {
		line, row, err := in.next()
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
	report.told = loader.Told()
	report.took = time.Since(start)
	return report, err
}

// openRows reads the head of a file of rows for t: of JSON lines the names in
// all of it. in reads from f.
func openRows(name string, f io.ReadSeeker, in io.Reader, t store.Table) (rows, error) {
	switch filepath.Ext(name) {
	case ".csv":
		return newCSVRows(in)
	case ".jsonl", ".ndjson":
		names, err := jsonNames(f, t)
		if err != nil {
			return nil, err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("the file is read twice: %w", err)
		}
		return newJSONRows(in, names)
	}
	return nil, usageError{fmt.Errorf("a file to load ends in .csv or .jsonl")}
}

// csvRows is a CSV file with the columns' names in its first line.
type csvRows struct {
	in    *csv.Reader
	names []string
}

func newCSVRows(f io.Reader) (*csvRows, error) {
	text := bufio.NewReader(f)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = text.Discard(3) // they were peeked at
	}
	in := csv.NewReader(text)
	names, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", noRows(err))
	}
	in.FieldsPerRecord = -1
	return &csvRows{in: in, names: slices.Clone(names)}, nil
}

// noRows says that a file is empty.
func noRows(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	return err
}

func (r *csvRows) columns() []string { return r.names }

func (r *csvRows) next() (int, []string, error) {
	row, err := r.in.Read()
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return p.StartLine, nil, rowError{p.Err}
	}
	if err != nil {
		return 0, nil, err
	}
	line, _ := r.in.FieldPos(0)
	return line, row, nil
}

// jsonRows is a file with a JSON object a line.
type jsonRows struct {
	in    *bufio.Reader
	names []string
	first []string
	line  int
}

// jsonNames lists the columns of t that any line of a file names.
func jsonNames(f io.Reader, t store.Table) ([]string, error) {
	r, names := &jsonRows{in: bufio.NewReader(f)}, map[string]bool{}
	for {
		object, err := r.object()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, bad := errors.AsType[rowError](err); err != nil && !bad {
			return nil, err
		}
		for name := range object {
			if !names[name] && slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == name }) {
				names[name] = true
			}
		}
	}
	return slices.Collect(maps.Keys(names)), nil
}

// newJSONRows returns the rows of a file whose columns are the given ones and
// those of its first line.
func newJSONRows(f io.Reader, names []string) (*jsonRows, error) {
	r := &jsonRows{in: bufio.NewReader(f)}
	object, err := r.object()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", noRows(err))
	}
	names = slices.AppendSeq(slices.Clone(names), maps.Keys(object))
	slices.Sort(names)
	r.names = slices.Compact(names)
	r.first, err = r.row(object)
	return r, err
}

func (r *jsonRows) columns() []string { return r.names }

func (r *jsonRows) next() (int, []string, error) {
	if r.first != nil {
		row := r.first
		r.first = nil
		return r.line, row, nil
	}
	object, err := r.object()
	if err != nil {
		return r.line, nil, err
	}
	row, err := r.row(object)
	if err != nil {
		return r.line, nil, rowError{err}
	}
	return r.line, row, nil
}

// object reads the next line that is not blank.
func (r *jsonRows) object() (map[string]any, error) {
	for {
		text, err := r.in.ReadBytes('\n')
		if err != nil && (len(text) == 0 || !errors.Is(err, io.EOF)) {
			return nil, err
		}
		r.line++
		if r.line == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var object map[string]any
		err = dec.Decode(&object)
		if err != nil || object == nil || dec.InputOffset() != int64(len(text)) || !utf8.Valid(text) {
			return nil, rowError{errors.New("not a JSON object")}
		}
		return object, nil
	}
}

// row brings an object into the order of the columns.
func (r *jsonRows) row(object map[string]any) ([]string, error) {
	row := make([]string, len(r.names))
	for name, value := range object {
		at := slices.Index(r.names, name)
		if at < 0 {
			return nil, errors.New("it has a column that the table does not have")
		}
		switch v := value.(type) {
		case nil:
		case string:
			row[at] = v
		case json.Number, bool:
			row[at] = fmt.Sprint(v)
		default:
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			row[at] = string(text)
		}
	}
	return row, nil
}

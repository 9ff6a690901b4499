package main

import (
	"bufio"
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

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// loadOptions are the flags of load.
type loadOptions struct {
	system, table  string
	strict, dryRun bool
}

// loadCommand puts master data into tables.
func loadCommand(s *settings) *cobra.Command {
	var o loadOptions
	c := &cobra.Command{
		Use:   "load FILE…",
		Short: "Load master data from CSV or JSON lines into tables",
		Long: `Load master data into tables, a row a line: CSV with the columns' names in the first line, or JSON lines.

The table is named after the file (project.csv goes to table project), or by --table. Rows are put in by their key:
one that is there already is replaced in the columns that the file has. Bad rows are reported with file and line and
left out; with --strict a file with a bad row is not loaded at all. --dry-run checks a file against the database and
changes nothing.

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
				fmt.Fprintf(c.OutOrStdout(), "%s: %d rows %s %s, %d bad, %s\n", name, report.good, o.verb(report), report.table, report.bad,
					report.took.Round(time.Millisecond))
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
	rows, err := openRows(name, bar)
	if err != nil {
		return loadReport{}, err
	}
	bad := func(line int, err error) { fmt.Fprintf(speech, "%s:%d: %v\n", name, line, err) }
	if !o.strict && !o.dryRun {
		return loadRows(ctx, pool, t, zone, rows, bad)
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return loadReport{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	report, err := loadRows(ctx, tx, t, zone, rows, bad)
	if err != nil || o.dryRun || report.bad > 0 {
		return report, err
	}
	return report, tx.Commit(ctx)
}

// findTable finds a table by name, and the zone of its system.
func findTable(system, name string) (store.Table, *time.Location, error) {
	var found []store.Table
	for _, t := range generated.Tables() {
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
	for _, s := range generated.Systems(nil) {
		if s.Name == found[0].System {
			zone, err := time.LoadLocation(s.Zone)
			return found[0], zone, err
		}
	}
	return store.Table{}, nil, fmt.Errorf("table %s has no system", name)
}

// rows is a file of rows: names of columns, then a row a call until io.EOF.
type rows interface {
	columns() []string
	next() (line int, row []string, err error)
}

// loadRows loads rows into a table; bad is called for each one left out.
func loadRows(ctx context.Context, db store.Execer, t store.Table, zone *time.Location, in rows, bad func(line int, err error),
) (loadReport, error) {
	report, start := loadReport{table: t.System + "." + t.Name}, time.Now()
	loader, err := store.NewLoader(t, in.columns(), zone)
	if err != nil {
		return report, err
	}
	flush := func() error {
		n, err := loader.Flush(ctx, db)
		if err == nil {
			report.good += n
		}
		return err
	}
	for {
		line, row, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		full := false
		if err == nil {
			full, err = loader.Add(row)
		}
		if err != nil {
			report.bad++
			bad(line, err)
			continue
		}
		if full {
			if err := flush(); err != nil {
				return report, err
			}
		}
	}
	err = flush()
	report.took = time.Since(start)
	return report, err
}

// openRows reads the head of a file.
func openRows(name string, f io.Reader) (rows, error) {
	switch filepath.Ext(name) {
	case ".csv":
		return newCSVRows(f)
	case ".jsonl", ".ndjson":
		return newJSONRows(f)
	}
	return nil, usageError{fmt.Errorf("a file to load ends in .csv or .jsonl")}
}

// csvRows is a CSV file with the columns' names in its first line.
type csvRows struct {
	in    *csv.Reader
	names []string
}

func newCSVRows(f io.Reader) (*csvRows, error) {
	in := csv.NewReader(bufio.NewReader(f))
	names, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", err)
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	in.FieldsPerRecord = -1
	return &csvRows{in: in, names: slices.Clone(names)}, nil
}

func (r *csvRows) columns() []string { return r.names }

func (r *csvRows) next() (int, []string, error) {
	row, err := r.in.Read()
	line, _ := r.in.FieldPos(0)
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return p.Line, nil, p.Err
	}
	return line, row, err
}

// jsonRows is a file with a JSON object a line; the first one names the columns.
type jsonRows struct {
	in    *bufio.Scanner
	names []string
	first []string
	line  int
}

func newJSONRows(f io.Reader) (*jsonRows, error) {
	r := &jsonRows{in: bufio.NewScanner(f)}
	r.in.Buffer(nil, 1<<20)
	object, err := r.object()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", err)
	}
	r.names = slices.Sorted(maps.Keys(object))
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
	return r.line, row, err
}

// object reads the next line that is not blank.
func (r *jsonRows) object() (map[string]any, error) {
	for r.in.Scan() {
		r.line++
		if strings.TrimSpace(r.in.Text()) == "" {
			continue
		}
		dec := json.NewDecoder(strings.NewReader(r.in.Text()))
		dec.UseNumber()
		var object map[string]any
		if err := dec.Decode(&object); err != nil {
			return nil, errors.New("not a JSON object")
		}
		return object, nil
	}
	if err := r.in.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// row brings an object into the order of the columns.
func (r *jsonRows) row(object map[string]any) ([]string, error) {
	row := make([]string, len(r.names))
	for name, value := range object {
		at := slices.Index(r.names, name)
		if at < 0 {
			return nil, fmt.Errorf("column %q is not in the first line", name)
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

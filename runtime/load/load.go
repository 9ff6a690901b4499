// Package load puts master data into the tables of a system, whatever the file
// that the rows come from: it checks each value like that of a request, writes the
// rows in batches, and queues the notifications of those that are new or changed.
package load

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// batchRows is how many rows go to the database at once.
const batchRows = 2000

// Loader puts master data into one table: rows of text, by the names of their
// columns. A row with an existing key replaces the columns that the file has.
type Loader struct {
	table         store.Table
	columns       []store.Column
	zone          *time.Location
	sql           string
	batch         [][]*string       // by column
	keys          map[[16]byte]bool // of the rows so far, as digests
	notifications []outbox.Notification
	told          int64 // notifications queued
}

// New returns a Loader for rows with the named columns. It refuses columns
// that the table does not have, and a file without the key or without a column
// that must have a value. Times without a zone are in zone.
func New(table store.Table, names []string, zone *time.Location) (*Loader, error) {
	l := &Loader{table: table, zone: zone, keys: map[[16]byte]bool{}}
	for i, name := range names {
		at := slices.IndexFunc(table.Columns, func(c store.Column) bool { return c.Name == name })
		switch {
		case at < 0:
			return nil, fmt.Errorf("%s has no column %s; it has %s",
				table.Name, columnName(name, i), strings.Join(columnNames(table), ", "))
		case slices.Contains(names[:i], name):
			return nil, fmt.Errorf("column %q comes twice", name)
		}
		l.columns = append(l.columns, table.Columns[at])
	}
	for _, c := range table.Columns {
		needed := slices.Contains(table.Key, c.Name) || c.Required && c.Default == ""
		if needed && !slices.Contains(names, c.Name) {
			return nil, fmt.Errorf("%s needs column %q", table.Name, c.Name)
		}
	}
	l.sql = l.statement()
	l.reset()
	return l, nil
}

// Notify has the notifications of the table queued for the rows that are new or
// changed, in the transaction that writes them. Those of other tables, and those
// that a change does not send, are left out.
func (l *Loader) Notify(notifications []outbox.Notification) {
	for _, n := range notifications {
		if n.System == l.table.System && n.Table == l.table.Name && !n.Explicit {
			l.notifications = append(l.notifications, n)
		}
	}
	l.sql = l.statement()
}

// Told returns how many notifications were queued so far.
func (l *Loader) Told() int64 { return l.told }

// columnName is how a column that is not known is called: by its name, unless
// that may be a value of a file without a line of names.
func columnName(name string, i int) string {
	for at := range len(name) {
		c := name[at] | 0x20
		if (c < 'a' || c > 'z') && (at == 0 || name[at] != '_' && (name[at] < '0' || name[at] > '9')) {
			return fmt.Sprintf("as named in place %d (is the line of names missing?)", i+1)
		}
	}
	return strconv.Quote(name)
}

// columnNames lists the columns of a table.
func columnNames(t store.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// statement is the insert of a batch. A row that is there and brings nothing new
// stays as it is, so that its time of change does too.
func (l *Loader) statement() string {
	var names, arrays, values, sets, old, given []string
	for i, c := range l.columns {
		names = append(names, c.Name)
		arrays = append(arrays, fmt.Sprintf("$%d::text[]", i+1))
		values = append(values, "r."+c.Name+"::"+sqlType(c))
		if !slices.Contains(l.table.Key, c.Name) {
			sets = append(sets, c.Name+" = excluded."+c.Name)
			old, given = append(old, "t."+c.Name), append(given, "excluded."+c.Name)
		}
	}
	action := "nothing"
	if len(sets) > 0 {
		if slices.Contains(columnNames(l.table), "modified") && !slices.Contains(names, "modified") {
			sets = append(sets, "modified = now()")
		}
		action = fmt.Sprintf("update set %s where (%s) is distinct from (%s)",
			strings.Join(sets, ", "), strings.Join(old, ", "), strings.Join(given, ", "))
	}
	sql := fmt.Sprintf("insert into %s as t (%s) select %s from unnest(%s) as r(%s) on conflict (%s) do %s",
		l.table.Relation(), strings.Join(names, ", "), strings.Join(values, ", "),
		strings.Join(arrays, ", "), strings.Join(names, ", "), strings.Join(l.table.Key, ", "), action)
	if by := l.by(); len(by) > 0 {
		sql += " returning array[t." + strings.Join(by, "::text, t.") + "::text]"
	}
	return sql
}

// by lists the columns that identify a notification.
func (l *Loader) by() []string {
	var columns []string
	for _, n := range l.notifications {
		for _, c := range n.By {
			if !slices.Contains(columns, c) {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// sqlType is the type that a column's text is cast to.
func sqlType(c store.Column) string {
	switch c.Type {
	case "int":
		return "bigint"
	case "number":
		return "double precision"
	case "decimal":
		return "numeric"
	case "bool":
		return "boolean"
	case "datetime":
		return "timestamptz"
	case "date":
		return "date"
	case "json":
		return "jsonb"
	}
	return "text"
}

// Add checks a row and takes it into the batch; full reports that it is time to
// Flush. An error names the column and holds no value.
func (l *Loader) Add(row []string) (full bool, err error) {
	if len(row) != len(l.columns) {
		return false, fmt.Errorf("%d values for %d columns", len(row), len(l.columns))
	}
	values := make([]*string, len(row))
	key := ""
	for i, text := range row {
		c := l.columns[i]
		if values[i], err = l.value(c, text); err != nil {
			return false, fmt.Errorf("column %s: %w", c.Name, err)
		}
		if slices.Contains(l.table.Key, c.Name) {
			key += strconv.Quote(*values[i])
		}
	}
	sum := [16]byte{}
	digest := sha256.Sum256([]byte(key))
	copy(sum[:], digest[:])
	if l.keys[sum] {
		return false, fmt.Errorf("the key is that of an earlier row")
	}
	l.keys[sum] = true
	for i, v := range values {
		l.batch[i] = append(l.batch[i], v)
	}
	return len(l.batch[0]) >= batchRows, nil
}

// value checks one value; "" is NULL, and where the column says so a text.
func (l *Loader) value(c store.Column, text string) (*string, error) {
	if text == "" {
		if c.Required || slices.Contains(l.table.Key, c.Name) {
			if c.Blank && !slices.Contains(l.table.Key, c.Name) {
				return &text, nil
			}
			return nil, fmt.Errorf("a value is needed")
		}
		return nil, nil
	}
	if c.Type == "string" && c.Required && !c.Blank && validate.Blank(text) {
		return nil, fmt.Errorf("a value is needed")
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, fmt.Errorf("not UTF-8 text")
	}
	switch c.Type {
	case "string":
		if c.Length > 0 && utf8.RuneCountInString(text) > c.Length {
			return nil, fmt.Errorf("longer than %d characters", c.Length)
		}
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("not a whole number")
		}
		text = strconv.FormatInt(n, 10)
	case "number", "decimal":
		// ParseFloat knows hexadecimal, infinite and grouped numbers as well.
		if _, err := strconv.ParseFloat(text, 64); err != nil || strings.Trim(text, "0123456789+-.eE") != "" {
			return nil, fmt.Errorf("not a number")
		}
	case "json":
		// PostgreSQL has no U+0000 in texts, escaped neither.
		if !json.Valid([]byte(text)) || strings.Contains(strings.ReplaceAll(text, `\\`, ""), `\u0000`) {
			return nil, fmt.Errorf("not JSON")
		}
	case "bool":
		if _, err := strconv.ParseBool(text); err != nil {
			return nil, fmt.Errorf("neither true nor false")
		}
	case "datetime", "date":
		t, err := wire.ParseTime(text, l.zone)
		if err != nil {
			return nil, fmt.Errorf("not a time")
		}
		if text = t.Format(time.RFC3339Nano); c.Type == "date" {
			text = t.In(l.zone).Format(wire.Day)
		}
	}
	if err := rules(c, text); err != nil {
		return nil, err
	}
	if c.Hash && !store.Hashed(text) {
		hash, err := store.HashPassword(text)
		return &hash, err
	}
	return &text, nil
}

// rules holds a text in its stored form to enum, format, min and max.
func rules(c store.Column, text string) error {
	if len(c.Enum) > 0 && !slices.Contains(c.Enum, text) {
		return fmt.Errorf("not one of %s", strings.Join(c.Enum, ", "))
	}
	if ok := formats[c.Format]; ok != nil && !ok(text) {
		return fmt.Errorf("not of the form %s", c.Format)
	}
	if c.Digits > 0 && !validate.FitsDigits(text, c.Digits-c.Decimals, c.Decimals) {
		return fmt.Errorf("more than %d digits in front of the point, or than %d behind it", c.Digits-c.Decimals, c.Decimals)
	}
	n, err := strconv.ParseFloat(text, 64)
	if least, bad := strconv.ParseFloat(c.Min, 64); bad == nil && err == nil && n < least {
		return fmt.Errorf("less than %s", c.Min)
	}
	if most, bad := strconv.ParseFloat(c.Max, 64); bad == nil && err == nil && n > most {
		return fmt.Errorf("more than %s", c.Max)
	}
	return nil
}

// formats are the checks of formats by name.
var formats = map[string]func(string) bool{
	"mobile": validate.IsMobile, "idcard": validate.IsIDCard, "email": validate.IsEmail,
}

// Beginner is where transactions begin: a pool, or a transaction, in which they
// are savepoints.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Flush writes the batch and returns how many rows it held. It writes all of
// them or none; the batch is empty afterwards either way.
func (l *Loader) Flush(ctx context.Context, db Beginner) (int, error) {
	defer l.reset()
	n := len(l.batch[0])
	if n == 0 {
		return 0, nil
	}
	return n, store.Refuse(l.write(ctx, db, 0, n))
}

// Salvage writes the rows of the batch that the database takes and returns how
// many they were. It calls bad for each of the others, in their order, with the
// row's place in the batch, from 0. An error means that the rest was not tried.
func (l *Loader) Salvage(ctx context.Context, db Beginner, bad func(row int, err error)) (int, error) {
	defer l.reset()
	return l.salvage(ctx, db, 0, len(l.batch[0]), bad)
}

// salvage is Salvage for a part of the batch. A part with a row that the
// database refuses is tried again in halves.
func (l *Loader) salvage(ctx context.Context, db Beginner, from, to int, bad func(row int, err error)) (int, error) {
	if from == to {
		return 0, nil
	}
	err := l.write(ctx, db, from, to)
	if err == nil {
		return to - from, nil
	}
	fault := rowFault(err)
	switch {
	case fault == nil:
		return 0, store.Refuse(err)
	case to-from == 1:
		bad(from, fault)
		return 0, nil
	}
	middle := (from + to) / 2
	n, err := l.salvage(ctx, db, from, middle, bad)
	if err != nil {
		return n, err
	}
	more, err := l.salvage(ctx, db, middle, to, bad)
	return n + more, err
}

// rowFault describes the database's objection to a row, without any value of it. It
// returns nil if the error is of another kind.
func rowFault(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return nil
	}
	switch {
	case e.Code == "23505":
		return fmt.Errorf("another row has the value that must be unique (%s)", e.ConstraintName)
	case e.Code[:2] == "23":
		return fmt.Errorf("a rule of the table is broken (%s%s)", e.ConstraintName, e.ColumnName)
	case e.Code[:2] == "22":
		return fmt.Errorf("the database cannot store a value (SQLSTATE %s)", e.Code)
	}
	return nil
}

// write runs the statement for a part of the batch and queues the notifications of
// the changed rows, all or nothing.
func (l *Loader) write(ctx context.Context, db Beginner, from, to int) error {
	args := make([]any, len(l.batch))
	for i := range l.batch {
		args[i] = l.batch[i][from:to]
	}
	var told int64
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if len(l.notifications) == 0 {
			_, err := tx.Exec(ctx, l.sql, args...)
			return err
		}
		rows, err := tx.Query(ctx, l.sql, args...)
		if err != nil {
			return err
		}
		changed, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
		if err != nil || len(changed) == 0 {
			return err
		}
		told, err = l.tell(ctx, tx, changed)
		return err
	})
	if err == nil {
		l.told += told
	}
	return err
}

// tell queues the notifications of changed rows, of which the columns by are
// known.
func (l *Loader) tell(ctx context.Context, tx pgx.Tx, changed [][]string) (int64, error) {
	told, columns := int64(0), l.by()
	for i := range l.notifications {
		n := &l.notifications[i]
		values := make([][]string, len(changed))
		for row, all := range changed {
			for _, c := range n.By {
				values[row] = append(values[row], all[slices.Index(columns, c)])
			}
		}
		tag, err := tx.Exec(ctx, n.SQL, n.Args("", values)...)
		if err != nil {
			return 0, err // as it is: a row may be at fault
		}
		told += tag.RowsAffected()
	}
	return told, nil
}

// reset empties the batch. The keys stay: a key that comes again is a mistake
// anywhere in the file.
func (l *Loader) reset() { l.batch = make([][]*string, len(l.columns)) }

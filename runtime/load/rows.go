package load

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/store"
)

// ErrName says that a file's name has no known ending.
var ErrName = errors.New("a file to load ends in .csv or .jsonl")

// Rows is a file of rows: names of columns, then a row a call until io.EOF. A
// row that cannot be read is a rowError; any other error ends the file.
type Rows interface {
	Columns() []string
	Next() (line int, row []string, err error)
}

// rowError is the fault of one row, without any value.
type rowError struct{ error }

// Open reads the head of a file of rows for t: of JSON lines the names in
// all of it. in reads from f.
func Open(name string, f io.ReadSeeker, in io.Reader, t store.Table) (Rows, error) {
	switch filepath.Ext(name) {
	case ".csv":
		return CSV(in)
	case ".jsonl", ".ndjson":
		names, err := jsonNames(f, t)
		if err != nil {
			return nil, err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("the file is read twice: %w", err)
		}
		return newJSONRows(in, names, t)
	}
	return nil, ErrName
}

// csvRows is a CSV file with the columns' names in its first line.
type csvRows struct {
	in    *csv.Reader
	names []string
}

// CSV reads the line of names of a CSV file.
func CSV(f io.Reader) (Rows, error) {
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

func (r *csvRows) Columns() []string { return r.names }

func (r *csvRows) Next() (int, []string, error) {
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
	table store.Table
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
func newJSONRows(f io.Reader, names []string, t store.Table) (*jsonRows, error) {
	r := &jsonRows{in: bufio.NewReader(f), table: t}
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

func (r *jsonRows) Columns() []string { return r.names }

func (r *jsonRows) Next() (int, []string, error) {
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

// absent is the value of a column that a line does not have and others have: its default,
// as in a file that does not have the column at all. Keys have none.
func (r *jsonRows) absent(name string) string {
	at := slices.IndexFunc(r.table.Columns, func(c store.Column) bool { return c.Name == name })
	if at < 0 || slices.Contains(r.table.Key, name) {
		return ""
	}
	switch value := r.table.Columns[at].Default; value {
	case "now":
		return strconv.FormatInt(time.Now().UnixMilli(), 10)
	case "guid":
		return newUUID()
	default:
		return value
	}
}

// newUUID is a random UUID, as the database makes one.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it cannot fail
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// row brings an object into the order of the columns.
func (r *jsonRows) row(object map[string]any) ([]string, error) {
	row := make([]string, len(r.names))
	for i, name := range r.names {
		if _, ok := object[name]; !ok {
			row[i] = r.absent(name)
		}
	}
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

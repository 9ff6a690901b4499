package wire

import (
	"bytes"
	"errors"
	"io"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// The limits of what a Reader reads where Limits names none.
const (
	DefaultDepth    = 32
	DefaultElements = 10_000
)

// Limits bounds the input of a Reader. A zero field means its default.
type Limits struct {
	Depth    int // nesting of arrays and objects, default DefaultDepth
	Elements int // members of one array, default DefaultElements
	Keys     int // unknown keys of one object, default 512
	// Lone takes one member without its array for an array of that member: the JSON was
	// made of XML, where a list of one is an element like any other.
	Lone bool
}

// Reader decodes one JSON object. Strings alias the data it was given, which
// must therefore not change as long as they are in use. A Reader may be used
// again after Reset; it is not safe for concurrent use.
type Reader struct {
	List problem.List // the problems of fields; the generated Check adds to it

	dec    jx.Decoder
	data   []byte
	zone   *time.Location
	limits Limits
	depth  int
	err    error

	outside []Outside // see ResetMerged
	members int       // of the outermost object, counted where there are any outside
}

// Why a message is not readable; only the log says which.
var (
	errDuplicate = errors.New("duplicate key")
	errLimit     = errors.New("beyond the limits of depth or size")
	errUTF8      = errors.New("not valid UTF-8, or an escape that PostgreSQL cannot hold")
	errTrailing  = errors.New("bytes after the end")
	errShape     = errors.New("not an object")
)

// NewReader returns a Reader of data whose times without a zone are in zone.
func NewReader(data []byte, zone *time.Location, limits Limits) *Reader {
	in := new(Reader)
	in.Reset(data, zone, limits)
	return in
}

// Reset makes in a Reader of data. One leading byte order mark is skipped.
func (in *Reader) Reset(data []byte, zone *time.Location, limits Limits) {
	if limits.Depth == 0 {
		limits.Depth = DefaultDepth
	}
	if limits.Elements == 0 {
		limits.Elements = DefaultElements
	}
	if limits.Keys == 0 {
		limits.Keys = 512
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	in.List.Reset()
	in.dec.ResetBytes(data)
	in.data, in.zone, in.limits, in.depth, in.err = data, zone, limits, 0, nil
	in.outside, in.members = nil, 0
	if !utf8.Valid(data) || !escapesValid(data) {
		in.err = errUTF8
	}
}

// Data returns the JSON that is read, without a byte order mark. After ResetMerged
// the fields outside the body come first in it.
func (in *Reader) Data() []byte { return in.data }

// Close reports why the JSON is unreadable, including bytes after its end. It says
// nothing about the problems of fields.
func (in *Reader) Close() error {
	if in.err == nil && (in.dec.Next() != jx.Invalid || !errors.Is(in.dec.Skip(), io.EOF)) {
		in.err = errTrailing
	}
	if in.err != nil {
		return problem.Wrap(problem.JSON, in.err)
	}
	return nil
}

// fail keeps the first error, nil is none; nothing is read after it.
func (in *Reader) fail(err error) {
	if in.err == nil {
		in.err = err
	}
}

// down enters an array or object.
func (in *Reader) down() bool {
	in.depth++
	if in.depth > in.limits.Depth {
		in.fail(errLimit)
	}
	return in.err == nil
}

// escapesValid finds \u escapes of no character: lone surrogates, and U+0000, which
// PostgreSQL cannot store. Data without \u is the ordinary case and costs one
// search.
func escapesValid(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i+1 >= len(data) {
			return true
		}
		if data[i+1] != 'u' {
			data = data[i+2:]
			continue
		}
		first, ok := hex4(data[i+2:])
		if !ok || first == 0 {
			return false
		}
		data = data[i+6:]
		if first < 0xD800 || first > 0xDFFF {
			continue
		}
		if first > 0xDBFF || len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
			return false
		}
		if second, ok := hex4(data[2:]); !ok || second < 0xDC00 || second > 0xDFFF {
			return false
		}
		data = data[6:]
	}
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// alias returns b as a string without copying it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Package model carries out the answers of a system over rows in memory: checks, reads and
// writes, replies and notifications, as the language of the YAML says, without a database
// and without generated code.
//
// It is the measure that servers are held to: a mock answers with it, and test cases take
// what they expect from it. So it shares no code with the generator and with what runs
// (runtime/store, gen/statement): tests hold the two against each other, and a difference
// is a fault of one of them.
package model

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// ErrUnsure is the error of an answer that cannot be told from the YAML: a handler decides
// it, or SQL that is not known.
var ErrUnsure = errors.New("the YAML does not say what the answer is")

// Config says how a World is made.
type Config struct {
	Now  func() time.Time             // nil: time.Now
	GUID func() string                // makes ids of rows; nil: random ones
	Hash func(password string) string // what is stored of a password; nil: a digest
	// Token makes the token that an answer issues to an app, good until then; nil: a random
	// one that nobody knows.
	Token func(app string, until time.Time) string
	// Secret is issued with a token and signs without being sent. nil: random.
	Secret func(token string) string
	// Sorts is the text that a text is put in order by, where another server has another one in
	// its place; ok is false where that is not known. nil: each by itself.
	Sorts func(text string) (as string, ok bool)
}

// World has the rows of one system. It is safe for concurrent use.
type World struct {
	Config
	System *spec.System

	mu     sync.Mutex
	zone   *time.Location
	tables map[string]*table
	seen   map[string]bool // app and message id
	codes  map[string]read // SQL that was read
}

// read is SQL that was read, or why not.
type read struct {
	code *sql.Code
	err  error
}

// New makes a World without rows. It fails for a zone that does not exist.
func New(s *spec.System, c Config) (*World, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	w := &World{Config: c, System: s, zone: zone, codes: map[string]read{}}
	if w.Now == nil {
		w.Now = time.Now
	}
	if w.GUID == nil {
		w.GUID = randomGUID
	}
	if w.Hash == nil {
		w.Hash = digest
	}
	if w.Token == nil {
		w.Token = func(string, time.Time) string { return RandomToken() }
	}
	if w.Secret == nil {
		w.Secret = func(string) string { return RandomToken() }
	}
	w.Reset()
	return w, nil
}

// Reset forgets all rows and message ids.
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tables, w.seen = map[string]*table{}, map[string]bool{}
	for _, t := range w.System.Tables {
		w.tables[t.Name] = newTable(t)
	}
}

// randomGUID is a random id.
func randomGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// hashed begins the model's own password hashes.
const hashed = "$sha256$"

// IsHash reports whether a text of a row is a password hash that the model made.
func IsHash(text string) bool { return strings.HasPrefix(text, hashed) }

// RandomToken is a token that nobody has.
func RandomToken() string { return strings.ReplaceAll(randomGUID(), "-", "") }

// digest is what is kept of a password.
func digest(password string) string {
	if password == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(password))
	return hashed + hex.EncodeToString(sum[:])
}

// Call is a message that asks for an answer.
type Call struct {
	App string
	Sid string // message id that counts once; empty: none
	// Scopes has the values of each scope that the app is bound to: other rows are not there
	// for it.
	Scopes map[string][]string
}

// Outcome is what an accepted message leads to.
type Outcome struct {
	Reply *tree.Value // the response's members
	// Unsure are the paths of members of the reply whose value the YAML does not tell, such
	// as list/0/name. They are left out.
	Unsure  []string
	Pages   map[string]Page // lists that a page cuts out of all rows, by their path
	Changes []Change        // of rows, in the order in which they are made
	Told    []Told          // notifications, in order
}

// Page is the part of all rows that a list has.
type Page struct {
	First bool  // nothing comes before it
	Most  int64 // how many rows it may have
}

// Change is a row that was written.
type Change struct {
	Table         *spec.Table
	Before, After Row // nil: it was not there, or it is gone
}

// Row is the values of a table's columns, in their order.
type Row []any

// Told is a notification that every subscriber gets who sees its project, or one app alone.
type Told struct {
	Of      *spec.Interface
	Project string // empty: it is about none
	To      string // the app that gets it, where it goes to one
	URL     string // that the app gave for it; empty: its subscription's
	Body    *tree.Value
	Unsure  []string // paths of members that are left out, see Outcome
}

// For reports whether an app may get it.
func (t Told) For(app string) bool { return t.Of.To == nil || t.To == app }

// Sees reports whether a subscriber of some projects gets it; no projects are all.
func (t Told) Sees(projects []string) bool {
	if len(projects) == 0 || t.Project == "" {
		return true
	}
	for _, p := range projects {
		if p == t.Project {
			return true
		}
	}
	return false
}

// Answer carries out a message whose fields are valid. A *problem.Error refuses, and
// leaves everything as it was; ErrUnsure says that the answer cannot be told.
func (w *World) Answer(call Call, i *spec.Interface, payload []byte) (*Outcome, error) {
	return w.carryOut(call, i, payload, nil)
}

// Try is Answer without an effect.
func (w *World) Try(call Call, i *spec.Interface, payload []byte) (*Outcome, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var undo []func()
	out, err := w.locked(call, i, payload, &undo)
	for _, one := range undo {
		one()
	}
	return out, err
}

// Answering carries out a message, as Answer does.
type Answering func(call Call, i *spec.Interface, payload []byte) (*Outcome, error)

// Rehearse has messages carried out, one after the other, and takes all their effects back.
// Message ids do not count. Nothing else may be asked meanwhile.
func (w *World) Rehearse(do func(Answering) error) error {
	var undo []func()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, one := range slices.Backward(undo) {
			one()
		}
	}()
	return do(func(call Call, i *spec.Interface, payload []byte) (*Outcome, error) {
		return w.carryOut(call, i, payload, &undo)
	})
}

// carryOut is Answer, or part of a rehearsal, which keeps what undoes it.
func (w *World) carryOut(call Call, i *spec.Interface, payload []byte, trial *[]func()) (*Outcome, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.locked(call, i, payload, trial)
}

// locked is carryOut for who holds the world.
func (w *World) locked(call Call, i *spec.Interface, payload []byte, trial *[]func()) (*Outcome, error) {
	in, err := decode(i, payload, w.zone)
	if err != nil {
		return nil, err
	}
	key := call.App + "\x00" + call.Sid
	if call.Sid != "" && w.seen[key] {
		return nil, problem.New(problem.Repeated)
	}
	if i.Answer == nil || i.Answer.Handler {
		return nil, ErrUnsure
	}
	x := &run{World: w, i: i, call: call, in: in, now: w.Now().Truncate(time.Microsecond), hand: map[string]*sql.Relation{}, steps: map[string][]Row{}}
	(&reply{run: x, kept: true}).keep(in)
	out, undo, err := x.answer()
	if err != nil {
		return nil, err
	}
	if trial != nil {
		*trial = append(*trial, undo)
	} else if call.Sid != "" {
		w.seen[key] = true
	}
	return out, nil
}

// Seen reports whether a message id counted.
func (w *World) Seen(call Call) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen[call.App+"\x00"+call.Sid]
}

// Note makes a message id count.
func (w *World) Note(call Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[call.App+"\x00"+call.Sid] = true
}

// unsure is the value of a column that cannot be told.
type unsure struct{}

// Package step is every transformation that a protocol is made of, in one table:
// digests, signatures, ciphers, encodings, texts and times, each with its inverse
// or its comparison, the kind of its key and a line of documentation.
//
// A step appends to a buffer and does not keep what it is given. None of its errors
// holds a byte of a message or a key.
//
// RC4, DES, ECB, MD5 and SHA-1 are here because vendors ask for them, to the letter.
// What protects such messages is TLS around them.
package step

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Kind is what a step wants as its key.
type Kind uint8

// The kinds of keys.
const (
	NoKey Kind = iota
	Bytes      // a secret, or a value that was computed
	RSA
	SM2
	Ed25519
	ECDSA
)

// Half says which half of a key pair an operation needs.
type Half uint8

// The halves of a key pair.
const (
	NoHalf Half = iota
	Private
	Public
)

// Form is what comes out of a step, where it matters to JSON.
type Form uint8

// The forms of a result.
const (
	Plain Form = iota // a text
	JSON              // JSON that stands without quotes
)

// Roles of what a step takes beside its key.
const (
	IV = iota
	AAD
	Salt
	Info // what a derived key is for, or the id of who signs
	Roles
)

// Call is what a step is given beside its text.
type Call struct {
	Key    any           // what Prepare returned, or a Pair
	Ref    [Roles][]byte // by role
	Random io.Reader
}

// Func appends the result for in to dst.
type Func func(dst, in []byte, c *Call) ([]byte, error)

// Do is a step with its literal arguments, ready to be carried out.
type Do struct {
	Name    string // as the declaration has it, with its arguments
	Apply   Func
	Undo    Func                                  // nil: it has no inverse, the receiver computes and compares
	Verify  func(c *Call, text, sig []byte) error // of signatures, which are verified
	Prepare func(key []byte) (any, error)         // of Bytes keys
	Lengths []int                                 // bytes of a Bytes key that it takes; nil: any
	Most    int                                   // bytes of the longest key that it takes; 0: any
	IVBytes int                                   // bytes of the iv that it takes apart; 0: none
	Key     Kind
	KeyName string
	Apart   [Roles]string // names of values or secrets by role, empty: none
	ApplyBy Half          // the half of a pair that Apply needs
	UndoBy  Half          // and that Undo or Verify needs
	Random  bool          // it gives another result each time
	Fold    bool          // it only says that letters are compared without case
	Keyed   bool          // what it makes or verifies cannot be made without the key
	Seals   bool          // its inverse fails where the text was changed
	From    Form
	To      Form
	Safe    bool // its result has letters, digits and -_.+/=% only
	Clock   bool // it takes a time: Apply writes one, Undo reads one
	Shift   bool // it moves a time
	Vague   bool // of a clock: it leaves out the time of day, so it cannot be read back
	Size    int  // bytes of its result, 0: it depends
	// Take returns how many bytes at the beginning of a text are its result, -1: too
	// few. Nil: nobody can tell.
	Take func(b []byte) int
	Tail int // segments of a path behind its result, where Take leaves those
}

// Args are the literal arguments of a use.
type Args struct {
	List  []string
	Named map[string]string
}

// one returns the only positional argument.
func (a *Args) one(what string) (string, error) {
	if len(a.List) != 1 {
		return "", fmt.Errorf("it takes one argument, %s", what)
	}
	return a.List[0], nil
}

func (a *Args) number(what string, low, high int) (int, error) {
	word, err := a.one(what)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s is a number from %d to %d, not %q", what, low, high, word)
	}
	return n, nil
}

// Row is one step of the table.
type Row struct {
	Name string
	Args string // how its arguments are written
	Doc  string
	Make func(a *Args) (*Do, error)
}

// Table lists every step. Nobody may change the list: all calls give the same.
// It is made once, since a protocol asks for a step some hundred times.
var Table = sync.OnceValue(func() []Row {
	return slices.Concat(digests(), signatures(), ciphers(), encodings(), texts(), structures(), clocks())
})

// Names lists the names of all steps.
func Names() []string {
	var out []string
	for _, r := range Table() {
		out = append(out, r.Name)
	}
	return out
}

// Find makes a step ready. It refuses an unknown name and arguments that the step
// does not take.
func Find(name string, list []string, named map[string]string) (*Do, error) {
	for _, r := range Table() {
		if r.Name != name {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(named)) {
			if !strings.Contains(taken(r, list), key+"=") {
				return nil, fmt.Errorf("%s takes no %s=; a text that has = in it is written in quotes, '%s=%s'", name, key, key, named[key])
			}
		}
		do, err := r.Make(&Args{list, named})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		do.Name = strings.TrimSpace(name + " " + strings.Join(list, " "))
		return do, nil
	}
	return nil, ErrUnknown
}

// taken says which arguments a use of a step may have: of from, those of the encoding.
func taken(r Row, list []string) string {
	if r.Name != "from" || len(list) == 0 {
		return r.Args
	}
	for _, one := range append(encodings(), texts()...) {
		if one.Name == list[0] && one.Name != "from" {
			return one.Args
		}
	}
	return ""
}

// ErrUnknown is the error of a step that does not exist.
var ErrUnknown = errors.New("there is no such step")

// plain makes a row whose step takes no arguments.
func plain(name, doc string, do Do) Row {
	return Row{Name: name, Doc: doc, Make: func(a *Args) (*Do, error) {
		if len(a.List) > 0 {
			return nil, errors.New("it takes no argument")
		}
		out := do
		return &out, nil
	}}
}

var errInput = errors.New("the text has another form")

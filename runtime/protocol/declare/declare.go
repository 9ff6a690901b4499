// Package declare holds a protocol as YAML declares it, before anything is
// compiled: messages with holes, and the values that fill them.
//
// A Protocol has three messages of one shape: request, reply and notification. A message
// says places (method, path, query, header and one body) each with a template, and
// values: what a hole holds. Read reads the YAML and keeps the position of every
// part, so that whoever compiles it can say where a mistake is.
//
// The package imports nothing of this module.
package declare

import (
	"slices"
	"strconv"
	"strings"
)

// Pos is the place of something in its YAML file, both from 1.
type Pos struct{ Line, Column int }

// Protocol is one declaration.
type Protocol struct {
	Pos
	Keys    []Key
	App     string // "" or given: no message names the app, there is one partner at each URL
	Request *Message
	Reply   *Message
	Push    *Message // its Answer is the reply to it

	Profile  string // of every app that has no other one; empty: none
	Profiles []Profile

	Layouts map[string]Layouts // by interface, of those whose payload is no plain object
}

// Profile is further guards on the requests of the apps that have it.
type Profile struct {
	Pos
	Name   string
	Guards []Guard
}

// Key is a secret or a key pair that the two sides share.
type Key struct {
	Pos
	Name string
	// Kind is text, hex or base64 (a secret); rsa, sm2, ed25519 or ecdsa (a pair: each
	// side has its own half, private or public).
	Kind   string
	System bool // one for all apps, so it can be used before the app is known
}

// Message is one message or one variant of it.
type Message struct {
	Pos
	Like     string // the message that this one begins with: request or reply
	When     []Condition
	Method   *Text
	Host     *Text
	Path     *Text
	Query    *Part
	Header   *Part
	Body     *Part
	Carriage string // json | xml | form | multipart | text, empty where no body is declared
	Status   []Status
	Values   []Value
	Guards   []Guard
	Success  []Constant
	Failure  []Constant
	Final    []Constant // of an answer: a refusal after which a notification is not sent again
	Variants []*Message
	Answer   *Message
	// Unproved says of a reply what somebody gets whose app is known and who has not
	// proved to be it: UnprovedUnknown, which is the default, or UnprovedKnown.
	Unproved string
}

// What Message.Unproved says.
const (
	UnprovedUnknown = "unknown" // the reply to somebody who is not known, where one is declared
	UnprovedKnown   = "known"   // the reply to the app, made with its keys
)

// Condition is one thing that must hold for a variant. Part is a place of the
// message (query.echostr, header.Content-Type, json.type, method) or a name that
// is known at the start (interface, frame). Words of a reply alone: success,
// failure and unknown, with no Glob.
type Condition struct {
	Pos
	Part string
	Glob string // text with * for anything; empty: the part is there
	Set  bool   // Glob was given
}

// Text is a template.
type Text struct {
	Pos
	Source string
	Pieces []Piece
	// Scalar says that YAML wrote no text: a number, true, false or null, which JSON
	// carries without quotes.
	Scalar bool
}

// Piece is a literal or a hole.
type Piece struct {
	Literal string
	Name    string // of a hole; empty: a literal
	Steps   []Use
}

// Use is one step as it is written: a name and its arguments.
type Use struct {
	Pos
	Source string
	Name   string
	Args   []string          // without a name
	Named  map[string]string // key=value
}

// Part is a tree of places.
type Part struct {
	Pos
	Name     *Text // may have holes; nil at the top
	Optional bool  // its name ends with a question mark
	Rest     bool  // its name is *: all members that no other name takes
	Text     *Text // of a leaf
	Children []*Part
	List     bool // Children are the elements of an array
}

// Value says what a name stands for.
type Value struct {
	Pos
	Name string
	// One of these says the text. Send: what we put there, and the receiver takes what
	// comes. Of: both sides know it.
	Send *Text
	Of   *Text
	List []*Text // joined by Join, in the order of Sort
	Tree *Part   // a JSON object, or with Pair the parts of one text
	From []Source
	// Steps that are applied to the text.
	By []Use
	// Of List and From.
	Sort string // name | name-nocase | value | pair | listed
	Join *Text
	// Of From and Tree.
	Pair  *Text // holes name and value
	Skip  []string
	Only  *Text // names that are separated by Split
	Split string
	Must  []string // names that Only must have
	// Into takes the text apart again: its holes are parts of it. The receiver puts
	// them together.
	Into  *Text
	Empty bool // keep pairs without a value

	Else   string   // code or rule of the refusal
	Accept []*Value // further forms that the receiver accepts, each over this one

	given map[string]bool // keys that were written
	alone bool            // it is a text alone
}

// Given reports whether a key was written.
func (v *Value) Given(key string) bool { return v.given[key] }

// Source is where pairs come from: a container such as query, form, json.a or
// header, or single pairs of its own.
type Source struct {
	Pos
	Container string
	Name      string
	Text      *Text
}

// Guard is a rule on a value that came.
type Guard struct {
	Pos
	// Kind is window (a time near ours), since and until (a time that has come, or is
	// not over), once (a value
	// that counts once), issued (a token that was issued to the app), like (a pattern),
	// equal (a text, which may give names to its parts).
	Kind    string
	Value   string
	Within  string // window, since: how far; once: for how long it is remembered
	Pattern string // like
	After   string // until: a value that says how many seconds after it, or milliseconds
	Millis  bool
	To      *Text // equal
	// With is "effect" of once: kept together with what the message does, not by the guard;
	// of issued, the value that was issued with the token.
	With string
	Else string
}

// Constant is what a name stands for by outcome; one of several when it is read.
type Constant struct {
	Pos
	Name  string
	Texts []*Text
}

// Status is the HTTP status of a code; of every other one where Code is *.
type Status struct {
	Pos
	Code   string
	Status int   // that is sent
	Others []int // further ones that are taken
	Class  bool  // all of its hundred are: 2xx
}

// Takes reports whether a status that came is one of these.
func (s *Status) Takes(status int) bool {
	return status == s.Status || s.Class && status/100 == s.Status/100 || slices.Contains(s.Others, status)
}

// Problem is something that is wrong with a declaration.
type Problem struct {
	Pos
	Place string // request.values.sign.by
	Text  string
	Mend  string
	// Weak: it works and is probably not meant, for example a signature that covers
	// nothing.
	Weak bool
}

// Error gives the place, the reason and how to fix it in one line.
func (p Problem) Error() string {
	out := p.Place + ": " + p.Text
	if p.Line > 0 {
		out = strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ": " + out
	}
	if p.Mend != "" {
		out += ": " + p.Mend
	}
	return out
}

// Problems are all that is wrong, as one error.
type Problems []Problem

// Error has one line a problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns nil where nothing but weak problems is there.
func (p Problems) Err() error {
	for _, one := range p {
		if !one.Weak {
			return p
		}
	}
	return nil
}

package protocol

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// item is a place or a value: a slot and what its text is made of.
type item struct {
	slot  int
	name  string // as problems and explanations give it
	place string // in the declaration
	pos   declare.Pos

	leaf     bool // a place of the message, or of a tree
	optional bool
	send     bool // the receiver takes what comes
	rest     bool
	list     bool // an element of a list has no name
	cdata    bool
	whole    bool   // the place holds JSON: an object may stand there
	holder   string // container of a place: query, header, body
	expr     *expr
	accept   []*expr
	into     []piece
	refuse   string // code or rule
	raised   bool   // refuse was declared
}

// expr is what a text is made of.
type expr struct {
	kind   exprKind
	pieces []piece
	scalar bool
	list   [][]piece
	sorted string
	join   []byte
	tree   *node
	pair   []piece // of a tree: it is written as pairs
	sel    *selection
	steps  []*use
}

type exprKind uint8

const (
	fromTemplate exprKind = iota
	fromList
	fromTree
	fromPairs
	fromSelection
)

// piece is a literal or a hole of a template.
type piece struct {
	lit   []byte
	slot  int // -1: a literal
	steps []*use
}

// use is a step with what it is given.
type use struct {
	do   *step.Do
	src  string
	key  int // slot of the key, -1: none
	pair int // position of the key pair among the keys, -1: none
	prep int // position among what is prepared, -1: the key is computed
	refs [3]int
}

// node is a part of a tree that is written and read.
type node struct {
	name     []piece
	literal  string // the name, where it has no holes
	local    string // of XML: without its prefix, as it is read
	dynamic  bool
	optional bool
	rest     bool
	list     bool
	children []*node
	leaf     *item
}

// selection is pairs out of the parts of a message.
type selection struct {
	owner  int
	from   []source
	sorted string
	join   []byte
	pair   []piece
	plain  bool // the pair is name=value as they are
	skip   []string
	only   []piece
	split  string
	must   []string
	empty  bool
}

type source struct {
	part    *partRef // a container
	payload bool
	name    string
	pieces  []piece
	exclude []*item // places that are made of this selection
}

// partRef is a part of a message by its name.
type partRef struct {
	holder string // header | query | form | json | xml | multipart | path
	path   []string
}

type condition struct {
	part    *partRef
	slot    int  // where part is nil
	later   bool // it is known once the message is solved
	outcome string
	glob    string
	set     bool
}

type constant struct {
	slot  int
	name  string
	texts []text
}

// text is a text and whether it stands in JSON without quotes.
type text struct {
	b    []byte
	json bool
	safe bool // it has no character that JSON escapes
}

// guard judges a value.
type guard struct {
	declare.Guard
	slot  int
	clock []*use // of window and until: how the time is written
	keep  duration
	match func(string) bool
	to    []piece
}

// op is one step of a plan.
type op struct {
	kind opKind
	item *item
	slot int
	expr *expr
	at   int  // of verify: which step
	lax  bool // of compare: nothing secret is in it, so an optional value may be absent
	g    *guard
}

type opKind uint8

const (
	opCompute opKind = iota // slot = expr
	opMatch                 // a bound place or value against its template
	opCompare               // a bound value is computed again
	opVerify                // a bound value is a signature
	opUndo                  // a bound value is undone, and what comes out is matched
	opInto                  // the parts that make up a value are joined, or taken apart
	opApp                   // the app is known: its keys
	opToken                 // the app is the one that a token was issued to
	opClock                 // now is what a guard's value says
	opPart                  // a part of the message
	opCall                  // a value of the call that is answered
	opBody                  // sending: the body is written
	opQuery
	opPath
	opHeader
	opURL
)

package plan

import (
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Item is a place or a value: a slot and what its text is made of.
type Item struct {
	Slot  int
	Name  string // as problems and explanations give it
	place string // in the declaration
	pos   declare.Pos

	Leaf     bool // a place of the message, or of a tree
	Optional bool
	Send     bool // the receiver takes what comes
	Rest     bool // it stands for all members that no other name takes
	Cdata    bool
	Frames   bool   // of a reply: a tree that has code or payload
	Whole    bool   // the place holds JSON: an object may be written there
	Holder   string // container of a place: query, header, body
	Expr     *Expr
	Accept   []*Expr
	Into     []Piece
	Refuse   string // code or rule
	raised   bool   // refuse was declared

	Said  string // of a place: its name as it is declared, as problems have it
	Outer bool   // of a place: JSON as a text, in which the app and others stand

	Malformed problem.Rule // of a place: the rule that a value of another type breaks
	Opaque    bool         // of a place: it holds cipher text or an encoded text, which is a text
	Bare      bool         // of a place: JSON without quotes is written there
}

// At is where an item is declared.
func (it *Item) At() (declare.Pos, string) { return it.pos, it.place }

// Expr is what a text is made of.
type Expr struct {
	Kind   ExprKind
	Pieces []Piece
	Scalar bool
	List   [][]Piece
	Sorted string
	Join   []byte
	Tree   *Node
	Pair   []Piece // of a tree: it is written as pairs
	Sel    *Selection
	Steps  []*Use
}

// ExprKind is what an expression is made of.
type ExprKind uint8

// The kinds of expressions, by what they are made of.
const (
	FromTemplate ExprKind = iota
	FromList
	FromTree
	FromPairs
	FromSelection
)

// Piece is a literal or a hole of a template.
type Piece struct {
	Lit   []byte
	Slot  int // -1: a literal
	Steps []*Use
}

// Use is a step with what it is given.
type Use struct {
	Do   *step.Do
	Src  string
	Key  int // slot of the key, -1: none
	Pair int // position of the key pair among the keys, -1: none
	Prep int // position among what is prepared, -1: the key is computed
	Refs [step.Roles]int
	// Simple: it takes nothing beside its text.
	Simple bool
}

// Node is a part of a tree that is written and read.
type Node struct {
	Name     []Piece
	Literal  string // the name, where it has no holes
	Key      []byte // the name as a member of JSON, with its colon
	Local    string // of XML: without its prefix, as it is read
	Dynamic  bool
	Label    *Item // of a body that is received: the place that its name is, which gives its holes
	Optional bool
	Rest     bool
	List     bool
	Children []*Node
	Leaf     *Item
}

// Selection is pairs out of the parts of a message.
type Selection struct {
	owner  int
	From   []Source
	Sorted string
	Join   []byte
	Pair   []Piece
	Skip   []string
	Only   []Piece
	Fixed  bool // the names are the declaration's own: one that the message does not have is left out
	Split  string
	Must   []string
	Empty  bool
	// Then changes the pairs before they are written. No declaration says it: an
	// explanation tries what senders do.
	Then func([]step.Named) []step.Named
}

// Source is where a selection takes pairs from.
type Source struct {
	Part    *PartRef // a container
	Of      int      // slot of a text that is a JSON object, 0: none
	Path    []string // in it
	Name    string
	Pieces  []Piece
	Exclude []*Item // places that are made of this selection
}

// PartRef is a part of a message by its name.
type PartRef struct {
	Holder string // header | query | form | json | xml | multipart | path
	Path   []string
}

// Condition is one thing that must hold for a variant.
type Condition struct {
	Part    *PartRef
	Slot    int  // where part is nil
	Later   bool // it is known once the message is solved
	Learned bool // it is about the interface, which the message names itself
	Outcome string
	Code    bool // of a reply: Glob is about its code
	Glob    string
	Set     bool
}

// Constant is what a name holds by outcome; when it is read, one of several texts.
type Constant struct {
	Slot  int
	name  string
	Texts []Text
}

// Text is a text and whether JSON has it without quotes.
type Text struct {
	B    []byte
	JSON bool
	Safe bool // it has no character that JSON escapes
}

// Guard is a rule on a value.
type Guard struct {
	declare.Guard
	Slot     int
	Clock    []*Use // of window and until: how the time is written
	Keep     duration
	Match    func(string) bool
	Template []Piece
	After    int   // of until: slot of the seconds that are added, -1: none
	Unsent   int   // of issued: the slot that no place has and the receiver keeps, -1: none
	Effect   bool  // of once: it is kept elsewhere
	At       *Item // of like and equal: the place where the value stands, nil: in none of its own
}

// Op is one step of a plan.
type Op struct {
	Kind OpKind
	Item *Item
	Slot int
	Expr *Expr
	At   int  // of verify: which step
	From int  // of compute: the slot whose text it is as it is, 0: it is made
	Lax  bool // of compare: nothing secret is in it, so an optional value may be absent
	G    *Guard
	Last bool  // the last one that proves who sent the message
	Node *Node // of a part: the tree of the message that it is, nil: it is found in what is there
	// Open: the secrets in a template are read over; it is compared as a whole once the app
	// is known.
	Open bool
}

// OpKind is what an operation does.
type OpKind uint8

// The kinds of operations.
const (
	OpCompute OpKind = iota // slot = expr
	OpMatch                 // a bound place or value against its template
	OpCompare               // a bound value is computed again
	OpVerify                // a bound value is a signature
	OpUndo                  // a bound value is undone, and what comes out is matched
	OpInto                  // the parts that make up a value are joined, or taken apart
	OpApp                   // the app is known: its keys
	OpToken                 // the app is the one that a token was issued to
	OpClock                 // now is what a guard's value says
	OpPart                  // a part of the message
	OpCall                  // a value of the call that is answered
	OpBody                  // sending: the body is written
	OpQuery
	OpPath
	OpHeader
	OpURL
	OpUnsent // a secret was issued that no place has
)

// NoRefs are the further inputs of a step that has none.
func NoRefs() (out [step.Roles]int) {
	for i := range out {
		out[i] = -1
	}
	return out
}

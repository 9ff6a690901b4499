package program

// Node is a part of a program: an expression, or a line that acts. The printer of each
// language writes every kind of it.
type Node any

type (
	// Name is the name of a value, or a word that the library knows.
	Name string
	// Bytes is a text of the protocol, byte by byte.
	Bytes string
	// Text is a text of the declaration, written so that people can read it.
	Text string
	// Int is a whole number.
	Int int64
	// Big is one that may be longer than a number of the language: nanoseconds.
	Big int64
	// Flag is true or false.
	Flag bool
	// Value is the text of a value that is needed.
	Value string
	// Maybe is the text of a value that may not be there, of the message or, where Call
	// is set, of the one that it answers.
	Maybe struct {
		Name string
		Call bool
	}
	// IsJSON says whether JSON has a value without quotes.
	IsJSON string
	// Param is what a function takes: x, name, value, raw or sig.
	Param string
	// Ref is a function of the library that another is given: a digest or a cipher.
	Ref string
	// Pair is a key pair.
	Pair string
	// Part is a member of the form that is being written or read: query, body, status.
	Part struct{ Form, Member string }
	// Pattern is a regular expression that fits a whole text.
	Pattern string
)

// Call is a call of the library; On says that it is about the message.
type Call struct {
	Func string
	Args []Node
	On   bool
}

// Put writes a part of the message, path, query or body, and notes it. Without a text it
// notes what is there.
type Put struct {
	Member string
	Text   Node
}

// Sync makes a part of the message what was noted.
type Sync string

// Concat are texts one behind the other.
type Concat []Node

// Sorted are texts, sorted and joined: by value, name or name-nocase; empty: as they are.
type Sorted struct {
	Texts []Node
	By    string
	Join  Node
}

// And are conditions that must all hold.
type And []Node

// List is a list; Of says of what. Long ones stand on lines of their own.
type List struct {
	Of    string
	Items []Node
	Long  bool
}

// Func is a function of what it takes, or of nothing.
type Func struct {
	Params []string
	Body   Node
	Kind   string // make, undo, size, check, pair, again, name, act, when
}

// Again is what a value is compared with; Fold ignores the case.
type Again struct {
	Make Func
	Fold bool
}

// Word is a word of a layout of times, or a text in it.
type Word struct {
	Text  string
	Plain bool
}

// Object describes something to the library.
type Object struct {
	Kind    string
	Members []Member
}

// Member is a member of an object.
type Member struct {
	Name string
	Node Node
}

// object is an object of the members that are there.
func object(kind string, members ...Member) Object {
	out := Object{Kind: kind}
	for _, m := range members {
		if m.Node != nil {
			out.Members = append(out.Members, m)
		}
	}
	return out
}

func member(name string, node Node) Member { return Member{name, node} }

func flag(name string, on bool) Member {
	if on {
		return Member{name, Flag(true)}
	}
	return Member{}
}

// names is a member with names, nothing where there are none.
func names(name string, list []string) Member {
	if len(list) == 0 {
		return Member{}
	}
	return Member{name, nameList(list)}
}

func nameList(list []string) List {
	out := List{Of: "name"}
	for _, one := range list {
		out.Items = append(out.Items, Name(one))
	}
	return out
}

// texts is a member with texts of the protocol, nothing where there are none.
func texts(name string, list []string) Member {
	if len(list) == 0 {
		return Member{}
	}
	return Member{name, byteList(list)}
}

func byteList(list []string) List {
	out := List{Of: "bytes"}
	for _, one := range list {
		out.Items = append(out.Items, Bytes(one))
	}
	return out
}

func call(name string, args ...Node) Call { return Call{Func: name, Args: args} }

// on is a call about the message.
func on(name string, args ...Node) Call { return Call{Func: name, Args: args, On: true} }

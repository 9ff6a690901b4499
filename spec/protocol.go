package spec

import "slices"

// Protocol says how the messages of a system are written, protected and read: the
// block protocol of system.yaml. What its words mean is known to runtime/protocol
// alone, which reads Text; docs/protocol.md is their manual.
type Protocol struct {
	Places
	Text    string   // the block as YAML of its own, without fields
	Origins []Origin // where the parts of Text were written, in the order of Text

	// Rows of the document's tables about members that the protocol itself writes, in
	// the document's order. Path is the place with slashes, as errors name it:
	// "header/appid".
	Request, Reply, Push Fields

	Carriage  Carriage            // how requests carry the fields of a body
	Carriages map[string]Carriage // by interface, where a variant of its own says otherwise

	// Once: a request has an id that is kept with what it does, and a second one of the
	// same id is a repetition.
	Once bool

	Values []string // names of what requests are made of, once each

	Codes    []Item   // that it names: codes of the document, and rules
	Statuses []Item   // codes that it has an HTTP status for, beside success and *
	Answer   []string // names of members in the answer to a notification

	// Accepted are the decisions that take what check finds weak in a message, by its key.
	Accepted map[string][]*Erratum
}

// Carriage is how a request carries the fields of a body.
type Carriage struct {
	// Apart: they are in a place of their own, like a member with cipher text, and not the
	// body itself.
	Apart    bool
	Bodyless bool   // they are in the query or a header
	Body     string // the word that writes the body: json | xml | form | multipart; empty: none does
}

// Carries is how the requests of an interface carry the fields of a body.
func (p *Protocol) Carries(x *Interface) Carriage {
	if p == nil {
		return Carriage{}
	}
	if c, own := p.Carriages[x.Cmd]; own {
		return c
	}
	return p.Carriage
}

// Origin is the place of a part in a text that was made of YAML, and the place where it
// was written.
type Origin struct {
	Line, Col int
	Pos       Pos
}

// Origin returns where the part of Text at a place was written: the last one that
// begins there or before.
func (p *Protocol) Origin(line, col int) Pos {
	at := p.Pos
	for _, o := range p.Origins {
		if o.Line > line || o.Line == line && o.Col > col {
			break
		}
		at = o.Pos
	}
	return at
}

// Rows lists all rows of the protocol.
func (p *Protocol) Rows() Fields {
	if p == nil {
		return nil
	}
	return slices.Concat(p.Request, p.Reply, p.Push)
}

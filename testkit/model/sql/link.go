package sql

import "maps"

// fieldRef is the owner of a ref to a field of the request.
const fieldRef = ":"

// Link is a column of a table that SQL compares with something else.
type Link struct {
	Table, Column           string
	Field                   string // of the request; empty: none
	OtherTable, OtherColumn string // empty: none
	Constant                string // a text or number; see Fixed
	Fixed                   bool   // it is compared with Constant
	Among                   bool   // with members of a list, of which this is one
	Loose                   bool   // by "is not distinct from", which mostly orders rows
}

// note keeps which table an alias is of.
func (p *parser) note(t *stored) {
	if p.tables == nil {
		p.tables = map[string]ref{}
	}
	is := ref{t.system, t.table}
	if other, there := p.tables[t.name]; there && other != is {
		is = ref{}
	}
	p.tables[t.name] = is
}

// links are what columns are compared with by "=".
func (p *parser) links() (out []Link) {
	for _, e := range p.equal {
		for n, side := range e.sides {
			if e.among && n > 0 {
				continue
			}
			if !side.column || side.refs[0].of == "" || p.tables[side.refs[0].of].name == "" {
				continue
			}
			l := Link{Table: p.tables[side.refs[0].of].name, Column: side.refs[0].name, Among: e.among, Loose: e.loose}
			if other := e.sides[1-n]; p.linked(&l, other) {
				out = append(out, l)
			}
		}
	}
	return out
}

// linked fills in the other side; false where it is nothing that can be followed.
func (p *parser) linked(l *Link, other *node) bool {
	switch {
	case other.always:
		if v := other.eval(nil); v != nil {
			l.Constant, l.Fixed = Text(v)
		}
		return l.Fixed
	case other.column:
		l.OtherTable, l.OtherColumn = p.tables[other.refs[0].of].name, other.refs[0].name
		return l.OtherTable != ""
	}
	for _, r := range other.refs {
		if r.of != fieldRef {
			return false
		}
		l.Field = r.name
	}
	return l.Field != ""
}

// LinksOf is Links of SQL about a row of a table under a name, which it does not read itself.
func (c *Code) LinksOf(name, table string) []Link {
	if _, there := c.parser.tables[name]; there {
		return c.Links()
	}
	p := *c.parser
	p.tables = maps.Clone(p.tables) // of the others
	p.note(&stored{name: name, table: table})
	return p.links()
}

// Links are the columns that the SQL compares by "=", with what.
func (c *Code) Links() []Link { return c.parser.links() }

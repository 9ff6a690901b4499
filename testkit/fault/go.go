package fault

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// pointPath is the package that faults are switched on in.
const pointPath = "github.com/jiekou-dev/jiekou/testkit/fault/point"

// insertion is text that is put into a file.
type insertion struct {
	at, order int // of two at one place the one of the lower order comes first
	until     int // what follows up to here is left out
	text      string
}

// writer puts faults into one Go file.
type writer struct {
	file string // slash-separated, below the module
	text []byte
	set  *token.FileSet
	ast  *ast.File
	next func(what string, at token.Position) int64 // notes a fault

	place func(fn, text string) Place // empty: nothing of the function is changed
	here  Place
	puts  []insertion
	depth int
	keep  map[int64]bool
}

// write returns the file with faults, nil where there are none.
func (w *writer) write() ([]byte, error) {
	var err error
	w.set = token.NewFileSet()
	if w.ast, err = parser.ParseFile(w.set, w.file, w.text, parser.ParseComments); err != nil {
		return nil, err
	}
	for _, d := range w.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		if w.here = w.place(name(fn), w.source(fn.Body)); w.here != "" {
			w.block(fn.Body.List)
		}
	}
	if len(w.puts) == 0 {
		return nil, nil
	}
	w.put(w.offset(w.ast.Name.End()), -1, "; import point__ \""+pointPath+"\"")
	slices.SortStableFunc(w.puts, func(a, b insertion) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return a.order - b.order
	})
	var b bytes.Buffer
	last := 0
	for _, p := range w.puts {
		b.Write(w.text[last:p.at])
		b.WriteString(p.text)
		last = max(p.at, p.until)
	}
	b.Write(w.text[last:])
	return b.Bytes(), nil
}

// name is the name of a function with its receiver's type: "T.f".
func name(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	if x, ok := t.(*ast.IndexExpr); ok {
		t = x.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

func (w *writer) offset(p token.Pos) int { return w.set.Position(p).Offset }

func (w *writer) put(at, order int, text string) {
	w.puts = append(w.puts, insertion{at: at, order: order, text: text})
}

// kept reports whether a switch is put in. 0 is none.
func (w *writer) kept(id int64) bool { return id == 0 || w.keep == nil || w.keep[id] }

// around puts text before and after a node. Outer nodes come before inner ones. Nothing is
// put for a switch that does not compile.
func (w *writer) around(id int64, n ast.Node, before, after string) {
	if !w.kept(id) {
		return
	}
	w.depth++
	w.put(w.offset(n.Pos()), w.depth, before)
	w.put(w.offset(n.End()), -w.depth, after)
}

func (w *writer) source(n ast.Node) string {
	return string(w.text[w.offset(n.Pos()):w.offset(n.End())])
}

// fault notes a fault at a node.
func (w *writer) fault(n ast.Node, format string, args ...any) int64 {
	return w.next(fmt.Sprintf(format, args...), w.set.Position(n.Pos()))
}

// block walks through statements.
func (w *writer) block(list []ast.Stmt) {
	for n, s := range list {
		w.statement(s, list, n)
	}
}

func (w *writer) statement(s ast.Stmt, list []ast.Stmt, n int) {
	switch s := s.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt:
		defer func(place Place) { w.here = place }(w.here)
		if text := w.source(s); w.here == Reads && (strings.HasPrefix(text, "p.") || strings.Contains(text, "store.NewPage")) {
			w.here = Paging
		}
		w.alternatives(s, list, n)
	case *ast.ReturnStmt:
		w.returned(s)
	case *ast.BlockStmt:
		w.block(s.List)
	case *ast.IfStmt:
		if s.Init != nil {
			w.statements(s.Init)
		}
		w.condition(s.Cond)
		w.block(s.Body.List)
		if s.Else != nil {
			w.statement(s.Else, nil, 0)
		}
	case *ast.ForStmt:
		w.block(s.Body.List)
	case *ast.RangeStmt:
		w.block(s.Body.List)
	case *ast.SwitchStmt:
		w.tag(s)
		w.clauses(s.Body, s.Tag == nil)
	case *ast.TypeSwitchStmt:
		w.clauses(s.Body, false)
	case *ast.LabeledStmt:
		w.statement(s.Stmt, nil, 0)
	}
}

// clauses walks through the clauses of a switch, and through their conditions where these
// are conditions.
func (w *writer) clauses(body *ast.BlockStmt, conditions bool) {
	for _, c := range body.List {
		clause := c.(*ast.CaseClause)
		for _, e := range clause.List {
			if conditions {
				w.condition(e)
			}
		}
		w.block(clause.Body)
	}
}

// tag has each name that a switch knows read as another one.
func (w *writer) tag(s *ast.SwitchStmt) {
	if s.Tag == nil || w.source(s.Tag) != "o.Key()" {
		return
	}
	for _, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			if lit, ok := e.(*ast.BasicLit); ok {
				id := w.fault(c, "member %s is not read", lit.Value)
				w.around(id, s.Tag, "point__.Key(", fmt.Sprintf(", %d, %s)", id, lit.Value))
			}
		}
	}
}

// condition turns a condition and its parts round.
func (w *writer) condition(e ast.Expr) {
	id := w.fault(e, "not (%s)", flat(w.source(e)))
	w.around(id, e, fmt.Sprintf("point__.Flip(%d, ", id), ")")
	w.parts(e)
}

// parts changes the parts of a condition.
func (w *writer) parts(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		w.parts(e.X)
	case *ast.UnaryExpr:
		w.parts(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR:
			fn := map[token.Token]string{token.LAND: "True", token.LOR: "False"}[e.Op]
			for _, x := range []ast.Expr{e.X, e.Y} {
				id := w.fault(x, "%s without %s", flat(w.source(e)), flat(w.source(x)))
				w.around(id, x, fmt.Sprintf("point__.%s(%d, ", fn, id), ")")
				w.parts(x)
			}
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			fn := map[token.Token]string{token.LSS: "Less", token.LEQ: "AtMost", token.GTR: "More", token.GEQ: "AtLeast"}[e.Op]
			id, at := w.fault(e, "bound of %s moved", flat(w.source(e))), w.offset(e.OpPos)
			if !w.kept(id) {
				return
			}
			w.around(id, e, fmt.Sprintf("point__.%s(%d, ", fn, id), ")")
			w.puts = append(w.puts, insertion{at: at, until: at + len(e.Op.String()), text: ","})
		}
	}
}

// returned changes what is returned.
func (w *writer) returned(s *ast.ReturnStmt) {
	for n, e := range s.Results {
		switch e := e.(type) {
		case *ast.Ident:
			switch {
			case e.Name == "true" || e.Name == "false":
				id := w.fault(e, "return not %s", e.Name)
				w.around(id, e, fmt.Sprintf("point__.Flip(%d, ", id), ")")
			case e.Name == "err" && n == len(s.Results)-1:
				id := w.fault(e, "the error is lost")
				w.around(id, e, fmt.Sprintf("point__.Err(%d, ", id), ")")
			}
		case *ast.BinaryExpr:
			switch e.Op {
			case token.LAND, token.LOR, token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
				w.condition(e)
			}
		}
	}
	w.statements(s)
	for _, m := range w.lists(s) {
		id := w.fault(m.at, "%s", m.what)
		if !w.kept(id) {
			continue
		}
		w.put(w.offset(s.Pos()), 0, fmt.Sprintf("if point__.At(%d) { %s }; ", id, m.text))
	}
}

// statements has the SQL of a node asked for where it is used.
func (w *writer) statements(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CompositeLit); ok {
			if t, ok := c.Type.(*ast.SelectorExpr); ok && t.Sel.Name == "Statement" {
				return false
			}
		}
		if id, ok := n.(*ast.Ident); ok && strings.HasSuffix(id.Name, "SQL") && len(id.Name) > 3 && w.here.printed() {
			w.around(0, id, "point__.SQL(", ")")
		}
		return true
	})
}

// other is a statement in place of one.
type other struct {
	at         ast.Node
	what, text string
}

// lists exchanges neighbours in the lists of values that statements are run with.
func (w *writer) lists(s ast.Stmt) (out []other) {
	if !w.here.printed() {
		return nil
	}
	ast.Inspect(s, func(n ast.Node) bool {
		c, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for k := 1; k < len(c.Elts); k++ {
			a, b := c.Elts[k-1], c.Elts[k]
			if _, pair := a.(*ast.KeyValueExpr); pair {
				break
			}
			text := w.replace(s, edit{a, w.source(b)}, edit{b, w.source(a)})
			out = append(out, other{a, flat(w.source(a)) + " and " + flat(w.source(b)) + " exchanged", text})
		}
		return true
	})
	return out
}

// edit is a node with another text.
type edit struct {
	node ast.Node
	text string
}

// replace is the text of a node with some nodes in it changed.
func (w *writer) replace(n ast.Node, edits ...edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return int(a.node.Pos() - b.node.Pos()) })
	var b strings.Builder
	last := w.offset(n.Pos())
	for _, e := range edits {
		b.Write(w.text[last:w.offset(e.node.Pos())])
		b.WriteString(e.text)
		last = w.offset(e.node.End())
	}
	b.Write(w.text[last:w.offset(n.End())])
	return b.String()
}

// alternatives leaves a statement out, or has another one in its place.
func (w *writer) alternatives(s ast.Stmt, list []ast.Stmt, n int) {
	var others []other
	leave := true
	switch s := s.(type) {
	case *ast.AssignStmt:
		leave = s.Tok != token.DEFINE
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return
		}
		fn := w.source(call.Fun)
		for _, quiet := range []string{"panic", "Lock", "Unlock", "Close", "Done", "Wait", "cancel", "Skip", "close", "Release"} {
			if fn == quiet || strings.HasSuffix(fn, "."+quiet) {
				return
			}
		}
		if w.here.printed() {
			others = w.call(call, list, n)
		}
	}
	if leave {
		others = append(others, other{s, "left out: " + flat(w.source(s)), ""})
	}
	if _, defines := s.(*ast.AssignStmt); defines && !leave {
		w.statements(s)
		return
	}
	w.statements(s)
	var before strings.Builder
	for _, o := range others {
		if id := w.fault(o.at, "%s", o.what); w.kept(id) {
			fmt.Fprintf(&before, "if point__.At(%d) { %s } else ", id, o.text)
		}
	}
	if before.Len() > 0 {
		w.around(0, s, before.String()+"{ ", " }")
	}
}

// call changes a call of generated code.
func (w *writer) call(c *ast.CallExpr, list []ast.Stmt, n int) (out []other) {
	add := func(at ast.Node, what string, edits ...edit) {
		out = append(out, other{at, what + ": " + flat(w.source(c)), w.replace(c, edits...)})
	}
	fn, _ := c.Fun.(*ast.SelectorExpr)
	if fn == nil {
		return nil
	}
	for _, to := range twins[w.here][fn.Sel.Name] {
		add(fn.Sel, fn.Sel.Name+" as "+to, edit{fn.Sel, to})
	}
	for k, a := range c.Args {
		switch a := a.(type) {
		case *ast.BasicLit:
			w.literal(a, k, add)
		case *ast.SelectorExpr:
			for _, to := range layouts(w.source(a)) {
				add(a, "written as "+to, edit{a, to})
			}
		}
	}
	if last := len(c.Args) - 1; strings.HasSuffix(fn.Sel.Name, "OneOf") && last >= 2 {
		lit := w.source(c.Args[last])
		more := "77"
		if strings.HasPrefix(lit, `"`) {
			more = `"x"`
		}
		add(c, "takes "+more+" too", edit{c.Args[last], lit + ", " + more})
	}
	if value := w.neighbour(c, list, n); value != "" {
		add(c, "value of "+flat(value), edit{c.Args[1], value})
	}
	return out
}

// layouts lists the other forms in which a time could be written.
func layouts(form string) []string {
	if !strings.HasPrefix(form, "wire.") {
		return nil
	}
	return slices.DeleteFunc([]string{"wire.Seconds", "wire.Millis", "wire.Day"}, func(one string) bool { return one == form })
}

// neighbour is the value that the next statement writes or reads alike; empty: there is
// none, or it is the same.
func (w *writer) neighbour(c *ast.CallExpr, list []ast.Stmt, n int) string {
	if n+1 >= len(list) || len(c.Args) < 2 {
		return ""
	}
	next, ok := list[n+1].(*ast.ExprStmt)
	if !ok {
		return ""
	}
	d, ok := next.X.(*ast.CallExpr)
	_, literal := c.Args[1].(*ast.BasicLit)
	if !ok || literal || len(d.Args) != len(c.Args) || w.source(d.Fun) != w.source(c.Fun) || w.source(d.Args[1]) == w.source(c.Args[1]) {
		return ""
	}
	return w.source(d.Args[1])
}

// twins are calls that read or write nearly the same.
var twins = map[Place]map[string][]string{
	Decode:   {"String": {"StringOrNumber"}, "StringOrNumber": {"String"}},
	Validate: {"Mobile": {"IDCard"}, "IDCard": {"Mobile"}, "Required": {"Mobile"}},
	Replies: {
		"OptionalString": {"String"}, "String": {"OptionalString"}, "Int": {"RequiredInt"}, "RequiredInt": {"Int"}, "Time": {"RequiredTime"},
		"RequiredTime": {"Time"},
	},
}

// literal changes a literal of a call.
func (w *writer) literal(a *ast.BasicLit, k int, add func(ast.Node, string, ...edit)) {
	switch {
	case a.Kind == token.INT && w.here == Validate:
		v, err := strconv.Atoi(a.Value)
		if err != nil {
			return
		}
		add(a, strconv.Itoa(v+1)+" in place of "+a.Value, edit{a, strconv.Itoa(v + 1)})
		add(a, strconv.Itoa(v-1)+" in place of "+a.Value, edit{a, strconv.Itoa(v - 1)})
	case a.Kind == token.STRING && (k > 0 || w.here == Replies):
		s, err := strconv.Unquote(a.Value)
		if err == nil && s != "" {
			add(a, "another text than "+a.Value, edit{a, strconv.Quote(s + "x")})
		}
	}
}

// flat is a text in one line.
func flat(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 110 {
		s = s[:110] + "…"
	}
	return s
}

package program

// Walk visits every part of a program.
func (p *Program) Walk(visit func(Node)) {
	if p.Call != nil {
		for _, s := range p.Call.Requests {
			s.walk(visit)
		}
		for _, r := range p.Call.Replies {
			r.walk(visit)
		}
	}
	for _, n := range p.Explain {
		n.walk(visit)
	}
	if p.Push == nil {
		return
	}
	for _, n := range p.Push.Forms {
		n.walk(visit)
	}
	for _, a := range p.Push.Answers {
		a.walk(visit)
	}
}

func (s *Sender) walk(visit func(Node)) {
	walk(s.When, visit)
	walk(s.Form, visit)
	walkAll(s.Lines, visit)
}

func (r *Reader) walk(visit func(Node)) {
	walk(r.When, visit)
	walk(r.Form, visit)
	walkAll(r.Read, visit)
	walkAll(r.Prove, visit)
}

func (n *Notice) walk(visit func(Node)) {
	n.Read.walk(visit)
	walkAll(n.Guard, visit)
	walk(n.Later, visit)
	if n.Echo != nil {
		n.Echo.walk(visit)
	}
}

func (a *Answer) walk(visit func(Node)) {
	a.Write.walk(visit)
	for _, list := range [][]Node{a.Codes, a.Success, a.Failure, a.Status} {
		walkAll(list, visit)
	}
}

func walkAll(list []Node, visit func(Node)) {
	for _, one := range list {
		walk(one, visit)
	}
}

func walk(n Node, visit func(Node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case Call:
		walkAll(n.Args, visit)
	case Put:
		walk(n.Text, visit)
	case Concat:
		walkAll(n, visit)
	case Sorted:
		walkAll(n.Texts, visit)
		walk(n.Join, visit)
	case And:
		walkAll(n, visit)
	case List:
		walkAll(n.Items, visit)
	case Func:
		walk(n.Body, visit)
	case Again:
		walk(n.Make, visit)
	case Object:
		for _, m := range n.Members {
			walk(m.Node, visit)
		}
	}
}

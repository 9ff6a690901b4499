package script

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/program"
)

// sender is the function that sends a form.
func sender(s *program.Sender) string {
	var b strings.Builder
	fmt.Fprintf(&b, "const %sForm = %s;\n\n// %s\nfunction %s(m) {\n  const v = as(m, %sForm).v;\n", s.Name, js(s.Form), s.Place, s.Name, s.Name)
	for _, one := range s.Lines {
		b.WriteString(indent(line(one)) + "\n")
	}
	b.WriteString("  return m;\n}\n\n")
	return b.String()
}

// sending is the JavaScript that sends the messages of an exchange.
func sending(list []*program.Sender) string {
	var out, pick strings.Builder
	for _, s := range list {
		out.WriteString(sender(s))
		if s.When != nil {
			fmt.Fprintf(&pick, "  if (%s) return %s(m);\n", js(s.When), s.Name)
		} else {
			fmt.Fprintf(&pick, "  return %s(m);\n", s.Name)
		}
	}
	return out.String() + "function sendRequest(m) {\n" + pick.String() + "}\n\n"
}

// receiver is the function that reads a form.
func receiver(r *program.Reader) string {
	var read, prove strings.Builder
	if len(r.When) > 0 {
		fmt.Fprintf(&read, "    if (!(%s)) throw form(\"the reply\");\n", js(r.When))
	}
	for _, one := range r.Read {
		read.WriteString(indent(indent(line(one))) + "\n")
	}
	for _, one := range r.Prove {
		prove.WriteString(indent(indent(line(one))) + "\n")
	}
	how := "foreign(() => {\n" + prove.String() + "  });"
	if r.Proves {
		how = strings.ReplaceAll(strings.TrimSpace(prove.String()), "\n  ", "\n")
	}
	result := fmt.Sprintf("verdict(m, %sForm)", r.Name)
	if !r.Verdict {
		result = "m"
	}
	return fmt.Sprintf("const %sForm = %s;\n\n// %s\nfunction %s(m) {\n  m.form = %sForm;\n  const v = m.v;\n  foreign(() => {\n%s  });\n  %s\n  return %s;\n}\n\n",
		r.Name, js(r.Form), r.Place, r.Name, r.Name, read.String(), how, result)
}

// receiving is the JavaScript that reads the replies of an exchange.
func receiving(list []*program.Reader) string {
	var out strings.Builder
	var order []string
	for _, r := range list {
		out.WriteString(receiver(r))
		order = append(order, r.Name)
	}
	return out.String() + "const replyReaders = [" + strings.Join(order, ", ") + "];\n\n"
}

// taking is the JavaScript that takes notifications: takePush(message, keys, own) verifies
// one and throws where it does not hold, answerPush(taken, outcome, keys, now) writes the
// answer. See library/take.js.
func taking(t *program.Taking) string {
	if t == nil {
		return ""
	}
	var out strings.Builder
	var list, answers []string
	for _, n := range t.Forms {
		members := []string{}
		if n.Echo != nil {
			out.WriteString(answer(n.Echo))
		}
		out.WriteString(receiver(n.Read))
		fmt.Fprintf(&out, "function %sGuard(m) {\n  const v = m.v;\n", n.Name)
		for _, one := range n.Guard {
			out.WriteString(indent(line(one)) + "\n")
		}
		out.WriteString("}\n\n")
		members = append(members, "when: (m) => "+js(n.Read.When), "read: "+n.Read.Name, "guard: "+n.Name+"Guard",
			"later: (m) => "+js(append(program.And{program.Flag(true)}, n.Later...)), "bound: ["+quoted(n.Bound)+"]")
		if n.Asks {
			members = append(members, "asks: true")
		}
		if n.Named != "" {
			members = append(members, "named: "+quote(n.Named))
		}
		if n.Echo != nil {
			members = append(members, "echo: "+n.Echo.Name)
		}
		list = append(list, "\n  {"+strings.Join(members, ", ")+"}")
	}
	out.WriteString("const pushForms = [" + strings.Join(list, ",") + "\n];\n\n")
	for _, a := range t.Answers {
		out.WriteString(answer(a))
		answers = append(answers, a.Name)
	}
	out.WriteString("const answerForms = [" + strings.Join(answers, ", ") + "];\n\n")
	return out.String() + fmt.Sprintf(`// take reads a notification and verifies it.
function takePush(message, keys, own) {
  const read = readKeys(keyReaders, keys);
  return takeFirst(pushForms, () => arrived(message, read, own));
}

// answerPush writes the answer to a notification that was taken or refused.
function answerPush(taken, outcome, keys, now) {
  return writeAnswer(answerForms, %t, taken, outcome, readKeys(keyReaders, keys), now);
}
`, t.Trusts)
}

// explaining is the JavaScript that explains requests: explain(message, keys, own) reads one as
// the server does and says of each line whether it holds. See library/explain.js.
func explaining(forms []*program.Notice) string {
	if len(forms) == 0 {
		return ""
	}
	var out strings.Builder
	var list []string
	for _, n := range forms {
		out.WriteString(receiver(n.Read))
		fmt.Fprintf(&out, "function %sGuard(m) {\n  const v = m.v;\n", n.Name)
		for _, one := range n.Guard {
			out.WriteString(indent(line(one)) + "\n")
		}
		out.WriteString("}\n\n")
		list = append(list, fmt.Sprintf("\n  {when: (m) => %s, read: %s, guard: %sGuard, later: (m) => %s, bound: [%s]}",
			js(n.Read.When), n.Read.Name, n.Name, js(append(program.And{program.Flag(true)}, n.Later...)), quoted(n.Bound)))
	}
	out.WriteString("const explainForms = [" + strings.Join(list, ",") + "\n];\n\n")
	return out.String() + `// explain reads a request as the server does.
function explain(message, keys, own) {
  const read = readKeys(keyReaders, keys);
  return explainFirst(explainForms, () => arrivedCall(message, read, own));
}

`
}

// answer is one form of an answer: when it is given, and the function that writes it.
func answer(a *program.Answer) string {
	list := func(name string, of []program.Node) string { return name + ": [" + joined(of, ", ") + "]" }
	members := []string{"when: (m) => " + js(a.Write.When), "outcomes: [" + quoted(a.Outcomes) + "]", list("codes", a.Codes)}
	if a.Seals {
		members = append(members, "seals: true")
	}
	members = append(members, list("success", a.Success), list("failure", a.Failure), list("status", a.Status), "write: "+a.Write.Name)
	return sender(a.Write) + "const " + a.Name + " = {" + strings.Join(members, ", ") + "};\n\n"
}

package tamper

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// Fault is a tamper that a protocol suggests, with its name.
type Fault struct {
	ID     string // among the faults of a message: without-sid, sign-upper, time-old
	Title  string // for testers, Chinese
	Tamper Tamper
	// By is the value, place or guard that is expected to refuse, and Code how: a code
	// of the document, or a rule. Without By, whatever refuses first is right.
	By, Code string
	// Holds says that the message is sound in spite of it. A fault that may be either
	// is left to whoever tries it: an optional place that is missing.
	Holds, Either bool
	Any           bool // whatever a receiver without a fault does is right
	// Proof says that it is the plainest fault of a value that proves who sent the
	// message.
	Proof bool
}

// Faults lists what can be wrong with requests, or notifications, as they are declared:
// one fault for each place, value, key and guard. Nobody has tried them: a receiver may
// take some because nothing protects that part. Faults of time are not among them; see
// Edges. form is the variant that a sound message takes, as Parts has it.
func Faults(p *protocol.Protocol, push bool, form string) []Fault {
	x := p.Call
	if push {
		x = p.Push
	}
	calls, _ := x.Parts()
	var all []Fault
	asks := false // a handshake was listed; the first one is sent
	for n, one := range calls {
		l := &lister{p: p, Parts: one, keys: map[string]bool{}}
		if one.Name != form {
			l.variant = n + 1
		}
		if l.variant > 0 && len(one.When) == 0 || one.Handshake && asks {
			continue // it is the one that no condition makes another, or nobody sends it
		}
		asks = asks || one.Handshake
		if l.variant > 0 {
			title := "另一种报文形式"
			if one.Handshake {
				title = "确认接收地址的报文"
			}
			l.add(Fault{ID: l.form(), Title: title, Tamper: Tamper{What: Sound}, Holds: true})
		}
		l.all(l.variant == 0)
		all = append(all, l.out...)
	}
	return all
}

// lister lists the faults of one variant of a message.
type lister struct {
	protocol.Parts
	p       *protocol.Protocol
	variant int
	keys    map[string]bool // that have a fault
	out     []Fault
}

// form is the name of the variant in ids: handshake for what asks a receiver whether it
// is there.
func (l *lister) form() string {
	if l.Handshake {
		return "handshake"
	}
	return fmt.Sprintf("variant-%d", l.variant)
}

// add notes a fault of the variant.
func (l *lister) add(f Fault) {
	f.Tamper.Variant = l.variant
	if l.variant > 0 && f.Tamper.What != Sound {
		f.ID = l.form() + "-" + f.ID
	}
	if !slices.ContainsFunc(l.out, func(o Fault) bool { return o.ID == f.ID }) {
		l.out = append(l.out, f)
	}
}

// all lists every fault, or only those of values that are proved with a key.
func (l *lister) all(whole bool) {
	for i := range l.Values {
		switch v := &l.Values[i]; v.Role {
		case protocol.RoleCompared, protocol.RoleVerified:
			if whole || len(v.Keys) > 0 {
				l.proof(v)
			}
		case protocol.RoleUndone:
			if v.Keyed {
				l.cipher(v)
			}
		case protocol.RoleGiven, protocol.RoleDerived:
		}
	}
	if !whole {
		return
	}
	for i := range l.Guards {
		l.guard(&l.Guards[i])
	}
	for i := range l.Places {
		l.place(&l.Places[i])
	}
	l.add(Fault{ID: "sign-query", Title: "签名之后查询参数被修改", Tamper: Tamper{What: Query, Value: "added=1"}, Either: true})
	l.restKeys()
}

// Label is the name of a place in ids: a member of a body by its last name, everything
// else by its whole one.
func Label(place string) string {
	holder, rest, deep := strings.Cut(place, ".")
	if deep && (holder == "json" || holder == "xml") {
		return rest[strings.LastIndexByte(rest, '.')+1:]
	}
	return strings.ReplaceAll(place, ".", "-")
}

// label is the name of a value in ids: sign where it is the only one that proves who
// sent the message.
func (l *lister) label(v *protocol.Value) string {
	n := 0
	for i := range l.Values {
		if l.proves(&l.Values[i]) {
			n++
		}
	}
	switch {
	case !l.proves(v) && v.Alone != "":
		return "compare-" + Label(l.written(v.Alone))
	case !l.proves(v):
		return "compare-" + v.Name
	case n == 1:
		return "sign"
	}
	return "digest-" + v.Name
}

// written is a place as the declaration has it.
func (l *lister) written(place string) string {
	for i := range l.Places {
		if l.Places[i].Name == place {
			return l.Places[i].Written
		}
	}
	return place
}

// proves reports whether a value is a digest or a signature, and not a text that is
// compared as it is.
func (l *lister) proves(v *protocol.Value) bool {
	return v.Hides && len(v.In) > 0 && (v.Role == protocol.RoleCompared || v.Role == protocol.RoleVerified)
}

// proof lists the faults of a value that a receiver computes again or verifies.
func (l *lister) proof(v *protocol.Value) {
	if len(v.In) == 0 {
		return // it is part of another value
	}
	id := l.label(v)
	at, make := v.Name, Make
	if v.Alone != "" {
		at, make = v.Alone, ""
	}
	say := func(more, title, what, value string) {
		f := Fault{ID: id + more, Title: v.Name + title, Tamper: Tamper{What: what, Part: at, Value: value}, By: v.Name, Code: v.Code}
		if strings.HasPrefix(what, Make) {
			f.Tamper.Part = v.Name
		}
		l.add(f)
	}
	zeros := "0000"
	if v.Hides {
		zeros = strings.Repeat("0", 40)
	}
	say("", "错误", make+Put, zeros)
	l.out[len(l.out)-1].Proof = v.Hides && len(v.Keys) > 0
	if !v.Hides {
		say("-last", "的最后一个字符不同", Make+Flip, "last")
		l.out[len(l.out)-1].Either = v.Read // the character may be one of a part that takes what comes
		l.keysOf(v, id)
		return
	}
	say("-short", "不完整", make+Cut, "")
	say("-first", "的第一个字符不同", Make+Flip, "first")
	say("-middle", "中间的一个字符不同", Make+Flip, "middle")
	say("-last", "的最后一个字符不同", Make+Flip, "last")
	l.add(Fault{ID: id + "-blank", Title: v.Name + "为空", Tamper: Tamper{What: make + Blank, Part: at}, By: v.Name, Code: v.Code, Either: true})
	l.add(Fault{
		ID: id + "-upper", Title: v.Name + "的字母大小写不同", Tamper: Tamper{What: make + Case, Part: at}, Either: true, Any: v.Case,
	})
	if l.owned(v.Keys) {
		say("-alien", "是另一个应用的", Make+Alien, "")
	}
	l.accepted(v)
	l.keysOf(v, id)
}

// owned reports whether one of some keys belongs to an app: what keys of the system alone
// make is the same for all apps.
func (l *lister) owned(keys []string) bool {
	return slices.ContainsFunc(l.p.Declaration().Keys, func(k declare.Key) bool { return !k.System && slices.Contains(keys, k.Name) })
}

// accepted lists the forms that a receiver accepts.
func (l *lister) accepted(v *protocol.Value) {
	d := l.p.Declaration().Request
	if strings.HasPrefix(l.Name, "push") {
		d = l.p.Declaration().Push
	}
	if v.Forms == 0 || d == nil {
		return
	}
	for i := range d.Values {
		one := &d.Values[i]
		if one.Name != v.Name || len(one.Accept) != v.Forms {
			continue
		}
		l.accept(v, 0, one.Sort)
		for n, a := range one.Accept {
			l.accept(v, n+1, a.Sort)
		}
	}
}

func (l *lister) accept(v *protocol.Value, n int, sort string) {
	id := fmt.Sprintf("form-%s-%d", v.Name, n)
	if sort != "" {
		id = "order-" + strings.NewReplacer("value", "sorted", "name", "sorted").Replace(sort)
	}
	l.add(Fault{
		ID: id, Title: fmt.Sprintf("%s的第%d种写法", v.Name, n+1), Tamper: Tamper{What: Form, Part: v.Name, Value: fmt.Sprint(n)}, Holds: true,
	})
}

// keysOf lists the keys that a value is made with, each once. Those of a value that is
// encrypted are told there.
func (l *lister) keysOf(v *protocol.Value, id string) {
	var mine []string
	for _, key := range v.Keys {
		encrypts := func(o protocol.Value) bool {
			return o.Role == protocol.RoleUndone && o.Keyed && slices.Contains(o.Keys, key)
		}
		if !l.keys[key] && !slices.ContainsFunc(l.Values, encrypts) {
			mine = append(mine, key)
		}
	}
	for _, key := range mine {
		l.keys[key] = true
		name := "secret-" + key
		if id == "sign" {
			name = "sign-secret"
			if len(mine) > 1 {
				name += "-" + key
			}
		}
		l.add(Fault{ID: name, Title: key + "错误", Tamper: Tamper{What: OtherKey, Part: key}, By: v.Name, Code: v.Code})
	}
}

// restKeys lists the keys that only places or ciphers name.
func (l *lister) restKeys() {
	for _, k := range l.p.Declaration().Keys {
		if !l.keys[k.Name] {
			l.add(Fault{ID: "secret-" + k.Name, Title: k.Name + "错误", Tamper: Tamper{What: OtherKey, Part: k.Name}, Either: true})
		}
	}
}

// cipher lists the faults of a value that is encrypted.
func (l *lister) cipher(v *protocol.Value) {
	one := 0
	for i := range l.Values {
		if o := &l.Values[i]; o.Role == protocol.RoleUndone && o.Keyed {
			one++
		}
	}
	suffix := ""
	if one > 1 {
		suffix = "-" + v.Name
	}
	if v.Alone != "" {
		l.add(Fault{ID: "encode" + suffix, Title: v.Name + "的编码错误", Tamper: Tamper{What: Put, Part: v.Alone, Value: "!!!!"}})
	}
	make := func(id, title, what, value string) {
		l.add(Fault{ID: id + suffix, Title: v.Name + title, Tamper: Tamper{What: Make + what, Part: v.Name, Value: value}, By: v.Name, Code: v.Code, Either: true})
	}
	if v.Seals || v.Flows { // else what comes out is anybody's guess
		make("cipher-first", "的密文开头有一位不同", Flip, "first")
	}
	if v.Seals {
		make("cipher-middle", "的密文中间有一位不同", Flip, "middle")
		make("cipher-last", "的密文末尾有一位不同", Flip, "last")
	}
	make("cipher-cut", "的密文不完整", Cut, "")
	for _, key := range v.Keys {
		if !l.keys[key] {
			l.keys[key] = true
			l.add(Fault{ID: "key-" + key, Title: key + "错误", Tamper: Tamper{What: OtherKey, Part: key}, By: v.Name, Code: v.Code})
		}
	}
}

// guard lists the faults of a rule on a value, but for those of time.
func (l *lister) guard(g *protocol.Guard) {
	at := l.placeOf(g.Value)
	switch g.Kind {
	case "issued":
		l.issued(g, at)
	case "once":
		id := "replay"
		if g.Effect {
			id = "repeat"
		}
		l.add(Fault{ID: id, Title: "同一报文再次发送", Tamper: Tamper{What: Repeat}, By: g.Value, Code: g.Code})
		if l.variant == 0 {
			l.add(Fault{ID: id + "-together", Title: "同一报文同时发送两次", Tamper: Tamper{What: Repeat, Value: Together}, By: g.Value, Code: g.Code})
		}
	case "like":
		if in := l.in(g.Value); g.Code == string(problem.Type) && in != "" {
			id := Label(l.written(in))
			l.add(Fault{
				ID: "type-" + id, Title: id + "的类型错误", Tamper: Tamper{What: Make + Put, Part: g.Value, Value: "now"}, By: g.Value, Code: g.Code,
			})
			return
		}
		for _, text := range []string{"abc", "201412312312312", "201412312312312312345", "20141231231231２3", ""} {
			if text == "" {
				l.add(Fault{
					ID: g.Value + "-behind", Title: g.Value + "之后多一个字符", Tamper: Tamper{What: Make + Flip, Part: g.Value, Value: "first"},
					By: g.Value, Code: g.Code, Either: true,
				})
				continue
			}
			l.add(Fault{
				ID: fmt.Sprintf("%s-%d", g.Value, len(text)), Title: g.Value + "格式错误", Tamper: Tamper{What: Make + Put, Part: g.Value, Value: text},
				By: g.Value, Code: g.Code,
			})
		}
	case "equal":
		l.add(Fault{
			ID: "equal-" + g.Value, Title: g.Value + "是另一个值", Tamper: Tamper{What: Make + Put, Part: g.Value, Value: "0000"}, By: g.Value, Code: g.Code,
		})
	}
}

func (l *lister) issued(g *protocol.Guard, at string) {
	id := "token-" + cmp.Or(strings.ReplaceAll(l.written(at), ".", "-"), g.Value)
	say := func(more, title, what, value string) {
		l.add(Fault{ID: id + more, Title: g.Value + title, Tamper: Tamper{What: Make + what, Part: g.Value, Value: value}, By: g.Value, Code: g.Code})
	}
	say("", "不是发给应用的", Put, "0000")
	say("-last", "的最后一个字符不同", Flip, "last")
	say("-upper", "的字母大小写不同", Case, "")
	say("-short", "不完整", Cut, "")
	l.add(Fault{ID: id + "-ended", Title: g.Value + "已过期", Tamper: Tamper{What: Ended, Part: g.Value}, By: g.Value, Code: g.Code})
	l.add(Fault{
		ID: id + "-alien", Title: g.Value + "是另一个应用的", Tamper: Tamper{What: Make + Alien, Part: g.Value}, By: g.Value, Code: g.Code, Either: true,
	})
}

// placeOf is the place that holds a value and nothing else, empty where there is none.
func (l *lister) placeOf(value string) string {
	for i := range l.Values {
		if l.Values[i].Name == value {
			return l.Values[i].Alone
		}
	}
	return ""
}

// in is the first place in which a value can be read.
func (l *lister) in(value string) string {
	for i := range l.Values {
		if v := &l.Values[i]; v.Name == value && len(v.In) > 0 {
			return v.In[0]
		}
	}
	return ""
}

// place lists the faults of a place.
func (l *lister) place(p *protocol.Place) {
	if p.Rest || p.Holder == "path" || p.Holder == "method" || p.Holder == "host" || strings.Contains(p.Name, "{") || p.Name == "header.Content-Type" {
		return // HTTP itself refuses a body of another kind
	}
	id := Label(p.Written)
	whole := !strings.Contains(p.Name, ".")
	app, named := p.Alone && p.Holds[0] == "app", slices.Contains(p.Holds, "interface")
	if !whole || p.Holder == "query" {
		code := problem.Required
		if p.Outer {
			code = problem.JSON
		}
		l.add(Fault{
			ID: "without-" + id, Title: "没有" + p.Name, Tamper: Tamper{What: Drop, Part: p.Name}, Code: string(code), Either: p.Optional,
		})
	}
	if !whole && p.Name != "header.User-Agent" { // net/http sends one
		twice := "twice-" + id
		if app {
			twice = "twice"
		}
		l.add(Fault{ID: twice, Title: p.Name + "出现两次", Tamper: Tamper{What: Twice, Part: p.Name}, Code: string(problem.JSON), Either: true})
	}
	switch {
	case app, named:
	case len(p.Holds) == 0:
		l.add(Fault{
			ID: "other-" + id, Title: p.Name + "是另一个值", Tamper: Tamper{What: Make + Put, Part: p.Name, Value: "0000"}, By: p.Name, Either: true,
		})
	case whole && (p.Holder == "json" || p.Holder == "xml"):
		l.add(Fault{ID: "sign-body", Title: "签名之后请求体被修改", Tamper: Tamper{What: Append}, Either: true})
	default:
		l.add(Fault{
			ID: "changed-" + id, Title: p.Name + "在途中被修改", Tamper: Tamper{What: Flip, Part: p.Name, Value: "last"}, Either: true,
		})
	}
}

package native

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/shape"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// system is what a client is made of, with the names that a language gives.
type system struct {
	*spec.System
	p       *protocol.Protocol
	program *program.Program
	calls   []*endpoint
	pushes  []*endpoint
	taken   map[string]bool
	attr    func(name string) string
	own     map[string]bool // places that the protocol writes
	login   *route.Login    // nil: tokens come from elsewhere
}

// endpoint is an interface with its messages.
type endpoint struct {
	*spec.Interface
	name              string // CstInfoGet
	request, response *class
	form, asForm      bool
	inQuery           bool
	multipart         bool // files go with it
	token             bool // it carries a token that the client gets itself
}

// class is the model of an object.
type class struct {
	name, about string
	fields      []*member
	inner       []*class // of objects in it
}

// member is a field of a model.
type member struct {
	*spec.Field
	attr     string
	accessor string // what follows get and set, where a language has them
	optional bool
	class    *class
}

// systemOf reads a system for a language that has some further steps.
func systemOf(s *spec.System, has map[string]bool, attr func(string) string, reserved ...string) (*system, error) {
	p, err := bind.Protocol(s)
	if err != nil {
		return nil, err
	}
	made, err := program.Whole(p, program.Options{Has: has})
	if err != nil {
		return nil, err
	}
	out := &system{System: s, p: p, program: made, taken: map[string]bool{}, attr: attr, own: bind.Places(p.Call), login: bind.Login(s, p)}
	for _, name := range reserved {
		out.taken[name] = true
	}
	for _, i := range s.Interfaces {
		out.add(i)
	}
	return out, nil
}

func (s *system) add(i *spec.Interface) {
	notify := i.Kind == spec.Notify
	if i.Status == spec.Unimplemented || notify && s.program.Push == nil || !notify && s.p.Call == nil {
		return
	}
	e := &endpoint{Interface: i, name: spec.GoName(i.Cmd)}
	about := plain(strings.TrimSpace(i.Title + " " + i.Section))
	if notify {
		e.request = s.class(e.name+"Notification", about, i.Request, false)
		s.pushes = append(s.pushes, e)
		return
	}
	e.request = s.class(e.name+"Request", about, s.given(i), false)
	e.response = s.class(e.name+"Response", about, i.Response, true)
	draft := &message.Message{Method: e.method(), Path: i.Path, Header: http.Header{}}
	if i.Form {
		draft.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	shape := s.p.Call.Shape(protocol.Outgoing{Interface: i.Cmd, Frame: i.FrameName, Draft: draft})
	carrier := shape.Carrier
	e.token = shape.Token && s.login != nil
	e.form, e.multipart = i.Form, carrier == "multipart"
	e.asForm = i.Form && (carrier == "json" || carrier == "text")
	e.inQuery = i.IsBodyless() && carrier != "query" && carrier != "header" && carrier != "path"
	s.calls = append(s.calls, e)
}

// hasFiles says whether files go with some call.
func (s *system) hasFiles() bool {
	return slices.ContainsFunc(s.calls, func(e *endpoint) bool { return e.multipart })
}

func (e *endpoint) method() string { return cmp.Or(e.Method, "POST") }

// path is where an interface is called.
func (s *system) path(e *endpoint) string { return bind.Path(s.p, e.Interface) }

// about is the title of an interface with its chapter.
func (e *endpoint) about() string { return plain(strings.TrimSpace(e.Section + " " + e.Title)) }

// given are the fields of a request that its caller gives: the protocol writes the others.
func (s *system) given(i *spec.Interface) spec.Fields {
	return slices.DeleteFunc(slices.Clone(i.Request), func(f *spec.Field) bool {
		return f.In != "" && f.In != "body" && s.own[strings.ToLower(f.In+"."+f.Name)]
	})
}

// unique is a name that nothing else has.
func (s *system) unique(name string) string {
	out := name
	for n := 2; s.taken[out]; n++ {
		out = fmt.Sprintf("%s%d", name, n)
	}
	s.taken[out] = true
	return out
}

func (s *system) class(name, about string, fields spec.Fields, reply bool) *class {
	out := &class{name: s.unique(name), about: about}
	accessors := map[string]bool{}
	attrs := map[string]bool{out.name: true} // C# has no member that is called like its class
	for _, f := range fields {
		m := &member{Field: f, attr: s.attr(f.Name)}
		for attrs[m.attr] {
			m.attr += "_"
		}
		attrs[m.attr] = true
		for m.accessor = javaAccessor(m.attr); accessors[m.accessor]; { // of "list" and "List"
			m.accessor += "_"
		}
		accessors[m.accessor] = true
		m.optional = !f.IsRequired() || f.Default != ""
		if kind := f.Shape(); kind == spec.List || kind == spec.Record {
			m.class = s.class(out.name+spec.GoName(f.Name), plain(f.Label), f.Fields, reply)
			out.inner = append(out.inner, m.class)
		}
		out.fields = append(out.fields, m)
	}
	return out
}

// plain is a text on one line that ends no comment.
func plain(text string) string {
	text = strings.NewReplacer("*/", "* /", `"""`, `" "" `, `\`, "＼").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// identifier is a name as a name of the language: other characters become _.
func identifier(name string, words ...string) string {
	out := notLetters.ReplaceAllString(name, "_")
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		out = "_" + out
	}
	if slices.Contains(words, out) {
		out += "_"
	}
	return out
}

var notLetters = regexp.MustCompile(`[^\p{L}\p{N}_]`)

// maxListed is how many values a type lists; with more it is any text.
const maxListed = 40

// docOf is what is said of a field.
func docOf(f *spec.Field) string {
	parts := []string{f.Label}
	add := func(on bool, format string, args ...any) {
		if on {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(f.Required == spec.Conditional, "必须：%s", cmp.Or(f.Condition, "见条件"))
	add(f.Length > 0 && f.Shape() == spec.Text, "最多 %d %s", f.Length, spec.Unit(f))
	add(f.Decimals.Set, "最多 %d 位小数", f.Decimals.N)
	add(f.Shape() == spec.Moment, "时间 %s", timeForm(f.Layout))
	add(f.Shape() == spec.Day, "日期 %s", cmp.Or(f.Layout, "yyyy-MM-dd"))
	add(f.Shape() == spec.Seconds && f.Layout == "", "自 1970 年起的秒数")
	add(f.Shape() == spec.Seconds && f.Layout != "", "自 1970 年起的毫秒数")
	add(f.Default != "", "默认 %s", f.Default)
	if f.Enum != nil {
		var values []string
		for _, v := range f.Enum.Values {
			values = append(values, strings.TrimSpace(v.Value+" "+strings.TrimPrefix(v.Label, v.Value)))
		}
		parts = append(parts, strings.Join(values, "、"))
	}
	return plain(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "；"))
}

// timeForm is the form of a time in letters.
func timeForm(layout string) string {
	known := map[string]string{
		"": "yyyy-MM-dd HH:mm:ss", "seconds": "yyyy-MM-dd HH:mm:ss", "millis": "yyyy-MM-dd HH:mm:ss.SSS",
		"rfc3339": "yyyy-MM-ddTHH:mm:ssXXX", "compact": "yyyyMMddHHmmss",
	}
	return cmp.Or(known[layout], layout)
}

func kindOf(f *spec.Field) string {
	return map[spec.Shape]string{
		spec.Text: "text", spec.Whole: "whole", spec.Fraction: "fraction", spec.Truth: "truth", spec.Moment: "time", spec.Day: "time",
		spec.Seconds: "seconds", spec.List: "list", spec.Scalars: "scalars", spec.Record: "record", spec.Raw: "raw",
	}[f.Shape()]
}

// rules are what a library has to know of a field, beside its name and kind.
func rules(f *spec.Field) []program.Member {
	kind := f.Shape()
	var out []program.Member
	add := func(on bool, name string, node program.Node) {
		if on {
			out = append(out, program.Member{Name: name, Node: node})
		}
	}
	number := kind == spec.Whole || kind == spec.Fraction
	text := kind == spec.Text
	add(f.Place() != "" && f.Place() != "body", "place", program.Name(f.Place()))
	add(f.Sent != "", "sent", program.Name(f.Sent))
	add(len(f.Alias) > 0, "alias", list(f.Alias))
	add(f.AsText, "asText", program.Flag(true))
	add(f.Digits && text, "numeric", program.Flag(true))
	add(f.IsRequired(), "required", program.Flag(true))
	add(f.Blank, "blank", program.Flag(true))
	add(f.Nullable, "nullable", program.Flag(true))
	add(f.Default != "", "byDefault", program.Name(f.Default))
	add(f.Length > 0 && text, "length", program.Int(f.Length))
	add(f.MinLength > 0 && text, "minLength", program.Int(f.MinLength))
	add(f.LengthIn != "" && text, "lengthIn", program.Name(f.LengthIn))
	add(kind == spec.Fraction, "digits", program.Int(shape.Digits(f)))
	add(number && f.Decimals.Set, "whole", program.Int(f.WholeDigits()))
	add(number && f.Decimals.Set, "places", program.Int(f.Decimals.N))
	add(number && f.Decimals.Set && f.Rounded, "rounded", program.Flag(true))
	add(f.MinItems > 0, "minItems", program.Int(f.MinItems))
	add(f.MaxItems > 0, "maxItems", program.Int(f.MaxItems))
	add(shape.Keys(f) != "", "keys", program.Pattern(shape.Keys(f)))
	add(number && f.Min != "", "min", program.Name(f.Min))
	add(number && f.Max != "", "max", program.Name(f.Max))
	if text || number {
		values, bits := shape.Listed(f), ""
		if f.IsSum() {
			sum, _ := f.Enum.Bits()
			bits = strconv.FormatInt(sum, 10)
		}
		add(values != nil, "listed", list(values))
		add(bits != "", "bits", program.Name(bits))
	}
	when, values := shape.Cases(f)
	add(when != nil, "casesIf", matches(when))
	add(when != nil, "casesListed", list(values))
	add(f.Separator != "" && text, "separator", program.Name(f.Separator))
	add(f.StartsWith != "" && text, "startsWith", program.Name(f.StartsWith))
	if own := shape.Pattern(f); text {
		add(own != "", "pattern", program.Pattern(own))
	}
	pattern, rule := shape.Of(f)
	add(pattern != "", "shape", program.Pattern(pattern))
	add(pattern != "", "shapeRule", program.Name(rule))
	return append(out, conditions(f)...)
}

func list(values []string) program.List {
	out := program.List{Of: "name"}
	for _, one := range values {
		out.Items = append(out.Items, program.Name(one))
	}
	return out
}

// matches are conditions on fields beside one.
func matches(of []spec.Match) program.List {
	out := program.List{Of: "match"}
	for _, m := range of {
		members := []program.Member{{Name: "name", Node: program.Name(m.Name)}, {Name: "values", Node: list(append([]string{m.Value}, m.Or...))}}
		if m.Order != "" {
			members = append(members, program.Member{Name: "order", Node: program.Name(m.Order)})
		}
		out.Items = append(out.Items, program.Object{Kind: "match", Members: members})
	}
	return out
}

// entry is the value of a map whose values are of one kind: the server holds it to the rules of the row.
func entry(f *spec.Field) *spec.Field {
	if !f.HasValues() {
		return nil
	}
	one := f.Member()
	one.Name = f.Name
	return one
}

// entries are the rows of the values of a map that are objects.
func entries(f *spec.Field) spec.Fields {
	if f.Shape() != spec.Raw || !f.IsTyped() {
		return nil
	}
	return f.Fields
}

// conditions say when a field must be there, when it may not, and when its form counts. A
// field with a default need never be.
func conditions(f *spec.Field) []program.Member {
	var out []program.Member
	for _, one := range []struct {
		name string
		list []spec.Match
	}{{"requiredIf", f.RequiredIf}, {"requiredUnless", f.RequiredUnless}, {"presentIf", f.PresentIf}, {"absentIf", f.AbsentIf}, {"formatIf", f.FormatIf}} {
		if one.list != nil && (f.Default == "" || !strings.HasPrefix(one.name, "required")) {
			out = append(out, program.Member{Name: one.name, Node: matches(one.list)})
		}
	}
	for _, one := range []struct {
		name string
		list []string
	}{
		{"requiredWith", f.RequiredWith}, {"requiredWithout", f.RequiredWithout}, {"requiredWithoutAll", f.RequiredWithoutAll}, {"absentWith", f.AbsentWith},
	} {
		if len(one.list) > 0 && (f.Default == "" || !strings.HasPrefix(one.name, "required")) {
			out = append(out, program.Member{Name: one.name, Node: list(one.list)})
		}
	}
	return out
}

// needs are the keys that a side has to be given, with what is said of each.
func (s *system) needs(calls bool) (names, abouts []string) {
	list := s.p.Needs(false)
	add := func(need key.Need) {
		about := "secret (" + need.Kind + ")"
		switch need.Half {
		case step.Private:
			about = need.Kind + " private key, PEM"
		case step.Public:
			about = need.Kind + " public key, PEM"
		}
		names, abouts = append(names, need.Name), append(abouts, about)
	}
	for _, need := range list {
		add(need)
	}
	if token := s.program.Token; calls && token != "" && !slices.Contains(names, token) && (s.login == nil || s.login.Asks) {
		names, abouts = append(names, token), append(abouts, "the token that was issued to the app")
	}
	return names, abouts
}

// issuing is how a client gets its token: the call, and the paths to the token and to how
// long it lasts; nil where it does not.
func (s *system) issuing() (call *endpoint, value, seconds []string) {
	if s.login == nil {
		return nil, nil, nil
	}
	n := slices.IndexFunc(s.calls, func(e *endpoint) bool { return e.Cmd == s.login.Cmd })
	if n < 0 {
		return nil, nil, nil
	}
	value = strings.Split(s.login.Value, "/")
	if s.login.Seconds != "" {
		seconds = strings.Split(s.login.Seconds, "/")
	}
	return s.calls[n], value, seconds
}

// codes are the document's codes with their texts, each once.
func (s *system) codes() [][2]string {
	var out [][2]string
	seen := map[string]bool{}
	for e := range s.EveryCode() {
		if !seen[e.Code] {
			seen[e.Code] = true
			out = append(out, [2]string{e.Code, e.Text})
		}
	}
	return out
}

// first is the call that a beginner makes: the first that reads.
func (s *system) first() *endpoint {
	for _, reads := range []bool{true, false} {
		at := slices.IndexFunc(s.calls, func(e *endpoint) bool { return e.Status == spec.Active && (!reads || e.Kind == spec.Query) })
		if at >= 0 {
			return s.calls[at]
		}
	}
	return nil
}

func (s *system) hasCalls() bool { return len(s.calls) > 0 }

func (s *system) receives() bool { return len(s.pushes) > 0 }

// only is the one notification that there is, if there is one only.
func (s *system) only() string {
	if len(s.pushes) == 1 {
		return s.pushes[0].Cmd
	}
	return ""
}

// title is what the system is called.
func (s *system) title() string { return plain(strings.TrimSpace(s.Title + " " + s.Version)) }

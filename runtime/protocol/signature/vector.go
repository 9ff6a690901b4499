package signature

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Vector is a known answer: a request at a time, with every intermediate result of
// the receiver's side, or with the refusal that it meets.
type Vector struct {
	Name string    `yaml:"name"`
	Now  time.Time `yaml:"now"` // of the receiver's clock
	App  string    `yaml:"app"`
	// Secrets of the app by name; "issued" is the token that a token step takes.
	Secrets map[string]string `yaml:"secrets"`
	Request VectorRequest     `yaml:"request"`
	// Expect has lines of Explain by their Step, or by what stands behind its first
	// comma. Of a request that is not refused it must have every line of its sign
	// and encrypt steps.
	Expect  map[string]string `yaml:"expect"`
	Refused *VectorRefusal    `yaml:"refused"` // nil: it holds
	Again   bool              `yaml:"again"`   // it is sent twice, and Refused is about the second
}

// VectorRequest is the request of a Vector. With the content type
// application/x-www-form-urlencoded its body is a form.
type VectorRequest struct {
	Method string            `yaml:"method"` // default GET
	URL    string            `yaml:"url"`    // escaped path and query
	Header map[string]string `yaml:"header"`
	Body   string            `yaml:"body"`
}

// VectorRefusal says what refuses a request: the title of a step, time, nonce, or
// request where the request cannot be read; and with which code, or rule where the
// declaration gives no code.
type VectorRefusal struct {
	Step string `yaml:"step"`
	Code string `yaml:"code"`
}

// Declared is a signature and its known answers.
type Declared struct {
	Name    string // under signatures; empty: the system's own
	Spec    Spec
	Vectors []Vector
}

// ReadVectors reads the signature and the signatures of a system.yaml with their
// vectors, and skips everything else of the file. It refuses what ReadOverrides
// refuses.
func ReadVectors(r io.Reader) ([]Declared, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	var out []Declared
	add := func(name string, n *yaml.Node) error {
		d, err := declared(name, n)
		out = append(out, d)
		return err
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("the file is empty")
	}
	return out, eachMember(doc.Content[0], func(key, value *yaml.Node) error {
		switch key.Value {
		case "signature":
			return add("", value)
		case "signatures":
			return eachMember(value, func(key, value *yaml.Node) error { return add(key.Value, value) })
		}
		return nil
	})
}

// declared reads one signature, whose vectors are no part of the Spec.
func declared(name string, n *yaml.Node) (Declared, error) {
	d := Declared{Name: name}
	var file struct {
		Spec    Spec     `yaml:"spec"`
		Vectors []Vector `yaml:"vectors"`
	}
	rest := *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "vectors" {
			if err := decodeInto(n.Content[i+1], &file.Vectors); err != nil {
				return d, err
			}
			continue
		}
		rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
	}
	if err := decodeInto(&rest, &file.Spec); err != nil {
		return d, err
	}
	d.Spec, d.Vectors = file.Spec, file.Vectors
	return d, judgeSpec(n, d.Spec)
}

// Run holds a declaration to the known answer: the request is verified and every
// intermediate line compared; then the request, without what steps make, is signed
// and must have the same bytes again. The error says what differs.
func (v Vector) Run(spec Spec) error {
	c, err := New(spec)
	if err != nil {
		return err
	}
	k, err := c.Keys(v.App, v.Secrets)
	if err != nil {
		return err
	}
	run := vectorRun{Vector: v, c: c, k: k, seen: map[string]bool{}}
	if err := run.judge(); err != nil {
		return err
	}
	if err := run.lines(); err != nil {
		return err
	}
	if v.Refused != nil && !v.Again || run.alternative() {
		return nil
	}
	return run.resign()
}

// vectorRun is one run of a known answer.
type vectorRun struct {
	Vector
	c    *Codec
	k    *Keys
	seen map[string]bool // nonces
}

// request builds the request.
func (v Vector) request() *Request {
	path, query, _ := strings.Cut(v.Request.URL, "?")
	r := &Request{
		Method: cmp.Or(v.Request.Method, http.MethodGet), Path: path, Query: query,
		Header: http.Header{}, Body: []byte(v.Request.Body),
	}
	for name, value := range v.Request.Header {
		r.Header.Set(name, value)
	}
	r.Form = strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	return r
}

// verify does what a server does.
func (v *vectorRun) verify() error {
	var m Message
	if err := v.c.Parse(v.request(), &m); err != nil {
		return err
	}
	if app := v.c.App(&m); app != v.App {
		return fmt.Errorf("the app is %q", app)
	}
	if err := v.c.Verify(&m, v.k, v.Now); err != nil {
		return err
	}
	if token, wanted := v.c.Token(&m); wanted && (token != v.Secrets["issued"] || token == "") {
		return v.c.RefuseToken()
	}
	nonce, _ := v.c.Nonce(&m)
	if nonce != "" && v.seen[nonce] {
		return v.c.RefuseNonce()
	}
	v.seen[nonce] = true
	return nil
}

// judge compares how the request is answered.
func (v *vectorRun) judge() error {
	err := v.verify()
	if v.Again {
		if err != nil {
			return fmt.Errorf("sent for the first time: %w", err)
		}
		err = v.verify()
	}
	if v.Refused == nil {
		return err
	}
	if err == nil {
		return fmt.Errorf("it is not refused, want %s %s", v.Refused.Step, v.Refused.Code)
	}
	e := problem.From(err)
	got := VectorRefusal{Step: "request", Code: cmp.Or(e.Code, string(e.Rule))}
	if by, ok := errors.AsType[*stepError](err); ok {
		got.Step = by.step
	}
	if got != *v.Refused {
		return fmt.Errorf("refused by %s with %s, want %s with %s: %w",
			got.Step, got.Code, v.Refused.Step, v.Refused.Code, err)
	}
	return nil
}

// lines compares the intermediate results.
func (v *vectorRun) lines() error {
	lines, _ := v.c.Explain(v.request(), v.k, v.Now, "")
	rest := maps.Clone(v.Expect)
	var wrong []string
	for _, line := range lines {
		op, short, _ := strings.Cut(line.Step, ", ")
		want, ok := v.Expect[line.Step]
		key := line.Step
		if !ok {
			key = short
			want, ok = v.Expect[short]
		}
		delete(rest, key)
		named := strings.HasPrefix(op, "sign") || strings.HasPrefix(op, "encrypt")
		switch {
		case ok && want != line.Text:
			wrong = append(wrong, fmt.Sprintf("%s:\n  have %s\n  want %s", line.Step, line.Text, want))
		case !ok && named && v.Refused == nil:
			wrong = append(wrong, fmt.Sprintf("expect lacks %s: %s", line.Step, line.Text))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		wrong = append(wrong, fmt.Sprintf("there is no line %q", key))
	}
	if wrong != nil {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return nil
}

// alternative reports whether the request holds only by what is accepted beside
// what we send.
func (v *vectorRun) alternative() bool {
	spec := v.c.spec
	spec.Steps = slices.Clone(spec.Steps)
	for i := range spec.Steps {
		spec.Steps[i].Accept = nil
	}
	c, err := New(spec)
	if err != nil {
		return false
	}
	k, err := c.Keys(v.App, v.Secrets)
	if err != nil {
		return false
	}
	var m Message
	return c.Parse(v.request(), &m) != nil || c.Verify(&m, k, v.Now) != nil
}

// resign signs the request without what it was signed with.
func (v *vectorRun) resign() error {
	var m Message
	want, r := v.request(), v.request()
	if err := v.c.Parse(want, &m); err != nil {
		return err
	}
	var iv []byte
	if v.c.crypt >= 0 {
		var err error
		if _, iv, err = v.c.cipherText(&m, v.k.m()[0]); err != nil {
			return err
		}
		iv = bytes.Clone(iv)
	}
	if err := v.c.Verify(&m, v.k, v.Now); err != nil {
		return err
	}
	r.Token = v.Secrets["issued"]
	if err := v.strip(r, &m); err != nil {
		return err
	}
	now := v.Now
	if t := v.c.spec.Time; t != nil {
		now, _ = readTime(t.Unit, m.values[v.c.time.at])
	}
	nonce := func() string { value, _ := v.c.Nonce(&m); return value }
	if err := v.c.sign(r, v.k, now, nonce, bytes.NewReader(iv)); err != nil {
		return err
	}
	if have, want := r.dump(), want.dump(); have != want {
		return fmt.Errorf("signed again it differs:\n  have %s\n  want %s", have, want)
	}
	return nil
}

// strip takes what Sign writes out of a request: the values become 0, the cipher
// text the payload.
func (v *vectorRun) strip(r *Request, m *Message) error {
	drop := []ref{v.c.app}
	if v.c.spec.Time != nil {
		drop = append(drop, v.c.time)
	}
	if v.c.spec.Nonce != nil {
		drop = append(drop, v.c.nonce)
	}
	for i := range v.c.steps {
		s := &v.c.steps[i]
		drop = append(drop, v.c.makesOf(s)...)
		if s.Op == "compare" || s.Op == "token" {
			drop = append(drop, s.sent[0])
		}
	}
	for _, one := range drop {
		text := "0"
		if v.c.crypt >= 0 && one == v.c.payload {
			text = string(m.Payload())
		}
		if err := v.c.set(r, one, text); err != nil {
			return err
		}
	}
	return nil
}

// dump writes a request as text, its headers in order.
func (r *Request) dump() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s?%s\n", r.Method, r.Path, r.Query)
	_ = r.Header.Write(&b)
	b.Write(r.Body)
	return b.String()
}

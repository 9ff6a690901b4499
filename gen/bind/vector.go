package bind

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// Vector is a known answer: a request at a time, with every intermediate result of
// the receiver's side, or with the refusal that it meets.
type Vector struct {
	Name string
	Now  time.Time // of the receiver's clock
	App  string
	// Secrets of the app by name; "issued" is the token that a token step takes.
	Secrets map[string]string
	Request VectorRequest
	// Expect has intermediate results by step and name, "sign, string to sign", or by
	// the name alone, and the "payload". Of a request that is not refused it must have every one of its
	// sign and encrypt steps.
	Expect  map[string]string
	Refused *VectorRefusal // nil: it holds
	Again   bool           // it is sent twice, and Refused is about the second
}

// VectorRequest is the request of a Vector. With the content type
// application/x-www-form-urlencoded its body is a form.
type VectorRequest struct {
	Method string // default GET
	URL    string // escaped path and query
	Header map[string]string
	Body   string
}

// VectorRefusal names the part that refuses a request: the title of a step, time,
// nonce, or request if the request cannot be read; and the code, or the rule if the
// declaration gives no code.
type VectorRefusal struct{ Step, Code string }

// Vectors are the known answers of a declared signature. It refuses a time that is
// none.
func Vectors(g *spec.Signature) ([]Vector, error) {
	var list []Vector
	for _, v := range g.Vectors {
		now, err := time.Parse(time.RFC3339, v.Now)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: now is no time", v.Pos, v.Name)
		}
		one := Vector{
			Name: v.Name, Now: now, App: v.App, Secrets: pairs(v.Secrets), Expect: pairs(v.Expect), Again: v.Again,
			Request: VectorRequest{Method: v.Method, URL: v.URL, Header: pairs(v.Header), Body: v.Body},
		}
		if v.Refused != nil {
			one.Refused = &VectorRefusal{Step: v.Refused.Step, Code: v.Refused.Code}
		}
		list = append(list, one)
	}
	return list, nil
}

// pairs is a list of names and texts as a map.
func pairs(list []spec.Pair) map[string]string {
	out := map[string]string{}
	for _, one := range list {
		out[one.Name] = one.Value
	}
	return out
}

// Run compares a declaration with the known answer: it verifies the request and
// compares every intermediate line; then it signs the request without the results
// of steps, which must give the same bytes again. The error names the difference.
func (v Vector) Run(spec signature.Spec) error {
	c, err := signature.New(spec)
	if err != nil {
		return err
	}
	k, err := c.Keys(v.App, v.Secrets)
	if err != nil {
		return err
	}
	run := vectorRun{Vector: v, c: c, spec: c.Spec(), k: k, seen: map[string]bool{}}
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
	c    *signature.Codec
	spec signature.Spec
	k    *signature.Keys
	seen map[string]bool // nonces
}

// request builds the request.
func (v Vector) request() *signature.Request {
	path, query, _ := strings.Cut(v.Request.URL, "?")
	r := &signature.Request{
		Method: cmp.Or(v.Request.Method, http.MethodGet), Path: path, Query: query,
		Header: http.Header{}, Body: []byte(v.Request.Body),
	}
	for name, value := range v.Request.Header {
		r.Header.Set(name, value)
	}
	r.Form = strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	return r
}

// Valid takes the token that was issued.
func (v *vectorRun) Valid(_ context.Context, _, _, token string) (bool, error) {
	return token != "" && token == v.Secrets["issued"], nil
}

// Use takes each nonce once.
func (v *vectorRun) Use(_ context.Context, _, _, nonce string, _ time.Time) (bool, error) {
	if v.seen[nonce] {
		return false, nil
	}
	v.seen[nonce] = true
	return true, nil
}

// verify verifies like a server.
func (v *vectorRun) verify() error {
	var m signature.Message
	if err := v.c.Parse(v.request(), &m); err != nil {
		return err
	}
	if app := v.c.App(&m); app != v.App {
		return fmt.Errorf("the app is %q", app)
	}
	return v.c.Verify(context.Background(), &m, v.k, signature.NewGuard("", v, v, func() time.Time { return v.Now }))
}

// judge compares the answer to the request.
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
	got := VectorRefusal{Step: signature.RefusedBy(err), Code: cmp.Or(e.Code, string(e.Rule))}
	if got != *v.Refused {
		return fmt.Errorf("refused by %s with %s, want %s with %s: %w",
			got.Step, got.Code, v.Refused.Step, v.Refused.Code, err)
	}
	return nil
}

// lines compares the intermediate results.
func (v *vectorRun) lines() error {
	t, err := v.c.Trace(v.request(), v.App, v.Secrets, v.Now)
	if err != nil {
		return err
	}
	rest := maps.Clone(v.Expect)
	var wrong []string
	if want, ok := v.Expect["payload"]; ok && t.Refusal() == nil {
		delete(rest, "payload")
		if have := t.Hide(crypt.Visible(string(t.Payload()))); have != want {
			wrong = append(wrong, fmt.Sprintf("payload:\n  have %s\n  want %s", have, want))
		}
	}
	for i := 0; i < len(v.spec.Steps) && !t.Unreadable(); i++ {
		lines, _ := t.Step(i)
		for _, line := range lines {
			line.Step = v.c.Title(i) + ", " + line.Step
			if text := v.line(line, v.spec.Steps[i].Op, rest); text != "" {
				wrong = append(wrong, text)
			}
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

// line compares one intermediate result, removes it from the rest, and names the
// difference.
func (v *vectorRun) line(line crypt.Line, op string, rest map[string]string) string {
	key := line.Step
	want, ok := v.Expect[key]
	if !ok {
		_, key, _ = strings.Cut(line.Step, ", ")
		want, ok = v.Expect[key]
	}
	delete(rest, key)
	switch {
	case ok && want != line.Text:
		return fmt.Sprintf("%s:\n  have %s\n  want %s", line.Step, line.Text, want)
	case !ok && (op == "sign" || op == "encrypt") && v.Refused == nil:
		return fmt.Sprintf("expect lacks %s: %s", line.Step, line.Text)
	}
	return ""
}

// alternative reports whether the request holds only by a form that we accept but
// do not send.
func (v *vectorRun) alternative() bool {
	spec := v.spec
	spec.Steps = slices.Clone(spec.Steps)
	for i := range spec.Steps {
		spec.Steps[i].Accept = nil
	}
	c, err := signature.New(spec)
	if err != nil {
		return false
	}
	t, err := c.Trace(v.request(), v.App, v.Secrets, v.Now)
	return err == nil && t.Refusal() != nil
}

// resign signs the request without its signature's values.
func (v *vectorRun) resign() error {
	want, r := v.request(), v.request()
	t, err := v.c.Trace(want, v.App, v.Secrets, v.Now)
	if err == nil {
		err = t.Refusal()
	}
	if err != nil {
		return err
	}
	r.Token = v.Secrets["issued"]
	if err := v.strip(r, string(t.Payload())); err != nil {
		return err
	}
	now, value := v.Now, ""
	if at := v.spec.Time; at != nil {
		now, _ = crypt.ReadTime(at.Unit, t.Value(at.Value)) // it was verified
	}
	if n := v.spec.Nonce; n != nil {
		value = t.Value(n.Value)
	}
	nonce := func() string { return value }
	if err := v.c.SignFrom(bytes.NewReader(t.IV()), r, v.k, now, nonce); err != nil {
		return err
	}
	if have, want := dump(r), dump(want); have != want {
		return fmt.Errorf("signed again it differs:\n  have %s\n  want %s", have, want)
	}
	return nil
}

// strip removes the values that Sign writes from a request: the values become 0,
// the ciphertext the payload.
func (v *vectorRun) strip(r *signature.Request, payload string) error {
	drop := []string{v.spec.App}
	if v.spec.Time != nil {
		drop = append(drop, v.spec.Time.Value)
	}
	if v.spec.Nonce != nil {
		drop = append(drop, v.spec.Nonce.Value)
	}
	crypt := ""
	for _, s := range v.spec.Steps {
		drop = append(drop, s.Value+s.To) // a step has one of the two
		if strings.Contains(s.IV, ".") {
			drop = append(drop, s.IV)
		}
		if s.Op == "encrypt" {
			crypt = s.To
		}
	}
	for _, one := range drop {
		text := "0"
		if one == crypt {
			text = payload
		}
		if err := v.c.Put(r, one, text); err != nil {
			return err
		}
	}
	return nil
}

// dump writes a request as text, its headers in order.
func dump(r *signature.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s?%s\n", r.Method, r.Path, r.Query)
	_ = r.Header.Write(&b)
	b.Write(r.Body)
	return b.String()
}

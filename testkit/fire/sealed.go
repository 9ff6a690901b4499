package fire

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// sealed sends messages of systems that seal them.
type sealed struct {
	*gun
	spec  envelope.Spec // without the rules of the header's fields, so that bad ones can be sent
	app   *sender
	codec *envelope.Codec

	mu   sync.Mutex
	last int64 // of the message ids, in steps of 10 µs since 1970
}

// sender is an app with its keys.
type sender struct {
	App
	keys *envelope.Keys
}

// newSealed checks that the app has the secrets for sealing.
func newSealed(g *gun) (courier, error) {
	s := &sealed{gun: g, spec: g.System.Envelope}
	s.spec.Header = slices.Clone(s.spec.Header)
	for i := range s.spec.Header {
		h := &s.spec.Header[i]
		h.Required, h.Pattern, h.Length = false, "", 0
	}
	var err error
	if s.codec, err = envelope.New(s.spec); err != nil {
		return nil, err
	}
	keys, err := s.codec.Keys(g.App.ID, g.App.Secrets)
	if err != nil {
		return nil, fmt.Errorf("app %s: %w", g.App.ID, err)
	}
	if g.Limited != nil {
		if _, err := s.codec.Keys(g.Limited.ID, g.Limited.Secrets); err != nil {
			return nil, fmt.Errorf("app %s: %w", g.Limited.ID, err)
		}
	}
	s.app = &sender{g.App, keys}
	return s, nil
}

// outer is a sealed message.
type outer struct {
	header map[string]json.RawMessage
	data   string
}

// send seals a payload, breaks the message as its tamper says, and opens the answer.
func (s *sealed) send(ctx context.Context, m message) (*Sent, Answer, error) {
	t := m.tamper
	body, keys, err := s.seal(m.cmd, m.payload, t)
	if err != nil {
		return nil, Answer{}, err
	}
	out, chunked, err := s.request(body, t)
	if err != nil {
		return nil, Answer{}, err
	}
	if t.What == fixture.Repeat {
		if _, _, err := s.exchange(ctx, out, false); err != nil {
			return out, Answer{}, err
		}
	}
	status, text, err := s.exchange(ctx, out, chunked)
	if err != nil {
		return out, Answer{}, err
	}
	return out, s.open(status, text, keys), nil
}

// seal makes the message, with the keys that open its answer.
func (s *sealed) seal(cmd, payload string, t *fixture.Tamper) (string, *envelope.Keys, error) {
	a := s.alter(cmd, payload, t)
	codec, err := envelope.New(a.spec)
	if err != nil {
		return "", nil, err
	}
	keys, err := codec.Keys(a.app.ID, a.app.Secrets)
	if err != nil {
		return "", nil, err
	}
	var h envelope.Header
	for _, f := range a.spec.Header {
		if v, ok := a.values[f.Name]; ok {
			h.Values = append(h.Values, envelope.Value{Name: f.Name, Text: v})
		}
	}
	body, err := codec.Seal(nil, h, []byte(a.payload), keys)
	if err != nil {
		return "", nil, err
	}
	if t.What != fixture.Limited {
		keys = s.app.keys
	} else if keys, err = s.codec.Keys(a.app.ID, a.app.Secrets); err != nil {
		return "", nil, err
	}
	text, err := breakOuter(string(body), s.spec, t)
	return text, keys, err
}

// altered is what a message is sealed from, after its tamper.
type altered struct {
	spec    envelope.Spec
	app     App
	values  map[string]string // of the header
	payload string
}

// alter changes what a message is sealed from, as its tamper says.
func (s *sealed) alter(cmd, payload string, t *fixture.Tamper) altered {
	a := altered{spec: s.spec, app: s.app.App, payload: payload, values: map[string]string{
		after(s.spec.App): s.app.ID, after(s.spec.Message): s.sid(s.app.ID), after(s.System.Dispatch): cmd,
		"timestamp": strconv.FormatInt(s.now().Unix(), 10),
	}}
	switch t.What {
	case fixture.SetValue:
		name, value, _ := strings.Cut(t.Value, "=")
		a.values[name] = value
		a.spec.Header = slices.Clone(a.spec.Header)
		for i := range a.spec.Header {
			a.spec.Header[i].Number = a.spec.Header[i].Number && a.spec.Header[i].Name != name
		}
	case fixture.UnknownApp:
		a.values[after(a.spec.App)] = t.Value
	case fixture.OtherCmd:
		a.values[after(s.System.Dispatch)] = t.Value
	case fixture.Old:
		id := s.app.ID
		a.values[after(a.spec.Message)] = id + "150101000000" + fmt.Sprintf("%0*d", max(1, 8-len(id)), s.step()%10)
	case fixture.Empty:
		a.payload = ""
	case fixture.Limited:
		a.app = *s.Limited
		a.values[after(a.spec.App)] = a.app.ID
		a.values[after(a.spec.Message)] = s.sid(a.app.ID)
	case fixture.SpoilSecret:
		a.app.Secrets = maps.Clone(a.app.Secrets)
		a.app.Secrets[t.Value] = "not " + a.app.Secrets[t.Value]
	case fixture.Order:
		a.spec.Steps = slices.Clone(a.spec.Steps)
		for i := range a.spec.Steps {
			if len(a.spec.Steps[i].Over) > 1 {
				a.spec.Steps[i].Order = t.Value
			}
		}
	}
	return a
}

// steps are how many message ids there are a second.
const steps = 100_000

// step is a part of a second that no message had yet: the clock's, so that a run
// does not repeat the message ids of one that just ended.
func (s *sealed) step() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, s.now().UnixMicro()/(1_000_000/steps))
	return s.last
}

// sid is a message id in the document's form: the app, the second and the part of it.
func (s *sealed) sid(app string) string {
	step := s.step()
	id := app + time.Unix(step/steps, 0).In(s.now().Location()).Format("060102150405") + fmt.Sprintf("%05d", step%steps)
	if len(id) > 20 {
		id = id[len(id)-20:]
	}
	return id
}

// breakOuter changes a message after it was sealed.
func breakOuter(body string, spec envelope.Spec, t *fixture.Tamper) (string, error) {
	switch t.What {
	case fixture.Body:
		return t.Value, nil
	case fixture.Mark:
		return "\ufeff" + body, nil
	case fixture.Pad:
		n, err := strconv.Atoi(t.Value)
		return body + strings.Repeat(" ", max(0, n-len(body))), err
	case fixture.Twice:
		start := `{"` + spec.Head + `":{`
		return strings.Replace(body, start, start+`"`+t.Value+`":"",`, 1), nil
	case fixture.PutValue, fixture.DropValue, fixture.UpperCase, fixture.ExtraHead, fixture.PutData:
	default:
		return body, nil
	}
	m, err := parseOuter([]byte(body), spec)
	if err != nil {
		return "", err
	}
	name, value, _ := strings.Cut(t.Value, "=")
	switch t.What {
	case fixture.PutValue, fixture.ExtraHead:
		m.header[name], err = json.Marshal(value)
	case fixture.DropValue:
		delete(m.header, t.Value)
	case fixture.UpperCase:
		m.header[t.Value] = json.RawMessage(strings.ToUpper(string(m.header[t.Value])))
	case fixture.PutData:
		m.data = t.Value
	}
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{spec.Head: m.header, spec.Data: m.data})
	return string(text), err
}

// parseOuter reads a message of our own making.
func parseOuter(body []byte, spec envelope.Spec) (m outer, err error) {
	var members map[string]json.RawMessage
	if err = json.Unmarshal(body, &members); err == nil {
		err = json.Unmarshal(members[spec.Head], &m.header)
	}
	if err == nil {
		err = json.Unmarshal(members[spec.Data], &m.data)
	}
	return m, err
}

// request puts a message into HTTP.
func (s *sealed) request(body string, t *fixture.Tamper) (out *Sent, chunked bool, err error) {
	out = &Sent{
		Method: http.MethodPost, URL: target(s.URL, s.System.Path), Body: body,
		Header: http.Header{"Content-Type": {"application/json"}},
	}
	switch t.What {
	case fixture.Method:
		out.Method = t.Value
	case fixture.Type:
		out.Header.Set("Content-Type", t.Value)
	case fixture.Encoding:
		out.Header.Set("Content-Encoding", t.Value)
	case fixture.Chunked:
		chunked = true
	case fixture.Get:
		var members map[string]json.RawMessage
		m, err := parseOuter([]byte(body), s.spec)
		if err == nil {
			err = json.Unmarshal([]byte(body), &members)
		}
		if err != nil {
			return nil, false, err
		}
		query := url.Values{s.spec.Head: {string(members[s.spec.Head])}, s.spec.Data: {m.data}}
		out.Method, out.Body, out.URL = http.MethodGet, "", out.URL+"?"+query.Encode()
		out.Header = http.Header{}
	}
	return out, chunked, nil
}

// target is the server's URL with a path, unless it has it already.
func target(base, path string) string {
	base = strings.TrimSuffix(base, "/")
	if strings.HasSuffix(base, path) {
		return base
	}
	return base + path
}

// after is a value's name without its place.
func after(full string) string { return full[strings.IndexByte(full, '.')+1:] }

// open reads an answer: sealed where HTTP says 200, in the clear otherwise.
func (s *sealed) open(status int, text []byte, keys *envelope.Keys) Answer {
	a := Answer{Status: status, Plain: string(text)}
	var m envelope.Message
	if status == http.StatusOK && s.codec.Parse(text, &m) == nil {
		plain, err := s.codec.Open(nil, &m, keys)
		if err != nil {
			a.Shut = problem.From(err).Error()
			return a
		}
		s.read(plain, &a)
		return a
	}
	if status != http.StatusOK {
		s.read(text, &a)
	}
	return a
}

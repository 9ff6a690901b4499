package systems_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
)

// TestMockAgrees sends the same random requests to a real server and to the mock: sound ones,
// ones with odd values, and ones that name rows that requests before them made. Codes, fields,
// texts, statuses and replies must be the same, but for what each side makes up.
func TestMockAgrees(t *testing.T) {
	t.Parallel()
	for _, s := range loadSpec(t).Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, s)
			for range requests(t, s) {
				p.ask()
				if t.Failed() {
					t.FailNow()
				}
			}
			t.Log(p.counts)
		})
	}
}

// pair is a real server, in w, and a mock, which are asked the same.
type pair struct {
	*twin
	mock *client.Client
	ids  map[string]string // of the mock, by those of the server
	made map[string][]string
	last map[string]json.RawMessage // payloads that were accepted, by interface
}

func newPair(t *testing.T, s *spec.System) *pair {
	t.Helper()
	w := newTwin(t, s)
	app := testkit.Mock(t, os.DirFS("../../.."), s.Name)
	config := app.Config
	config.URL = strings.TrimSuffix(app.URL, s.Endpoint.Path)
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	w.r = rand.New(rand.NewPCG(seedOf(t), 29)) //nolint:gosec // which requests are sent is no secret
	return &pair{w, c, map[string]string{}, map[string][]string{}, map[string]json.RawMessage{}}
}

// seedOf is JIEKOU_MODEL_SEED, or 1.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("JIEKOU_MODEL_SEED")
	if text == "" {
		return 1
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ask asks both once.
func (p *pair) ask() {
	base := p.bases[p.r.IntN(len(p.bases))]
	i := p.system.Interface(base.Cmd)
	if i.Answer == nil || i.Answer.Handler {
		return
	}
	payload := ""
	switch p.r.IntN(6) {
	case 0: // anything
		payload = generator{Rand: p.r}.object(i.Request, 0.2)
	case 1: // sound, but for one field
		g := generator{Rand: p.r}
		if len(i.Request) > 0 {
			g.target = i.Request[p.r.IntN(len(i.Request))]
		}
		payload = g.object(i.Request, 0)
	case 2: // what was accepted before
		payload = string(p.last[i.Cmd])
	default:
		payload = p.payload(i, base)
	}
	if payload == "" {
		return
	}
	payload = p.linked(i, payload)
	theirs := payload
	for server, mock := range p.ids {
		theirs = strings.ReplaceAll(theirs, server, mock)
	}
	p.compare(i, payload, theirs)
}

// linked names, now and then, rows that requests made.
func (p *pair) linked(i *spec.Interface, payload string) string {
	v, err := tree.Parse([]byte(payload))
	if err != nil || v.Members == nil {
		return payload
	}
	for _, f := range i.Request {
		if list := p.made[f.Name]; len(list) > 0 && v.Get(f.Name) != nil && p.r.IntN(2) == 0 {
			_ = v.Set(f.Name, tree.Text(list[p.r.IntN(len(list))])) // it is there
		}
	}
	return v.String()
}

// compare sends a request to both.
func (p *pair) compare(i *spec.Interface, payload, theirs string) {
	real, err := p.client.Call(p.t.Context(), i.Cmd, []byte(payload))
	if errors.Is(err, client.ErrUnsent) { // a header cannot hold the value
		return
	}
	if err != nil {
		p.t.Errorf("%s %s: %v", i.Cmd, payload, err)
		return
	}
	mock, err := p.mock.Call(p.t.Context(), i.Cmd, []byte(theirs))
	if err != nil {
		p.t.Errorf("%s %s: the mock: %v", i.Cmd, theirs, err)
		return
	}
	p.counts[i.Cmd+" "+real.Code]++
	if real.Code != mock.Code || real.Field != mock.Field || real.Message != mock.Message || real.Status != mock.Status {
		p.t.Errorf("%s %s:\nthe server answers %s %s (%d)\nthe mock answers %s %s (%d)", i.Cmd, payload, real.Code, real.Message, real.Status, mock.Code, mock.Message, mock.Status)
		return
	}
	if real.OK && i.Kind == spec.Report {
		p.last[i.Cmd] = json.RawMessage(payload)
	}
	a, b := parsed(p.t, real.Payload), parsed(p.t, mock.Payload)
	if found := p.unlike("", a, b); len(found) > 0 {
		p.t.Errorf("%s %s:\n%s\nserver %.3000s\nmock   %.3000s", i.Cmd, payload, strings.Join(found, "\n"), real.Payload, mock.Payload)
	}
}

// parsed is a payload, which may be nothing.
func parsed(t *testing.T, raw json.RawMessage) *tree.Value {
	t.Helper()
	if len(raw) == 0 {
		return &tree.Value{}
	}
	v, err := tree.Parse(raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

// unlike are the places at which two replies differ.
func (p *pair) unlike(path string, a, b *tree.Value) (found []string) {
	names := func(v *tree.Value) (out []string) {
		for _, m := range v.Members {
			out = append(out, m.Name)
		}
		return out
	}
	if len(a.Items) != len(b.Items) || !slices.Equal(names(a), names(b)) || (a.Scalar == nil) != (b.Scalar == nil) {
		return []string{path + ": " + a.String() + " | " + b.String()}
	}
	for n := range a.Items {
		found = append(found, p.unlike(path+"/"+strconv.Itoa(n), a.Items[n], b.Items[n])...)
	}
	for n, m := range a.Members {
		found = append(found, p.unlike(path+"/"+m.Name, m.Value, b.Members[n].Value)...)
	}
	if a.Scalar == nil || string(a.Scalar) == string(b.Scalar) {
		return found
	}
	x, _ := a.Plain()
	y, _ := b.Plain()
	if p.ids[x] == y || isNow(x) && isNow(y) {
		return found
	}
	if len(x) != len(y) || !someID.MatchString(x) || !someID.MatchString(y) || p.ids[x] != "" {
		return append(found, path+": "+x+" | "+y)
	}
	p.ids[x] = y
	name := path[strings.LastIndexByte(path, '/')+1:]
	p.made[name] = append(p.made[name], x)
	return found
}

// someID is what a server makes up: a GUID, or a token.
var someID = regexp.MustCompile(`^[0-9A-Za-z_-]{20,}$`)

// isNow reports whether a text is a time of the last minutes.
func isNow(s string) bool {
	zone := time.FixedZone("", 8*60*60)
	at, err := time.ParseInLocation(time.DateTime, s, zone)
	if strings.Contains(s, "T") {
		at, err = time.Parse(time.RFC3339, s)
	}
	if n, number := strconv.ParseInt(s, 10, 64); number == nil && len(s) >= 10 {
		at, err = time.Unix(n, 0), nil
		if len(s) >= 13 {
			at = time.UnixMilli(n)
		}
	}
	return err == nil && time.Since(at).Abs() < 10*time.Minute
}

package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// bank has a pair of the partner, one of the app's own side, one that all apps share,
// and a secret.
const bank = `
keys: {merchant: rsa, desk: ed25519, platform: system sm2, salt: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}", X-Salt: "{salted}"}
  json: "{payload}"
  values:
    sign: {of: "{body}", by: [rsa-sha256 merchant, base64], else: BAD_SIGN}
    salted: {of: "{body}{salt}", by: [sha256, hex], else: BAD_SALT}
reply:
  header: {X-Sign: "{sign}", X-Desk: "{desked}"}
  json: {code: "{code}", text: "{text}"}
  values:
    sign: {of: "{body}", by: [sm2 platform, base64]}
    desked: {of: "{body}", by: [ed25519 desk, base64]}
  success: {code: "0"}
`

func makingOf(p *protocol.Protocol) Making {
	return Making{Server: p.Needs(true), Partner: p.Needs(false)}
}

// of are the secrets of credentials, as jiekou call reads them.
func of(c Credentials, more ...string) protocol.Secrets {
	out := protocol.Secrets{}
	for name, text := range c.Secrets() {
		out[name] = []string{text}
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = []string{more[i+1]}
	}
	return out
}

// world is a system with its registry.
type desk struct {
	bundle
	p   *protocol.Protocol
	r   *Registry
	how Making
}

func newDesk(t *testing.T, text string) *desk {
	t.Helper()
	d := &desk{bundle: setup(t), p: parsed(t, text)}
	d.how = makingOf(d.p)
	var err error
	if d.r, err = NewRegistry(t.Context(), d.pool, d.master, Protocols{"bank": d.p}, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.r.Close)
	return d
}

// calls reports whether a call with these secrets is let in, and its reply opens.
func (d *desk) calls(t *testing.T, id string, s protocol.Secrets) error {
	t.Helper()
	return admitted(t, d.p, d.r, "bank", id, s)
}

// follows waits until a call is let in, or refused.
func (d *desk) follows(t *testing.T, what, id string, s protocol.Secrets, fine bool) {
	t.Helper()
	eventually(t, 6*time.Second, what, func() bool { return (d.calls(t, id, s) == nil) == fine })
}

// TestAddPairs: what is made serves both sides; the partner gets its private half,
// our public ones, and nothing else.
func TestAddPairs(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, bank), t.Context()
	n := New{System: "bank", ID: "m1", Grants: []string{"*"}, Making: d.how}
	if _, err := d.admin.Add(ctx, n); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "keys are missing: system bank needs platform (private half, sm2)") {
		t.Errorf("without the system's keys: %v", err)
	}
	shared, err := d.admin.RotateSystem(ctx, "bank", Rotation{Making: d.how})
	if err != nil {
		t.Fatal(err)
	}
	if names := shared.Names(); !slices.Equal(names, []string{"platform"}) || strings.Contains(string(shared.Keys["platform"]), "PRIVATE") {
		t.Errorf("partners get %v of the system", names)
	}
	made, err := d.admin.Add(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	if names := made.Names(); !slices.Equal(names, []string{"desk", "merchant", "platform", "salt"}) {
		t.Errorf("the partner gets %v", names)
	}
	for name, private := range map[string]bool{"merchant": true, "desk": false, "platform": false} {
		if strings.Contains(string(made.Keys[name]), "PRIVATE") != private {
			t.Errorf("%s: private half: %v", name, !private)
		}
	}
	if made.Keys["platform"] != shared.Keys["platform"] {
		t.Error("the partner has another half of the system's pair")
	}
	if err := d.calls(t, "m1", of(made)); err != nil {
		t.Error(err)
	}
	if err := d.calls(t, "m1", of(made, "salt", "another")); err == nil {
		t.Error("another salt is let in")
	}
	all := dump(t, d.pool)
	for _, name := range made.Names() {
		body := strings.Join(strings.Fields(strings.ReplaceAll(string(made.Keys[name]), "-----", "\n")), "")
		if strings.Contains(all, body[:30]) || strings.Contains(all, string(made.Keys[name])[:12]) && name == "salt" {
			t.Errorf("%s is in the database", name)
		}
	}
	info, err := d.admin.Show(ctx, "bank", "m1")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, k := range info.Keys {
		shown = append(shown, k.Name+" "+k.Kind+" "+k.Half)
		if (k.Fingerprint != "") != step.IsPair(k.Kind) || k.Edition != 1 || k.Made.IsZero() || !k.Until.IsZero() {
			t.Errorf("%+v", k)
		}
	}
	if want := []string{"desk ed25519 private", "merchant rsa public", "salt text "}; !slices.Equal(shown, want) {
		t.Errorf("%q, want %q", shown, want)
	}
	if print, err := key.Fingerprint("rsa", string(made.Keys["merchant"])); err != nil || print != info.Keys[1].Fingerprint {
		t.Errorf("the partner's fingerprint is %s, ours %s: %v", print, info.Keys[1].Fingerprint, err)
	}
}

// TestAddGiven: keys that exist already are taken, whichever half the file has.
func TestAddGiven(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, bank), t.Context()
	if err := d.admin.FirstSystemKeys(ctx, "bank", d.how); err != nil {
		t.Fatal(err)
	}
	partner, err := key.Need{Kind: "rsa"}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public("rsa", partner)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := key.Need{Kind: "ed25519"}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	for id, file := range map[string]string{"pub": public, "private": partner} {
		made, err := d.admin.Add(ctx, New{
			System: "bank", ID: id, Making: d.how,
			Keys: map[string]Secret{"merchant": Secret(file), "desk": Secret(ours), "salt": "of theirs\n"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := made.Keys["merchant"]; ok || made.Keys["salt"] != "of theirs" || strings.Contains(string(made.Keys["desk"]), "PRIVATE") {
			t.Errorf("%s: the partner gets %v", id, made.Names())
		}
		if err := d.calls(t, id, of(made, "merchant", partner)); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if text := dump(t, d.pool); strings.Contains(text, "PRIVATE") {
		t.Error("a key is in the database as it is")
	}
	for name, tt := range map[string]struct {
		keys map[string]Secret
		want string
	}{
		"wrong half":        {map[string]Secret{"desk": Secret(mustPublic(t, "ed25519", ours))}, "key desk: it is a public key, and this side signs or decrypts with it: give the private half"},
		"wrong kind":        {map[string]Secret{"merchant": Secret(ours)}, "key merchant: it is a key of ed25519, not of rsa"},
		"key of the system": {map[string]Secret{"platform": "x"}, "key platform is one of the system, the same for all apps"},
		"no such key":       {map[string]Secret{"merchnt": Secret(public)}, "no key merchnt: there are merchant, desk, salt"},
		"lines":             {map[string]Secret{"salt": "s3cret\ns3cret"}, "key salt: it has several lines"},
	} {
		_, err := d.admin.Add(ctx, New{System: "bank", ID: "bad", Keys: tt.keys, Making: d.how})
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

func mustPublic(t *testing.T, kind, text string) string {
	t.Helper()
	out, err := key.Public(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestOverlap: both editions are let in until the end, which can be set; replies are
// made with the keys of the request.
func TestOverlap(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, bank), t.Context()
	if err := d.admin.FirstSystemKeys(ctx, "bank", d.how); err != nil {
		t.Fatal(err)
	}
	first, err := d.admin.Add(ctx, New{System: "bank", ID: "m1", Making: d.how})
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how, Overlap: 7 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	d.follows(t, "the new edition", "m1", of(second), true)
	if err := d.calls(t, "m1", of(first)); err != nil {
		t.Errorf("the old edition in the overlap: %v", err)
	}
	for name, mixed := range map[string]protocol.Secrets{
		"merchant": of(second, "merchant", string(first.Keys["merchant"])), "salt": of(second, "salt", string(first.Keys["salt"])),
	} {
		if err := d.calls(t, "m1", mixed); err == nil {
			t.Errorf("%s of another edition is let in", name)
		}
	}
	shared, err := d.admin.RotateSystem(ctx, "bank", Rotation{Making: d.how, Overlap: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	d.follows(t, "the new key of the system", "m1", of(second, "platform", string(shared.Keys["platform"])), true)
	one, err := d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how, Names: []string{"salt"}, Overlap: time.Hour})
	if err != nil || one.Keys["salt"] == second.Keys["salt"] || one.Keys["desk"] != second.Keys["desk"] {
		t.Fatalf("%v", err)
	}
	third := of(one, "merchant", string(second.Keys["merchant"]))
	d.follows(t, "a new salt", "m1", third, true)
	for name, s := range map[string]protocol.Secrets{"first": of(first), "second": of(second)} {
		s["platform"] = []string{string(shared.Keys["platform"])}
		if err := d.calls(t, "m1", s); err != nil {
			t.Errorf("%s edition beside the third: %v", name, err)
		}
	}
	n, err := d.admin.End(ctx, "bank", "m1", time.Now())
	if err != nil || n != 2 {
		t.Fatalf("%d editions ended: %v", n, err)
	}
	d.follows(t, "the first edition ends", "m1", of(first), false)
	d.follows(t, "the second edition ends", "m1", of(second), false)
	if err := d.calls(t, "m1", third); err != nil {
		t.Error(err)
	}
	info, err := d.admin.Show(ctx, "bank", "m1")
	if err != nil || len(info.Keys) != 3 {
		t.Errorf("%+v %v", info.Keys, err)
	}
	if _, err := d.admin.End(ctx, "bank", "m1", time.Now()); !errors.Is(err, ErrNoEnd) {
		t.Errorf("nothing to end: %v", err)
	}
	if _, err := d.admin.End(ctx, "bank", "m2", time.Now()); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such app: %v", err)
	}
}

// TestRotateAtOnce: without an overlap the old edition is gone, the half that the
// partner gave stays, and only so many editions are good at a time.
func TestRotateAtOnce(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, bank), t.Context()
	if err := d.admin.FirstSystemKeys(ctx, "bank", d.how); err != nil {
		t.Fatal(err)
	}
	partner, err := key.Need{Kind: "rsa"}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]Secret{"merchant": Secret(mustPublic(t, "rsa", partner))}
	first, err := d.admin.Add(ctx, New{System: "bank", ID: "m1", Keys: given, Making: d.how})
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how})
	if err != nil || second.Keys["salt"] == first.Keys["salt"] || second.Keys["desk"] == first.Keys["desk"] || second.Keys["merchant"] != "" {
		t.Fatalf("%v %v", second.Names(), err)
	}
	d.follows(t, "the new edition", "m1", of(second, "merchant", partner), true)
	if err := d.calls(t, "m1", of(first, "merchant", partner)); err == nil {
		t.Error("the old edition is let in")
	}
	for range maxEditions - 1 {
		if _, err := d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how, Names: []string{"salt"}, Overlap: time.Hour}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = d.admin.Rotate(ctx, "bank", "m1", Rotation{Making: d.how, Names: []string{"salt"}, Overlap: time.Hour})
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "4 editions of the keys are good already: end the old ones first") {
		t.Errorf("a fifth edition: %v", err)
	}
	for want, r := range map[string]Rotation{
		"overlap -1s":             {Making: d.how, Overlap: -time.Second},
		"at most a year":          {Making: d.how, Overlap: 400 * 24 * time.Hour},
		"nothing overlaps":        {Making: d.how, Overlap: time.Hour, Lost: true},
		"no key slt":              {Making: d.how, Names: []string{"slt"}},
		"one of the system":       {Making: d.how, Names: []string{"platform"}},
		"merchant (public half, ": {Making: d.how, Lost: true}, // the partner's half cannot be kept
	} {
		if _, err := d.admin.Rotate(ctx, "bank", "m1", r); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := d.admin.RotateSystem(ctx, "bank", Rotation{Making: d.how, Names: []string{"salt"}}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "one of the apps") {
		t.Errorf("a key of apps for the system: %v", err)
	}
	if _, err := d.admin.RotateSystem(ctx, "lianfa", Rotation{Making: classic}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a system without keys: %v", err)
	}
}

// TestForget: keys are deleted a day after their end.
func TestForget(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	if _, err := b.admin.Rotate(ctx, "lianfa", "301", Rotation{Making: classic, Overlap: time.Hour}); err != nil {
		t.Fatal(err)
	}
	rule := Forget(b.pool)
	for after, want := range map[time.Duration]int64{2 * time.Hour: 0, 26 * time.Hour: 2} {
		if n, err := rule.Batch(ctx, time.Now().Add(after), 100); n != want || err != nil && after > 24*time.Hour {
			t.Errorf("after %v: %d, %v", after, n, err)
		}
	}
}

// TestTokensOverlap: issued tokens end with the old keys.
func TestTokensOverlap(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	how := Making{Lifetime: 48 * time.Hour}
	if _, err := b.admin.Add(ctx, New{System: "u8", ID: "erp", Making: how}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.admin.Rotate(ctx, "u8", "erp", Rotation{Making: how, Overlap: time.Hour}); err != nil {
		t.Fatal(err)
	}
	var ends []time.Time
	if err := b.pool.QueryRow(ctx, `select array_agg(expires order by expires) from jiekou.token`).Scan(&ends); err != nil {
		t.Fatal(err)
	}
	if len(ends) != 2 || time.Until(ends[0]) > time.Hour || time.Until(ends[1]) < 47*time.Hour {
		t.Errorf("they end at %v", ends)
	}
}

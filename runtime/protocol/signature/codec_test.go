package signature

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// TestNewRefuses: a declaration that cannot be compiled is refused with its step
// and word.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	sign := func(f func(s *Step)) func(s *Spec) { return func(s *Spec) { f(&s.Steps[0]) } }
	encrypt := Step{Op: "encrypt", Algorithm: "aes-cbc", Key: "appkey", To: "body.data"}
	crypt := func(f func(s *Step)) func(s *Spec) {
		return func(s *Spec) {
			one := encrypt
			f(&one)
			s.Steps = append([]Step{one}, s.Steps...)
		}
	}
	for want, change := range map[string]func(s *Spec){
		"app is missing":                                                    func(s *Spec) { s.App = "" },
		`app: "token" is a secret`:                                          func(s *Spec) { s.App = "token" },
		`app: "path" cannot be written`:                                     func(s *Spec) { s.App = "path" },
		`app: unknown value or secret "headr.appId"`:                        func(s *Spec) { s.App = "headr.appId" },
		`time: unknown unit "sec": did you mean "s"?`:                       func(s *Spec) { s.Time.Unit = "sec" },
		"time: the window is negative":                                      func(s *Spec) { s.Time.Window = -time.Second },
		"time: no sign step is over header.other":                           func(s *Spec) { s.Time.Value = "header.other" },
		"nonce: no sign step is over header.n":                              func(s *Spec) { s.Nonce.Value = "header.n" },
		`step 1: sing: unknown step "sing": did you mean "sig`:              sign(func(s *Step) { s.Op = "sing" }),
		`step 1: sign: it takes no with`:                                    sign(func(s *Step) { s.With = "token" }),
		`unknown algorithm "hmac-sha265": did you mean "hmac-sha256"?`:      sign(func(s *Step) { s.Algorithm = "hmac-sha265" }),
		`unknown key "apkey": did you mean "appkey"?`:                       sign(func(s *Step) { s.Key = "apkey" }),
		`key: {header.x} is not the same for all requests`:                  sign(func(s *Step) { s.Key = "{header.x}" }),
		`unknown derive "md6"`:                                              sign(func(s *Step) { s.Derive = "md6" }),
		`sha256 has no key: write it in over as {appkey}`:                   sign(func(s *Step) { s.Algorithm = "sha256" }),
		`unknown encoding "bas64": did you mean "base64"?`:                  sign(func(s *Step) { s.Encoding = "bas64" }),
		"over is missing":                                                   sign(func(s *Step) { s.Over = "" }),
		"over: a brace without its other half at byte 3":                    sign(func(s *Step) { s.Over = "ab {body" }),
		"over: a brace without its other half at byte 2":                    sign(func(s *Step) { s.Over = "ab}" }),
		`over: {body:sha26}: unknown filter "sha26": did you mean "sha256"`: sign(func(s *Step) { s.Over = "{body:sha26}" }),
		`over: {body:upper:hex}: unknown filter "hex"`:                      sign(func(s *Step) { s.Over = "{body:upper:hex}" }),
		`over: {tokn}: unknown value or secret "tokn": did you mean "token`: sign(func(s *Step) { s.Over = "{tokn}" }),
		`over: {}: unknown value or secret ""`:                              sign(func(s *Step) { s.Over = "{}" }),
		"{params} needs params":                                             sign(func(s *Step) { s.Params = nil }),
		"params: over has no {params}":                                      sign(func(s *Step) { s.Over = "{header.timestamp}" }),
		"params: from is missing":                                           sign(func(s *Step) { s.Params.From = nil }),
		`params: from: unknown value or secret "quary"`:                     sign(func(s *Step) { s.Params.From = []string{"quary"} }),
		`unknown order "sort": did you mean "sorted"?`:                      sign(func(s *Step) { s.Params.Order = "sort" }),
		`to: "body" cannot be written`:                                      sign(func(s *Step) { s.To = "body" }),
		"header.timestamp already has another meaning":                      sign(func(s *Step) { s.To = "header.timestamp" }),
		"over body, where it puts its own result": func(s *Spec) {
			s.Nonce = nil
			s.Steps[0].Over, s.Steps[0].To = "{params}{header.timestamp}{body}", "body.sign"
		},
		"over query, where it puts its own result": func(s *Spec) {
			s.Nonce = nil
			s.Steps[0].Over, s.Steps[0].To = "{params}{header.timestamp}{query}", "query.sign"
		},
		"over header.sign, where it puts its own result": sign(func(s *Step) { s.Over += "{header.sign}" }),
		"over body, which a later encrypt step changes":  func(s *Spec) { s.Steps = append(s.Steps, encrypt) },
		"step 2: encrypt: a second time": func(s *Spec) {
			s.Steps = append([]Step{encrypt, encrypt}, s.Steps...)
		},
		`unknown algorithm "aes-cfb": did you mean "aes-cbc"?`: crypt(func(s *Step) { s.Algorithm = "aes-cfb" }),
		`iv: aes-ecb has none`: crypt(func(s *Step) {
			s.Algorithm, s.IV = "aes-ecb", "zero"
		}),
		`iv: "zero" is the same each time, which breaks gcm`: crypt(func(s *Step) {
			s.Algorithm, s.IV = "aes-gcm", "zero"
		}),
		`iv: unknown value or secret "pre"`:  crypt(func(s *Step) { s.IV = "pre" }),
		`to: unknown value or secret "data"`: crypt(func(s *Step) { s.To = "data" }),
		`payload: "body.other" is not the result of encrypt, "body.data": name that one, or none`: func(s *Spec) {
			s.Payload, s.Steps = "body.other", append([]Step{encrypt}, s.Steps...)
		},
		`payload: "method" holds no JSON`: func(s *Spec) { s.Payload = "method" },
		"no step proves who calls": func(s *Spec) {
			s.Steps[0].Algorithm, s.Steps[0].Key = "sha256", ""
		},
		`unknown secret "pass"`: func(s *Spec) {
			s.Steps = append(s.Steps, Step{Op: "compare", Value: "header.token", With: "pass"})
		},
		`"path" holds no secret`: func(s *Spec) { s.Steps = append(s.Steps, Step{Op: "token", Value: "path"}) },
		"step 3: token: a second time": func(s *Spec) {
			s.Steps = append(s.Steps, Step{Op: "token", Value: "header.t"}, Step{Op: "token", Value: "header.u"})
		},
	} {
		spec := headerSpec()
		change(&spec)
		if _, err := New(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
}

// TestNewTakes compiles declarations that look odd and can be undone.
func TestNewTakes(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]Spec{
		"no steps":   {App: "query.app"},
		"token only": {App: "query.app", Steps: []Step{{Op: "token", Value: "query.token"}}},
		"Content-MD5": {App: "header.a", Steps: []Step{
			{Op: "sign", Algorithm: "md5", Over: "{body}", To: "header.Content-MD5", Encoding: "base64"},
			{Op: "sign", Algorithm: "hmac-sha1", Key: "token", Over: "{{{header.Content-MD5}}}", To: "header.sign"},
		}},
	} {
		c, err := New(spec)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		k, err := c.Keys("10086", secrets())
		if err != nil {
			t.Fatal(err)
		}
		r := request()
		r.Token = "issued"
		var m Message
		if got := verify(t, c, k, signed(t, c, k, r), &m); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// once is a guard that takes one token, and each nonce once.
type once struct {
	token string
	used  map[string]time.Time
	down  error
}

func (o *once) Valid(_ context.Context, system, app, token string) (bool, error) {
	return system+"/"+app+"/"+token == "shop/10086/"+o.token, o.down
}

func (o *once) Use(_ context.Context, system, app, nonce string, until time.Time) (bool, error) {
	key := system + "/" + app + "/" + nonce
	_, used := o.used[key]
	if o.used == nil {
		o.used = map[string]time.Time{}
	}
	o.used[key] = until
	return !used, o.down
}

// TestNonce: it is used up by a request that holds, and remembered until no window
// takes the request any more.
func TestNonce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		time  *Time
		until time.Time
	}{
		{headerSpec().Time, clock().Add(10 * time.Minute)},
		{nil, time.Time{}},
	} {
		spec := headerSpec()
		if spec.Time = tt.time; spec.Time == nil {
			spec.Steps[0].Over = "{method}\n{params}"
		}
		c, k := setup(t, spec)
		memory := &once{}
		guard := NewGuard("shop", memory, memory, clock)
		r := signed(t, c, k, request())
		var m Message
		for i, want := range []string{"", "nonce repeated"} {
			if err := c.Parse(r, &m); err != nil {
				t.Fatal(err)
			}
			if got := refused(t, c.Verify(t.Context(), &m, k, guard)); got != want {
				t.Errorf("time %d: %q, want %q", i+1, got, want)
			}
		}
		if until, ok := memory.used["shop/10086/"+r.Header.Get("Sign")]; !ok || !until.Equal(tt.until) {
			t.Errorf("until %v, want %v", until, tt.until)
		}
		forged := request()
		forged.Header = r.Header.Clone()
		forged.Header.Set("Sign", strings.Repeat("0", 64))
		if err := c.Parse(forged, &m); err != nil {
			t.Fatal(err)
		}
		if got := refused(t, c.Verify(t.Context(), &m, k, guard)); got != "sign 20001" || len(memory.used) != 1 {
			t.Errorf("%q, and it used up %v", got, memory.used)
		}
	}
}

// TestGuard: an issued token is asked for; a guard that cannot answer lets nobody in.
func TestGuard(t *testing.T) {
	t.Parallel()
	c, k := setup(t, Spec{App: "query.app", Steps: []Step{{Op: "token", Value: "query.token", Else: "30021"}}})
	r := request()
	r.Token = "issued"
	signed(t, c, k, r)
	for _, tt := range []struct {
		guard Guard
		want  string
	}{
		{NewGuard("shop", &once{token: "issued"}, &once{}, clock), ""},
		{NewGuard("shop", &once{token: "another"}, &once{}, clock), "token 30021"},
		{NewGuard("shop", &once{token: "issued", down: problem.New(problem.Unavailable)}, &once{}, clock), "request unavailable"},
	} {
		var m Message
		if err := c.Parse(r, &m); err != nil {
			t.Fatal(err)
		}
		if got := refused(t, c.Verify(t.Context(), &m, k, tt.guard)); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
		if err := c.Verify(t.Context(), &m, k, Guard{}); err == nil {
			t.Error("the zero guard lets a request in")
		}
		if err := c.Verify(t.Context(), &m, k, NewGuard("shop", nil, &once{}, nil)); err == nil {
			t.Error("a guard without tokens lets a request in")
		}
	}
}

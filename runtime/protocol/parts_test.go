package protocol_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// words is what a message consists of, a line for each part.
func words(p *protocol.Parts) string {
	var b strings.Builder
	for _, one := range p.Places {
		fmt.Fprintln(&b, one.Name, one.Holds, map[bool]string{true: "alone"}[one.Alone], map[bool]string{true: "optional"}[one.Optional])
	}
	for _, v := range p.Values {
		fmt.Fprintln(&b, v.Name, v.Role, v.Code, v.Keys, v.Keyed, v.Forms, v.Case, v.In, v.Alone)
	}
	for _, g := range p.Guards {
		fmt.Fprintln(&b, g.Kind, g.Value, g.Code, g.Within, g.Effect)
	}
	return b.String()
}

func TestParts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"lianfa": `method []  
path []  
json.header.appid [app] alone 
json.header.timestamp [time]  
json.header.sid [sid] alone 
json.header.authCode [authCode] alone 
json.header.cmd [interface] alone 
json.header.version [version] alone 
json.header.dataCode [dataCode] alone 
json.data [data] alone optional
time given json [] false 0 false [json.header.timestamp] 
sid given json [] false 0 false [json.header.sid] json.header.sid
version given json [] false 0 false [json.header.version] json.header.version
data undone 1004 [appkey] true 0 false [json.data] json.data
dataCode compared 1009 [appkey] false 0 true [json.header.dataCode] json.header.dataCode
authCode compared 1009 [appkey token] false 1 true [json.header.authCode] json.header.authCode
like sid sid 0s false
once sid repeated 0s true
`,
		"wechat-pay-v3": `header.Authorization [auth]  
header.Accept [accept] alone 
json [payload] alone 
accept given json [] false 0 false [header.Accept] header.Accept
auth undone json [merchant serial] false 0 false [header.Authorization] 
time given json [] false 0 false [header.Authorization] 
nonce given json [] false 0 false [header.Authorization] 
sign verified SIGN_ERROR [merchant] true 0 false [header.Authorization] 
window time SIGN_ERROR 5m0s false
once nonce SIGN_ERROR 0s false
`,
	} {
		_, p := load(t, "testdata/"+name+".yaml")
		calls, replies := p.Call.Parts()
		if diff := cmp.Diff(want, words(&calls[len(calls)-1])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if len(replies) == 0 {
			t.Errorf("%s has no replies", name)
		}
	}
}

// One part of a message is changed while it is made: all around it is sound, and that
// part refuses.
func TestChange(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/lianfa.yaml")
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	for name, tt := range map[string]struct{ with, code, by string }{
		"dataCode":              {"0000", "1009", "dataCode"},
		"authCode":              {"0000", "1009", "authCode"},
		"data":                  {"!", "1004", "data"},
		"sid":                   {"abc", "sid", "sid"},
		"json.header.timestamp": {"now", "", ""},
		"":                      {"", "", ""},
	} {
		s, keys := side(t, f, p, at, nil)
		sent, err := p.Call.Send(keys, protocol.Outgoing{
			Interface: "x", ID: "20261128062500000001", Payload: []byte(`{}`), Now: at,
			Change: func(part string, text []byte) []byte {
				if part == name {
					return []byte(tt.with)
				}
				return text
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s)
		if code(err) != tt.code || by(err) != tt.by {
			t.Errorf("%s: refused %q by %q, want %q by %q\n%s", name, code(err), by(err), tt.code, tt.by, dump(sent.Message))
		}
		a.Release()
		sent.Release()
	}
}

// Places show which secrets can be read in them, so that reports can leave them out.
func TestShows(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"baas":          "query [token]; query.token [token]; ",
		"lianfa":        "",
		"wechat-pay-v2": "xml.xml.mch_id [mch_id]; ",
		"wechat-pay-v3": "header.Authorization [serial]; ",
		"oauth-bearer":  "header.Authorization [token]; header.Authorization [secret]; ",
		"u8":            "query.token [token]; ",
		"custservice":   "",
	} {
		_, p := load(t, "testdata/"+name+".yaml")
		calls, _ := p.Call.Parts()
		got := ""
		for i := range calls {
			one := &calls[len(calls)-1-i]
			for _, place := range one.Places {
				if len(place.Shows) > 0 {
					got += fmt.Sprint(place.Name, " ", place.Shows, "; ")
				}
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

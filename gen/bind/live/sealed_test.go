package live_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	wire "github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// The worked example of chapter 3.
const (
	token  = "52e41ab0d3eee56b725e3e29999762a8"
	appkey = "S_+SFO!fH.7qj_CEIKgCoSRfYr&e%,zAL1-*UEW7D]V$o4Cc=Dd4kwSh%6Q<!?=!+_@H^,K*#Gdk/d.qp@nBjl:e^/," +
		".ckVGC2<4OoZNS2JN5<IX[Uq0W0oI-Y(K[k-R"
	sid      = "2014123123123123"
	data     = "FQz8lhihFbBH8fV4PA=="
	dataCode = "a975283943d4be0d7cb355c2115f45d63b5dcc5d"
	authCode = "8c694932bba5d137af13654ce5a875d30a267ec8"
	message  = `
{
"header": {
"timestamp": 1436782123,
"dataCode": "a975283943d4be0d7cb355c2115f45d63b5dcc5d",
"authCode": "8c694932bba5d137af13654ce5a875d30a267ec8",
"sid": "2014123123123123",
"cmd": "cst_identity",
"appid": "123",
"version": "2.0"
    },
"data": "FQz8lhihFbBH8fV4PA=="
}
`
)

// swap changes the document's message.
func swap(old, new string) string { return strings.Replace(message, old, new, 1) }

func sha(s string) string {
	h := sha1.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

// signed builds a body by other means than the engine: inJSON is the text of data as a
// sender's JSON library writes it.
func signed(t *testing.T, sid, data, inJSON string) string {
	t.Helper()
	parts := []string{"123", sid, token, sha(data)}
	slices.Sort(parts)
	head, err := json.Marshal(map[string]any{
		"appid": "123", "sid": sid, "cmd": "cst_identity", "timestamp": 1436782123, "version": "2.0",
		"dataCode": sha(data), "authCode": sha(strings.Join(parts, "")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return `{"header":` + string(head) + `,"data":` + inJSON + `}`
}

// partner is the one app that is known.
type partner struct{ keys *protocol.Keys }

// Keys returns the keys of the app 123.
func (p partner) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "123" {
		return nil, nil //nolint:nilnil // nobody has the id
	}
	return p.keys, nil
}

// declared compiles the protocol of a system of this project.
func declared(t *testing.T, name string) *protocol.Protocol {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if s.Name == name {
			p, err := bind.Protocol(s)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	t.Fatalf("no system %s", name)
	return nil
}

// TestSealedRefusals holds what the sealed system refuses: the rule or code, and the
// places that the caller hears of.
func TestSealedRefusals(t *testing.T) {
	t.Parallel()
	p := declared(t, "lianfa")
	keys, err := p.Keys("123", protocol.Secrets{"token": {token}, "appkey": {appkey}})
	if err != nil {
		t.Fatal(err)
	}
	side := protocol.NewSide(partner{keys}, nil, nil, time.Now)
	const secretive = "zQ7xJ9wK5vB3" // an example of anything that an attacker sends
	for name, tt := range map[string]struct{ body, want string }{
		"as it is":            {message, ""},
		"authCode upper case": {swap(authCode, strings.ToUpper(authCode)), ""},
		"dataCode upper case": {swap(dataCode, strings.ToUpper(dataCode)), "1009"},
		"authCode":            {swap(authCode, strings.Repeat("0", 40)), "1009"},
		"authCode short":      {swap(authCode, authCode[:39]), "1009"},
		"authCode long":       {swap(authCode, authCode+"0"), "1009"},
		"authCode control":    {swap(authCode[1:2], `\u0003`), "1009"},
		"dataCode":            {swap(dataCode, sha("x")), "1009"},
		"data":                {swap(data, "FQz8lhihFbBH8fV4PB=="), "1009"},
		"data absent":         {swap(",\n\"data\": \""+data+`"`, ""), "1009"},
		"appid":               {swap(`"123"`, `"124"`), "app"},
		"sid":                 {swap(sid, "2014123123123124"), "1009"},
		"sid attacker":        {swap(sid, secretive), "1009"},
		"appid missing":       {swap(`"appid"`, `"appId"`), "required required:header/appid"},
		"sid null":            {swap(`"`+sid+`"`, `null`), "required required:header/sid"},
		"cmd blank":           {swap(`cst_identity`, ` \t `), "required required:header/cmd"},
		"dataCode missing":    {swap(`"dataCode"`, `"datacode"`), "required required:header/dataCode"},
		"two missing":         {`{"header":{"appid":"123","timestamp":1,"version":2,"authCode":"` + secretive + `","dataCode":"x"}}`, "required required:header/sid required:header/cmd"},
		"timestamp text":      {swap(`1436782123`, `"1436782123"`), ""},
		"timestamp no number": {swap(`1436782123`, `"`+secretive+`"`), "type type:header/timestamp"},
		"timestamp fraction":  {swap(`1436782123`, `1436782123.5`), "type type:header/timestamp"},
		"timestamp too long":  {swap(`1436782123`, `14367821231436782123`), "type type:header/timestamp"},
		"timestamp bool":      {swap(`1436782123`, `true`), "type type:header/timestamp"},
		"timestamp neg":       {swap(`1436782123`, `-5`), ""},
		"timestamp -0":        {swap(`1436782123`, `-0`), ""},
		"timestamp 007":       {swap(`1436782123`, `"007"`), ""},
		"timestamp blank":     {swap(`1436782123`, `" 1436782123 "`), "type type:header/timestamp"},
		"timestamp exp":       {swap(`1436782123`, `1e3`), "type type:header/timestamp"},
		"appid number":        {swap(`"123"`, `123`), ""},
		"sid number":          {swap(`"`+sid+`"`, sid), ""},
		"version number":      {swap(`"2.0"`, `2.0`), ""},
		"version bool":        {swap(`"2.0"`, `true`), "type type:header/version"},
		"version object":      {swap(`"2.0"`, `{}`), "type type:header/version"},
		"sid array":           {swap(`"`+sid+`"`, `["`+sid+`"]`), "sid sid:header/sid"},
		"sid bool":            {swap(`"`+sid+`"`, `true`), "sid sid:header/sid"},
		"cmd object":          {swap(`"cst_identity"`, `{"`+secretive+`":1}`), "type type:header/cmd"},
		"cmd pattern":         {swap(`cst_identity`, `cst\n`+secretive), ""},
		"version 17":          {swap(`2.0`, strings.Repeat("数", 17)), ""},
		"token is ignored":    {swap(`"appid"`, `"token":"`+secretive+`","appid"`), ""},
		"token of any type":   {swap(`"appid"`, `"token":{"a":[1,{"b":null}]},"appid"`), ""},
		"sid signed, letters": {signed(t, "20141231231231ab", data, `"`+data+`"`), "sid sid:header/sid"},
		"sid signed, 15":      {signed(t, "201412312312312", data, `"`+data+`"`), "sid sid:header/sid"},
		"sid signed, 21":      {signed(t, "201412312312312312345", data, `"`+data+`"`), "sid sid:header/sid"},
		"sid signed, newline": {signed(t, sid+"\\n", data, `"`+data+`"`), "sid sid:header/sid"},
		"sid signed, width":   {signed(t, "２０１４１２３１２３１２３１２３", data, `"`+data+`"`), "sid sid:header/sid"},
		"data signed, attack": {signed(t, sid, secretive+"!", `"`+secretive+`!"`), "1004"},
		"data signed, empty":  {signed(t, sid, "", `""`), ""},
		"data signed, null":   {signed(t, sid, "", `null`), ""},
		"data number":         {swap(`"`+data+`"`, "1"), "json"},
		"header text":         {`{"header":"x","data":""}`, "json"},
		"no header":           {`{"data":""}`, "json"},
		"dup":                 {`{"header":{},"header":{}}`, "json"},
		"array":               {`[]`, "json"},
		"Java breaks lines":   {signed(t, sid, "FQz8lhih\r\nFbBH8fV4PA==", `"FQz8lhih\r\nFbBH8fV4PA=="`), ""},
		"break at the end":    {signed(t, sid, data+"\n", `"FQz8lhihFbBH8fV4PA==\n"`), ""},
		"break pad":           {signed(t, sid, "FQz8lhihFbBH8fV4PA=\n=", `"FQz8lhihFbBH8fV4PA=\n="`), ""},
		"raw break":           {signed(t, sid, "FQz8lhih\nFbBH8fV4PA==", "\"FQz8lhih\nFbBH8fV4PA==\""), "json"},
		"bits":                {signed(t, sid, "FQz8lhihFbBH8fV4PB==", `"FQz8lhihFbBH8fV4PB=="`), "1004"},
		"no pad":              {signed(t, sid, "FQz8lhihFbBH8fV4PA", `"FQz8lhihFbBH8fV4PA"`), "1004"},
		"half pad":            {signed(t, sid, "FQz8lhihFbBH8fV4PA=", `"FQz8lhihFbBH8fV4PA="`), "1004"},
		"much pad":            {signed(t, sid, data+"=", `"FQz8lhihFbBH8fV4PA==="`), "1004"},
		"url":                 {signed(t, sid, "FQz8lhihFbBH8fV_PA==", `"FQz8lhihFbBH8fV_PA=="`), "1004"},
		"space":               {signed(t, sid, "FQz8lhih FbBH8fV4PA==", `"FQz8lhih FbBH8fV4PA=="`), "1004"},
		"gson":                {signed(t, sid, data, `"FQz8lhihFbBH8fV4PA\u003d\u003d"`), ""},
		"bom":                 {"\ufeff" + message, ""},
		"depth33":             {swap(`"appid"`, `"token":`+strings.Repeat("[", 33)+strings.Repeat("]", 33)+`,"appid"`), ""},
	} {
		in := protocol.Incoming{Message: &wire.Message{Method: "POST", Path: "/lianfa/api", Body: []byte(tt.body)}}
		a, err := p.Call.Admit(context.Background(), in, side)
		got := ""
		if e := problem.From(err); e != nil {
			got = string(e.Rule) + e.Code
			for _, one := range e.Problems {
				got += " " + string(one.Rule) + ":" + one.Field
			}
			if strings.Contains(err.Error(), secretive) {
				t.Errorf("%s: the input shows in %q", name, err)
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q (%v)", name, got, tt.want, err)
		}
		a.Release()
	}
}

package bind_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// nonsense is near no word of a signature, so that its refusal lists all.
const nonsense = "zzzzzzzzzzzzzzzz"

// TestSignatureWords holds the words of a signature that check knows against those
// that the runtime takes: both list them when they refuse one that is none.
func TestSignatureWords(t *testing.T) {
	t.Parallel()
	sign := func(change func(s *signature.Step)) signature.Spec {
		s := signature.Step{
			Op: "sign", Algorithm: "hmac-md5", Key: "appkey", Over: "{params}", Params: &signature.Params{From: []string{"query"}},
			To: "header.sign",
		}
		change(&s)
		return signature.Spec{App: "header.app", Steps: []signature.Step{s}}
	}
	crypt := func(change func(s *signature.Step)) signature.Spec {
		s := signature.Step{Op: "encrypt", Algorithm: "aes-gcm", Key: "appkey", To: "body.data"}
		change(&s)
		return signature.Spec{App: "header.app", Steps: []signature.Step{s}}
	}
	const only = "steps:\n    - compare: {value: query.t, with: token}"
	for _, tt := range []struct {
		what    string
		step    string // as YAML; empty: a time with nonsense before the steps
		runtime signature.Spec
	}{
		{
			"algorithm of sign", `sign: {algorithm: ` + nonsense + `, key: appkey, over: "{query}", to: header.sign}`,
			sign(func(s *signature.Step) { s.Algorithm = nonsense }),
		},
		{
			"algorithm of encrypt", `encrypt: {algorithm: ` + nonsense + `, key: appkey, to: body.data}`,
			crypt(func(s *signature.Step) { s.Algorithm = nonsense }),
		},
		{
			"key", `sign: {algorithm: hmac-md5, key: ` + nonsense + `, over: "{query}", to: header.sign}`,
			sign(func(s *signature.Step) { s.Key = nonsense }),
		},
		{
			"derive", `sign: {algorithm: hmac-md5, key: appkey, derive: ` + nonsense + `, over: "{query}", to: header.sign}`,
			sign(func(s *signature.Step) { s.Derive = nonsense }),
		},
		{
			"encoding", `sign: {algorithm: hmac-md5, key: appkey, over: "{query}", to: header.sign, encoding: ` + nonsense + `}`,
			sign(func(s *signature.Step) { s.Encoding = nonsense }),
		},
		{
			"filter", `sign: {algorithm: hmac-md5, key: appkey, over: "{query:` + nonsense + `}", to: header.sign}`,
			sign(func(s *signature.Step) { s.Over, s.Params = "{query:"+nonsense+"}", nil }),
		},
		{
			"order",
			`sign: {algorithm: hmac-md5, key: appkey, over: "{params}", params: {from: [query], order: ` + nonsense + `}, to: header.sign}`,
			sign(func(s *signature.Step) { s.Params.Order = nonsense }),
		},
		{
			"unit", "", signature.Spec{
				App: "header.app", Time: &signature.Time{Value: "header.time", Unit: nonsense},
				Steps: []signature.Step{{Op: "compare", Value: "query.t", With: "token"}},
			},
		},
	} {
		text := only + "\n    - " + tt.step
		if tt.step == "" {
			text = "time: {value: header.time, unit: " + nonsense + ", window: 5m}\n  " + only
		}
		listed := hintWords(t, text)
		_, err := signature.New(tt.runtime)
		if err == nil {
			t.Fatalf("%s: the runtime takes nonsense", tt.what)
		}
		_, known, ok := strings.Cut(err.Error(), ": take ")
		if want := wordList(known); !ok || len(want) < 2 || !slices.Equal(listed, want) {
			t.Errorf("%s: check has %v, the runtime has %v (%v)", tt.what, listed, want, err)
		}
	}
}

// hintWords lists the words of the finding that a signature with nonsense meets.
func hintWords(t *testing.T, rest string) []string {
	t.Helper()
	text := fmt.Sprintf(`system: words
title: 词
version: "1"
endpoint: {}
groups: {one: {title: 一}}
signature:
  app: header.app
  %s
reply: {code: code, message: message, payload: data, success: "0", fields: {code: {type: int, label: 码}, message: {type: string, label: 述}}}
`, rest)
	_, err := load.Systems(fstest.MapFS{
		"spec/words/system.yaml": {Data: []byte(text)}, "spec/words/errors.yaml": {Data: []byte("groups: []\nrules: {}\n")},
	}, "spec")
	findings, ok := errors.AsType[spec.Findings](err)
	if !ok {
		t.Fatalf("no findings: %v\n%s", err, text)
	}
	for _, f := range findings {
		if strings.Contains(f.Message, nonsense) {
			if words, ok := strings.CutPrefix(f.Hint, "one of "); ok {
				return wordList(words)
			}
		}
	}
	t.Fatalf("no finding lists words:\n%s", findings.Error())
	return nil
}

// wordList reads a list of words, sorted.
func wordList(text string) []string {
	words := regexp.MustCompile(`,\s*`).Split(strings.TrimSpace(text), -1)
	slices.Sort(words)
	return words
}

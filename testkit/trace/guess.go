package trace

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// unequal names the usual mistake that turns the secret of a name into the sent
// value. Neither is shown.
func (e *explainer) unequal(sent, name string) {
	secret, other := e.by.Secrets[name], "appkey"
	if name == other {
		other = "token"
	}
	unescaped, _ := url.QueryUnescape(sent)
	const proof = "what came is exactly that"
	switch {
	case sent == "" || secret == "":
	case sent == e.by.Secrets[other]:
		e.cause("wrong key: the sender sends the "+other, proof)
	case strings.EqualFold(sent, secret):
		e.cause("letter case", proof)
	case strings.TrimSpace(sent) == secret:
		e.cause("blanks or a line break at its ends", proof)
	case unescaped == secret:
		e.cause("URL encoding: it is escaped twice", proof)
	case strings.ReplaceAll(sent, " ", "+") == secret:
		e.cause("URL encoding: a + is not escaped as %2B", proof)
	case strings.HasPrefix(secret, sent):
		e.cause("its end is cut off", proof)
	default:
		e.at.Advice = "it is another value altogether: an old one, or that of another app?"
	}
}

// undecrypted names the other declaration of the step that would decrypt the
// received text to a JSON object.
func (e *explainer) undecrypted(i int) {
	step := e.spec.Steps[i]
	change := func(cause string, f func(s *signature.Step)) {
		guess := step
		if f(&guess); len(e.at.Causes) < maxCauses && e.decrypts(guess) {
			e.cause(cause, "that decrypts what came to JSON")
		}
	}
	for _, name := range crypt.SecretNames() {
		if name != step.Key {
			change("wrong key: the sender took the "+name, func(s *signature.Step) { s.Key = name })
		}
	}
	for _, how := range crypt.Derivations() {
		change("the sender made the key by derive: "+how, func(s *signature.Step) { s.Derive = how })
	}
	for _, iv := range []string{"prefix", "key", "zero"} {
		change("the sender took iv: "+iv, func(s *signature.Step) { s.IV = iv })
	}
	for _, encoding := range crypt.Encodings() {
		change("the sender wrote the cipher text as "+encoding, func(s *signature.Step) { s.Encoding = encoding })
	}
	for _, one := range crypt.Suites() {
		change("the sender took "+one.Name, func(s *signature.Step) { s.Algorithm, s.IV = one.Name, "" })
	}
	if len(e.at.Causes) == 0 {
		e.at.Advice = "compare the secret, then how the key is made of it, the mode and the iv"
	}
}

// decrypts reports whether a declaration of the encrypt step gives a JSON object.
func (e *explainer) decrypts(guess signature.Step) bool {
	c, err := signature.Single(guess)
	if err != nil {
		return false
	}
	t, err := c.Trace(e.r, "", e.by.Secrets, e.now)
	if err != nil || t.Unreadable() {
		return false
	}
	plain, err := t.Decrypt(0)
	return err == nil && isObject(plain)
}

// isObject reports whether a text is a JSON object.
func isObject(text []byte) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(text, &object) == nil && object != nil
}

package signature

import (
	"encoding/json"
	"net/url"
	"strings"
)

// unequal says which usual mistake turns the secret of a name into what was sent.
// Neither is shown.
func (e *explainer) unequal(sent, name string) {
	secret, other := e.k.all[name], "appkey"
	if name == other {
		other = "token"
	}
	unescaped, _ := url.QueryUnescape(sent)
	const proof = "what came is exactly that"
	switch {
	case sent == "" || secret == "":
	case sent == e.k.all[other]:
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

// undecrypted says which other declaration of the step would decrypt what came to a
// JSON object.
func (e *explainer) undecrypted(s *step) {
	change := func(cause string, f func(s *Step)) {
		guess := s.Step
		if f(&guess); len(e.at.Causes) >= maxCauses {
			return
		}
		if e.decrypts(guess) {
			e.cause(cause, "that decrypts what came to JSON")
		}
	}
	for _, name := range secretNames() {
		if name != s.Key {
			change("wrong key: the sender took the "+name, func(s *Step) { s.Key = name })
		}
	}
	for _, how := range []string{"raw", "hex", "base64", "md5", "md5-hex", "sha256"} {
		change("the sender made the key by derive: "+how, func(s *Step) { s.Derive = how })
	}
	for _, iv := range []string{"prefix", "key", "zero"} {
		change("the sender took iv: "+iv, func(s *Step) { s.IV = iv })
	}
	for _, encoding := range encodings() {
		change("the sender wrote the cipher text as "+encoding, func(s *Step) { s.Encoding = encoding })
	}
	for _, one := range suites() {
		change("the sender took "+one.name, func(s *Step) { s.Algorithm, s.IV = one.name, "" })
	}
	if len(e.at.Causes) == 0 {
		e.at.Advice = "compare the secret, then how the key is made of it, the mode and the iv"
	}
}

// decrypts reports whether a declaration of the encrypt step gives a JSON object.
func (e *explainer) decrypts(guess Step) bool {
	c := &Codec{spec: e.c.spec, crypt: -1}
	if c.compileStep(guess) != nil {
		return false
	}
	k, err := c.material("", e.k.all)
	if err != nil {
		return false
	}
	c.json = c.steps[0].to.place == inBody
	var m Message
	m.begin(c)
	if c.read(e.r, &m) != nil {
		return false
	}
	raw, iv, err := c.cipherText(&m, k)
	if err != nil {
		return false
	}
	plain, err := c.steps[0].suite.open(k.block, iv, raw)
	return err == nil && isObject(plain)
}

// isObject reports whether a text is a JSON object.
func isObject(text []byte) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(text, &object) == nil && object != nil
}

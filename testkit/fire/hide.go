package fire

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// maxShown is the most bytes that are kept of requests and answers for people.
const maxShown = 4 << 10

// revealing lists the places of messages in which secrets can be read, each once.
func revealing(list []protocol.Parts) (out []protocol.Place) {
	for _, p := range list {
		for _, place := range p.Places {
			again := slices.ContainsFunc(out, func(o protocol.Place) bool { return o.Name == place.Name })
			if len(place.Shows) > 0 && !again {
				out = append(out, place)
			}
		}
	}
	return out
}

// hidden is a message in which each of some places has the name of its secret in its
// stead. Texts are not searched: a short secret would be found everywhere. own are
// places that a case filled itself.
func hidden(m *message.Message, places []protocol.Place, own ...string) *message.Message {
	for _, place := range places {
		if !slices.Contains(own, place.Name) {
			m = mask(m, place)
		}
	}
	return m
}

// mask puts the names of secrets into a place. The body of a message that cannot be read
// is left out as a whole.
func mask(m *message.Message, place protocol.Place) *message.Message {
	name := "[" + strings.Join(place.Shows, "+") + "]"
	out, err := tamper.Replace(m, place.Name, func(string) string { return name })
	switch {
	case errors.Is(err, tamper.ErrPlace):
		return m
	case err != nil:
		short := *m
		short.Body = []byte(name)
		return &short
	}
	return out
}

// leastSecret is the length of secrets, in bytes, that are looked for in what a server
// says on its own account. Shorter ones are found in any text.
const leastSecret = 8

// discreet is a text of a server, unless it repeats a secret: then nothing of it.
func (c *courier) discreet(text string) string {
	for _, s := range []*session{c.app, c.limited} {
		for _, k := range c.secret {
			if s != nil && slices.ContainsFunc(s.secrets(k), func(one string) bool { return repeats(text, one) }) {
				return "[the answer repeats " + k + "]"
			}
		}
	}
	return text
}

// repeats reports whether a text has a secret, in whatever form.
func repeats(text, secret string) bool {
	return slices.ContainsFunc(formsOf(secret), func(form string) bool { return strings.Contains(text, form) })
}

// formsOf lists how a secret may be written: as it is, in other case (cases do that), in
// a URL, in JSON.
func formsOf(secret string) []string {
	if len(secret) < leastSecret {
		return nil
	}
	var out []string
	for _, s := range []string{secret, strings.ToUpper(secret), strings.ToLower(secret)} {
		inner, _ := json.Marshal(s) // a text never fails
		out = append(out, s, url.QueryEscape(s), url.PathEscape(s), string(inner[1:len(inner)-1]))
	}
	return out
}

// cut keeps the shown part of a text, in whole characters.
func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown
	for end > maxShown-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

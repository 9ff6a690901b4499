package fire

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// maxShown is the most bytes that are kept of requests and answers for people.
const maxShown = 4 << 10

// hidden is a message in which each place that holds a secret has the secret's name in
// its stead. Texts are not searched: a short secret would be found everywhere. tampered
// are places that a case filled itself.
func (c *courier) hidden(m *message.Message, reply bool, tampered ...string) *message.Message {
	calls, replies := c.call.Parts()
	list := calls
	if reply {
		list = replies
	}
	done := map[string]bool{}
	for _, p := range list {
		for _, place := range p.Places {
			if len(place.Shows) == 0 || done[place.Name] {
				continue
			}
			done[place.Name] = true
			m = mask(m, place, slices.Contains(tampered, place.Name))
		}
	}
	return m
}

// mask puts the names of secrets into a place. The body of a message that cannot be read
// is left out as a whole.
func mask(m *message.Message, place protocol.Place, own bool) *message.Message {
	if own {
		return m
	}
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

package caller

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/spec"
)

// Message is a sealed message that was read, before it is opened.
type Message struct {
	Codec  *envelope.Codec
	Sealed envelope.Message
	Cmd    string // as the message says
	Hint   string // for when it does not open: it names another app; mostly empty
}

// Message reads a sealed message of a system. A header that is not whole is reported
// through say.
func (a App) Message(s *spec.System, text []byte, say func(format string, args ...any)) (*Message, error) {
	codec, _, err := a.Keys(s)
	if err != nil {
		return nil, err
	}
	m := &Message{Codec: codec}
	err = parse(codec, s, text, &m.Sealed)
	if rule := problem.From(err); err != nil && rule.Rule != problem.Required && rule.Rule != problem.Type {
		return nil, command.Failed("a message is one JSON object, or header=…&data=… as in a GET", "the message cannot be read: %s", err)
	}
	if err != nil {
		say("the header is not whole: %s", err) // a reply to an unverified message has no sid
	}
	m.Cmd, m.Hint = m.Sealed.Value(s.Endpoint.Dispatch), a.stranger(s, codec.App(&m.Sealed))
	return m, nil
}

// stranger says that a message names another app than that of the file; a reply
// names the sender.
func (a App) stranger(s *spec.System, named string) string {
	if named == a.ID || named == s.Envelope.Sender {
		return ""
	}
	return fmt.Sprintf("it names app %q, and %s is of app %s", named, a.File, a.ID)
}

// parse reads a message: the body of a POST, or the query of a GET.
func parse(codec *envelope.Codec, s *spec.System, text []byte, m *envelope.Message) error {
	text = bytes.TrimSpace(text)
	if len(text) > 0 && text[0] != '{' {
		_, after, found := bytes.Cut(text, []byte("?"))
		if !found {
			after = text
		}
		query, err := url.ParseQuery(string(after))
		if err == nil && query.Has(s.Envelope.Head) {
			return codec.ParseParts([]byte(query.Get(s.Envelope.Head)), []byte(query.Get(s.Envelope.Data)), m)
		}
	}
	return codec.Parse(text, m)
}

package client

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Refusal is a code other than success, as an error of Do.
type Refusal struct {
	Cmd     string
	Code    string // of the document
	Message string
	Field   string // that the message names; else empty
	Sid     string
	Status  int // of HTTP
}

// Error names the interface and the status, and gives code and text as the server did.
func (e *Refusal) Error() string {
	text := strings.TrimSpace(e.Code + " " + e.Message)
	if text == "" {
		return fmt.Sprintf("%s was refused: HTTP %d", e.Cmd, e.Status)
	}
	return fmt.Sprintf("%s was refused: %s (HTTP %d)", e.Cmd, text, e.Status)
}

// sidKey is the key of a context's message id.
type sidKey struct{}

// WithSid returns a context in which Do, and the methods of generated clients, call
// under a message id of the caller: to repeat a call whose reply was lost.
func WithSid(ctx context.Context, sid string) context.Context {
	return context.WithValue(ctx, sidKey{}, sid)
}

// Do calls an interface with a generated request and returns the generated
// response: Do[customer.CstInfoGetResponse](ctx, c, "cst_info_get", &request).
// Generated clients have a method for each interface that does it. A request that
// breaks a rule of the document is ErrUnsent, with an *problem.Error that names all
// of them. A code other than success is a *Refusal; other errors are those of Call.
// A response that breaks the document's types is a *StatusError.
func Do[P any, PP wire.Decoder[P]](ctx context.Context, c *Client, cmd string, request wire.Encoder) (*P, error) {
	structs, err := c.structs()
	if err != nil {
		return nil, err
	}
	if err := structs.Check(request); err != nil {
		return nil, c.broken(cmd, err)
	}
	out := wire.NewWriter(c.zone)
	out.Begin()
	request.Encode(out)
	out.End()
	sid, _ := ctx.Value(sidKey{}).(string)
	reply, err := c.Send(ctx, Request{Cmd: cmd, Payload: out.Bytes(), Sid: sid})
	if err != nil {
		return nil, err
	}
	if !reply.OK {
		return nil, &Refusal{Cmd: cmd, Code: reply.Code, Message: reply.Message, Field: reply.Field, Sid: reply.Sid, Status: reply.Status}
	}
	payload := reply.Payload
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	in := wire.NewReader(payload, c.zone, wire.Limits{Elements: MaxReply, Lone: c.config.System.Protocol.Declaration().Reply.XML()})
	p := new(P)
	PP(p).Decode(in)
	if err := cmp.Or(in.Close(), in.List.Err()); err != nil {
		return nil, &StatusError{Cmd: cmd, Sid: reply.Sid, Status: reply.Status, Err: err}
	}
	return p, nil
}

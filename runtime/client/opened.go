package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// exchange makes a call: the message is written, sent, and its reply read.
func (c *Client) exchange(ctx context.Context, r Request) (Reply, error) {
	out, err := c.Outgoing(r)
	if err != nil {
		return Reply{}, unsent(r.Cmd, err)
	}
	l, _, _ := c.of(r.Cmd) // Outgoing asked it
	sent, err := l.Send(c.keys, out)
	if err != nil {
		return Reply{}, unsent(r.Cmd, err)
	}
	defer sent.Release()
	if r.Explain != nil {
		r.Explain(sent.Lines(), sent.Message)
	}
	request, err := c.request(ctx, sent.Message)
	if err != nil {
		return Reply{}, unsent(r.Cmd, err)
	}
	reply := Reply{Sid: r.Sid}
	m, err := c.answer(request)
	switch {
	case errors.Is(err, errLarge):
		return reply, &StatusError{Cmd: r.Cmd, Sid: r.Sid, Status: m.Status, Err: err}
	case err != nil:
		return reply, &NoReplyError{r.Cmd, r.Sid, err}
	}
	opened, err := l.Open(ctx, sent, m)
	if r.Explain != nil {
		r.Explain(sent.Lines(), m)
	}
	err = c.read(l, &r, m, opened, err, &reply)
	if opened != nil {
		opened.Release()
	}
	return reply, err
}

// errLarge is the error of a reply that is too large, however often it is asked for.
var errLarge = fmt.Errorf("the reply is larger than %d bytes", MaxReply)

// answer sends a request and takes what comes back.
func (c *Client) answer(request *http.Request) (*message.Message, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w", bare(request, err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxReply+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the reply: %w", bare(request, err))
	case len(body) > MaxReply:
		return &message.Message{Status: response.StatusCode}, errLarge
	}
	return &message.Message{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

// read fills in a Reply from what was opened.
func (c *Client) read(l *lane, r *Request, m *message.Message, o *protocol.Opened, err error, reply *Reply) error {
	alien := &StatusError{Cmd: r.Cmd, Sid: r.Sid, Status: m.Status, Type: m.Type(), Size: len(m.Body)}
	switch {
	case errors.Is(err, protocol.ErrForeign):
		return alien
	case err != nil:
		return &fault{ErrForged, err, fmt.Sprintf("%s: %v (HTTP %d), it was changed or the keys are not the server's: %v", r.Cmd, ErrForged, m.Status, err)}
	case o.Unknown && l.verified, o.OK && o.Plain && m.Status/100 != 2 && m.Status != 0:
		alien.Code, alien.Message = o.Code, o.Text
		return alien
	}
	reply.Status, reply.OK, reply.Verified = m.Status, o.OK, !o.Plain
	reply.Code, reply.Message = o.Code, o.Text
	reply.Plain, reply.Payload = bytes.Clone(o.Whole()), bytes.Clone(o.Payload)
	reply.Field = named(c.config.System.Errors.Texts[reply.Code], reply.Message)
	return nil
}

package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/example"
	wire "github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// samples are those of the document, or ours.
func (b *builder) samples(i *spec.Interface) error {
	request, err := b.request(i)
	if err != nil {
		return err
	}
	if request != "" {
		b.sample("请求示例", cmp.Or(exampleOf(i, true), request))
	}
	if i.Kind == spec.Notify {
		return nil
	}
	reply, err := b.reply(i)
	if reply != "" {
		b.sample("返回示例", cmp.Or(exampleOf(i, false), reply))
	}
	return err
}

func (b *builder) sample(title, text string) {
	b.heading(4, title)
	b.blocks = append(b.blocks, block{text: strings.TrimSpace(text), code: true})
}

// request is a sample of what the body of a request says: XML, a form, or JSON.
func (b *builder) request(i *spec.Interface) (string, error) {
	inside := i.Carried().Inside()
	if len(inside) == 0 {
		return "", nil
	}
	if draft, payload, err := message(i); err == nil && b.sampler != nil {
		if r := b.sampler.Request(i, draft, payload); r != nil && isXML(r.Body) {
			return string(r.Body), nil
		}
	}
	if slices.ContainsFunc(inside, func(f *spec.Field) bool { return f.Place() != "form" }) {
		return indented(example.Carried(i.Carried()))
	}
	var pairs []string
	for _, m := range example.Object(inside) {
		text, is := m[1].(string)
		if !is {
			value, err := json.Marshal(m[1])
			if err != nil {
				return "", err
			}
			text = string(value)
		}
		pairs = append(pairs, url.QueryEscape(fmt.Sprint(m[0]))+"="+url.QueryEscape(text))
	}
	return strings.Join(pairs, "&"), nil
}

// reply is a sample of a reply, with the rows of all replies where those are among its own.
func (b *builder) reply(i *spec.Interface) (string, error) {
	if len(i.Response.Inside()) == 0 {
		return "", nil
	}
	if draft, payload, err := message(i); err == nil && b.sampler != nil {
		own, err := json.Marshal(example.Object(i.Response))
		if _, text := b.sampler.Reply(i, draft, payload, own); err == nil && isXML(text) {
			return string(text), nil
		}
	}
	own := example.Carried(i.Response)
	if whole := b.whole(i); b.framed[false] && whole != nil {
		return indented(whole)
	}
	return indented(own)
}

// whole is a sample of all of a reply; nil where its own members are not beside the others.
func (b *builder) whole(i *spec.Interface) json.RawMessage {
	draft, payload, err := message(i)
	if err != nil || b.sampler == nil {
		return nil
	}
	own, err := json.Marshal(example.Object(i.Response))
	if err != nil {
		return nil
	}
	whole, _ := b.sampler.Reply(i, draft, payload, own)
	var members, all map[string]json.RawMessage
	if json.Unmarshal(own, &members) != nil || json.Unmarshal(whole, &all) != nil {
		return nil
	}
	for name := range members {
		if all[name] == nil {
			return nil
		}
	}
	return whole
}

// message is what a request is made of.
func message(i *spec.Interface) (draft *wire.Message, payload []byte, err error) {
	if draft, err = example.Draft(i); err == nil {
		payload, err = example.Payload(i)
	}
	return draft, payload, err
}

// isXML says whether a body is XML.
func isXML(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// indented is JSON for people.
func indented(v any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return out.String(), err
}

func exampleOf(i *spec.Interface, request bool) string {
	switch {
	case i.Example == nil:
		return ""
	case request:
		return i.Example.Request
	}
	return i.Example.Response
}

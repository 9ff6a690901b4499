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
		return b.answer(i)
	}
	reply, err := b.reply(i)
	if reply != "" {
		b.sample("返回示例", cmp.Or(exampleOf(i, false), reply))
	}
	return err
}

// answer is a sample of what a notification is answered with, where a table has its rows.
func (b *builder) answer(i *spec.Interface) error {
	if !slices.ContainsFunc(i.Frame, func(f *spec.Field) bool { return !f.Ours }) || b.sampler == nil {
		return nil
	}
	draft, payload, err := message(i)
	if err != nil {
		return err
	}
	whole, _ := b.sampler.Reply(i, draft, payload, nil)
	var members map[string]json.RawMessage
	if json.Unmarshal(whole, &members) != nil {
		return nil // it has none
	}
	text, err := indented(json.RawMessage(whole))
	b.sample("返回示例", text)
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
	if len(i.Response.Inside()) == 0 && !b.framed[false] {
		return "", nil
	}
	if draft, payload, err := message(i); err == nil && b.sampler != nil {
		own, err := json.Marshal(example.Object(i.Response.Inside()))
		if _, text := b.sampler.Reply(i, draft, payload, own); err == nil && isXML(text) {
			return string(text), nil
		}
	}
	if whole, _, ok := b.whole(i); ok && b.framed[false] {
		return indented(whole)
	}
	if len(i.Response.Inside()) == 0 {
		return "", nil
	}
	return indented(example.Carried(i.Response))
}

// whole is a sample of all of a reply, and the member that its own members are in; empty where
// they are beside the others. It is not ok where they are nowhere to be seen.
func (b *builder) whole(i *spec.Interface) (whole json.RawMessage, holder string, ok bool) {
	draft, payload, err := message(i)
	if err != nil || b.sampler == nil {
		return nil, "", false
	}
	own, err := json.Marshal(example.Object(i.Response.Inside()))
	if err != nil {
		return nil, "", false
	}
	whole, _ = b.sampler.Reply(i, draft, payload, own)
	var members, all map[string]json.RawMessage
	if json.Unmarshal(own, &members) != nil || json.Unmarshal(whole, &all) != nil {
		return nil, "", false
	}
	if within(all, members) {
		return whole, "", true
	}
	for name, text := range all {
		var inner map[string]json.RawMessage
		if json.Unmarshal(text, &inner) == nil && within(inner, members) {
			return whole, name, true
		}
	}
	return nil, "", false
}

// within says whether an object has all members of another.
func within(all, members map[string]json.RawMessage) bool {
	for name := range members {
		if all[name] == nil {
			return false
		}
	}
	return true
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

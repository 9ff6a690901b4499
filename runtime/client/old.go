package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// Place puts the members of a payload, a JSON object, into the places of a request
// that is not signed yet: fields outside the body where they belong, all others
// into the JSON body or payload, the form, or, without a body, the query. values
// fill in members that the payload lacks. An error is a member that has no place.
func Place(one *route.Interface, codec *signature.Codec, payload []byte, values map[string]string) (*signature.Request, error) {
	p := &signature.Request{Method: one.Method, Header: http.Header{}, Form: one.Form}
	query, form := url.Values{}, url.Values{}
	members, err := readObject(payload)
	if err != nil && (bodyless(one.Method) || one.Form || codec.Apart()) {
		return nil, err
	}
	path := one.Path
	for _, at := range one.Outside {
		text, ok := members.text(at.Name)
		members.drop(at.Name)
		if !ok {
			text, ok = values[at.Name]
		}
		switch {
		case at.In == "path" && text == "":
			return nil, fmt.Errorf("%s is in the path and is missing", at.Name)
		case at.In == "path":
			path = strings.ReplaceAll(path, "{"+at.Name+"}", url.PathEscape(text))
		case !ok:
		case at.In == "header":
			p.Header.Set(at.Name, text)
		case at.In == "form":
			form.Set(at.Name, text)
		default:
			query.Set(at.Name, text)
		}
	}
	p.Path = path
	switch {
	case codec.Apart():
		if p.Form {
			p.Body = []byte(form.Encode())
		}
		p.Query = query.Encode()
		return p, codec.SetPayload(p, members.rest())
	case one.Form:
		members.into(form)
		p.Body = []byte(form.Encode())
	case bodyless(one.Method):
		members.into(query)
	case members.changed:
		p.Body = members.rest()
	default:
		p.Body = payload // to the letter
	}
	p.Query = query.Encode()
	return p, nil
}

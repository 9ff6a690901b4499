package example

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// Draft puts samples of the fields into their places: what the interface says
// beside the payload.
func Draft(i *spec.Interface) (*message.Message, error) {
	m := &message.Message{Method: i.Method, Path: i.Path, Header: http.Header{}}
	if i.Kind == spec.Notify {
		m.Path = cmp.Or(m.Path, "/")
	}
	known := documented(i)
	var query []string
	for _, f := range i.Outside() {
		text, err := outsideText(f, known)
		if err != nil {
			return nil, err
		}
		switch {
		case f.In == "path":
			m.Path = strings.ReplaceAll(m.Path, "{"+f.Name+"}", url.PathEscape(text))
		case f.In == "header" && !strings.EqualFold(f.Outer(), "Content-Type"):
			m.Header.Set(f.Outer(), text)
		case f.In == "cookie":
			m.Header.Set("Cookie", message.WithCookie(m.Header.Get("Cookie"), f.Outer(), text))
		case f.In == "query":
			query = append(query, url.QueryEscape(f.Outer())+"="+url.QueryEscape(text))
		}
	}
	m.Query = strings.Join(query, "&")
	return m, nil
}

// Payload is the JSON of the fields of the body, empty where the request has none.
func Payload(i *spec.Interface) ([]byte, error) {
	if i.IsBodyless() {
		return nil, nil
	}
	return json.Marshal(bodyOf(i, documented(i)))
}

// documented are the members of the document's own sample of a request, nil where it
// gives none: they are values that its patterns accept.
func documented(i *spec.Interface) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if json.Unmarshal([]byte(i.RequestExample()), &out) != nil {
		return nil
	}
	return out
}

// bodyOf is a sample of the body: the document's, with what it lacks and what is
// required, or one of our own.
func bodyOf(i *spec.Interface, known map[string]json.RawMessage) ordered.Object {
	if known == nil {
		return Object(i.Carried())
	}
	out := ordered.Object{}
	for _, f := range i.Carried() {
		if v, ok := known[f.Name]; ok {
			out = append(out, ordered.Member{f.Name, v})
		} else if v := Value(f); v != nil && f.IsRequired() {
			out = append(out, ordered.Member{f.Name, v})
		}
	}
	return out
}

// outsideText is a sample of a field outside of the body.
func outsideText(f *spec.Field, known map[string]json.RawMessage) (string, error) {
	v := Value(f)
	if sample, ok := known[f.Name]; ok {
		if err := json.Unmarshal(sample, &v); err != nil {
			return "", err
		}
	}
	if v == nil {
		return "", nil
	}
	if text, ok := v.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

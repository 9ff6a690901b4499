package api

import (
	"errors"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// ErrSilent is the error of a system that sends no notifications.
var ErrSilent = errors.New("the system sends no notifications")

// AsyncAPI describes the notifications of a system as AsyncAPI 3.0: a channel for each,
// which is the subscriber's URL, and what stands on the wire and inside.
func AsyncAPI(s *spec.System) ([]byte, error) {
	d, err := newDocument(s)
	if err != nil {
		return nil, err
	}
	var channels, operations, schemas, messages ordered.Object
	for _, i := range s.Interfaces {
		if i.Kind != spec.Notify || d.d.Push == nil {
			continue
		}
		name := d.schemaName(i, "notification")
		id := d.schemaName(i, "push")
		own := d.schemas()
		for _, m := range own {
			if m[0] == name {
				schemas = append(schemas, m)
			}
		}
		push := &shaper{d: d, m: d.d.Push, rows: s.Protocol.Push, payload: ref(name)}
		message := ordered.Object{{"name", i.Cmd}, {"title", i.Title}, {"summary", description(i)}}
		if content := push.content(); content != nil {
			message = append(message, ordered.Member{"contentType", content[0][0]}, ordered.Member{"payload", content[0][1].(ordered.Object)[0][1]})
		}
		if headers := headers(told(i, push)); headers != nil {
			message = append(message, ordered.Member{"headers", headers})
		}
		messages = append(messages, ordered.Member{id, append(message, ordered.Member{"x-jiekou-notification", ref(name)})})
		channels = append(channels, ordered.Member{id, ordered.Object{
			{"address", nil},
			{"title", i.Title},
			{"description", "订阅者的地址，由 jiekoud app subscribe 登记"},
			{"messages", ordered.Object{{"message", ordered.Object{{"$ref", "#/components/messages/" + id}}}}},
			{"bindings", ordered.Object{{"http", ordered.Object{}}}},
		}})
		operations = append(operations, ordered.Member{id, ordered.Object{
			{"action", "send"},
			{"channel", ordered.Object{{"$ref", "#/channels/" + id}}},
			{"summary", i.Title},
			{"bindings", ordered.Object{{"http", ordered.Object{{"method", "POST"}, {"bindingVersion", "0.3.0"}}}}},
			{"messages", []any{ordered.Object{{"$ref", "#/channels/" + id + "/messages/message"}}}},
		}})
	}
	if channels == nil {
		return nil, ErrSilent
	}
	return indented(ordered.Object{
		{"asyncapi", "3.0.0"},
		{"info", d.info()},
		{"defaultContentType", "application/json"},
		{"channels", channels},
		{"operations", operations},
		{"components", ordered.Object{{"messages", messages}, {"schemas", schemas}}},
		{"x-jiekou-protocol", d.extension()},
	})
}

// headers is the schema of the headers among parameters, nil where there are none.
func headers(parameters []any) any {
	var properties ordered.Object
	for _, one := range parameters {
		if p := one.(ordered.Object); p[1][1] == "header" {
			properties = append(properties, ordered.Member{p[0][1], p[3][1]})
		}
	}
	if properties == nil {
		return nil
	}
	return ordered.Object{{"type", "object"}, {"properties", properties}}
}

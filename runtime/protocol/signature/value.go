package signature

import (
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// place is the place of a value.
type place uint8

const (
	inMethod place = iota
	inPath
	inRawQuery
	inRawBody
	inHeader
	inQuery
	inForm
	inBody
	inSecret // not a value of the request: its position is that of the secret
)

// maxValues bounds the values of one declaration: a bit of Message.have each.
const maxValues = 64

// value is a value of a request that a declaration names.
type value struct {
	place    place
	name     string // "sign"; of a header in canonical form; empty for whole parts
	full     string // as it is declared: "header.sign"
	required bool
}

// ref is the target of a name: a value, or a secret of the app.
type ref struct {
	place place
	at    int // position in Codec.values, of secrets in Codec.secrets
}

// wholes are the parts of a request that are values without a name.
func wholes() map[string]place {
	return map[string]place{"method": inMethod, "path": inPath, "query": inRawQuery, "body": inRawBody}
}

// named are the parts of a request that hold values with names.
func named() map[string]place {
	return map[string]place{"header": inHeader, "query": inQuery, "form": inForm, "body": inBody}
}

// resolve finds the target of a name and records a new value.
func (c *Codec) resolve(full string) (ref, error) {
	if slices.Contains(crypt.SecretNames(), full) {
		return ref{inSecret, c.secret(full)}, nil
	}
	at, whole := wholes()[full]
	name := ""
	if !whole {
		kind, rest, _ := strings.Cut(full, ".")
		var ok bool
		if at, ok = named()[kind]; !ok || rest == "" || strings.ContainsFunc(rest, unnameable) {
			return ref{}, crypt.Unknown("value or secret", full, "method", "path", "query", "body",
				"header.NAME", "query.NAME", "form.NAME", "body.NAME", "token", "appkey")
		}
		if name = rest; at == inHeader {
			name = textproto.CanonicalMIMEHeaderKey(rest)
		}
	}
	i := slices.IndexFunc(c.values, func(v value) bool { return v.place == at && v.name == name })
	if i < 0 {
		if i = len(c.values); i == maxValues {
			return ref{}, fmt.Errorf("more than %d values", maxValues)
		}
		c.values = append(c.values, value{place: at, name: name, full: full})
	}
	return ref{at, i}, nil
}

// sent is resolve for a value of the request, which is required when must is.
func (c *Codec) sent(full string, must bool) (ref, error) {
	r, err := c.resolve(full)
	if err != nil {
		return r, err
	}
	if r.place == inSecret {
		return r, fmt.Errorf("%q is a secret, not a value of the request", full)
	}
	c.values[r.at].required = c.values[r.at].required || must
	return r, nil
}

// settable is sent for a value that Sign writes.
func (c *Codec) settable(full string) (ref, error) {
	r, err := c.sent(full, true)
	if err == nil && r.place < inHeader {
		err = fmt.Errorf("%q cannot be written; take header.NAME, query.NAME, form.NAME or body.NAME", full)
	}
	return r, err
}

// secret returns the position of a secret, noting it when it is new.
func (c *Codec) secret(name string) int {
	if i := slices.Index(c.secrets, name); i >= 0 {
		return i
	}
	c.secrets = append(c.secrets, name)
	return len(c.secrets) - 1
}

// name is how a value is called towards callers: its own name, without the place.
func (v value) short() string {
	_, name, dotted := strings.Cut(v.full, ".")
	if !dotted {
		return v.full
	}
	return name
}

// unnameable reports whether the name of a value cannot contain r.
func unnameable(r rune) bool { return r <= ' ' || strings.ContainsRune("{}:\"", r) }

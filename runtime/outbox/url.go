package outbox

import (
	"errors"
	"net/url"
)

// MaxURL bounds the URL of a receiver, in bytes.
const MaxURL = 2048

// errURL is what is wrong with the URL of a receiver.
var errURL = errors.New("want http:// or https:// and a host, without user or fragment, of at most 2048 bytes")

// ParseURL reads the URL of a receiver, of a subscription or one that a request gave. The
// address that it leads to is validated at dialling, not here.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || len(text) > MaxURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return nil, errURL
	}
	return u, nil
}

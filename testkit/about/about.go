// Package about has what a mock says of itself, and asks for it: a tester of servers learns
// what a mock cannot show, instead of that it is wrong.
package about

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Control is the path below which a mock is steered over HTTP: GET of about, GET and PUT of
// rows, POST of reset, and of ended, a token that is over.
const Control = "/_mock/"

// What the rows of a mock may be, beside those of a file that a mock saved.
const (
	DemoRows  = "demo"  // those of serve --demo
	EmptyRows = "empty" // no rows at first
	NoRows    = "none"  // none ever: replies are examples and made-up data
	FileRows  = "file"
)

// Mock is what a mock says of itself.
type Mock struct {
	Rows string `json:"rows"`
}

// maxSaid is the most bytes that are read of it.
const maxSaid = 1 << 16

// Ask asks a server whether it is a mock. It is nil for every other server.
func Ask(ctx context.Context, client *http.Client, base string) *Mock {
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: Control + "about"}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil
	}
	res, err := client.Do(r)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	var m Mock
	if res.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(res.Body, maxSaid)).Decode(&m) != nil || m.Rows == "" {
		return nil
	}
	return &m
}

// Ended has a mock know a token that has ended: its system, app and token.
func Ended(ctx context.Context, client *http.Client, base string, of url.Values) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: Control + "ended"}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), strings.NewReader(of.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the mock takes no token: HTTP %d", res.StatusCode)
	}
	return nil
}

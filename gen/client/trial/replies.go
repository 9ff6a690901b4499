package trial

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/spec"
)

// Alien are answers that nobody of the system gives.
var Alien = []struct {
	Status     int
	Type, Body string
}{
	{200, "", ""},
	{302, "", ""},
	{302, "text/html; charset=utf-8", "<html>moved</html>"},
	{401, "", ""},
	{404, "text/html", "<html>秘密</html>"},
	{502, "text/html", "<html>"},
	{200, "application/json", "[]"},
	{200, "application/json", "null"},
	{200, "application/json", `{"a":`},
	{200, "application/json", `{"secret":1}`},
	{500, "application/json", `{"code":"x","msg":"y"}`},
	{302, "application/json", `{"code":"0","msg":"y"}`},
}

// Aliens is a server that gives the nth of them below the path /n.
func Aliens(t testing.TB) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.SplitN(r.URL.Path, "/", 3)[1])
		if err != nil {
			n = 0
		}
		w.Header()["Content-Type"] = nil
		if one := Alien[n].Type; one != "" {
			w.Header().Set("Content-Type", one)
		}
		w.WriteHeader(Alien[n].Status)
		_, _ = w.Write([]byte(Alien[n].Body))
	}))
	t.Cleanup(server.Close)
	return server
}

// Slow is a server whose replies do not end: below /drip for twenty seconds, below /huge for a
// byte more than a reply may have.
func Slow(t testing.TB) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if strings.HasPrefix(r.URL.Path, "/huge") {
			_, _ = w.Write(make([]byte, client.MaxReply+1))
			return
		}
		for range 200 {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// Changing is a server that changes the last digit of each reply of another.
func Changing(t testing.TB, of *httptest.Server) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		of.Config.Handler.ServeHTTP(rec, r)
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		_, _ = w.Write(Spoiled(rec.Body.Bytes()))
	}))
	t.Cleanup(server.Close)
	return server
}

// Spoiled is a body with its last digit changed; nil where it has none.
func Spoiled(body []byte) []byte {
	out := bytes.Clone(body)
	if len(out) < 3 {
		return nil
	}
	at := bytes.LastIndexAny(out[:len(out)-1], "0123456789abcdefABCDEF")
	if at < 0 {
		return nil
	}
	out[at] ^= 1
	return out
}

// Silent is the URL of a server that is gone.
func Silent(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}

// Told is what the client in Go makes of a call: the kind of its error, as other languages
// call it, and its text. Both are empty where it takes the reply.
func Told(t testing.TB, s *spec.System, keys map[string]string, url, cmd, payload string) (kind, text string) {
	t.Helper()
	c, err := client.New(client.Config{System: bind.System(s), URL: url, App: App, Secrets: keys})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := c.Call(t.Context(), cmd, []byte(payload))
	switch {
	case err == nil && reply.OK:
		return "", ""
	case err == nil:
		return "RefusedError", (&client.Refusal{Cmd: cmd, Code: reply.Code, Message: reply.Message, Status: reply.Status}).Error()
	case errors.Is(err, client.ErrForged):
		text, _, _ = strings.Cut(err.Error(), ")")
		return "ForgedReplyError", text
	}
	for kind, is := range map[string]bool{
		"UnreadableReplyError": isA[*client.StatusError](err), "NoReplyError": isA[*client.NoReplyError](err), "InvalidRequestError": errors.Is(err, client.ErrUnsent),
	} {
		if is {
			return kind, err.Error()
		}
	}
	return fmt.Sprintf("%T", err), err.Error()
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// Differs says how what a client made of an answer differs from what the client in Go makes of
// it: "" where it does not. Why a reply is forged each says in its own words.
func Differs(wantKind, wantText, kind, text string) string {
	if kind == "ForgedReplyError" {
		text, _, _ = strings.Cut(text, ")")
	}
	if wantKind == "" && (kind == "" || kind == "UnreadableReplyError") || wantKind == kind && wantText == text {
		return "" // a payload that is read may yet be no object of the document
	}
	return fmt.Sprintf("%s %q, in Go %s %q", kind, text, wantKind, wantText)
}

// Package held keeps an HTTP reply until somebody has decided what becomes of it.
package held

import (
	"bytes"
	"io"
	"net/http"
)

// Reply is a reply that was not sent yet. It is an http.ResponseWriter for one handler.
type Reply struct {
	Status int // 0: nothing was written
	Body   bytes.Buffer

	header http.Header
}

// Serve has a handler answer a request and returns what it would have sent.
func Serve(h http.Handler, r *http.Request) *Reply {
	w := &Reply{}
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return w
}

// Header returns the header of the reply.
func (r *Reply) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

// WriteHeader keeps the first status.
func (r *Reply) WriteHeader(status int) {
	if r.Status == 0 {
		r.Status = status
	}
}

// Write keeps a part of the body.
func (r *Reply) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.Body.Write(p)
}

// Send sends the reply. A caller that has left is not told.
func (r *Reply) Send(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body.Bytes())
}

// Response returns the reply as a client would read it.
func (r *Reply) Response(q *http.Request) *http.Response {
	return &http.Response{
		Status: http.StatusText(r.Status), StatusCode: r.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.Header().Clone(), Body: io.NopCloser(bytes.NewReader(r.Body.Bytes())), ContentLength: int64(r.Body.Len()), Request: q,
	}
}

package caller

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Way is how a server is reached.
type Way struct {
	CA        string // file of certificates that prove the server, besides those of the machine; empty: none
	Cert, Key string // files of the certificate that proves us; empty: none
	Proxy     string // URL of an HTTP proxy; empty: none
}

// Flags adds the flags that say it.
func (w *Way) Flags(f interface {
	StringVar(p *string, name, value, usage string)
},
) {
	f.StringVar(&w.CA, "ca", "", "file of certificates (PEM) that prove the server, besides those of this machine")
	f.StringVar(&w.Cert, "cert", "", "file of the certificate (PEM) that proves us to the server")
	f.StringVar(&w.Key, "key", "", "file of its key")
	f.StringVar(&w.Proxy, "http-proxy", "", "URL of the HTTP proxy on the way to the server")
}

// Transport is a client's, with a way; nil where it is the usual one.
func (w Way) Transport() (http.RoundTripper, error) {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if w == (Way{}) || !ok {
		return nil, nil
	}
	t := usual.Clone()
	t.MaxResponseHeaderBytes = message.MaxHeaders
	return t, w.Through(t)
}

// Through has a transport connect as w says.
func (w Way) Through(t *http.Transport) error {
	if w.Proxy != "" {
		u, err := url.Parse(w.Proxy)
		if err != nil || u.Host == "" {
			return command.Misused("write it like http://127.0.0.1:3128", "--http-proxy is no URL")
		}
		t.Proxy = http.ProxyURL(u)
	}
	if w == (Way{Proxy: w.Proxy}) {
		return nil
	}
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if w.CA != "" {
		text, err := os.ReadFile(w.CA)
		if err != nil {
			return err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(text) {
			return command.Misused("it has certificates in PEM", "--ca %s: no certificate in it", w.CA)
		}
		t.TLSClientConfig.RootCAs = pool
	}
	if w.Cert+w.Key != "" {
		if w.Cert == "" || w.Key == "" {
			return command.Misused("", "%s", errors.New("--cert and --key belong together"))
		}
		pair, err := tls.LoadX509KeyPair(w.Cert, w.Key)
		if err != nil {
			return command.Misused("both are files in PEM", "--cert: %s", err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return nil
}

package fire

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

// transport connects as w says. Its connections are parallel at most.
func (w Way) transport(parallel int) (*http.Transport, error) {
	t := &http.Transport{MaxIdleConnsPerHost: parallel, MaxConnsPerHost: parallel, MaxResponseHeaderBytes: message.MaxHeaders}
	if w.Proxy != "" {
		u, err := url.Parse(w.Proxy)
		if err != nil || u.Host == "" {
			return nil, command.Misused("write it like http://127.0.0.1:3128", "--http-proxy is no URL")
		}
		t.Proxy = http.ProxyURL(u)
	}
	if w == (Way{Proxy: w.Proxy}) {
		return t, nil
	}
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if w.CA != "" {
		text, err := os.ReadFile(w.CA)
		if err != nil {
			return nil, err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(text) {
			return nil, command.Misused("it has certificates in PEM", "--ca %s: no certificate in it", w.CA)
		}
		t.TLSClientConfig.RootCAs = pool
	}
	if w.Cert+w.Key != "" {
		if w.Cert == "" || w.Key == "" {
			return nil, command.Misused("", "%s", errors.New("--cert and --key belong together"))
		}
		pair, err := tls.LoadX509KeyPair(w.Cert, w.Key)
		if err != nil {
			return nil, command.Misused("both are files in PEM", "--cert: %s", err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

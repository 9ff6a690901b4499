package fire_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	desk "github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

// authority is a certificate authority of a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.make("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// make makes a certificate that the authority signs, the first one itself, and writes it and
// its key into files.
func (a *authority) make(name string, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		a.path(name + ".pem"): {Type: "CERTIFICATE", Bytes: der}, a.path(name + ".key"): {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return out, key
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

// tunnels is an HTTP proxy that counts what goes through it.
type tunnels struct{ n atomic.Int32 }

func (p *tunnels) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "only tunnels", http.StatusMethodNotAllowed)
		return
	}
	to, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	from, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = to.Close()
		return
	}
	p.n.Add(1)
	_, _ = io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
	_ = from.Close()
}

// TestWay fires at a server that an authority of the test proves and that wants to know the
// client, through an HTTP proxy.
func TestWay(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.make("server", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	a.make("client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	pair, err := tls.LoadX509KeyPair(a.path("server.pem"), a.path("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, "u8", nil, nil)
	inner, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(inner))
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	through := &tunnels{}
	proxy := httptest.NewServer(through)
	t.Cleanup(proxy.Close)
	ca, cert, key := a.path("ca.pem"), a.path("client.pem"), a.path("client.key")
	for name, c := range map[string]struct {
		way     desk.Way
		reaches bool
	}{
		"all of it":         {desk.Way{CA: ca, Cert: cert, Key: key, Proxy: proxy.URL}, true},
		"without a proxy":   {desk.Way{CA: ca, Cert: cert, Key: key}, true},
		"unknown authority": {desk.Way{Cert: cert, Key: key}, false},
		"unknown client":    {desk.Way{CA: ca}, false},
	} {
		wanted := fire.Wanted{URL: server.URL, Only: "customer_get/documented/full", Parallel: 1, Judge: "codes", Way: c.way}
		before := through.n.Load()
		config, err := wanted.Config(desk.App{ID: "300", Members: map[string]string{}}, w.system)
		if err != nil {
			t.Fatal(err)
		}
		config.App = w.config().App
		report, err := fire.Run(t.Context(), config)
		if report == nil {
			t.Fatal(err)
		}
		if reached := report.Count(fire.Passed) == 1; reached != c.reaches {
			t.Errorf("%s: reached %t, %v", name, reached, err)
		}
		if tunneled := through.n.Load() > before; tunneled != (c.way.Proxy != "") {
			t.Errorf("%s: through the proxy %t", name, tunneled)
		}
	}
	for _, wrong := range []desk.Way{{CA: a.path("ca.key")}, {CA: a.path("none")}, {Cert: cert}, {Cert: cert, Key: a.path("server.key")}, {Proxy: "nowhere"}} {
		if _, err := (fire.Wanted{URL: server.URL, Parallel: 1, Way: wrong}).Config(desk.App{ID: "300"}, w.system); err == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}

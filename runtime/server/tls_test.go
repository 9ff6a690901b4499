package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes a certificate for 127.0.0.1 that signs itself, and its key.
func certificate(t *testing.T, dir, name string, number int64) tlsFiles {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	f := tlsFiles{cert: filepath.Join(dir, name+".pem"), key: filepath.Join(dir, name+".key")}
	for file, block := range map[string]*pem.Block{f.cert: {Type: "CERTIFICATE", Bytes: cert}, f.key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// hello makes a connection and returns the number of the certificate that is shown.
func hello(t *testing.T, address string, own *tls.Certificate) (int64, error) {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the test looks at the certificate itself
	if own != nil {
		config.Certificates = []tls.Certificate{*own}
	}
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Read(make([]byte, 1)); err != nil && !strings.Contains(err.Error(), "EOF") {
		return 0, err // with TLS 1.3 the server refuses after the handshake
	}
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

// A renewed certificate is used by the next connection, a damaged one is not; callers
// have a certificate where the server asks for it.
func TestTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := certificate(t, dir, "server", 1)
	clients := certificate(t, dir, "client", 7)
	for _, asks := range []bool{false, true} {
		if asks {
			files.clients = clients.cert
		}
		config, err := files.config(slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				_ = conn.(*tls.Conn).Handshake() // the caller sees its error
				_ = conn.Close()
			}
		}()
		address := listener.Addr().String()
		var own *tls.Certificate
		if asks {
			if _, err := hello(t, address, nil); err == nil {
				t.Error("a caller without a certificate was let in")
			}
			pair, err := tls.LoadX509KeyPair(clients.cert, clients.key)
			if err != nil {
				t.Fatal(err)
			}
			own = &pair
		}
		if n, err := hello(t, address, own); n != 1 || err != nil {
			t.Errorf("asks %v: certificate %d, %v", asks, n, err)
		}
	}
	c := &certificates{files: files, log: slog.New(slog.DiscardHandler)}
	if err := c.read(); err != nil {
		t.Fatal(err)
	}
	shown := func() int64 {
		c.looked = time.Time{} // time has passed
		cert, err := x509.ParseCertificate(c.now().Certificates[0].Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return cert.SerialNumber.Int64()
	}
	certificate(t, dir, "server", 2)
	later := time.Now().Add(time.Second)
	if err := os.Chtimes(files.cert, later, later); err != nil {
		t.Fatal(err)
	}
	if n := shown(); n != 2 {
		t.Errorf("after the renewal: %d", n)
	}
	if err := os.WriteFile(files.cert, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := shown(); n != 2 {
		t.Errorf("after the damage: %d", n)
	}
	if _, err := (tlsFiles{cert: files.cert}).config(nil); err == nil {
		t.Error("a certificate without its key was taken")
	}
}

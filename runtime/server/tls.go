package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// tlsFiles are the files of TLS; without cert the listener speaks plain HTTP.
type tlsFiles struct{ cert, key, clients string }

// tlsFresh is how long the files are not looked at again.
const tlsFresh = 2 * time.Second

// config reads the files, and again when they change: a renewed certificate is used by
// the next connection. Files that cannot be used leave the last ones in place. nil: there
// is no TLS.
func (f tlsFiles) config(log *slog.Logger) (*tls.Config, error) {
	switch {
	case f.cert == "" && f.key == "" && f.clients == "":
		return nil, nil //nolint:nilnil // that is what was asked for
	case f.cert == "" || f.key == "":
		return nil, command.Misused("", "TLS needs both JIEKOU_TLS_CERT and JIEKOU_TLS_KEY")
	}
	c := &certificates{files: f, log: log}
	if err := c.read(); err != nil {
		return nil, command.Hinted(fmt.Errorf("TLS: %w", err), "JIEKOU_TLS_CERT and JIEKOU_TLS_KEY are files in PEM: a certificate with its chain, and its key")
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return c.now(), nil
		},
	}, nil
}

// certificates are the files as they are now.
type certificates struct {
	files tlsFiles
	log   *slog.Logger

	mu     sync.Mutex
	config *tls.Config
	times  [3]time.Time // of the files
	looked time.Time
}

// now is the configuration for one connection.
func (c *certificates) now() *tls.Config {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) >= tlsFresh {
		c.looked = time.Now()
		if c.times != c.files.times() {
			if err := c.read(); err != nil {
				c.log.Error("the new files of TLS cannot be used; the last ones stay", "error", err)
			} else {
				c.log.Info("the files of TLS were read again")
			}
		}
	}
	return c.config
}

// times are the times of the files; that of one that is not there is zero.
func (f tlsFiles) times() (out [3]time.Time) {
	for i, name := range []string{f.cert, f.key, f.clients} {
		if info, err := os.Stat(name); name != "" && err == nil {
			out[i] = info.ModTime()
		}
	}
	return out
}

// read reads the files.
func (c *certificates) read() error {
	times := c.files.times()
	pair, err := tls.LoadX509KeyPair(c.files.cert, c.files.key)
	if err != nil {
		return err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	if c.files.clients != "" {
		text, err := os.ReadFile(c.files.clients)
		if err != nil {
			return err
		}
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(text) {
			return errors.New(c.files.clients + " has no certificate")
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	c.config, c.times, c.looked = config, times, time.Now()
	return nil
}

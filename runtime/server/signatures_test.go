package server_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// TestReadSignatures: a mistake in the file is reported with its line, before
// anything starts.
func TestReadSignatures(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "signatures.yaml")
	const head, step = "custservice:\n  protocol:\n    request:\n      values:\n", "        sign: {of: '{body}{appkey}', by: [md5, hex]}\n"
	for _, tt := range []struct{ text, want string }{
		{head + step, ""},
		{head + strings.Replace(step, "md5", "rot13", 1), file + ": 5:43: request.values.sign: there is no step \"rot13\""},
		{head + strings.Replace(step, "by", "buy", 1), file + ": 5:38: request.values.sign: unknown word \"buy\""},
		{strings.Replace(head, "custservice", "custservices", 1) + step, file + ": there is no system custservices; there are baas, custservice, lianfa, u8"},
		{strings.Replace(head, "protocol", "signature", 1) + step, file + ":3: unknown word \"signature\": take protocol, apps"},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		want := "jiekoud: error: --signatures (JIEKOU_SIGNATURES): " + tt.want
		if tt.want == "" {
			want = "jiekoud: error: listen: " // what comes next
		}
		var errs bytes.Buffer
		code := run(t.Context(), []string{"serve", "--data-dir", t.TempDir(), "--listen", "nowhere", "--signatures", file}, io.Discard, &errs)
		if code != command.Failure || !strings.HasPrefix(errs.String(), want) {
			t.Errorf("%d %s, want %s", code, errs.String(), want)
		}
	}
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "data")
	if code := run(t.Context(), []string{"serve", "--data-dir", dir, "--signatures", file + ".none"}, &out, &errs); code != command.Failure ||
		!strings.HasPrefix(errs.String(), "jiekoud: error: --signatures (JIEKOU_SIGNATURES): no file ") {
		t.Errorf("%d %s", code, &errs)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it has begun to start")
	}
}

// TestServeSignatures: a server that was started with a file verifies one app by
// it, and all others by the YAML.
func TestServeSignatures(t *testing.T) {
	t.Parallel()
	w := setup(t)
	own, other := w.Signer(t, "custservice", "own"), w.Signer(t, "custservice", "other")
	file := filepath.Join(t.TempDir(), "signatures.yaml")
	text := "custservice:\n  apps:\n    own:\n      request:\n        header: {appId: '{app}', sign: '{sign}'}\n" +
		"        values: {sign: {of: '{appkey}{body}{appkey}', by: [md5, hex]}}\n        guards: []\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	over, err := declare.LoadOverrides(file)
	if err != nil {
		t.Fatal(err)
	}
	overridden, declared := w.Mounted(t, func(c *server.Config) { c.Overrides = over }), w.URL
	const body = `{"desc":"x"}`
	request := put{Method: http.MethodPut, Query: "customerId=1", Body: body, Header: map[string]string{
		"appId": own.ID, "timestamp": "1", "sign": md5Text(own.AppKey + body + own.AppKey), "Content-Type": "application/json",
	}}
	for _, tt := range []struct {
		url  string
		p    *signer
		r    put
		good bool
	}{
		{overridden, own, request, true},
		{overridden, own, own.Put(own.Moment(), "customerId=1", body), false},
		{overridden, other, other.Put(other.Moment(), "customerId=1", body), true},
		{declared, own, request, false},
		{declared, own, own.Put(own.Moment(), "customerId=1", body), true},
	} {
		w.URL = tt.url
		if got := tt.p.Deliver(t, tt.r).Raw; strings.HasPrefix(got, `{"code":"10000"`) != tt.good {
			t.Errorf("app %s, %v: %s", tt.p.ID, tt.good, got)
		}
	}
}

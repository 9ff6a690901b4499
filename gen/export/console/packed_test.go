package console_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// only is a world of one app with its keys, and without tokens.
type only struct{ keys *protocol.Keys }

func (o only) Keys(context.Context, string) (*protocol.Keys, error)       { return o.keys, nil }
func (only) Valid(context.Context, string, string) (bool, error)          { return false, nil }
func (only) App(context.Context, string) (string, error)                  { return "", nil }
func (only) Unsent(context.Context, string, string) ([]string, error)     { return nil, nil }
func (only) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// taking serves a system of one interface: it admits a message as a server does, notes its
// body, and answers by the protocol.
func taking(t *testing.T, s *spec.System, app, key, code string, body *[]byte) http.Handler {
	t.Helper()
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys(app, protocol.Secrets{"secret": {key}})
	if err != nil {
		t.Fatal(err)
	}
	w := only{keys}
	side := protocol.NewSide(w, w, w, time.Now)
	return http.HandlerFunc(func(hw http.ResponseWriter, r *http.Request) {
		*body, _ = io.ReadAll(r.Body)
		m := &message.Message{Method: r.Method, Scheme: "http", Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: *body}
		a, err := p.Call.Admit(r.Context(), protocol.Incoming{Message: m, Interface: "order_query"}, side)
		if err != nil {
			http.Error(hw, err.Error(), http.StatusTeapot)
			return
		}
		wire, err := p.Call.Reply(a, protocol.Outcome{OK: true, Code: code, Text: "成功", Payload: []byte(`{"orderId":"answer 7"}`), Now: time.Now()})
		if err != nil {
			http.Error(hw, err.Error(), http.StatusTeapot)
			return
		}
		for name := range wire.Header {
			hw.Header().Set(name, wire.Header.Get(name))
		}
		_, _ = hw.Write(wire.Body) // a test's own client
	})
}

// TestPacked sends out of a page what sandboxes cannot: a file beside texts under a signature in
// GBK, and a body that is compressed and encrypted, whose reply is too.
func TestPacked(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "图.png")
	picture := []byte("\x89PNG\r\n\x1a\n\x00\xff--")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := browse.Open(t, 390)
	for _, one := range []struct {
		name, app, key, code string
		files                bool
	}{
		{"upload-multipart", "m1", "s", "0", true},
		{"emay", "EUCP-EMY-SMS1", "1234567890ABCDEF", "SUCCESS", false},
	} {
		s, err := loadtest.Vendor("../../../runtime/protocol/testdata/" + one.name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var body []byte
		mux := http.NewServeMux()
		mux.Handle("/", taking(t, s, one.app, one.key, one.code, &body))
		mux.Handle("/docs/", http.StripPrefix("/docs", siteOf(t, s, portal.Options{Send: portal.Own})))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		browse.Do(ctx, t, chromedp.Navigate(server.URL+"/docs/"+s.Name+"/order_query"), chromedp.WaitVisible("#try-send"),
			chromedp.SetValue(`#console [name="app"]`, one.app), chromedp.SetValue(`#console [name="secret"]`, one.key), chromedp.SetValue(`#console [name="说明"]`, "商品 €"))
		if one.files {
			browse.Do(ctx, t, chromedp.SetUploadFiles(`#console [name="file"]`, []string{file}))
		}
		var text string
		browse.Do(ctx, t, chromedp.Click("#try-send"), chromedp.Poll(`!document.querySelector("#try-send").disabled && document.querySelector(".result .verdict, .result > .warn") !== null`, nil),
			chromedp.Evaluate(`document.querySelector(".result").textContent`, &text))
		if !strings.Contains(text, "answer 7") || !strings.Contains(text, "reply verified") && !one.files {
			t.Errorf("%s: %s", one.name, text)
		}
		if one.files && (!bytes.Contains(body, picture) || !bytes.Contains(body, []byte(`filename="图.png"`+"\r\nContent-Type: image/png"))) {
			t.Errorf("the file is not in the body: %q", body)
		}
	}
}

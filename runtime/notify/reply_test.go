package notify

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// plain is a fine reply, before it is sealed.
const plain = `{"errcode":0,"errmsg":""}`

// Nothing but a sealed reply of success to our message counts.
func TestGarbage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var reached, written atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(elsewhere.Close)
	hang := make(chan struct{})
	other := func(id string, change map[string]string) func(w http.ResponseWriter, r *receiver, g got) {
		keys := secrets(id)
		for name, value := range change {
			keys[name] = value
		}
		return func(w http.ResponseWriter, r *receiver, g got) { _, _ = w.Write(r.sealed(g, id, keys, plain)) }
	}
	text := func(status int, body string) func(http.ResponseWriter, *receiver, got) {
		return func(w http.ResponseWriter, _ *receiver, _ got) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	table := []struct {
		name  string
		reply func(w http.ResponseWriter, r *receiver, g got)
		want  string
	}{
		{"another token", other("300", map[string]string{"token": "wrong-token"}), "forged 200"},
		{"another key", other("301", map[string]string{"appkey": "wrong-appkey"}), "forged 200"},
		{"another app", other("999", nil), "forged 200"},
		{"HTML", text(200, "<html>ok</html>"), "forged 200"},
		{"nothing", text(200, ""), "forged 200"},
		{"not sealed", text(200, plain), "forged 200"},
		{"no content", text(204, ""), "status 204"},
		{"an error", text(500, "no"), "status 500"},
		{"gone", text(410, ""), "gone 410"},
		{"sealed but not 200", func(w http.ResponseWriter, r *receiver, g got) {
			w.WriteHeader(http.StatusAccepted)
			r.answer(w, g, "0")
		}, "status 202"},
		{"a redirect", func(w http.ResponseWriter, _ *receiver, _ got) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, "status 307"},
		{"our own message", func(w http.ResponseWriter, _ *receiver, g got) { _, _ = io.WriteString(w, g.raw) }, "forged 200"},
		{"another message", func(w http.ResponseWriter, r *receiver, g got) {
			g.sid = "10020000101000000000"
			r.answer(w, g, "0")
		}, "forged 200"},
		{"no code", func(w http.ResponseWriter, r *receiver, g got) {
			_, _ = w.Write(r.sealed(g, r.id, secrets(r.id), `{"errmsg":""}`))
		}, "forged 200"},
		{"true", func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, "true") }, "refused 200 true"},
		{"another code", func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, "1005") }, "refused 200 1005"},
		{"packed", func(w http.ResponseWriter, r *receiver, g got) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(r.sealed(g, r.id, secrets(r.id), plain))
			_ = z.Close()
		}, "forged 200"},
		{"a gigabyte", func(w http.ResponseWriter, _ *receiver, _ got) {
			block := make([]byte, 1<<20)
			for range 1 << 10 {
				n, err := w.Write(block)
				written.Add(int64(n))
				if err != nil {
					return
				}
			}
		}, "large 200"},
		{"many headers", func(w http.ResponseWriter, _ *receiver, _ got) {
			for i := range 2000 {
				w.Header().Set(fmt.Sprint("X-", i), "0123456789")
			}
		}, "broken"},
		{"never", func(http.ResponseWriter, *receiver, got) { <-hang }, "timeout"},
		{"slowly", func(w http.ResponseWriter, _ *receiver, _ got) {
			for {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-hang:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		}, "timeout 200"},
		{"half", func(w http.ResponseWriter, _ *receiver, _ got) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
		}, "broken 200"},
		{"hung up", func(http.ResponseWriter, *receiver, got) { panic(http.ErrAbortHandler) }, "broken"},
	}
	var list []*receiver
	for i, one := range table {
		list = append(list, b.receiver(t, fmt.Sprint(300+i), one.reply))
		b.queue(t, list[i].id, "changed", `{"errcode1":0}`)
	}
	t.Cleanup(func() { close(hang) })
	config := b.config()
	config.Timeout, config.Schedule = time.Second, []time.Duration{time.Hour}
	b.run(t, config)
	b.until(t, fmt.Sprint(len(table)), `select count(*) from jiekou.attempt`)
	for i, one := range table {
		same(t, one.name, b.one(t, `select concat_ws(' ', a.outcome, a.status, a.code) from jiekou.attempt a
			join jiekou.outbox o on o.id = a.outbox where o.app = $1 and o.delivered is null and o.dead is null`, list[i].id), one.want)
	}
	same(t, "followed", reached.Load(), 0)
	if n := written.Load(); n > 64<<20 {
		t.Errorf("%d bytes of the gigabyte were taken", n)
	}
}

// Addresses that must not be called.
func TestGuard(t *testing.T) {
	t.Parallel()
	allow, err := ParseAllow("10.1.0.0/16, 192.168.7.7 fd00:1::/32")
	if err != nil {
		t.Fatal(err)
	}
	g := newGuard(allow)
	for address, want := range map[string]bool{
		"8.8.8.8": true, "114.114.114.114": true, "2400:3200::1": true, "2606:4700::1111": true,
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "192.168.7.7": true, "fd00:1::5": true, // allowed
		"127.0.0.1": false, "127.255.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.2.0.1": false,
		"172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true, "192.168.7.8": false, "169.254.169.254": false,
		"100.64.0.1": false, "100.127.255.255": false, "100.128.0.1": true, "192.0.0.8": false, "192.0.2.1": false,
		"192.88.99.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false,
		"239.255.255.250": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:8.8.8.8": false, "::ffff:127.0.0.1": false, "::8.8.8.8": false,
		"64:ff9b::808:808": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:20::1": false,
		"2001:db8::1": false, "2002:808:808::1": false, "3fff::1": false, "5f00::1": false, "fc00::1": false,
		"fd00:2::1": false, "fe80::1": false, "fe80::1%eth0": false, "2400:3200::1%eth0": false, "fec0::1": false,
		"ff02::1": false, "fd00:ec2::254": false,
	} {
		if got := g.passes(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
	if g.passes(netip.Addr{}) || g.control("tcp", "no address", nil) == nil {
		t.Error("what is no address passes")
	}
	for _, text := range []string{"10.0.0.0/33", "localhost", "10.0.0.1-2", "fe80::1%eth0"} {
		if _, err := ParseAllow(text); err == nil {
			t.Errorf("%s is no allow list", text)
		}
	}
	if list, err := ParseAllow(""); err != nil || list != nil {
		t.Error(list, err)
	}
}

// The guard validates dialled addresses: names too, and no proxy is asked.
func TestBlocked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	port := r.url[strings.LastIndexByte(r.url, ':'):]
	for i, url := range []string{
		r.url, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port, "http://2130706433" + port,
	} {
		cmd := fmt.Sprint("cmd", i)
		b.subscribe(t, "300", cmd, url)
		b.queue(t, "300", cmd, `{}`)
	}
	config := b.config()
	config.Allow, config.Schedule = nil, []time.Duration{time.Millisecond}
	b.run(t, config)
	b.until(t, "5", `select count(*) from jiekou.outbox where dead is not null`)
	same(t, "outcomes", b.one(t, `select string_agg(distinct outcome, ' ') from jiekou.attempt where outbox <> (select max(outbox) from jiekou.attempt)`), "blocked")
	same(t, "came", len(r.all()), 0)
}

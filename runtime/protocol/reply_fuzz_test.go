package protocol_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// FuzzReply answers requests of every protocol with anything: the sender reads it or
// says why not, and never panics.
func FuzzReply(f *testing.F) {
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	type one struct {
		name string
		x    *protocol.Exchange
		sent *protocol.Sent
	}
	var all []one
	for _, path := range files(f) {
		file, p := load(f, path)
		for _, v := range file.Trips {
			x, _, sent := send(f, file, p, v, at)
			all = append(all, one{path, x, sent})
		}
	}
	for _, body := range []string{"", "{}", `{"errcode":0,"data":"AAAA"}`, "success", "<xml><a/></xml>", `{"errcode":"0","errcode":1}`, "a=1&a=2", "\xff"} {
		for n := range 8 {
			f.Add(uint8(n), uint16(200), "application/json", body)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, kind, body string) {
		one := all[int(which)%len(all)]
		header := http.Header{"Content-Type": {kind}}
		opened, err := one.x.Open(t.Context(), one.sent, &message.Message{Status: int(status), Header: header, Body: []byte(body)})
		if err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Errorf("%s: a refusal without words", one.name)
		}
		if err == nil && opened == nil {
			t.Errorf("%s: neither a reply nor a refusal", one.name)
		}
	})
}

package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// traffic sends messages that were sealed before the clock starts, over connections
// that stay open, and reads the replies after it has stopped: client and servers
// share the machine, and only the servers are measured.
type traffic struct {
	call *protocol.Exchange
	keys *protocol.Keys
	last int64 // number of the last customer
}

// seal makes n requests, each with a customer of its own.
func (l *traffic) seal(b *testing.B, n int) [][]byte {
	b.Helper()
	list := make([][]byte, n)
	for at := range list {
		l.last++
		certificate := `"certNum":"P` + strconv.FormatInt(l.last, 10) + `"`
		payload := before + fmt.Sprintf("138%08d", l.last) +
			strings.NewReplacer(`"certNum":"11010519491231002X"`, certificate, `"certType":1`, `"certType":3`).Replace(behind)
		sent, err := l.call.Send(l.keys, protocol.Outgoing{
			Interface: "cst_info_create", ID: fmt.Sprintf("%020d", l.last), Payload: []byte(payload), Now: time.Now(),
		})
		if err != nil {
			b.Fatal(err)
		}
		body := sent.Message.Body
		head := fmt.Sprintf("POST /lianfa/api HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
		list[at] = append([]byte(head), body...)
		sent.Release()
	}
	return list
}

// send sends requests over n connections and returns the replies and how long it took.
func send(b *testing.B, address string, n int, list [][]byte) (replies [][]byte, took time.Duration) {
	b.Helper()
	conns := make([]net.Conn, n)
	for i := range conns {
		conn, err := net.Dial("tcp", address) //nolint:noctx // a local server that listens
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		conns[i] = conn
	}
	replies = make([][]byte, len(list))
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for _, conn := range conns {
		wg.Go(func() {
			in := bufio.NewReader(conn)
			for at := next.Add(1) - 1; at < int64(len(list)); at = next.Add(1) - 1 {
				var err error
				if replies[at], err = exchange(conn, in, list[at]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return replies, time.Since(start)
}

// exchange sends one request and returns the body of the reply.
func exchange(conn io.Writer, in *bufio.Reader, request []byte) ([]byte, error) {
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || res.ContentLength < 0 {
		return nil, fmt.Errorf("status %d, length %d", res.StatusCode, res.ContentLength)
	}
	body := make([]byte, res.ContentLength)
	_, err = io.ReadFull(res.Body, body)
	return body, err
}

// look opens replies: each must tell of a customer that was made.
func (l *traffic) look(b *testing.B, replies [][]byte) {
	b.Helper()
	for _, reply := range replies {
		in := protocol.Incoming{Message: &message.Message{Status: http.StatusOK, Body: reply}}
		o, err := l.call.OpenAlone(b.Context(), l.keys, in)
		if err != nil {
			b.Fatal(err)
		}
		if !o.OK || !bytes.Contains(o.Payload, []byte(`"cstGUID":"`)) {
			b.Fatalf("refused: %s", o.Whole())
		}
	}
}

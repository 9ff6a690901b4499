// Command rude measures what one caller can take from the others: it loads a server in the name
// of one app, or of nobody, and measures the calls of another app beside it.
//
//	go run ./bench/rude -for 6s
//	go run ./bench/rude -url http://127.0.0.1:8080 -apps .jiekou/apps -pid $(pgrep jiekoud)
//
// Without a URL it starts servers of its own on a database of its own, one that bounds
// nobody and one as serve runs it, gives both the same load, and prints a table. A server
// that runs must have the demo data and apps, a further app 302 of lianfa (302.json in the
// same folder), and a project big with 30,000 rooms.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// rig is the server under load.
type rig struct {
	url, apps, pid string
	length         time.Duration
}

// row is one attack.
type row struct {
	name   string
	n      int
	victim string // the interface that is measured; empty: cst_info_get
	attack func(r *rig, ctx context.Context, i int)
}

func main() {
	r := &rig{}
	flag.StringVar(&r.url, "url", "", "server; empty: two of its own, without bounds and with them")
	flag.StringVar(&r.apps, "apps", ".jiekou/apps", "folder with 300.json and 302.json")
	flag.StringVar(&r.pid, "pid", "", "process of the server, for its memory")
	flag.DurationVar(&r.length, "for", 6*time.Second, "length of one row")
	only := flag.String("only", "", "one row")
	attack := flag.String("attack", "", "attack as in a row, and measure nothing")
	unbounded := flag.String("unbounded", "", "address at which to serve without bounds, and measure nothing")
	flag.Parse()
	if *unbounded != "" {
		must(serveUnbounded(*unbounded))
		return
	}
	all := rows()
	switch {
	case *attack != "":
		r.load(all[slices.IndexFunc(all, func(one row) bool { return one.name == *attack })])
	case r.url == "":
		must(r.table(all, *only))
	default:
		for _, one := range all {
			if *only == "" || *only == one.name {
				fmt.Fprintln(os.Stdout, one.name, r.run(one))
			}
		}
	}
}

// rows are the attacks.
func rows() []row {
	get := []byte(`{"mobile":"13800138000"}`)
	rooms := []byte(`{"projGUID":"big"}`)
	update := []byte(`{"cstGUID":"f3d6415b-395a-4e27-abc6-6fa8cc3b99ef","customerName":"n","gender":1,"mobile":"13800138000",` +
		`"userGUID":"6f2c7a8c-627b-4322-bfac-9cb6e34acb11"}`)
	call := func(cmd string, payload []byte) func(*rig, context.Context, int) {
		return func(r *rig, ctx context.Context, _ int) { r.calls(ctx, cmd, payload) }
	}
	return []row{
		{name: "none"},
		{name: "64 x cheap query", n: 64, attack: call("cst_info_get", get)},
		{name: "16 x 30,000 rooms", n: 16, attack: call("base_room_list", rooms)},
		{name: "64 x 30,000 rooms", n: 64, attack: call("base_room_list", rooms)},
		{name: "none, create", victim: "cst_info_create"},
		{name: "8 x 31 KB attach, create", n: 8, victim: "cst_info_create", attack: call("cst_attach_create_v2", attach())},
		{name: "64 x create, create", n: 64, victim: "cst_info_create", attack: (*rig).creates},
		{name: "64 x one row, create", n: 64, victim: "cst_info_create", attack: call("cst_info_update", update)},
		{name: "64 x /readyz", n: 64, attack: (*rig).probe},
		{name: "none, u8", victim: "u8"},
		{name: "128 x wrong token, u8", n: 128, victim: "u8", attack: (*rig).token},
		{name: "1,200 x body held back", n: 1200, attack: (*rig).hold},
		{name: "60 x reply not taken", n: 60, attack: (*rig).deaf},
	}
}

// must ends the program: there is nothing to measure.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "rude:", err)
		os.Exit(1)
	}
}

// attach is a report with 1,000 items.
func attach() []byte {
	items := strings.Repeat(`{"itemValue":"v1"},`, 1000)
	return []byte(`{"cstGUID":"f3d6415b-395a-4e27-abc6-6fa8cc3b99ef","oppGUID":"ad88a6bd-f5bc-403e-a8f8-9f4a55b5d6f5",` +
		`"userGUID":"6f2c7a8c-627b-4322-bfac-9cb6e34acb11","attachs":[{"attachGUID":"big","items":[` + strings.TrimSuffix(items, ",") + `]}]}`)
}

// measured is what another app had beside an attack.
type measured struct {
	calls    int
	p50, p99 time.Duration
	codes    map[string]int
	peak     int64 // memory of the server, MiB
}

// String shows it on a line.
func (m measured) String() string {
	return fmt.Sprintf("n %d, p50 %v, p99 %v, %v, peak %d MiB", m.calls, m.p50, m.p99, m.codes, m.peak)
}

// run measures one row.
func (r *rig) run(one row) measured {
	ctx, cancel := context.WithTimeout(context.Background(), r.length)
	defer cancel()
	var group sync.WaitGroup
	if one.n > 0 {
		group.Go(func() { r.apart(ctx, one.name) })
	}
	var peak atomic.Int64
	group.Go(func() {
		for ctx.Err() == nil {
			peak.Store(max(peak.Load(), r.memory()))
			time.Sleep(50 * time.Millisecond)
		}
	})
	time.Sleep(500 * time.Millisecond)
	took, codes := r.measure(ctx, one.victim)
	cancel()
	group.Wait()
	slices.Sort(took)
	at := func(share float64) time.Duration {
		if len(took) == 0 {
			return 0
		}
		return took[int(share*float64(len(took)-1))].Round(10 * time.Microsecond)
	}
	time.Sleep(2 * time.Second)
	return measured{len(took), at(.5), at(.99), codes, peak.Load()}
}

// apart attacks from a process of its own. It has a low priority: on a machine with few
// cores the work of the attacker would be measured otherwise, not that of the server.
func (r *rig) apart(ctx context.Context, name string) {
	c := exec.CommandContext(ctx, os.Args[0], "-attack", name, "-url", r.url, "-apps", r.apps, "-for", r.length.String())
	c.Stderr = os.Stderr
	must(c.Start())
	must(syscall.Setpriority(syscall.PRIO_PROCESS, c.Process.Pid, 19))
	_ = c.Wait() // it ends with ctx
}

// load attacks.
func (r *rig) load(one row) {
	ctx, cancel := context.WithTimeout(context.Background(), r.length)
	defer cancel()
	var group sync.WaitGroup
	for i := range one.n {
		group.Go(func() { one.attack(r, ctx, i) })
	}
	group.Wait()
}

// memory is the resident memory of the server, MiB.
func (r *rig) memory() int64 {
	text, err := os.ReadFile("/proc/" + r.pid + "/statm")
	var all, resident int64
	if err != nil {
		return 0
	}
	_, _ = fmt.Sscan(string(text), &all, &resident)
	return resident * int64(os.Getpagesize()) >> 20
}

// client is an app that comes from an address of its own.
func (r *rig) client(name, id, from string) *client.Client {
	text, err := os.ReadFile(filepath.Join(r.apps, id+".json"))
	must(err)
	values := map[string]string{}
	must(json.Unmarshal(text, &values))
	s := system.Find(generated.Systems(), name)
	url := r.url
	if name == "lianfa" {
		url += "/lianfa/api"
	}
	c, err := client.New(client.Config{System: s.System, URL: url, App: values["appid"], Secrets: values, Transport: through(from), Timeout: 10 * time.Second})
	must(err)
	return c
}

// through is a transport whose connections come from an address of this machine.
func through(from string) *http.Transport {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 4}
}

// measure calls two at a time until ctx ends.
func (r *rig) measure(ctx context.Context, cmd string) (took []time.Duration, codes map[string]int) {
	codes = map[string]int{}
	var mu sync.Mutex
	var group sync.WaitGroup
	var number atomic.Int64
	number.Store(time.Now().UnixNano() % 1e8)
	name, id := "lianfa", "302"
	if cmd == "u8" {
		name, id = "u8", "demo-erp"
	}
	for range 2 {
		group.Go(func() {
			c := r.client(name, id, "127.0.0.1")
			for ctx.Err() == nil {
				one, payload := "cst_info_get", []byte(`{"mobile":"13800138000"}`)
				switch cmd {
				case "cst_info_create":
					one, payload = cmd, fresh("139", number.Add(1))
				case "u8":
					one, payload = "customer_get", []byte(`{"id":"0000000017","from_account":"demo","to_account":"demo"}`)
				}
				start := time.Now()
				reply, err := c.Call(context.WithoutCancel(ctx), one, payload)
				mu.Lock()
				took = append(took, time.Since(start))
				if code := reply.Code; err != nil && code == "" {
					codes[fmt.Sprintf("%.40v", err)]++
				} else {
					codes[code]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return took, codes
}

// calls calls as the app 300 until ctx ends.
func (r *rig) calls(ctx context.Context, cmd string, payload []byte) {
	c := r.client("lianfa", "300", "127.0.0.2")
	for ctx.Err() == nil {
		_, _ = c.Call(ctx, cmd, payload) // what it gets is not measured
	}
}

// creates makes customers as the app 300 until ctx ends.
func (r *rig) creates(ctx context.Context, i int) {
	c := r.client("lianfa", "300", "127.0.0.2")
	for n := time.Now().UnixMilli() % 1e6 * 100; ctx.Err() == nil; n += 100 {
		_, _ = c.Call(ctx, "cst_info_create", fresh("137", n+int64(i))) // what it gets is not measured
	}
}

// fresh is a report of a customer of its own.
func fresh(prefix string, n int64) []byte {
	return fmt.Appendf(nil, `{"projGUID":"985fb4e7-2a09-4ee8-abb2-997659ba1b0d","userGUID":"6f2c7a8c-627b-4322-bfac-9cb6e34acb11",`+
		`"customerName":"n","gender":1,"mobile":"%s%08d","cstType":"个人"}`, prefix, n%1e8)
}

// get makes a GET until ctx ends.
func (r *rig) get(ctx context.Context, path string) {
	c := &http.Client{Transport: through("127.0.0.2")}
	for ctx.Err() == nil {
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
		must(err)
		if reply, err := c.Do(q); err == nil {
			_, _ = io.Copy(io.Discard, reply.Body) // what it gets is not measured
			_ = reply.Body.Close()
		}
	}
}

func (r *rig) probe(ctx context.Context, _ int) { r.get(ctx, "/readyz") }

func (r *rig) token(ctx context.Context, i int) {
	r.get(ctx, fmt.Sprintf("/api/customer/get?from_account=a&to_account=b&app_key=demo-erp&token=%032d&id=1", i))
}

// hold sends a body but for its last byte, and waits.
func (r *rig) hold(ctx context.Context, _ int) {
	conn := r.dial(ctx)
	if conn == nil {
		return
	}
	defer func() { _ = conn.Close() }()
	fmt.Fprint(conn, "POST /lianfa/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048576\r\n\r\n")
	_, _ = conn.Write(make([]byte, 1<<20-1)) // it may be cut off
	<-ctx.Done()
}

// deaf asks for all rooms and takes nothing.
func (r *rig) deaf(ctx context.Context, _ int) {
	c := r.client("lianfa", "300", "127.0.0.2")
	_, m, err := c.Message(client.Request{Cmd: "base_room_list", Payload: []byte(`{"projGUID":"big"}`)})
	conn := r.dial(ctx)
	if err != nil || conn == nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_ = conn.(*net.TCPConn).SetReadBuffer(4096) // a hint
	fmt.Fprintf(conn, "POST /lianfa/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(m.Body), m.Body)
	<-ctx.Done()
}

func (r *rig) dial(ctx context.Context) net.Conn {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.2")}}
	conn, err := d.DialContext(ctx, "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		return nil
	}
	return conn
}

package gate_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// refused is the unsealed reply of a refusal.
func refused(code, text string) string {
	return `{"errcode":` + code + `,"errmsg":"` + text + `","content":{}}`
}

// TestSealed: the replies to a known app, sealed and with status 200.
func TestSealed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ok := func(echo string) string {
		return `{"errcode":0,"errmsg":"","content":{"echo":"` + echo + `","app":"300","sid":"` + sid + `"}}`
	}
	for _, tt := range []struct{ cmd, payload, want, seen string }{
		{"thing_create", `{"name":"张三"}`, ok("张三"), "thing_create 0"},
		{"thing_create", "\ufeff{\"name\":\"a\"}", ok("a"), "thing_create 0"},
		{"thing_create", `{}`, refused("1001", "缺少必须参数[name]"), "thing_create 1001"},
		{"thing_create", `{"name":" "}`, refused("1001", "缺少必须参数[name]"), "thing_create 1001"},
		{"thing_create", `{"name":"a","n":101}`, refused("1002", "参数类型错误[n]"), "thing_create 1002"},
		{"thing_create", `{"n":101}`, refused("1001", "缺少必须参数[name]"), "thing_create 1001"},
		{"thing_create", `{"name":"a","list":[{"name":5}]}`, refused("1002", "参数类型错误[list/name]"), "thing_create 1002"},
		{"thing_create", ``, refused("1007", "请求数据缺失"), "thing_create 1007"},
		{"thing_create", `[]`, refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", `{"name":"a"}x`, refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", `{"name":"a","name":"a"}`, refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", "{\"name\":\"\xd5\xc5\"}", refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", `{"name":"a","x":[[[[]]]]}`, refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", `{"name":"a","x":[1,2,3,4]}`, refused("1004", "请求数据格式错误"), "thing_create 1004"},
		{"thing_create", `{"name":"error"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_create", `{"name":"down"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_create", `{"name":"code"}`, refused("4001", "项目不存在"), "thing_create 4001"},
		{"thing_create", `{"name":"typo"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_create", `{"name":"repeated"}`, refused("1013", "消息序列号重复"), "thing_create 1013"},
		{"thing_create", `{"name":"panic"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_create", `{"name":"nil"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_create", `{"name":"panic in the reply"}`, refused("1005", "系统处理失败"), "thing_create 1005"},
		{"thing_list", ``, refused("1001", "缺少必须参数[name]"), "thing_list 1001"},
		{"thing_old", `{"name":"a"}`, ok("a"), "thing_old 0"},
		{"thing_later", `{"name":"a"}`, refused("1008", "不支持的接口请求"), " 1008"},
		{"thing_notify", `{"name":"a"}`, refused("1008", "不支持的接口请求"), " 1008"},
		{"thing_described", `{"name":"a"}`, refused("1008", "不支持的接口请求"), " 1008"},
		{"thing_unknown", `{"name":"a"}`, refused("1008", "不支持的接口请求"), " 1008"},
		{"secret_list", `{"name":"a"}`, refused("1010", "接口权限验证失败"), "secret_list 1010"},
	} {
		if got := b.call(t, "300", sid, tt.cmd, tt.payload); got != tt.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", tt.cmd, tt.payload, got, tt.want)
		}
		if got := b.seen.take(); got != "shop "+tt.seen {
			t.Errorf("%s %s: the observer saw %q, want %q", tt.cmd, tt.payload, got, tt.seen)
		}
		cmd, code, _ := strings.Cut(tt.seen, " ")
		want := fmt.Sprintf("shop 300 %s %v", cmd, code != "0")
		if cmd == "" {
			want = ""
		}
		if got := b.seen.takeCounted(); got != want {
			t.Errorf("%s %s: counted %q, want %q", tt.cmd, tt.payload, got, want)
		}
	}
	log := b.log.String()
	if strings.Contains(log, secret) {
		t.Error("a value is in the log")
	}
	for _, want := range []string{
		"deprecated interface called", "an answer panicked", "value=string", "value=*errors.errorString", "setup_test.go",
		"why=\"required name", "not for callers", "level=ERROR msg=request", "sid=" + sid, "app=300",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

// TestSealedReply: the frame around a reply.
func TestSealedReply(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sent := b.send(t, "300", sid, "thing_list", `{"name":"a"}`)
	r := request(t, "POST", b.url+"/shop/api", sent.Message.Body)
	r.Header.Set("Content-Type", "Application/JSON; charset=utf-8")
	status, h, body := do(t, r)
	if status != 200 || h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("Content-Length") != fmt.Sprint(len(body)) {
		t.Errorf("%d %v", status, h)
	}
	b.open(t, sent, body)
	for name, want := range map[string]string{
		"appid": `"100"`, "sid": `"` + sid + `"`, "cmd": `"thing_list"`, "timestamp": "1795219750", "version": `"2.0"`,
	} {
		if !strings.Contains(body, `"`+name+`":`+want+`,`) {
			t.Errorf("%s is not %s: %s", name, want, body)
		}
	}
}

// edit seals and then changes the message as text.
func (b *testBench) edit(t *testing.T, old, new string) []byte {
	t.Helper()
	body := b.seal(t, "300", sid, "thing_create", `{"name":"a"}`)
	if !bytes.Contains(body, []byte(old)) {
		t.Fatalf("no %s in %s", old, body)
	}
	return bytes.Replace(body, []byte(old), []byte(new), 1)
}

// TestUnprovedRefusals: messages whose envelope is not right, in the name of a known
// app, are refused without its keys.
func TestUnprovedRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tt := range []struct{ old, new, want string }{
		{`"sid":"` + sid + `"`, `"sid":"2014123123123124"`, refused("1009", "接入验证失败")},
		{`"authCode":"`, `"authCode":"0`, refused("1009", "接入验证失败")},
		{`"dataCode":"`, `"dataCode":"0`, refused("1009", "接入验证失败")},
		{`"data":"`, `"data":"AAAA`, refused("1009", "接入验证失败")},
		{`"sid":"` + sid + `",`, ``, refused("1001", "缺少必须参数[sid]")},
		{`"sid":"` + sid + `"`, `"sid":null`, refused("1001", "缺少必须参数[sid]")},
		{`"cmd":"thing_create",`, ``, refused("1001", "缺少必须参数[cmd]")},
		{`"version":"2.0",`, ``, refused("1001", "缺少必须参数[version]")},
	} {
		status, body := b.post(t, b.edit(t, tt.old, tt.new))
		if status != 400 || strings.ReplaceAll(body, "header/", "") != tt.want {
			t.Errorf("%s:\ngot  %d %s\nwant %s", tt.new, status, body, tt.want)
		}
		if strings.Contains(body, sid) || strings.Contains(body, "thing_create") {
			t.Errorf("%s: what was not verified is repeated: %s", tt.new, body)
		}
		if got := b.seen.take(); !strings.HasPrefix(got, "shop  1") {
			t.Errorf("the observer saw %q", got)
		}
	}
}

// TestDoor: the replies to an unknown caller, and to a request without a message.
func TestDoor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := b.seal(t, "300", sid, "thing_create", `{"name":"a"}`)
	other := func(header, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(header, value) }
	}
	none := func(*http.Request) {}
	for _, tt := range []struct {
		name, method string
		body         []byte
		change       func(*http.Request)
		status       int
		want, seen   string
	}{
		{"unknown app", "POST", b.edit(t, `"appid":"300"`, `"appid":"999"`), none, 401, "", "1011"},
		{"another app's seal", "POST", b.edit(t, `"appid":"300"`, `"appid":"301"`), none, 400, refused("1009", "接入验证失败"), "1009"},
		{"no app", "POST", b.edit(t, `"appid":"300",`, ``), none, 400, refused("1001", "缺少必须参数[appid]"), "1001"},
		{"PUT", "PUT", good, none, 405, refused("1003", "不支持的请求方式"), "1003"},
		{"DELETE", "DELETE", nil, none, 405, refused("1003", "不支持的请求方式"), "1003"},
		{"OPTIONS", "OPTIONS", nil, none, 405, refused("1003", "不支持的请求方式"), "1003"},
		{"text", "POST", good, other("Content-Type", "text/plain"), 415, refused("1004", "请求数据格式错误"), "1004"},
		{"form", "POST", good, other("Content-Type", "application/x-www-form-urlencoded"), 415, refused("1004", "请求数据格式错误"), "1004"},
		{"no type", "POST", good, func(r *http.Request) { r.Header.Del("Content-Type") }, 415, refused("1004", "请求数据格式错误"), "1004"},
		{"compressed", "POST", good, other("Content-Encoding", "gzip"), 415, refused("1004", "请求数据格式错误"), "1004"},
		{"chunked", "POST", good, func(r *http.Request) { r.Body = io.NopCloser(bytes.NewReader(good)); r.ContentLength = -1 }, 411, refused("1004", "请求数据格式错误"), "1004"},
		{"nothing", "POST", nil, none, 400, refused("1007", "请求数据缺失"), "1007"},
		{"at the limit", "POST", bytes.Repeat([]byte(" "), 4096), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"above the limit", "POST", bytes.Repeat([]byte(" "), 4097), none, 413, refused("1006", "请求数据过大"), "1006"},
		{"no JSON", "POST", []byte("hello"), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"half", "POST", good[:len(good)-1], none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"more", "POST", append(good[:len(good):len(good)], '}'), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"no header", "POST", []byte(`{"data":""}`), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"header twice", "POST", []byte(`{"header":{},"header":{}}`), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"data is an object", "POST", b.edit(t, `"data":"`, `"data":{},"x":"`), none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"GET without a query", "GET", nil, none, 400, refused("1004", "请求数据格式错误"), "1004"},
		{"GET with two headers", "GET", nil, func(r *http.Request) { r.URL.RawQuery = "header={}&header={}" }, 400, refused("1004", "请求数据格式错误"), "1004"},
	} {
		r := request(t, tt.method, b.url+"/shop/api", tt.body)
		tt.change(r)
		status, h, body := do(t, r)
		body = strings.ReplaceAll(body, "header/", "")
		if status != tt.status || body != tt.want {
			t.Errorf("%s: %d %s, want %d %s", tt.name, status, body, tt.status, tt.want)
		}
		if got := b.seen.take(); got != "shop  "+tt.seen {
			t.Errorf("%s: the observer saw %q", tt.name, got)
		}
		if allow := h.Get("Allow"); (allow == "POST, GET") != (status == 405) {
			t.Errorf("%s: Allow is %q", tt.name, allow)
		}
	}
	if status, _, body := do(t, request(t, "POST", b.url+"/elsewhere", good)); status != 404 {
		t.Errorf("another path: %d %s", status, body)
	}
}

// TestSealedGet: GET serves queries only, with header and data in the query.
func TestSealedGet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	send := func(cmd, payload string) string {
		sent, err := b.shop.Call.Send(b.keys["300"], protocol.Outgoing{
			Interface: cmd, ID: sid, Payload: []byte(payload), Now: epoch, Draft: &message.Message{Method: "GET"},
		})
		if err != nil {
			t.Fatal(err)
		}
		status, _, got := do(t, request(t, "GET", b.url+"/shop/api?"+sent.Message.Query, nil))
		if status != 200 {
			t.Errorf("%d %s", status, got)
			return ""
		}
		return b.open(t, sent, got)
	}
	if got := send("thing_list", `{"name":"张三"}`); !strings.Contains(got, `"echo":"张三"`) {
		t.Error(got)
	}
	if got := send("thing_create", `{"name":"张三"}`); got != refused("1003", "不支持的请求方式") {
		t.Error(got)
	}
}

// TestShortBody: a body that ends before its length is refused, and the request
// is not served.
func TestShortBody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://")) //nolint:noctx // the server ends with the test
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "POST /shop/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"header\":")
	_ = conn.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 400 || string(body) != refused("1007", "请求数据缺失") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestAnswered: Answered hears of requests that were carried out, and no others.
func TestAnswered(t *testing.T) {
	t.Parallel()
	var told []string
	b := setup(t, func(c *gate.Config) {
		c.Answered = func(call route.Call, kind route.Kind) {
			told = append(told, call.System+" "+call.Cmd+" "+call.App+" "+string(kind))
		}
	})
	for _, tt := range []struct{ cmd, payload, want string }{
		{"thing_create", `{"name":"a"}`, "shop thing_create 300 report"},
		{"thing_list", `{"name":"a"}`, "shop thing_list 300 query"},
		{"thing_create", `{}`, ""},
		{"thing_create", `{"name":"error"}`, ""},
		{"thing_create", `{"name":"panic"}`, ""},
		{"secret_list", `{"name":"a"}`, ""},
		{"thing_later", `{"name":"a"}`, ""},
	} {
		told = nil
		b.call(t, "300", "30026112208000000001", tt.cmd, tt.payload)
		if got := strings.Join(told, "; "); got != tt.want {
			t.Errorf("%s %s: told %q, want %q", tt.cmd, tt.payload, got, tt.want)
		}
	}
}

func TestRefuseDeprecated(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *gate.Config) { c.RefuseDeprecated = true })
	if got := b.call(t, "300", sid, "thing_old", `{"name":"a"}`); got != refused("1008", "不支持的接口请求") {
		t.Error(got)
	}
}

// TestNew: a system that cannot be served is refused when the server is made.
func TestNew(t *testing.T) {
	t.Parallel()
	make := func(systems ...route.System) error {
		memory := new(memory)
		_, err := gate.New(systems, gate.Config{Apps: register{}, Tokens: memory, Nonces: memory})
		return err
	}
	at := func(path string) *protocol.Protocol {
		return parse(strings.Replace(shopProtocol, "path: /shop/api", "path: "+path, 1))
	}
	twin := func(change func(*route.System)) route.System {
		s := shop()
		s.Name = "twin"
		s.Protocol = at("/twin")
		change(&s)
		return s
	}
	more := func(method, path string) route.System {
		s := kiosk()
		s.Name = "more"
		s.Interfaces = []route.Interface{route.Handle(
			route.Interface{Cmd: "more", Kind: route.Query, Status: route.Active, Method: method, Path: path}, answer)}
		return s
	}
	for _, tt := range []struct {
		name, want string
		err        error
	}{
		{"two systems", "", make(shop(), kiosk())},
		{"one path", "system twin: it has the path /shop/api, as shop has", make(shop(), twin(func(s *route.System) { s.Protocol = at("/shop/api") }))},
		{"one path of an interface", "system twin: it has the path /kiosk/soon, as kiosk has", make(kiosk(), twin(func(s *route.System) { s.Protocol = at("/kiosk/soon") }))},
		{"zone", "system twin: time zone", make(twin(func(s *route.System) { s.Zone = "Mars/Base" }))},
		{"no protocol", "system twin: it has no protocol", make(twin(func(s *route.System) { s.Protocol = nil }))},
		{"one cmd twice", "system twin: ", make(twin(func(s *route.System) { s.Interfaces = append(s.Interfaces, s.Interfaces[0]) }))},
		{"one method and path twice", "system kiosk: ", func() error {
			k := kiosk()
			again := k.Interfaces[0]
			again.Cmd = "again"
			k.Interfaces = append(k.Interfaces, again)
			return make(k)
		}()},
		{"one shape of two paths", "system more: it has the path /kiosk/thing/{other}, as kiosk has", make(kiosk(), more("PUT", "/kiosk/thing/{other}"))},
		{"the path of an app", "system given: it has the path /kiosk/soon, as more has", make(more("GET", "/app/{id}/kiosk/soon"), func() route.System {
			s := more("GET", "/kiosk/soon")
			s.Name, s.Protocol = "given", parse(`{app: given, request: {json: "{payload}"}, reply: {json: "{payload}", status: {success: 200, "*": 400}}}`)
			return s
		}())},
		{"two paths that overlap", "", make(kiosk(), more("GET", "/kiosk/{a}/name"))},
		{"a path that is none", "system more: path /a/{b}c: ", make(more("GET", "/a/{b}c"))},
	} {
		if tt.want == "" && tt.err != nil || tt.want != "" && (tt.err == nil || !strings.Contains(tt.err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, tt.err, tt.want)
		}
	}
	memory := new(memory)
	for want, config := range map[string]gate.Config{
		"no Apps":   {Tokens: memory, Nonces: memory},
		"no Tokens": {Apps: register{}, Nonces: memory},
		"no Nonces": {Apps: register{}, Tokens: memory},
	} {
		if _, err := gate.New([]route.System{kiosk()}, config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestJudge: a payload is validated without a server.
func TestJudge(t *testing.T) {
	t.Parallel()
	one := shop().Interfaces[6] // described only
	q, err := one.Judge([]byte(`{"name":"a","n":"7"}`), epoch.Location(), wire.Limits{})
	if got, ok := q.(*ask); err != nil || !ok || got.Name != "a" || !got.N.Is(7) {
		t.Errorf("%v, %v", q, err)
	}
	for payload, want := range map[string]problem.Rule{`{}`: problem.Required, `{"name":5}`: problem.Type, `{`: problem.JSON} {
		if _, err := one.Judge([]byte(payload), epoch.Location(), wire.Limits{}); problem.From(err).Rule != want {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

// TestConcurrent: two apps, alternating sizes, one server. Nothing of one
// request shows in the reply of another, though buffers are used again.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		app := []string{"300", "301"}[worker%2]
		wg.Go(func() {
			for i := range 60 {
				id := fmt.Sprintf("20141231%04d%04d", worker, i)
				name := strings.Repeat(string(rune('a'+worker)), 1+(i*worker*37)%1500)
				want := `{"errcode":0,"errmsg":"","content":{"echo":"` + name + `","app":"` + app + `","sid":"` + id + `"}}`
				payload := `{"name":"` + name + `"}`
				switch i % 6 {
				case 1: // refused in the middle of decoding
					payload, want = `{"list":[{"list":[{"name":5`, refused("1004", "请求数据格式错误")
				case 2:
					payload, want = `{"name":"panic","n":1}`, refused("1005", "系统处理失败")
				case 3:
					payload, want = `{"list":[{"n":[]}]}`, refused("1001", "缺少必须参数[name]")
				}
				if got := b.call(t, app, id, "thing_create", payload); got != want {
					t.Errorf("app %s, %.60s:\ngot  %.200s\nwant %.200s", app, payload, got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

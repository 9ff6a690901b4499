package mock_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mock"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// daily is a system whose reports have values that no two rows may share, and no room for new
// ones: a day, a place in a short list, two letters.
func daily(t *testing.T, guards, reply string) *spec.System {
	t.Helper()
	fsys := fstest.MapFS{}
	put := func(path, text string) {
		fsys["spec/daily/"+path] = &fstest.MapFile{Data: []byte(strings.TrimSpace(text) + "\n")}
	}
	put("system.yaml", `
system: daily
language: 2
title: 日报接口文档
version: V1
zone: Asia/Shanghai
client: false
groups:
  one: {title: 日报, section: "1"}
protocol:
  keys: {secret: text}
  request:
    json: {app: "{app}", time: "{time}", no: "{no}", sign: "{sign}", "*": "{payload}"}
    values:
      time: {send: "{now|unix}"}
      sign: {of: "{secret}{path}{app}{time}{no}{payload|raw}", by: [sha256, hex], else: E401}
`+guards+`
  reply:
    json: {code: "{code}", message: "{text}", "result?": "{payload}"}
    success: {code: "0", text: success}
    variants: [{when: unknown}]
`+reply)
	put("errors.yaml", `
groups:
  - title: 返回码
    errors:
      "0": {text: success}
      E400: {text: "参数%s错误"}
      E401: {text: 签名错误}
      E403: {text: 没有接口权限}
      E409: {text: 重复提交}
      E500: {text: 系统异常}
      T001: {text: 当日已报}
      T002: {text: 班次已报}
      T003: {text: 科室不存在}
rules: {required: E400, type: E400, length: E400, format: E400, enum: E400, condition: E400, json: E400, size: E400, sid: E400, method: E400, empty: E400, interface: E400, grant: E403, app: E401, auth: E401, repeated: E409, internal: E500, unavailable: E500}
`)
	put("table/day.yaml", `
table: day
title: 日报
columns:
  id:   {type: string, length: 36, default: guid, required: true}
  day:  {type: date, required: true}
  text: {type: string, length: 60}
key: [id]
unique: [[day]]
`)
	put("table/turn.yaml", `
table: turn
title: 班次
columns:
  id:    {type: string, length: 36, default: guid, required: true}
  ward:  {type: string, length: 8, required: true}
  turn:  {type: int, required: true, enum: {1: 早, 2: 晚}}
  state: {type: string, length: 2}
key: [id]
unique: [[ward, turn]]
`)
	put("table/ward.yaml", `
table: ward
title: 科室
columns:
  ward: {type: string, length: 8, required: true}
  flag: {type: string, length: 2}
  modified: {type: datetime, default: now, required: true}
key: [ward]
unique: [[flag]]
`)
	sections := 0
	one := func(name, request, answer string) {
		sections++
		put("one/"+name+".yaml", "interface: "+name+"\ntitle: "+name+"\nsection: \"1."+strconv.Itoa(sections)+"\"\nkind: report\nmethod: POST\npath: /"+name+
			"\nrequest:\n"+request+"\nresponse: {}\nanswer:\n"+answer)
	}
	one("day_report", "  day: {type: date, required: true, label: 日期}\n  text: {type: string, length: 60, label: 内容}",
		"  insert: day\n  unique: {day: T001}")
	one("day_checked", "  day: {type: date, required: true, label: 日期}\n  text: {type: string, length: 60, label: 内容}",
		"  check:\n    - {table: day, where: {day: day}, absent: true, else: T001}\n  insert: day")
	one("turn_report", "  ward: {type: string, length: 8, required: true, label: 科室}\n  turn: {type: int, required: true, enum: {1: 早, 2: 晚}, label: 班次}",
		"  check:\n    - {table: ward, where: {ward: ward}, else: T003}\n  insert: turn\n  unique: {ward+turn: T002}")
	one("ward_save", "  ward: {type: string, length: 8, required: true, label: 科室}\n  flag: {type: string, length: 2, required: true, label: 标志}",
		"  upsert: ward\n  match: [ward]\n  unique: {flag: T002}")
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems[0]
}

// TestTaken fires the cases of reports whose values can be taken once, twice at a mock and twice
// at a server that says nothing of itself: whoever takes the first of them only is right.
func TestTaken(t *testing.T) {
	t.Parallel()
	const fields = `    fields:
      code:    {type: string, required: true, label: 返回码}
      message: {type: string, required: true, label: 返回信息}`
	const nonce = `      no: {send: "{random|hex}"}
    guards: [{window: time, within: 10m, else: E401}, {once: "no", else: E409}]`
	const id = `      no: {send: "{id}"}
    guards: [{like: "no", pattern: "[0-9]{16,20}", else: sid}, {once: "no", with: effect}]`
	for name, one := range map[string][2]string{
		"a nonce":                {nonce, fields},
		"an id with its effect":  {id, fields},
		"codes beside of HTTP's": {nonce, "    status: {success: 200, T001: 409, T002: 409, \"*\": 400}\n" + fields},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := daily(t, one[0], one[1])
			suite := fixture.Derive(s)
			for _, skipped := range suite.Skipped {
				t.Errorf("%s: %v", skipped.Cmd, skipped.Err)
			}
			if !slices.ContainsFunc(suite.Cases, func(c *fixture.Case) bool { return c.Tamper != nil && c.Tamper.Value == tamper.Together }) {
				t.Error("nothing is sent twice at once")
			}
			fireTwice(t, s, suite)
		})
	}
}

// TestForeign fires the cases of systems that no case was made for twice at a mock and twice at a
// server that says nothing of itself.
func TestForeign(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"outlet", "clinic", "freight"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := load.Systems(os.DirFS("../../cmd/jiekoud/faults/testdata/"+name), "spec")
			if err != nil {
				t.Fatal(err)
			}
			fireTwice(t, set.Systems[0], fixture.Derive(set.Systems[0]))
		})
	}
}

// fireTwice fires the cases at a mock, twice, and at a server like it that says nothing of
// itself. All must pass.
func fireTwice(t *testing.T, s *spec.System, suite *fixture.Suite) {
	t.Helper()
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	app, err := tamper.Example(p, "300", nil)
	if err != nil {
		t.Fatal(err)
	}
	apps := []bind.App{{System: s.Name, ID: app.ID, Secrets: app.Texts()}}
	for _, foreign := range []bool{false, true} {
		memory := bind.NewMemory(apps, nil)
		stock := &mock.Stock{What: about.DemoRows, Memory: memory}
		if _, err := stock.Take([]*spec.System{s}); err != nil {
			t.Fatal(err)
		}
		m, _, err := mock.New(mock.Config{Systems: []*spec.System{s}, Seed: 1, Apps: apps, Memory: memory, Worlds: stock.Worlds})
		if err != nil {
			t.Fatal(err)
		}
		handler, err := m.Handler()
		if err != nil {
			t.Fatal(err)
		}
		inner := mock.WithControl(stock, handler)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if foreign && strings.HasPrefix(r.URL.Path, about.Control) {
				http.NotFound(w, r)
				return
			}
			inner.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		for seed := range uint64(2) {
			config := fire.Config{
				System: bind.System(s), Suite: suite, URL: server.URL, Seed: seed + 1, App: fire.App{ID: app.ID, Secrets: app.Texts()},
				Mock: about.Ask(t.Context(), server.Client(), server.URL),
			}
			if foreign == (config.Mock != nil) {
				t.Fatalf("foreign is %v, and it says %+v", foreign, config.Mock)
			}
			beside, release, err := fire.Beside(t.Context(), s, config, "")
			if err != nil {
				t.Fatal(err)
			}
			config.Twin = beside
			report, err := fire.Run(t.Context(), config)
			release() // the next run waits for it
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Results {
				if r.Verdict != fire.Passed && r.Verdict != fire.Skipped {
					t.Errorf("foreign %v, run %d: %s: %s %s\n%.300s\n%.300s", foreign, seed+1, r.Case.ID, r.Verdict, r.Why, r.Payload, r.Got.Plain)
				}
			}
		}
	}
}

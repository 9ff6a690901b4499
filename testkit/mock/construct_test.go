package mock_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mock"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// TestConstructs fires the cases of interfaces as documents have them at a mock. All
// pass, none is left out, and the cases are there that hold the construct.
func TestConstructs(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		yaml string
		want []string
	}{
		"one name in three places": {
			`
method: POST
path: /order/{no}/sent
request:
  no:        {type: string, length: 8, required: true, label: 单号}
  timestamp: {type: string, length: 6, required: true, label: 业务时间}
  headTime:  {type: long, name: timestamp, in: query, required: true, label: 请求时间}
  traceNo:   {type: string, name: No, in: header, length: 4, label: 流水号}
response:
  count: {type: int, label: 数量}`,
			[]string{"timestamp/length-over-ascii", "headTime/absent", "headTime/type-letters", "traceNo/length-over-ascii"},
		},
		"maps with values of one kind": {
			`
method: POST
path: /stock
request:
  stock:
    type: map
    required: true
    label: 库存，以条码为键
    fields:
      count:  {type: int, min: 1, required: true, label: 数量}
      name:   {type: string, length: 8, label: 名称}
      batch:  {type: map, label: 批次, fields: {no: {type: string, length: 4, required: true, label: 批号}}}
      places: {type: "Place[]", label: 库位, fields: {code: {type: string, length: 3, required: true, label: 编码}}}
  prices: {type: "Map<String, BigDecimal>", label: 价格}
  notes:  {type: "map<string,string>", label: 备注}
  version: {type: string, length: 最长8位, const: "1.0", required: true, label: 版本}
  days:   {type: map, of: date, label: 日期}
response:
  left:  {type: map, required: true, label: 余量, fields: {count: {type: int, required: true, label: 数量}, at: {type: datetime, label: 时间}}}
  names: {type: map, of: string, label: 名称}`,
			[]string{
				"stock/absent", "stock/none", "stock/several", "stock/member", "stock.count/absent", "stock.count/min-beyond", "stock.name/length-over-ascii",
				"stock.batch.no/absent", "stock.places.code/length-over-ascii", "prices/member", "notes/several", "days/member", "version/enum-outside",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := constructed(t, one.yaml)
			suite := fixture.Derive(s)
			for _, skipped := range suite.Skipped {
				t.Errorf("%s: %v", skipped.Cmd, skipped.Err)
			}
			for _, id := range one.want {
				if !slices.ContainsFunc(suite.Cases, func(c *fixture.Case) bool { return strings.HasSuffix(c.ID, "/"+id) }) {
					t.Errorf("no case %s", id)
				}
			}
			fireAll(t, s, suite)
		})
	}
}

// constructed is a system of signed requests with one interface.
func constructed(t *testing.T, yaml string) *spec.System {
	t.Helper()
	files, err := scaffold.System(scaffold.SystemOptions{Name: "probe", Title: "探测", Version: "V1", Signed: true})
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Text, err = scaffold.Group(files[0].Text, "one", "一", "1.1"); err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"spec/probe/one/probe.yaml": {Data: []byte(
		"interface: probe\ntitle: 探测\nsection: 1.1.1\nkind: report\nanswer: {handler: true}\n" + strings.TrimSpace(yaml) + "\n",
	)}}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatalf("%s\n%v", yaml, err)
	}
	return set.Systems[0]
}

// fireAll fires every case at a mock of the system, and wants all of them to pass. Where an
// interface issues tokens, the app has none.
func fireAll(t *testing.T, s *spec.System, suite *fixture.Suite) *fire.Report {
	t.Helper()
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	app, err := tamper.Example(p, "300", nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets := app.Texts()
	if s.Login() != nil {
		delete(secrets, "token")
	}
	apps := []bind.App{{System: s.Name, ID: app.ID, Secrets: secrets}}
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
	server := httptest.NewServer(mock.WithControl(stock, handler))
	t.Cleanup(server.Close)
	report, err := fire.Run(t.Context(), fire.Config{
		System: bind.System(s), Suite: suite, URL: server.URL, Seed: 5,
		App: fire.App{ID: app.ID, Secrets: secrets, Login: bind.LoginWith(s, secrets)}, Mock: about.Ask(t.Context(), server.Client(), server.URL),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Verdict != fire.Passed && r.Verdict != fire.Skipped {
			t.Errorf("%s: %s %s\n%.600s\n%.600s", r.Case.ID, r.Verdict, r.Why, r.Payload, r.Got.Plain)
		}
	}
	if len(report.Results) < 20 {
		t.Errorf("%d cases", len(report.Results))
	}
	return report
}

// Package trial is a system that is hard for languages, for tests of clients: names that
// they have taken, names in Chinese, numbers that they lose, times of a zone.
package trial

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

//go:embed all:spec all:names all:places all:pushes all:login all:rules locked.yaml
var files embed.FS

// The app of the server, with its one key.
const (
	App = "300"
	Key = "k"
)

// Named are interfaces that are called like what classes of some language have: each
// takes an id and gives it back.
func Named() []string {
	return strings.Fields("class constructor equals finalize get_class delete get_type handle hash_code import notify on print_r send then to_string value wait")
}

// Call is what is sent to the interface values: the server must have the same digits, and
// so must whoever reads the reply.
const Call = `{"long":9223372036854775807,"ulong":9999999999999999,"int":-2147483648,"money":-99999999999999.0001,` +
	`"rate":1234567890123456.123456789012345678,"text":"0.10","huge":-99999999999999999999999999999999999999.99,"hugetext":"12345678901234567890123456789012345678","free":0.1,"longs":[9007199254740993,-9223372036854775808],"monies":[0.10,1.005],` +
	`"huges":[1234567890123456789012345678.90,-9999999999999999.99],"moment":"2026-03-08 02:30:00","iso":"2026-03-08T02:30:00+08:00","millis":1772908200123,"day":"2026-03-08","moments":["2026-11-01 01:30:00"],` +
	`"客户":{"姓名":"𠮷野","级别":"甲","地址":[{"省":"福建"},{"省":"\"</script>\\"}]}}`

// The name of a row that is longer than what languages and people are used to.
const lengthy = `"customerRelationshipManagementRegistrationApplicationIdentificationNumberOfTheFirst`

// Echo is what is sent to the interface OrderAdd of Names, which gives it back.
const Echo = `{"name":"a","Name":"b","NAME":"c","user_id":1,"userId":2,"user-id":"d","2fa":true,"$ref":"e","a.b":"f","self":"g","this":"h","cls":"i","None":"j","true":"k",` +
	`"null":"l","validate":"m","problems":"n","to_json":"o","__init__":"p","hashCode":1,"Equals":2,"get_class":3,"ORDER_ADD_REQUEST":4,"类":"甲\"乙","状态":-1,` +
	`"big":1234567890123456.0123456789,"neg0":-0.10,"huge":-9223372036854775808,"at":"2026-01-08T02:30:00-03:30","local":"2026-03-08 03:30:00","pattern":"\"'/12x",` +
	`"deep":{"deep":{"deep":[{"deep":"x","Deep":["\u2028",""]}]}},"map":{"k":1.10},"objects":{"键":{"n":9007199254740993,"名":"甲"}},"any":{"x":[1.5,9007199254740993,null,"\t"]},` +
	`"kind":1,"card":{"no":"1","sub":12},"need":null,"void":null,"voids":null,"word":"1st","digit":-9,` +
	`"inner":"{\"no\":-9223372036854775808,\"价\":9999999999999999.9999,\"in\":\"{\\\"class\\\":\\\"\\\\\\\"丙\\\"}\"}","inners":"[0.10,-9999999999999999.5]","millis":4102444799999,"seconds":4102444799,"day":"2000-02-29",` +
	`"grid":[{"row":[{"cell":[1,9223372036854775807]},{"cell":[]}]},{"row":[]}],"least":-9223372036854775808,"same":{"id":1},"other":{"id":2},"classes":[{"class":3,"next":{"id":"a"}},{}],` +
	lengthy + `Contact":"a",` + lengthy + `_Contact":"b"}`

// Long is a request of OrderAdd whose big has more digits behind its point than the document
// allows, and more in all than Python keeps of a result.
const Long = `{"name":"a","need":1.5,"big":1234567890123456.01234567890123}`

// Names are two systems of the same interfaces, whose names differ by letters, case and marks
// that languages do not tell apart, or are called like what its own classes have; with maps,
// unions, texts of JSON and a list that is the whole payload. The first signs its messages, and
// the second seals them, so that it has no rows in the query.
func Names(t testing.TB) *spec.Set {
	t.Helper()
	sealed, err := files.ReadFile("locked.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	err = fs.WalkDir(files, "names/hard", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		fsys[name] = &fstest.MapFile{Data: text}
		if strings.HasSuffix(name, "get2.yaml") {
			return err
		}
		if common, _, ok := bytes.Cut(text, []byte("protocol:\n")); ok {
			text = append([]byte(strings.Replace(string(common), "system: hard", "system: locked", 1)+"protocol:\n"), sealed...)
		}
		text = bytes.ReplaceAll(text, []byte("path: /v2/"), []byte("path: /locked/"))
		fsys[strings.Replace(name, "hard", "locked", 1)] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := load.Systems(fsys, "names")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Places is a system with rows in every place of a request, of every shape, that are required
// always or under conditions.
func Places(t testing.TB) *spec.Set {
	t.Helper()
	return loaded(t, "places")
}

// loaded is the set of systems of a folder.
func loaded(t testing.TB, folder string) *spec.Set {
	t.Helper()
	own, err := fs.Sub(files, folder)
	if err != nil {
		t.Fatal(err)
	}
	set, err := load.Systems(own, ".")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Keys are the keys of the app for a system.
func Keys(s *spec.System) map[string]string {
	return map[string]string{cmp.Or(map[string]string{"base": "class"}[s.Name], "secret"): Key}
}

// Payload is what an interface is sent.
func Payload(t testing.TB, i *spec.Interface) string {
	t.Helper()
	if i.Cmd == "values" {
		return Call
	}
	var b strings.Builder
	for n, f := range i.Request {
		fmt.Fprintf(&b, ",%q:%q", f.Name, fmt.Sprintf("值 %d", n))
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

// Moments are times of messages, with the milliseconds since 1970 that each is, and how it
// is written as yyyyMMddHHmmss in the zone of the system; "" is no time there. Some are no time in other zones.
func Moments() map[string]string {
	return map[string]string{
		"2026-03-08 02:30:00":           "1772908200000 20260308023000",
		"2026-11-01T01:30:00-04:00":     "1793511000000 20261101133000",
		"2026-03-08T02:30:00.123+08:00": "1772908200123 20260308023000",
		"2026-03-07T18:30:00Z":          "1772908200000 20260308023000",
		"1947-04-15":                    "-716889600000 19470415010000", // midnight was skipped
		"1947-04-15 00:00:00":           "-716889600000 19470415010000",
		"1947-04-15T00:00:00.000":       "-716889600000 19470415010000",
		"19470415000000":                "-716889600000 19470415010000",
		"1947-04-15 00:00:00.001":       "",
		"1947-04-15 00:30:00":           "",
		"2026-02-30":                    "",
		"2026-02-30 10:00:00":           "",
		"2026-02-30T10:00:00Z":          "",
		"2026-02-28 24:00:00":           "",
		"1947-04-15T00:30:00+08:00":     "-716887800000 19470415013000",
	}
}

// Skipped are times around the hour that the zone of Names skips, as Moments has them.
func Skipped() map[string]string {
	return map[string]string{
		"2026-03-08 01:59:59":       "1772947799000 20260308015959",
		"2026-03-08 02:00:00":       "",
		"2026-03-08 02:30:00":       "",
		"20260308023000":            "",
		"2026-03-08T02:59:59.999":   "",
		"2026-03-08 03:00:00":       "1772947800000 20260308030000",
		"2026-03-08T02:30:00-03:30": "1772949600000 20260308033000",
		"2026-03-08":                "1772940600000 20260308000000",
	}
}

// System is the system. before is what its signature does first, such as "gzip, ".
func System(t testing.TB, before string) *spec.System {
	t.Helper()
	return Set(t, before).Systems[0]
}

// Set is the system alone in a set.
func Set(t testing.TB, before string) *spec.Set {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(files, "spec", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		fsys[name] = &fstest.MapFile{Data: bytes.ReplaceAll(text, []byte("by: ["), []byte("by: ["+before))}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, name := range Named() {
		fsys["spec/base/order/"+name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "interface: %q\ntitle: 名\nsection: \"1.%d\"\nkind: query\nmethod: POST\npath: /base/named%[2]d\n"+
			"request: {id: {type: string, length: 20, required: true, label: 号}}\nresponse: {id: {type: string, length: 20, required: true, label: 号}}\nanswer: {handler: true}\n", name, n+10)}
	}
	set, err := load.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Server answers each call with what it was sent. It wants the signature of the app and
// the rules of the document, and signs its replies.
func Server(t testing.TB, s *spec.System) *httptest.Server {
	t.Helper()
	handler, err := live.New(live.Config{
		Systems: []*spec.System{s}, Apps: []bind.App{{System: s.Name, ID: App, Secrets: Keys(s)}},
		Answer: func(_ context.Context, _ *route.Call, _ *spec.Interface, payload []byte) ([]byte, error) {
			return bytes.Clone(payload), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

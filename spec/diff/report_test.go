package diff_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
	"github.com/jiekou-dev/jiekou/spec/diff/report"
)

// TestReport holds what each form says of the same changes, one of which has mark-up in
// its label.
func TestReport(t *testing.T) {
	t.Parallel()
	after := edited(t, "order/order_create", "min: 1, max: 99, label: 数量", `min: 2, max: 99, label: "<b>|数\n量 \\.* [a](b)"`)
	changes := diff.Diff(model(t, base(t)), model(t, after))
	changes[0].Partners = []string{"301"}
	losses := []diff.Loss{{System: "shop", App: "301", Calls: 9, Least: 1, Most: 7}}
	for _, r := range []report.Report{{Old: "V1", New: "V2", Changes: changes, Losses: losses}, {Old: "V1", New: "V2", Changes: changes, Losses: losses, ZH: true}} {
		for _, format := range slices.DeleteFunc(report.Formats(), func(f string) bool { return f == "changelog" }) {
			var b strings.Builder
			if err := r.Write(&b, format); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			for _, want := range []string{changes[0].ID, changes[1].ID, "request-min-raised"} {
				if !strings.Contains(text, want) && format != "markdown" {
					t.Errorf("%s does not say %s:\n%s", format, want, text)
				}
			}
			lost := map[string]string{"json": `"most": 7`}[format]
			if lost == "" {
				lost = map[bool]string{false: "shop 301: 1 to 7 of 9 calls of the last 30 days would be refused", true: "shop 301：最近30天调用9次，其中1至7次将被拒绝"}[r.ZH]
			}
			if strings.Contains(text, lost) == (format == "github" || format == "sarif") {
				t.Errorf("%s does not say what 301 loses:\n%s", format, text)
			}
			switch format {
			case "json", "sarif":
				if !json.Valid([]byte(text)) {
					t.Errorf("%s is no JSON", format)
				}
			case "html":
				if strings.Contains(text, "<b>|") || !strings.Contains(text, "default-src 'none'") || strings.Count(text, "<tr>") != strings.Count(text, "</tr>") {
					t.Errorf("html:\n%s", text)
				}
			case "markdown":
				if strings.Contains(text, "<b>") || !strings.Contains(text, `\|数 量 \\.\* \[a](b)`) || !strings.Contains(text, "| 301 |") || strings.Count(text, "\n") != 10 {
					t.Errorf("markdown:\n%s", text)
				}
			case "github":
				if strings.Count(text, "\n") != len(changes) || !strings.Contains(text, "::error file=spec/shop/order/order_create.yaml,line=8,col=28,title=request-min-raised::") {
					t.Errorf("github:\n%s", text)
				}
			}
		}
	}
	if err := (report.Report{}).Write(nil, "xml"); err == nil {
		t.Error("a format that is none")
	}
}

// TestFindings holds that every form but that of the terminal has what is wrong with the
// team's own entries.
func TestFindings(t *testing.T) {
	t.Parallel()
	after := edited(t, "order/order_create", "min: 1, max: 99", "min: 2, max: 99")
	changes := diff.Diff(model(t, base(t)), model(t, after))
	stale := diff.Accept(changes, []accepted.Entry{{ID: "0123456789ab", Reason: "x", Date: "2026-01-02", Pos: spec.Pos{File: accepted.File, Line: 3, Col: 1}}})
	for _, format := range slices.DeleteFunc(report.Formats(), func(f string) bool { return f == "changelog" || f == "text" }) {
		var b strings.Builder
		if err := (report.Report{Changes: changes, Findings: stale}).Write(&b, format); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"JD0001", "no change has the id 0123456789ab any more", "accepted.yaml"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s does not say %q:\n%s", format, want, b.String())
			}
		}
	}
}

// TestPlaces holds that every form for people says where a change is in both revisions, of
// what is there in both, what is new and what is gone.
func TestPlaces(t *testing.T) {
	t.Parallel()
	after := edited(t, "order/order_create", "kind: report\n", "kind: report\nnote: 单号由下单方编\n") // a line further down
	name := "spec/shop/order/order_create.yaml"
	for _, e := range [][2]string{{"min: 1, max: 99", "min: 2, max: 99"}, {"  at:     {type: datetime, label: 时间}\n", ""}} {
		after[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(after[name].Data), e[0], e[1], 1))}
	}
	changes := diff.Diff(model(t, base(t)), model(t, after))
	at := func(line string) *regexp.Regexp {
		return regexp.MustCompile(`order_create\.yaml(:|:\d+:\d+ → |,line=|"\s*},\s*"region": \{\s*"startColumn": \d+,\s*"startLine": )` + line + `\b`)
	}
	for _, format := range report.Formats() {
		var b strings.Builder
		if err := (report.Report{Old: "V1", New: "V2", Changes: changes, Systems: model(t, after).Systems}).Write(&b, format); err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			for _, p := range []spec.Pos{c.OldPlace, c.NewPlace} {
				if !at(strconv.Itoa(p.Line)).MatchString(b.String()) && format != "changelog" { // a line of the partner's document
					t.Errorf("%s does not say that %s is at line %d:\n%s", format, c.Text(), p.Line, b.String())
				}
			}
		}
	}
}

// TestChangelog holds that the line for the list of revisions is one that a system reads,
// with what partners see and the interfaces that have it, and nothing of tables.
func TestChangelog(t *testing.T) {
	t.Parallel()
	after := edited(t, "order/order_create", "min: 1, max: 99, label: 数量", `min: 2, max: 99, pattern: "[0-9]: \"x\"", label: 数量`)
	for name, edit := range map[string][2]string{"order/order_get": {"missing: E404", "missing: E400"}, "table/purchase": {"length: 20", "length: 30"}, "system": {"version: V1.0", "version: V1.1"}} {
		text := after["spec/shop/"+name+".yaml"].Data
		after["spec/shop/"+name+".yaml"].Data = []byte(strings.Replace(string(text), edit[0], edit[1], 1))
	}
	before, now := model(t, base(t)), model(t, after)
	var b strings.Builder
	if err := (report.Report{Changes: diff.Diff(before, now), Systems: now.Systems}).Write(&b, "changelog"); err != nil {
		t.Fatal(err)
	}
	want := `- {version: V1.1, date: "2026-01-02", text: "1.1新增订单：请求参数的最小值加大：amount：1 → 2，请求参数的格式新增：amount：无 → [0-9]: \"x\"；` +
		`1.2查询订单：同一情形的错误码改变：E404 → E400。", interfaces: [order_create, order_get]}` + "\n"
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
	after["spec/shop/changelog.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	if list := model(t, after).Systems[0].Changes; len(list) != 1 || list[0].Version != "V1.1" || len(list[0].Interfaces) != 2 {
		t.Errorf("%+v", list)
	}
}

// TestAccepted holds which changes a team has agreed to, and what is wrong with the file.
func TestAccepted(t *testing.T) {
	t.Parallel()
	changes := diff.Diff(model(t, base(t)), model(t, edited(t, "order/order_create", "min: 1, max: 99", "min: 2, max: 9")))
	if len(changes) != 2 || diff.Worst(changes) != diff.Breaking {
		t.Fatalf("%v", ids(changes))
	}
	file := changes[0].ID + ": {reason: agreed, date: 2026-11-28}\n" + changes[1].ID + ": {reason: agreed, date: 2026-11-28}\n"
	list, err := accepted.Read("spec/accepted.yaml", []byte(file+"000000000000: {reason: gone, date: 2026-11-28}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if found := diff.Accept(changes, list); len(found) != 1 || found[0].Pos.Line != 3 || diff.Worst(changes) != diff.None {
		t.Errorf("%v; worst is %v", found, diff.Worst(changes))
	}
	for text, want := range map[string]string{
		"- a": "expected object", "x: {reason: a, date: 2026-11-28}": "no id of a change", "000000000000: {date: 2026-11-28}": `missing key "reason"`,
		"000000000000: {reason: a, date: soon}": "the date", "[": "JK0002", "000000000000: a": `missing key "reason"`,
		"000000000000: {reason: a, date: 2026-11-28, until: 2027-01-01}": `unknown key "until"`,
	} {
		_, err := accepted.Read("spec/accepted.yaml", []byte(text))
		if _, ok := errors.AsType[spec.Findings](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

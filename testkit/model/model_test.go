package model_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/model"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// system loads a system of the repository.
func system(t testing.TB, name string) *spec.System {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no system %s", name)
	return nil
}

// filled is a world with the demo rows.
func filled(t testing.TB, s *spec.System) *model.World {
	t.Helper()
	w, err := model.New(s, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range s.Demo.Rows {
		if err := w.Load(rows.Table, rows.CSV); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// answer is the reply of a call, or its code with the field at fault.
func answer(t testing.TB, w *model.World, call model.Call, cmd, payload string) string {
	t.Helper()
	out, err := w.Answer(call, w.System.Interface(cmd), []byte(payload))
	if e, ok := errors.AsType[*problem.Error](err); ok {
		return strings.TrimSpace(e.Code + string(e.Rule) + " " + e.Field)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", cmd, payload, err)
	}
	return out.Reply.String()
}

const newCustomer = `{"projGUID":"985fb4e7-2a09-4ee8-abb2-997659ba1b0d","customerName":"安如是","gender":2,"mobile":"13912345678","userGUID":"6f2c7a8c-627b-4322-bfac-9cb6e34acb11","cstType":"2"}`

// TestAnswers asks one after another: checks, an insert with its notifications, a read, an
// update, a message id that comes again, and rows that go back and forth through a file.
func TestAnswers(t *testing.T) {
	t.Parallel()
	w := filled(t, system(t, "lianfa"))
	w.GUID = func() string { return "guid-1" }
	got := answer(t, w, model.Call{App: "300", Sid: "1"}, "cst_info_get", `{"mobile":"13912345678"}`)
	if got != "2001" {
		t.Errorf("no such customer: %s", got)
	}
	out, err := w.Answer(model.Call{App: "300", Sid: "1"}, w.System.Interface("cst_info_create"), []byte(newCustomer))
	if err != nil {
		t.Fatal(err)
	}
	if s := out.Reply.String(); s != `{"cstGUID":"guid-1"}` {
		t.Errorf("created: %s", s)
	}
	if len(out.Changes) != 1 || out.Changes[0].Before != nil || len(out.Told) != 2 ||
		out.Told[0].Project != "985fb4e7-2a09-4ee8-abb2-997659ba1b0d" || !strings.Contains(out.Told[1].Body.String(), `"cstType":2`) {
		t.Errorf("changes %v, told %v", out.Changes, out.Told)
	}
	for _, one := range []struct{ sid, cmd, payload, want string }{
		{"1", "cst_info_create", newCustomer, "repeated"},
		{"2", "cst_info_create", newCustomer, "2003"},
		{"2", "cst_info_create", strings.Replace(newCustomer, "985fb4e7", "00000000", 1), "4001"},
		{"2", "s_lead_identify", `{"projGUID":"x","phone":"1"}`, `{"result":0}`},
		{"2", "s_lead_identify", `{"projGUID":"x","phone":"1"}`, "repeated"},
		{"3", "cst_info_update", `{"cstGUID":"guid-1","customerName":"安如是","mobile":"13912345678","gender":1,"address":"湖滨北路","projGUID":"985fb4e7-2a09-4ee8-abb2-997659ba1b0d","userGUID":"6f2c7a8c-627b-4322-bfac-9cb6e34acb11"}`, `{}`},
	} {
		if got := answer(t, w, model.Call{App: "300", Sid: one.sid}, one.cmd, one.payload); got != one.want {
			t.Errorf("%s %s: %s, want %s", one.cmd, one.sid, got, one.want)
		}
	}
	saved, err := w.Save()
	if err != nil {
		t.Fatal(err)
	}
	other, err := model.New(w.System, model.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Restore(saved); err != nil {
		t.Fatal(err)
	}
	for _, one := range []*model.World{w, other} {
		got := answer(t, one, model.Call{App: "300"}, "cst_info_get", `{"mobile":"13912345678"}`)
		for _, part := range []string{`"customerName":"安如是"`, `"gender":1`, `"address":"湖滨北路"`, `"custType":2`, `"birthday":""`} {
			if !strings.Contains(got, part) {
				t.Errorf("%s is not in %s", part, got)
			}
		}
		if got := answer(t, one, model.Call{App: "300", Sid: "1"}, "cst_info_get", `{"mobile":"1"}`); got != "repeated" {
			t.Errorf("a message id is forgotten: %s", got)
		}
	}
}

// TestUndone leaves nothing of a report that the database would refuse.
func TestUndone(t *testing.T) {
	t.Parallel()
	w := filled(t, system(t, "lianfa"))
	before, err := w.Save()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	w.GUID = func() string { n++; return "f3d6415b-395a-4e27-abc6-6fa8cc3b99ef" } // a customer of the demo has it
	if got := answer(t, w, model.Call{App: "300", Sid: "1"}, "cst_info_create", newCustomer); got != "internal" {
		t.Errorf("a key that is taken: %s", got)
	}
	after, err := w.Save()
	if err != nil || string(before) != string(after) || n == 0 {
		t.Errorf("something stayed: %v", err)
	}
}

// TestLate lists pages at the border of days, of since, and of what changed just now.
func TestLate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	s := system(t, "lianfa")
	w, err := model.New(s, model.Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	rows := "guid,proj_name,city_name,created,modified\n" +
		"a,甲,厦门,2026-01-01 00:00:00,2026-01-01 23:30:00\nb,乙,厦门,2026-01-01 00:00:00,2026-01-02 00:30:00\nc,丙,厦门,2026-01-01 00:00:00,2026-11-28 19:59:55\n"
	if err := w.Load("project", []byte(rows)); err != nil {
		t.Fatal(err)
	}
	for payload, want := range map[string][]string{
		`{"page":1,"pageSize":2}`: {`"totalPage":2`, `"page":1`, `"lastSyncTime":"2026-01-02 00:30:00.000"`, `"projGUID":"a"`, `"projGUID":"b"`},
		// c changed just now: it may have moved from before the page
		`{"page":2,"pageSize":2}`:                                  {`"projGUID":"b"`, `"projGUID":"c"`, `"lastSyncTime":"2026-11-28 19:59:50.000"`},
		`{"page":1,"pageSize":2,"syncTime":"2026-01-02 00:30:00"}`: {`"totalPage":1`, `"projGUID":"b"`},
		`{"page":9}`: {`{"totalPage":1,"page":9,"list":[]}`},
	} {
		got := answer(t, w, model.Call{}, "base_project_list", payload)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %s is not in %s", payload, part, got)
			}
		}
	}
}

// TestAllSQL reads all SQL of the four systems.
func TestAllSQL(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		for _, i := range s.Interfaces {
			lists := [][]*spec.Assign{i.Fill, i.Scope}
			if i.Answer != nil {
				lists = append(lists, i.Answer.Return)
				for _, c := range i.Answer.Checks {
					lists = append(lists, c.Where)
				}
				for _, st := range i.Answer.Steps {
					lists = append(lists, st.Where, st.Set, st.Return)
					if _, err := sql.Query(st.SQL); st.SQL != "" && err != nil {
						t.Errorf("%s: %v", st.Pos, err)
					}
				}
			}
			for _, list := range lists {
				for _, a := range list {
					if _, err := sql.Expression(a.SQL); a.SQL != "" && err != nil {
						t.Errorf("%s: %v", a.Pos, err)
					}
				}
			}
		}
	}
}

// BenchmarkAnswer creates customers and reads them.
func BenchmarkAnswer(b *testing.B) {
	w := filled(b, system(b, "lianfa"))
	create, get := w.System.Interface("cst_info_create"), w.System.Interface("cst_info_get")
	n := 0
	for b.Loop() {
		n++
		mobile := "139" + fmt.Sprintf("%08d", n)
		payload := []byte(strings.Replace(newCustomer, "13912345678", mobile, 1))
		if _, err := w.Answer(model.Call{App: "300"}, create, payload); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Answer(model.Call{App: "300"}, get, []byte(`{"mobile":"`+mobile+`"}`)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(2*n)/b.Elapsed().Seconds(), "answers/s")
}

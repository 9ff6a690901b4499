package mock_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

func loaded(t *testing.T) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func newMock(t *testing.T, set *spec.Set, seed uint64) *mock.Mock {
	t.Helper()
	m, _, err := mock.New(mock.Config{Systems: set.Systems, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answer is the reply of one interface.
func answer(t *testing.T, m *mock.Mock, i *spec.Interface, payload string) string {
	t.Helper()
	call := &route.Call{System: i.System.Name, Cmd: i.Cmd, App: "300"}
	reply, err := m.Answer(context.Background(), call, i, []byte(payload))
	if err != nil {
		t.Fatalf("%s: %v", i.Cmd, err)
	}
	return string(reply)
}

// TestRepliesAreValid makes up replies of every interface with many seeds and
// requests, and validates each.
func TestRepliesAreValid(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		m := newMock(t, set, seed)
		for _, s := range set.Systems {
			for _, i := range s.Interfaces {
				if i.Kind == spec.Notify {
					continue
				}
				j, err := bind.NewJudge(s, i.Response)
				if err != nil {
					t.Fatal(err)
				}
				for n := range 3 {
					payload := fmt.Sprintf(`{"number":%d,"page":%d,"pageSize":%d}`, n, n, n)
					reply := answer(t, m, i, payload)
					if err := j.Check([]byte(reply)); err != nil {
						t.Errorf("%s %s, seed %d: %v\n%s", s.Name, i.Cmd, seed, err, reply)
					}
				}
			}
		}
	}
}

// TestEveryRuleIsKept makes up requests, which have many more rules than responses
// (patterns, formats, bounds, conditions), as if they were responses.
func TestEveryRuleIsKept(t *testing.T) {
	t.Parallel()
	var systems []*spec.System
	for _, s := range loaded(t).Systems {
		turned := *s
		turned.Interfaces = nil
		for _, i := range s.Interfaces {
			one := *i
			one.System, one.Request, one.Response, one.Answer, one.Example = &turned, nil, i.Request, nil, nil
			turned.Interfaces = append(turned.Interfaces, &one)
		}
		systems = append(systems, &turned)
	}
	for seed := range uint64(30) {
		m, unfit, err := mock.New(mock.Config{Systems: systems, Seed: seed})
		if err != nil || len(unfit) > 0 {
			t.Fatal(err, unfit)
		}
		for _, s := range systems {
			for _, i := range s.Interfaces {
				answer(t, m, i, `{}`) // it validates its data, and names the rule that no data were found for
			}
		}
	}
}

// interfaceOf finds an interface.
func interfaceOf(t *testing.T, set *spec.Set, cmd string) *spec.Interface {
	t.Helper()
	for _, s := range set.Systems {
		for _, i := range s.Interfaces {
			if i.Cmd == cmd {
				return i
			}
		}
	}
	t.Fatalf("no interface %s", cmd)
	return nil
}

// TestSeeds wants other data for another seed, and for another request.
func TestSeeds(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	i := interfaceOf(t, set, "base_project_list")
	one := answer(t, newMock(t, set, 1), i, `{}`)
	if two := answer(t, newMock(t, set, 1), i, `{}`); one != two {
		t.Errorf("one seed and one request give two replies:\n%s\n%s", one, two)
	}
	if two := answer(t, newMock(t, set, 2), i, `{}`); one == two {
		t.Errorf("the seeds 1 and 2 give the same: %s", one)
	}
	if two := answer(t, newMock(t, set, 1), i, `{"pageSize":20}`); one == two {
		t.Errorf("two requests are answered with the same: %s", one)
	}
}

// TestPages holds that the numbers of pages agree with the request, rows with the
// size of a page, and the mark of an incremental list with its rows.
func TestPages(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	i := interfaceOf(t, set, "base_project_list")
	for seed := range uint64(50) {
		reply := answer(t, newMock(t, set, seed), i, `{"page":7,"pageSize":1}`)
		at := func(path string) string {
			s, _ := tree.At([]byte(reply), path)
			return s
		}
		if total := at("totalPage"); at("page") != "7" || total < "7" || total > "9" {
			t.Errorf("page %s of %s", at("page"), total)
		}
		if at("list/0/projGUID") == "" || at("list/1/projGUID") != "" {
			t.Errorf("not one row: %s", reply)
		}
		if want := at("list/0/lastModifyTime") + ".000"; at("lastSyncTime") != want {
			t.Errorf("lastSyncTime %s, want %s", at("lastSyncTime"), want)
		}
	}
}

// TestEchoes wants the values of the request that the answer returns.
func TestEchoes(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	m := newMock(t, set, 1)
	for _, one := range []struct{ cmd, payload, path, want string }{
		{"customer_update", `{"customerId":"K7","name":"欧阳雅婷"}`, "customer/customerId", "K7"},
		{"customer_update", `{"customerId":"K7","name":"欧阳雅婷"}`, "customer/name", "欧阳雅婷"},
		{"customer_get", `{"id":"0000000017"}`, "customer/code", "0000000017"},
		{"cst_info_get", `{"mobile":"13800138000"}`, "mobile", "13800138000"},
	} {
		reply := answer(t, m, interfaceOf(t, set, one.cmd), one.payload)
		if got, _ := tree.At([]byte(reply), one.path); got != one.want {
			t.Errorf("%s: %s is %q, want %q: %s", one.cmd, one.path, got, one.want, reply)
		}
	}
}

// TestRepeated refuses a message id of a report or query that was carried out, like the
// server.
func TestRepeated(t *testing.T) {
	t.Parallel()
	set := loaded(t)
	for cmd, want := range map[string]problem.Rule{"cst_info_create": problem.Repeated, "cst_info_get": problem.Repeated} {
		m, i := newMock(t, set, 1), interfaceOf(t, set, cmd)
		call := &route.Call{System: "lianfa", Cmd: cmd, App: "300", Sid: "30026112111040500001"}
		if _, err := m.Answer(t.Context(), call, i, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
		_, err := m.Answer(t.Context(), call, i, []byte(`{}`))
		e, _ := errors.AsType[*problem.Error](err)
		if e == nil || e.Rule != want {
			t.Errorf("%s again: %v, want %q", cmd, err, want)
		}
	}
}

// TestUnfitExamples names the examples that break the rules, by their lines.
func TestUnfitExamples(t *testing.T) {
	t.Parallel()
	_, unfit, err := mock.New(mock.Config{Systems: loaded(t).Systems})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, one := range unfit {
		all = append(all, one.Error())
	}
	want := `spec/custservice/customer/customer_update.yaml:131:3: the example of customer_update is not answered, it breaks a rule: type customer/createTime and 2 more
spec/lianfa/customer/proj_attach_list_v2.yaml:139:3: the example of proj_attach_list_v2 is not answered, it breaks a rule: required totalPage and 1 more
spec/u8/archive/customer_get.yaml:91:3: the example of customer_get is not answered, it breaks a rule: type customer/mobile`
	if got := strings.Join(all, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

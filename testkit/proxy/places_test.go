package proxy_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// bare is the system whose payloads are lists, texts, numbers and maps, and that has rows
// in headers of replies. Its refusals have statuses of their own.
func bare(t *testing.T) *bench {
	t.Helper()
	set, err := loadtest.Archive("../../gen/testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	s := set.Systems[0]
	const success = `success: {code: "0", text: 成功}`
	if !strings.Contains(s.Protocol.Text, `success: {code: "0", text: "成功"}`) && !strings.Contains(s.Protocol.Text, success) {
		t.Fatal(s.Protocol.Text)
	}
	for _, text := range []string{success, `success: {code: "0", text: "成功"}`} {
		s.Protocol.Text = strings.Replace(s.Protocol.Text, text, text+"\n  "+`status: {success: 200, "400": 422, "*": 500}`, 1)
	}
	return &bench{t: t, set: set, apps: []bind.App{{System: s.Name, ID: "300", Secrets: secrets("")}}}
}

// TestBareReplies wants the rows of replies that are no object, and of replies in headers,
// to be validated where they stand.
func TestBareReplies(t *testing.T) {
	t.Parallel()
	b := bare(t)
	answer := ""
	server := b.answering(func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) {
		if answer == "" {
			return nil, problem.Code("400")
		}
		return []byte(answer), nil
	})
	status, header := 0, ""
	b.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		server.ServeHTTP(kept, r)
		for name, values := range kept.Header() {
			w.Header()[name] = values
		}
		if header != "" {
			w.Header().Set("X-Total-Count", header)
		}
		if status == 0 {
			status = kept.Code
		}
		w.WriteHeader(status)
		_, _ = io.Copy(w, kept.Body)
	}), false)
	const list, find = "violation mini goods_list response ", "violation mini goods_find response "
	for _, one := range []struct {
		name, cmd, request, answer, header string
		status                             int
		want                               []string
	}{
		{"a list", "goods_list", `{}`, `{"list":[{"code":"A","name":"甲","amount":1}],"total":1}`, "", 0, nil},
		{"an empty list", "goods_list", `{}`, `{"list":[],"total":0}`, "", 0, nil},
		{"a member of a list", "goods_list", `{}`, `{"list":[{"code":"A","name":7}],"total":1}`, "", 0, []string{list + "type list/0/name"}},
		{"a stranger in a list", "goods_list", `{}`, `{"list":[{"code":"A","name":"甲","more":1}],"total":1}`, "", 0, []string{"remark mini goods_list response unknown list/more"}},
		{"an object in place of a list", "goods_list", `{}`, `{"list":{"code":"A"},"total":1}`, "", 0, []string{list + "type list"}},
		{"a header that is missing", "goods_list", `{}`, `{"list":[]}`, "", 0, []string{list + "required total"}},
		{"a header of another type", "goods_list", `{}`, `{"list":[]}`, "many", 0, []string{list + "type total"}},
		{"a text", "goods_find", `{"code":"A"}`, `{"name":"甲","kept":"2026-01-02 03:04:05"}`, "", 0, nil},
		{"a number for a text", "goods_find", `{"code":"A"}`, `{"name":7,"kept":"2026-01-02 03:04:05"}`, "", 0, []string{find + "type name"}},
		{"no time", "goods_find", `{"code":"A"}`, `{"name":"甲","kept":"yesterday"}`, "", 0, []string{find + "type kept"}},
		{"nothing in place of a text", "goods_find", `{"code":"A"}`, `{}`, "", 0, []string{find + "required name"}},
		{"a number", "goods_prices", `{"prices":{"A":1.5}}`, `{"count":1}`, "", 0, nil},
		{"a refusal", "goods_find", `{"code":"A"}`, "", "", 0, nil},
		{"a refusal of another status", "goods_find", `{"code":"A"}`, "", "", 500, []string{find + "status"}},
		{"a success of another status", "goods_find", `{"code":"A"}`, `{"name":"甲"}`, "", 201, []string{find + "status"}},
	} {
		answer, header, status = one.answer, one.header, one.status
		_, _ = b.call("mini", one.cmd, one.request, "")
		b.want(one.name, one.want...)
	}
}

// TestEnforcedPlaces wants sound bare replies to pass where the others are replaced.
func TestEnforcedPlaces(t *testing.T) {
	t.Parallel()
	b := bare(t)
	answer := ""
	b.before(b.answering(func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) {
		return []byte(answer), nil
	}), true)
	for _, one := range []struct {
		answer string
		ok     bool
	}{{`{"list":[{"code":"A","name":"甲"}],"total":1}`, true}, {`{"list":[{"code":"A"}],"total":1}`, false}, {`{"list":[]}`, false}} {
		answer = one.answer
		reply, err := b.call("mini", "goods_list", `{}`, "")
		if err != nil || reply.OK != one.ok {
			t.Errorf("%s: %+v, %v", answer, reply, err)
		}
	}
}

package gate_test

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// TestEscape: a query with an escape that is none gets the document's code from whoever knows its
// caller without the query, as every other request that cannot be read.
func TestEscape(t *testing.T) {
	t.Parallel()
	p := parse(`{app: given, request: {json: "{payload}"}, reply: {json: {code: "{code}", "*": "{payload}"}, success: {code: "0"}}}`)
	keys, err := p.Keys("300", protocol.Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	s := kiosk()
	s.Name, s.Protocol = "given", p
	s.Errors = problem.Catalogue{Success: "0", Rules: map[problem.Rule]string{problem.JSON: "400", problem.Internal: "500"}}
	s.Interfaces = []route.Interface{route.Handle(route.Interface{
		Cmd: "thing_get", Method: "GET", Path: "/given/thing", Kind: route.Query, Status: route.Active, Outside: []route.Place{{Name: "name", In: "query"}},
	}, answer)}
	memory := new(memory)
	server, err := gate.New([]route.System{s}, gate.Config{
		Apps:   register{"given/300": {ID: "300", Keys: keys, May: func(string) bool { return true }}},
		Tokens: memory, Nonces: memory,
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{"name=%zz": `{"code":"400"}`, "x=%zz": `{"code":"400"}`} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest("GET", "/given/thing?"+query, nil))
		if got := w.Body.String(); w.Code != 200 || got != want {
			t.Errorf("%s: %d %s, want %s", query, w.Code, got, want)
		}
	}
}

package testkit

import (
	"io/fs"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/mock"
)

// App is who calls a server, and where: what the file of jiekou call holds.
type App struct {
	System  string
	ID      string
	URL     string            // of the interfaces' endpoint where the system has one, else of the server
	Secrets map[string]string // token and appkey
	Config  client.Config     // of runtime/client, complete
}

// Mock answers every interface of one system from its YAML until the test ends, without
// generated code and without a database, and returns an app that may call everything. It
// verifies and validates each request like the real server, and keeps rows: those of the
// demo data and of the test cases at first.
//
// A partner's program tests its own client with it:
//
//	func TestClient(t *testing.T) {
//		app := testkit.Mock(t, os.DirFS("."), "orders")
//		orders := New(app.URL, app.ID, app.Secrets["token"], app.Secrets["appkey"])
//		...
//	}
func Mock(t testing.TB, project fs.FS, name string) App {
	t.Helper()
	set := Model(t, project)
	at := slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == name })
	if at < 0 {
		t.Fatalf("testkit: no system %s", name)
	}
	s := set.Systems[at]
	described := bind.System(s)
	_, made, err := operate.Making(described.Protocol, time.Hour).Both(name, "300")
	if err != nil {
		t.Fatal(err)
	}
	a := App{System: name, ID: "300", Secrets: made.Secrets()}
	apps, served := []bind.App{{System: name, ID: a.ID, Secrets: a.Secrets}}, []*spec.System{s}
	stock := &mock.Stock{What: about.DemoRows, Memory: bind.NewMemory(apps, nil)}
	if _, err := stock.Take(served); err != nil {
		t.Fatal(err)
	}
	m, _, err := mock.New(mock.Config{Systems: served, Seed: 1, Apps: apps, Memory: stock.Memory, Worlds: stock.Worlds})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock.WithControl(stock, handler))
	t.Cleanup(server.Close)
	a.URL = server.URL + s.Endpoint.Path
	a.Config = client.Config{System: described, App: a.ID, Secrets: a.Secrets, URL: a.URL}
	return a
}

package testkit_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	runtimeserver "github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/testkit"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// TestMock holds that a client gets a sealed and a signed system right, and that the
// mock refuses what breaks a rule.
func TestMock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ system, cmd, sound, wrong string }{
		{"lianfa", "cst_info_get", `{"mobile":"13800138000"}`, `{"mobile":1}`},
		{"u8", "customer_get", `{"from_account":"a","to_account":"b","id":"0000000017"}`, `{"from_account":"a","to_account":"b"}`},
		{"custservice", "customer_update", `{"customerId":"1","desc":"x"}`, `{"customerId":""}`},
	} {
		app := testkit.Mock(t, os.DirFS(".."), tt.system)
		c, err := client.New(app.Config)
		if err != nil {
			t.Fatal(err)
		}
		if reply, err := c.Call(t.Context(), tt.cmd, []byte(tt.sound)); err != nil || !reply.OK {
			t.Errorf("%s: %s %s, %v", tt.cmd, reply.Code, reply.Message, err)
		}
		if reply, err := c.Call(t.Context(), tt.cmd, []byte(tt.wrong)); err != nil || reply.OK {
			t.Errorf("%s with %s: %s, %v", tt.cmd, tt.wrong, reply.Code, err)
		}
	}
}

// TestFireAt holds that one server takes the cases of one system.
func TestFireAt(t *testing.T) {
	t.Parallel()
	for _, s := range testkit.Model(t, os.DirFS("..")).Systems {
		if s.Name != "custservice" {
			continue
		}
		server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Setup: true})
		if report := testkit.FireAt(t, server, s); len(report.Results) == 0 {
			t.Error("nothing was fired")
		}
	}
}

// TestOwnPool: a server stores and reads also where a team opened the pool as pgx does.
func TestOwnPool(t *testing.T) {
	t.Parallel()
	for _, s := range testkit.Model(t, os.DirFS("..")).Systems {
		if s.Name != "baas" {
			continue
		}
		server := testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Setup: true, Configure: func(c *runtimeserver.Config) {
			pool, err := pgxpool.New(t.Context(), c.Pool.Config().ConnString())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			c.Pool = pool
		}})
		if report := testkit.FireAt(t, server, s); len(report.Results) == 0 {
			t.Error("nothing was fired")
		}
	}
}

// A team's test of its own server.
func ExampleFire() {
	TestFixtures := func(t *testing.T) {
		testkit.Fire(t, os.DirFS("."), generated.Systems())
	}
	_ = TestFixtures
}

// A partner's test of its own client.
func ExampleMock() {
	TestClient := func(t *testing.T) {
		app := testkit.Mock(t, os.DirFS("."), "lianfa")
		c, err := client.New(app.Config)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := c.Call(t.Context(), "cst_info_get", []byte(`{"mobile":"13800138000"}`))
		if err != nil || !reply.OK {
			t.Errorf("%s %s, %v", reply.Code, reply.Message, err)
		}
	}
	_ = TestClient
}

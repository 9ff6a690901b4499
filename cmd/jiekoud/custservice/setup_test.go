package custservice_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	members = stage.Members
	put     = stage.Put
	world   = stage.World
)

var (
	custAuth   = stage.CustAuth
	custFailed = stage.CustFailed
	same       = stage.Same
	setup      = stage.Setup
)

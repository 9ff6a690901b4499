package u8_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type ()

var (
	allTables = stage.AllTables
	same      = stage.Same
	setup     = stage.Setup
)

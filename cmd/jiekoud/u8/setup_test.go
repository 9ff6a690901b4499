package u8_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	caller = stage.Caller
)

const (
	nobody = stage.Nobody
)

var (
	allTables = stage.AllTables
	refusal   = stage.Refusal
	same      = stage.Same
	setup     = stage.Setup
	until     = stage.Until
	wrong     = stage.Wrong
)

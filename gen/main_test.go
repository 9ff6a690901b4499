package gen

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

package operate_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	members = stage.Members
	world   = stage.World
)

const (
	customer1 = stage.Customer1
	customer2 = stage.Customer2
	nobody    = stage.Nobody
	project1  = stage.Project1
	project2  = stage.Project2
	user1     = stage.User1
)

var (
	allNotifications = stage.AllNotifications
	run              = stage.Run
	same             = stage.Same
	setup            = stage.Setup
	until            = stage.Until
)

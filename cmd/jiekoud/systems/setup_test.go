package systems_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	members = stage.Members
	signer  = stage.Signer
	world   = stage.World
)

const (
	chance1    = stage.Chance1
	company1   = stage.Company1
	customer1  = stage.Customer1
	goodIDCard = stage.GoodIDCard
	lead1      = stage.Lead1
	nobody     = stage.Nobody
	project1   = stage.Project1
	user1      = stage.User1
)

var (
	allTables        = stage.AllTables
	describedSystems = stage.DescribedSystems
	loadSpec         = stage.LoadSpec
	newCustomer      = stage.NewCustomer
	newSync          = stage.NewSync
	refusal          = stage.Refusal
	run              = stage.Run
	same             = stage.Same
	setup            = stage.Setup
)

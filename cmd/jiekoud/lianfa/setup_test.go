package lianfa_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// TestMain runs the tests, or a history worker for the test that kills it.
func TestMain(m *testing.M) {
	if url := os.Getenv(historyEnv); url != "" {
		if err := workHistory(url); err != nil {
			fmt.Fprintln(os.Stderr, "history worker:", err)
			os.Exit(1)
		}
		return
	}
	postgrestest.Main(m)
}

// The words of package stage, as the tests of this package say them.
type (
	caller  = stage.Caller
	members = stage.Members
	reply   = stage.Reply
	sealed  = stage.Sealed
	world   = stage.World
)

const (
	chance1    = stage.Chance1
	chance2    = stage.Chance2
	company1   = stage.Company1
	customer1  = stage.Customer1
	customer2  = stage.Customer2
	goodIDCard = stage.GoodIDCard
	lead1      = stage.Lead1
	nobody     = stage.Nobody
	project1   = stage.Project1
	project2   = stage.Project2
	user1      = stage.User1
	user2      = stage.User2
)

var (
	allNotifications = stage.AllNotifications
	describedSystems = stage.DescribedSystems
	loadSpec         = stage.LoadSpec
	missing          = stage.Missing
	newCustomer      = stage.NewCustomer
	partner          = stage.Partner
	rc4Text          = stage.Rc4Text
	refusal          = stage.Refusal
	same             = stage.Same
	setup            = stage.Setup
	sha1Text         = stage.Sha1Text
	syncTasks        = stage.SyncTasks
	until            = stage.Until
	wrong            = stage.Wrong
)

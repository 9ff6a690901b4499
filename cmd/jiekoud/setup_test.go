package main_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	caller  = stage.Caller
	members = stage.Members
	reply   = stage.Reply
	world   = stage.World
)

const (
	customer1 = stage.Customer1
	nobody    = stage.Nobody
	project1  = stage.Project1
	project2  = stage.Project2
)

var (
	dataFolder       = stage.DataFolder
	describedSystems = stage.DescribedSystems
	newCustomer      = stage.NewCustomer
	partner          = stage.Partner
	same             = stage.Same
	setup            = stage.Setup
	until            = stage.Until
)

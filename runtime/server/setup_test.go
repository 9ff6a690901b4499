package server_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// The words of package stage, as the tests of this package say them.
type (
	put    = stage.Put
	reply  = stage.Reply
	signer = stage.Signer
)

var (
	dataFolder  = stage.DataFolder
	md5Text     = stage.Md5Text
	missing     = stage.Missing
	newCustomer = stage.NewCustomer
	on          = stage.On
	partner     = stage.Partner
	refusal     = stage.Refusal
	run         = stage.Run
	same        = stage.Same
	setup       = stage.Setup
	until       = stage.Until
)

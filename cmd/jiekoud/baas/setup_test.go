package baas_test

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
)

const (
	nobody   = stage.Nobody
	syncPath = stage.SyncPath
)

var (
	newSync   = stage.NewSync
	baasFine  = stage.BaasFine
	baasReply = stage.BaasReply
	md5Text   = stage.Md5Text
	same      = stage.Same
	setup     = stage.Setup
)

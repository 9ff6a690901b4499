package gen

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// testModule is the module that tests generate for: another one than jiekou's.
const testModule = "example.com/team"

// testOptions are those of the command, for testModule.
func testOptions() Options {
	return Options{Module: testModule, Artefacts: []Artefact{
		{Name: "fixtures", Files: files.Generate, Title: files.Title, Page: files.Page},
	}}
}

package gen

import (
	"maps"
	"path"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// fixtureFiles prints the test cases that follow from the YAML, and the page about
// them.
func fixtureFiles(files Files, system *spec.System) error {
	suite := fixture.Derive(system)
	printed, err := suite.Files(system, path.Join(Root, "fixtures", system.Name))
	maps.Copy(files, printed)
	files[path.Join(Root, system.Name, "docs", "testing.md")] = []byte(testingPage(system, suite))
	return err
}

package gen

import (
	"maps"
	"path"

	"github.com/jiekou-dev/jiekou/gen/fixture"
	"github.com/jiekou-dev/jiekou/spec"
)

// fixtureFiles prints the test cases that follow from the YAML.
func fixtureFiles(files Files, system *spec.System) error {
	suite := fixture.Derive(system)
	printed, err := suite.Files(system, path.Join(Root, "fixtures", system.Name))
	maps.Copy(files, printed)
	return err
}

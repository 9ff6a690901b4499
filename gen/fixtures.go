package gen

import (
	"maps"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"

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

// setupFile prints what embeds the rows that cases need. It prints nothing where
// there are none: an embedding without files does not build.
func setupFile(files Files, set *spec.Set) error {
	f := newFile(&spec.System{}, "", Root)
	some := false
	for _, s := range set.Systems {
		f.source(s.File)
		for name := range files {
			some = some || strings.HasPrefix(name, path.Join(Root, "fixtures", s.Name, "setup")+"/")
		}
	}
	f.jen.Line()
	if some {
		f.jen.Comment("//go:embed fixtures/*/setup/*.csv")
	}
	f.jen.Var().Id("setup").Qual(pkgEmbed, "FS")
	f.declare("Setup holds the rows that the test cases need: fixtures/<system>/setup/<table>.csv.",
		jen.Func().Id("Setup").Params().Qual("io/fs", "FS").Block(jen.Return(jen.Id("setup"))))
	return f.render(files, "setup.go")
}

package mock_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// TestLogin fires as an app that has no token: it logs in, and the mock is made to know a token
// that has ended.
func TestLogin(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("../../gen/client/trial/login"), ".")
	if err != nil {
		t.Fatal(err)
	}
	s := set.Systems[0]
	report := fireAll(t, s, fixture.Derive(s))
	ended := func(r fire.Result) bool { return strings.HasSuffix(r.Case.ID, "-ended") && r.Verdict == fire.Passed }
	if !slices.ContainsFunc(report.Results, ended) {
		t.Error("no case with a token that has ended passed")
	}
}

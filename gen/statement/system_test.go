package statement

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSystems compiles the systems of the project: lines are short, and each
// argument is a parameter of its type.
func TestSystems(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("../.."), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range set.Systems {
		for _, i := range system.Interfaces {
			for _, s := range everything(t, i) {
				name := strings.TrimSpace(i.Cmd + " " + s.Name)
				narrow(t, name+"\n"+s.SQL.String())
				parameters(t, name, s)
			}
		}
	}
}

// everything are the statements of an interface.
func everything(t *testing.T, i *spec.Interface) []*Statement {
	t.Helper()
	switch {
	case Sent(i):
		n, err := Notify(i)
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc([]*Statement{n.Queue, n.History}, func(s *Statement) bool { return s == nil })
	case i.Answer == nil || i.Answer.Handler:
		return nil
	}
	a, err := Compile(i)
	if err != nil {
		t.Fatal(err)
	}
	return a.Statements()
}

var parameterPattern = regexp.MustCompile(`\$[0-9]+::[a-z]+(?:\[\])?`)

// parameters wants every argument in the text, as its type, and no other.
func parameters(t *testing.T, name string, s *Statement) {
	t.Helper()
	var want []string
	for n, a := range s.Args {
		want = append(want, fmt.Sprintf("$%d::%s", n+1, a.Type))
	}
	got := slices.Compact(slices.Sorted(slices.Values(parameterPattern.FindAllString(s.SQL.String(), -1))))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s has the parameters %v, and arguments for %v", name, got, want)
	}
}

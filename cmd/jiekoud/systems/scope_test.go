package systems_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// bound is an app that is bound to values of a scope.
type bound struct {
	client *client.Client
	scopes map[string][]string
}

// newBound registers an app and binds it before the server hears of it.
func newBound(t *testing.T, server *testkit.Server, s *spec.System, id string, values []string) bound {
	t.Helper()
	a := server.App(t, s.Name, id)
	scope := s.Scopes[0].Name
	if err := server.Admin.SetScope(t.Context(), s.Name, id, scope, values, scope == "project"); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(client.Config{
		System: system.Find(generated.Systems(), s.Name).System, URL: server.URL, App: a.AppID, Secrets: a.Secrets(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return bound{c, map[string][]string{scope: values}}
}

// TestScopeMatrix sends the valid request of every interface as an app that owns the rows,
// as one that owns others, and as one that owns none. The owner is answered as if nothing
// bound it; the others are answered as the model answers them, see none of the rows, and
// change none. Then the three ask at random, and the model must agree.
func TestScopeMatrix(t *testing.T) {
	t.Parallel()
	for _, s := range loadSpec(t).Systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			if len(s.Scopes) == 0 {
				t.Fatal("it has no scopes: to whom do its rows belong?")
			}
			scopeMatrix(t, s)
		})
	}
}

func scopeMatrix(t *testing.T, s *spec.System) {
	w := newTwin(t, s)
	payloads, named := filled(t, w, s)
	all := append(owners(w, s), named...)
	if len(all) < 2 {
		t.Fatalf("values of %s: %q; want two at least", s.Scopes[0].Name, all)
	}
	owner := newBound(t, w.server, s, "391", all)
	half := newBound(t, w.server, s, "392", all[:1])
	stranger := newBound(t, w.server, s, "393", []string{"no-such-value"})
	last := newBound(t, w.server, s, "394", nil)                       // nobody knows it yet, so all are read anew
	_, _ = last.client.Call(t.Context(), w.bases[0].Cmd, []byte(`{}`)) // whatever it is answered
	as := func(id string, b bound) { w.app, w.client, w.scopes = id, b.client, b.scopes }
	marks := foreignMarks(w, s)
	cells, reports := map[string]int{}, 0
	for n, base := range w.bases {
		i := s.Interface(base.Cmd)
		touches := scoped(s, i)
		for at, one := range []struct {
			id string
			bound
		}{{"393", stranger}, {"392", half}, {"391", owner}} {
			text := payloads[n][at]
			as(one.id, one.bound)
			reply := w.send(i, text) // the model answers the same, and the same rows are written
			switch {
			case one.id == "391" && reply.Code != s.Reply.Success && (reply.Code != s.Scopes[0].Else || !reached(s, i)):
				// a row that is reached by another one may be without it: then no scope has it
				t.Errorf("%s of its owner: %s %s", i.Cmd, reply.Code, reply.Message)
			case one.id == "393" && touches && i.Kind == spec.Report && reply.Code == s.Reply.Success:
				t.Errorf("%s of a stranger is carried out: %s", i.Cmd, text)
			case one.id == "393" && touches && i.Kind == spec.Report:
				reports++
			case one.id == "393" && touches:
				cells[i.Cmd]++
				for _, m := range marks {
					if strings.Contains(string(reply.Payload), `"`+m+`"`) && !strings.Contains(text, m) {
						t.Errorf("%s shows a stranger %s: %.300s", i.Cmd, m, reply.Payload)
					}
				}
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	want := 1
	if s.Name == "lianfa" {
		want = 25
	}
	if tried := len(cells) + reports; tried < want {
		t.Errorf("%d interfaces were tried with the rows of others; want %d", tried, want)
	}
	for n := range requests(t, s) {
		switch n % 3 {
		case 0:
			as("391", owner)
		case 1:
			as("392", half)
		default:
			as("393", stranger)
		}
		if w.ask(); t.Failed() {
			t.FailNow()
		}
	}
	t.Log(len(cells), "interfaces; ", w.counts)
}

// reached reports whether an interface is about rows that belong to somebody by another table.
func reached(s *spec.System, i *spec.Interface) bool {
	return slices.ContainsFunc(i.Answer.Steps, func(st *spec.AnswerStep) bool {
		if st.Table == nil {
			return false
		}
		b := s.Scopes[0].Bound(st.Table)
		return b != nil && b.To != nil
	})
}

// owners are all values of the scope that rows have, first those of projects that are there.
func owners(w *twin, s *spec.System) (all []string) {
	tables := slices.Clone(s.Tables)
	slices.SortStableFunc(tables, func(a, b *spec.Table) int {
		return strings.Compare(map[bool]string{false: "1"}[a.Name == "project"], map[bool]string{false: "1"}[b.Name == "project"])
	})
	for _, t := range tables {
		b := s.Scopes[0].Bound(t)
		columns, rows := w.world.Rows(t.Name)
		if b == nil || b.Column == "" {
			continue
		}
		for _, r := range rows {
			if p, ok := w.world.Text(r[slices.Index(columns, b.Column)]); ok && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// filled are three valid payloads for each base, and the values of the scope that they name.
func filled(t *testing.T, w *twin, s *spec.System) (payloads [][3]string, named []string) {
	t.Helper()
	for _, base := range w.bases {
		var three [3]string
		for n := range three {
			text, err := sample.Fill(base.Payload.String(), w.r.Uint64N(1_000_000_000), nil)
			if err != nil {
				t.Fatal(err)
			}
			v, err := tree.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range v.Members {
				value, _ := m.Value.Plain()
				if s.Name != "lianfa" && strings.EqualFold(m.Name, strings.ReplaceAll(s.Scopes[0].Column, "_", "")) {
					named = append(named, value)
				}
			}
			three[n] = text
		}
		payloads = append(payloads, three)
	}
	return payloads, named
}

// scoped reports whether what an interface answers is about rows that belong to somebody.
func scoped(s *spec.System, i *spec.Interface) bool {
	if i.Answer == nil || len(s.ScopesOf(i)) == 0 {
		return false
	}
	for _, st := range i.Answer.Steps {
		if st.Table != nil && s.Scopes[0].Bound(st.Table) != nil {
			return true
		}
	}
	return false
}

// foreignMarks are ids of rows that belong to somebody.
func foreignMarks(w *twin, s *spec.System) (out []string) {
	for _, t := range s.Tables {
		if s.Scopes[0].Bound(t) != nil && t.Key[0] == "guid" {
			out = append(out, w.pool[t.Name+".guid"]...)
		}
	}
	return out
}

package mock

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/model"
	"github.com/jiekou-dev/jiekou/testkit/stock"
)

// Stock is the rows of a mock. It outlives the mock when the YAML is read again.
type Stock struct {
	What   string       // demo, empty, none, or a file of Save
	Memory *bind.Memory // that knows the tokens which answers issue
	Now    func() time.Time

	Worlds map[string]*model.World // by system; nil before Take, and of none
}

// Take makes the rows for systems, or takes those of the systems before over. lost names
// the systems whose rows do not fit any more: they begin anew.
func (s *Stock) Take(systems []*spec.System) (lost []string, err error) {
	if s.What == about.NoRows {
		return nil, nil
	}
	worlds := map[string]*model.World{}
	for _, of := range systems {
		w, err := model.New(of, model.Config{Now: s.Now, Secret: bind.SecretOf, Token: func(app string, until time.Time) string {
			token := model.RandomToken()
			s.Memory.Issue(of.Name, app, token, until)
			return token
		}})
		if err != nil {
			return nil, err
		}
		worlds[of.Name] = w
		if before := s.Worlds[of.Name]; before != nil {
			text, err := before.Save()
			if err == nil && w.Restore(text) == nil {
				continue
			}
			lost = append(lost, of.Name)
		}
		if err := s.fill(w); err != nil {
			return nil, err
		}
	}
	s.Worlds = worlds
	return lost, nil
}

// fill puts the first rows into a world in place of those that are there.
func (s *Stock) fill(w *model.World) error {
	w.Reset()
	switch s.What {
	case about.EmptyRows:
		return nil
	case about.DemoRows:
		return stock.Fill(w, fixture.Derive(w.System).Setup)
	}
	text, err := os.ReadFile(s.What)
	if err != nil {
		return command.Misused("give demo, empty, none, or a file that a mock saved", "rows: %s", err)
	}
	var saved map[string]json.RawMessage
	if err := json.Unmarshal(text, &saved); err != nil {
		return command.Misused("give a file of jiekou mock --save", "rows: %s: %s", s.What, err)
	}
	if saved[w.System.Name] == nil {
		return nil
	}
	if err := w.Restore(saved[w.System.Name]); err != nil {
		return command.Misused("begin with --rows demo", "rows: %s: %s", s.What, err)
	}
	return nil
}

// Reset begins with the first rows again.
func (s *Stock) Reset() error {
	for _, w := range s.Worlds {
		if err := s.fill(w); err != nil {
			return err
		}
	}
	return nil
}

// Save is all rows, as a file that What may name.
func (s *Stock) Save() ([]byte, error) {
	out := map[string]json.RawMessage{}
	for name, w := range s.Worlds {
		text, err := w.Save()
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	text, err := json.MarshalIndent(out, "", " ")
	return append(text, '\n'), err
}

// Restore puts rows of Save in place of those that are there. Systems that it does not
// have stay as they are.
func (s *Stock) Restore(text []byte) error {
	var saved map[string]json.RawMessage
	if err := json.Unmarshal(text, &saved); err != nil {
		return err
	}
	for name, one := range saved {
		w := s.Worlds[name]
		if w == nil {
			return fmt.Errorf("system %q is not served", name)
		}
		if err := w.Restore(one); err != nil {
			return err
		}
	}
	return nil
}

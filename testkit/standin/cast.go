package standin

import (
	"slices"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// Wanted says what is served and for whom.
type Wanted struct {
	Systems    []string // names; empty: all
	Apps       []string // files of apps that may call everything
	Limited    []string // files of apps that may call nothing
	Signatures string   // file with overrides; empty: none
}

// Cast is the systems and apps of a mock or proxy.
type Cast struct {
	Systems   []*spec.System
	Apps      []bind.App
	Overrides protocol.Overrides
}

// In finds the systems in a set and reads the files.
func (w Wanted) In(set *spec.Set) (*Cast, error) {
	out := &Cast{Systems: set.Systems}
	if len(w.Systems) > 0 {
		out.Systems = nil
	}
	for _, name := range w.Systems {
		s, err := caller.System(set, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out.Systems, s) {
			out.Systems = append(out.Systems, s)
		}
	}
	var err error
	if out.Overrides, err = caller.Overrides(w.Signatures, out.Systems); err != nil {
		return nil, err
	}
	if err := out.read(set, w.Apps, nil); err != nil {
		return nil, err
	}
	return out, out.read(set, w.Limited, func(string) bool { return false })
}

// read reads files of apps; may lists the interfaces that they may call, nil: all.
func (c *Cast) read(set *spec.Set, files []string, may func(string) bool) error {
	for _, file := range files {
		a, err := caller.Read(file)
		if err != nil {
			return err
		}
		if a.System == "" && len(c.Systems) == 1 {
			a.System = c.Systems[0].Name
		}
		s, err := a.Of(set, "")
		if err != nil {
			return err
		}
		if !slices.Contains(c.Systems, s) {
			return command.Misused("name it with --system too", "%s is of %s, which is not served", file, s.Name)
		}
		c.Apps = append(c.Apps, bind.App{System: s.Name, ID: a.ID, Secrets: a.Members, May: may})
	}
	return nil
}

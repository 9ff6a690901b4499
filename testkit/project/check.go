package project

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/waiver"
)

// Checked is what a check found, and how much was checked.
type Checked struct {
	OK         bool      `json:"ok"`
	Systems    int       `json:"systems"`
	Interfaces int       `json:"interfaces"`
	Fields     int       `json:"fields"`
	Findings   []Finding `json:"findings"`
	// Waived are findings that comments in the YAML let stay.
	Waived []Waived `json:"waived,omitempty"`
	// Unproven says what could not be held against the generated code, and why.
	Unproven string `json:"unproven,omitempty"`
}

// Finding is a spec.Finding as data, without nesting.
type Finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	ID      string `json:"id"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Source  string `json:"source"`
}

// Waived is a finding that is let stay, and why.
type Waived struct {
	Finding
	Reason string `json:"reason"`
}

// asData is a finding without nesting.
func asData(f spec.Finding) Finding {
	return Finding{f.Pos.File, f.Pos.Line, f.Pos.Col, f.ID, f.Message, f.Hint, f.Source}
}

// In is what was checked with what is said of it in another language.
func (c *Checked) In(say func(string) string) *Checked {
	out := *c
	out.Unproven, out.Findings, out.Waived = say(c.Unproven), slices.Clone(c.Findings), slices.Clone(c.Waived)
	for i := range out.Findings {
		out.Findings[i].Message, out.Findings[i].Hint = say(out.Findings[i].Message), say(out.Findings[i].Hint)
	}
	for i := range out.Waived {
		out.Waived[i].Message, out.Waived[i].Hint = say(out.Waived[i].Message), say(out.Waived[i].Hint)
	}
	return &out
}

// Proof is how Check proves what is clean.
type Proof struct {
	// Generate returns what is generated for a module.
	Generate func(set *spec.Set, module string) (map[string][]byte, error)
	// Database asks PostgreSQL; nil: it is not asked.
	Database func(ctx context.Context, set *spec.Set) (spec.Findings, error)
}

// Found is what Check found, for those who print it.
type Found struct {
	Findings spec.Findings
	Waived   []waiver.Waived
}

// Below calls the files as a repository does where the project is in a folder of it.
func (f Found) Below(folder string) Found {
	f.Findings, f.Waived = slices.Clone(f.Findings), slices.Clone(f.Waived)
	for i := range f.Findings {
		f.Findings[i].Pos.File = folder + f.Findings[i].Pos.File
	}
	for i := range f.Waived {
		f.Waived[i].Pos.File = folder + f.Waived[i].Pos.File
	}
	return f
}

// found is what a remembered verdict found.
func (c *Checked) found() (f Found) {
	for _, w := range c.Waived {
		f.Waived = append(f.Waived, waiver.Waived{
			Finding: spec.Finding{
				Pos: spec.Pos{File: w.File, Line: w.Line, Col: w.Col}, ID: w.ID, Message: w.Message, Hint: w.Hint, Source: w.Source,
			},
			Reason: w.Reason,
		})
	}
	return f
}

// Check reads and checks the YAML, and proves what is clean. Findings are part of the
// result, and returned as they are too; an error is anything else.
func (p Project) Check(ctx context.Context, proof Proof) (*Checked, Found, error) {
	sum := p.sum()
	if c := remembered(sum); c != nil && proof.Database == nil {
		return c, c.found(), nil
	}
	c := &Checked{Findings: []Finding{}}
	l, err := p.load()
	if l == nil {
		return nil, Found{}, err
	}
	if err == nil {
		c.Unproven, err = p.prove(ctx, proof, l)
	}
	findings, found := errors.AsType[spec.Findings](err)
	if err != nil && !found {
		return nil, Found{}, err
	}
	findings = append(findings, l.Ended(time.Now())...)
	p.quote(findings)
	c.OK = len(findings) == 0
	for _, f := range findings {
		c.Findings = append(c.Findings, asData(f))
	}
	for _, w := range l.Waived {
		c.Waived = append(c.Waived, Waived{asData(w.Finding), w.Reason})
	}
	if c.OK || !found {
		c.Systems, c.Interfaces, c.Fields = l.Set.Count()
	}
	if c.Unproven == "" {
		remember(sum, c)
	}
	return c, Found{findings, l.Waived}, nil
}

// placeholder is the module of a project that has none: what is generated is looked at
// and not kept.
const placeholder = "example.com/check"

// prove generates in memory, type-checks, and asks the database. The error may be
// spec.Findings; unproven says what could not be done.
func (p Project) prove(ctx context.Context, proof Proof, l *load.Loaded) (unproven string, err error) {
	set := l.Set
	module, err := ModuleOf(p.Root)
	if err != nil || p.BuiltIn {
		module = placeholder
	}
	files, err := proof.Generate(set, module)
	if err != nil {
		return "", Refused(err)
	}
	var found spec.Findings
	switch {
	case p.BuiltIn: // their tests compile them
	case module == placeholder:
		unproven = prove.ErrNoGo.Error() + ": no go.mod here or above"
	default:
		found, err = prove.Program{Set: set, Module: module, Files: files, Dir: p.Root, Cache: prove.OpenCache("types")}.Types(ctx)
		if errors.Is(err, prove.ErrNoGo) {
			unproven, err = strings.TrimSpace(err.Error()), nil
		}
	}
	if err == nil {
		kept, waived := l.Further(impossible(set), check.Tried)
		found, l.Waived = append(found, kept...), append(l.Waived, waived...)
	}
	if err == nil && proof.Database != nil {
		var more spec.Findings
		more, err = proof.Database(ctx, set)
		kept, waived := l.Further(more, check.Planned)
		found, l.Waived = append(found, kept...), append(l.Waived, waived...)
	}
	if err == nil && len(found) > 0 {
		err = found
	}
	return unproven, err
}

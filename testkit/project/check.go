package project

import (
	"errors"

	"github.com/jiekou-dev/jiekou/spec"
)

// Checked is what a check found, and how much was checked.
type Checked struct {
	OK         bool      `json:"ok"`
	Systems    int       `json:"systems"`
	Interfaces int       `json:"interfaces"`
	Fields     int       `json:"fields"`
	Findings   []Finding `json:"findings"`
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

// Check reads and checks the YAML, and holds what is clean against prove, which says
// what the generator would refuse. Findings are part of the result, and returned as they
// are too; an error is anything else.
func (p Project) Check(prove func(*spec.Set) error) (*Checked, spec.Findings, error) {
	set, err := p.Load()
	if err == nil {
		err = prove(set)
	}
	findings, found := errors.AsType[spec.Findings](err)
	if err != nil && !found {
		return nil, nil, err
	}
	c := &Checked{OK: !found, Findings: []Finding{}}
	for _, f := range findings {
		c.Findings = append(c.Findings, Finding{f.Pos.File, f.Pos.Line, f.Pos.Col, f.ID, f.Message, f.Hint, f.Source})
	}
	if set != nil {
		c.Systems, c.Interfaces, c.Fields = set.Count()
	}
	return c, findings, nil
}

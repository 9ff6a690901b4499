// Package prove is the second half of check: it holds what was generated in memory
// against the Go compiler's rules and against a real PostgreSQL, so that whatever
// either would refuse is a finding with a place in the YAML.
//
// Types type-checks the Go files. What they import is read as the go command has
// compiled it, without a network; where that cannot be, Types says why and proves
// nothing. Statements runs the migrations from zero and prepares every statement; Plans
// asks how PostgreSQL would carry them out over large tables.
package prove

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Rules of what is proven; package check has their pages.
const (
	ruleGo        = "JK0701"
	ruleMigration = "JK0702"
	ruleStatement = "JK0703"
	rulePlan      = "JK0710"
)

// finding is a fault of what was generated from a place.
func finding(id string, at spec.Pos, hint, message string) spec.Finding {
	return spec.Finding{Pos: at, ID: id, Message: strings.TrimSpace(message), Hint: hint}
}

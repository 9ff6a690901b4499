// Command rules holds the YAML of this repository against the rules of the team.
package main

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/rule"
)

func main() {
	rule.Main(rule.Rule{
		ID: "TEAM01", Title: "mobile number that is not marked as personal",
		Why: "What has pii: true stays out of logs.",
		Check: func(s *spec.System, report rule.Report) {
			for _, x := range s.Interfaces {
				for f := range x.Request.All() {
					if strings.Contains(f.Label, "手机") && !f.PII {
						report(f.Pos, "add pii: true", "%s of %s is a mobile number and not personal", f.Name, x.Cmd)
					}
				}
			}
		},
	})
}

// Package annotation writes remarks about lines of YAML in the forms that other tools
// show: workflow commands of GitHub, which annotate a pull request, and SARIF 2.1.0,
// which code scanners and editors read.
package annotation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// The levels of remarks.
const (
	Error   = "error"
	Warning = "warning"
	Note    = "note"
	None    = "none"
)

// Remark is one thing that is said about a place.
type Remark struct {
	At          spec.Pos
	Before      spec.Pos // where it was in another revision; no file: nowhere, or at the same place
	Earlier     string   // how that revision is called
	Rule        string   // id of the rule
	Level       string
	Text        string
	Details     string            // for people, behind the text: how to fix it; may be empty
	Accepted    string            // why it stays; empty: nobody has accepted it
	InSource    bool              // Accepted is written at the place itself
	Fingerprint map[string]string // tells it from others in another revision; may be nil
}

// Below calls the files of remarks as a repository does where their project is in a folder
// of it, "services/orders/".
func Below(folder string, remarks []Remark) []Remark {
	for i := range remarks {
		for _, at := range []*spec.Pos{&remarks[i].At, &remarks[i].Before} {
			if at.File != "" && !strings.HasPrefix(at.File, folder) {
				at.File = folder + at.File
			}
		}
	}
	return remarks
}

// Rule is what a tool says of one of its rules.
type Rule struct{ ID, Title, Why string }

var (
	commandValue = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	commandText  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
)

// GitHub writes a workflow command for each remark.
func GitHub(w io.Writer, remarks []Remark) error {
	kinds := map[string]string{Error: "error", Warning: "warning"}
	for _, r := range remarks {
		kind := cmp.Or(kinds[r.Level], "notice")
		if r.Accepted != "" {
			kind = "notice"
		}
		text := strings.TrimSpace(r.Text + " " + r.Details)
		if r.Before.File != "" {
			text += " (" + r.Earlier + ": " + r.Before.String() + ")"
		}
		place := ""
		if r.At.File != "" {
			place = fmt.Sprintf("file=%s,line=%d,col=%d,", commandValue.Replace(r.At.File), max(r.At.Line, 1), max(r.At.Col, 1))
		}
		if _, err := fmt.Fprintf(w, "::%s %stitle=%s::%s\n", kind, place, commandValue.Replace(r.Rule), commandText.Replace(text)); err != nil {
			return err
		}
	}
	return nil
}

// physical is a place in SARIF.
func physical(at spec.Pos) map[string]any {
	return map[string]any{
		"artifactLocation": map[string]any{"uri": (&url.URL{Path: cmp.Or(at.File, "spec")}).EscapedPath()},
		"region":           map[string]any{"startLine": max(at.Line, 1), "startColumn": max(at.Col, 1)},
	}
}

// SARIF writes the remarks of a tool. Of its rules it lists those that are broken.
func SARIF(w io.Writer, tool string, rules []Rule, remarks []Remark) error {
	type object = map[string]any
	listed, results, broken := []object{}, []object{}, map[string]bool{}
	for _, r := range remarks {
		broken[r.Rule] = true
		one := object{
			"ruleId": r.Rule, "level": r.Level, "message": object{"text": strings.TrimSpace(r.Text + " " + r.Details)},
			"locations": []object{{"physicalLocation": physical(r.At)}},
		}
		if r.Before.File != "" {
			one["relatedLocations"] = []object{{"message": object{"text": r.Earlier}, "physicalLocation": physical(r.Before)}}
		}
		if r.Fingerprint != nil {
			one["partialFingerprints"] = r.Fingerprint
		}
		if r.Accepted != "" {
			kind := "external"
			if r.InSource {
				kind = "inSource"
			}
			one["suppressions"] = []object{{"kind": kind, "justification": r.Accepted}}
		}
		results = append(results, one)
	}
	for _, r := range rules {
		if !broken[r.ID] {
			continue
		}
		one := object{"id": r.ID, "shortDescription": object{"text": r.Title}}
		if r.Why != "" {
			one["fullDescription"] = object{"text": r.Why}
		}
		listed = append(listed, one)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []object{{"tool": object{"driver": object{"name": tool, "rules": listed}}, "results": results}},
	})
}

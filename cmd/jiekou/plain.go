package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// signaturesFlag adds --signatures.
func signaturesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "signatures", os.Getenv("JIEKOU_SIGNATURES"),
		"YAML file with signatures in place of the declared ones, as of jiekoud serve (JIEKOU_SIGNATURES)")
	_ = cmd.MarkFlagFilename("signatures", "yaml", "yml")
}

// overrides reads the override of a system's signatures, and compiles it. Without a
// file there is none.
func overrides(file string, s *spec.System) (signature.Override, error) {
	if file == "" || !s.Plain() {
		return signature.Override{}, nil
	}
	all, err := signature.LoadOverrides(file)
	if err == nil {
		if _, err = signature.NewSet(bind.Signature(s.Signature), bind.Signatures(s), all[s.Name]); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
	}
	if err != nil {
		return signature.Override{}, command.Misused(
			`it is written like signature: in a system.yaml, below the system's name: NAME: {signature: {…}, apps: {"10086": {…}}}`,
			"%s", err)
	}
	return all[s.Name], nil
}

// plain refuses flags of sealed messages, and warns of an expired token.
func (t *tool) plain(a app, s *spec.System, o callOptions) error {
	if !s.Plain() {
		return nil
	}
	if o.sid != "" || o.get {
		return command.Misused("--sid and --get are for sealed messages", "%s has no sealed messages", s.Name)
	}
	if end, err := time.Parse(time.RFC3339, a.members["token_expires"]); err == nil && time.Now().After(end) {
		t.say("hint: the token of %s ended at %s; jiekoud app token %s --system %s prints another",
			a.file, end.Local().Format(time.DateTime), a.id, s.Name)
	}
	return nil
}

// unproven explains a refusal by a signature.
func (by caller) unproven(code string) string {
	if !by.system.Plain() {
		return ""
	}
	rule := func(r problem.Rule) string { return by.system.RuleCode(string(r)) }
	if code == rule(problem.Required) {
		return "" // a code that says many things
	}
	var why []string
	if code == rule(problem.App) {
		why = append(why, fmt.Sprintf("the server does not know app %s of %s, or it is disabled: jiekoud app list", by.app.id, by.system.Name))
	}
	g := by.one.Signed()
	for _, step := range g.Steps {
		if code == cmp.Or(step.Else, rule(problem.Auth)) {
			why = append(why, by.step(step))
		}
	}
	if g.Time != nil && code == cmp.Or(g.Time.Else, rule(problem.Auth)) {
		why = append(why, "the clocks of the two machines differ")
	}
	if g.Nonce != nil && code == cmp.Or(g.Nonce.Else, rule(problem.Repeated)) {
		why = append(why, "the same request was sent before")
	}
	return strings.Join(slices.Compact(why), "; or ")
}

// step explains a step that does not hold.
func (by caller) step(step *spec.SignStep) string {
	switch step.Op {
	case "token":
		return fmt.Sprintf("the token of %s is not good, or no longer: jiekoud app token %s --system %s prints another",
			by.app.file, by.app.id, by.system.Name)
	case "compare":
		return fmt.Sprintf("the %s of %s is not that of the server", step.With, by.app.file)
	}
	return fmt.Sprintf("the appkey of %s is not that of the server, or the server signs otherwise (--signatures): -v shows each step here, and"+
		" jiekou explain-signature --app APP.json CAPTURE, with the server's secrets and the request that came, the first byte that differs", by.app.file)
}

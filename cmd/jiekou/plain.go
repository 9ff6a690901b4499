package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// signaturesFlag adds --signatures.
func signaturesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "signatures", os.Getenv("JIEKOU_SIGNATURES"),
		"YAML file with signatures in place of the declared ones, as of jiekoud serve (JIEKOU_SIGNATURES)")
	_ = cmd.MarkFlagFilename("signatures", "yaml", "yml")
}

// plain refuses flags of sealed messages, and warns of an expired token.
func (t *tool) plain(a caller.App, s *spec.System, o callOptions) error {
	if !s.Plain() {
		return nil
	}
	if o.sid != "" || o.get {
		return command.Misused("--sid and --get are for sealed messages", "%s has no sealed messages", s.Name)
	}
	if end, err := time.Parse(time.RFC3339, a.Members["token_expires"]); err == nil && time.Now().After(end) {
		t.say("hint: the token of %s ended at %s; jiekoud app token %s --system %s prints another",
			a.File, end.Local().Format(time.DateTime), a.ID, s.Name)
	}
	return nil
}

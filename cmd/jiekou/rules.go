package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
	"github.com/jiekou-dev/jiekou/spec/reference"
	"github.com/jiekou-dev/jiekou/testkit/offer"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// rulesCommand lists the rules of check.
func rulesCommand(t *tool) *cobra.Command {
	asJSON, of := false, "check"
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules that check holds YAML against, or those of diff",
		Long: `rules lists every rule by its id. jiekou explain ID says why it is there and how to keep it.
With --for diff it lists the kinds of changes of a revision, with their levels.`,
		Example: `  jiekou rules
  jiekou rules --for diff
  jiekou rules --json | jq -r '.[].id'`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case of == "diff":
				return t.diffRules(asJSON)
			case of != "check":
				return command.Misused("check or diff", "no rules for %q", of)
			}
			if asJSON {
				return writeJSON(t.stdout, t.rules())
			}
			for _, r := range t.rules() {
				if _, err := fmt.Fprintf(t.stdout, "%s  %s\n", r.ID, r.Title); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the rules as JSON")
	cmd.Flags().StringVar(&of, "for", of, "check or diff")
	completeWords(cmd, "for", []string{"check", "diff"})
	return cmd
}

// rules are the rules of check in the language of the command line.
func (t *tool) rules() []check.Rule {
	list := check.Rules()
	for i := range list {
		list[i].Title, list[i].Why = t.said(list[i].Title), t.said(list[i].Why)
	}
	return list
}

// diffRules lists the kinds of changes.
func (t *tool) diffRules(asJSON bool) error {
	if asJSON {
		return writeJSON(t.stdout, diff.Rules())
	}
	for _, r := range t.changes() {
		fmt.Fprintf(t.stdout, "%-38s  %-8s  %s\n", r.ID, r.Levels.Most(), r.Title)
	}
	return nil
}

// explainCommand prints the page of one rule, or of a key of the language.
func explainCommand(t *tool) *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID|KEY|CODE",
		Short: "Explain a finding, a key of the language, or an error code of a document",
		Long: `explain gives the reason of a rule of check, with YAML that breaks it and YAML that keeps it,
as of what diff and migrate find (JD0001, JM0001). Of a kind of change (request-length-lowered)
it says what it does to whom, and the reverse. Of a key it says where the key may stand, what it means, what may be written, and shows an example.
Of an error code of the project's documents it says what a caller does about it, and which interfaces answer it when.`,
		Example: `  jiekou explain JK0103
  jiekou explain request-length-lowered
  jiekou explain required_if
  jiekou explain answer.page
  jiekou explain 2001`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeRules,
		RunE:              func(_ *cobra.Command, args []string) error { return t.explain(args[0]) },
	}
}

// completeRules offers the ids of rules, the keys of the language and the codes of the
// project to the shell.
func (t *tool) completeRules(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, r := range slices.Concat(check.Rules(), project.Explained()) {
		ids = append(ids, r.ID+"\t"+t.said(r.Title))
	}
	for _, r := range t.changes() {
		ids = append(ids, r.ID+"\t"+r.Title)
	}
	for _, p := range reference.Places() {
		for _, k := range p.Keys {
			ids = append(ids, k.Path()+"\t"+t.said(k.Doc))
		}
	}
	ids = slices.DeleteFunc(ids, func(one string) bool { return !strings.HasPrefix(strings.ToLower(one), strings.ToLower(typed)) })
	return append(ids, offer.Codes(t.known(), typed)...), cobra.ShellCompDirectiveNoFileComp
}

// changes are the kinds of changes that diff finds, with their titles in the language of the
// command line.
func (t *tool) changes() []diff.Rule {
	list := diff.Rules()
	for n := range list {
		if command.Language(t.ctx) == speech.Chinese {
			list[n].Title = list[n].ZH
		}
	}
	return list
}

func (t *tool) explain(id string) error {
	for _, r := range slices.Concat(check.Rules(), project.Explained()) {
		if strings.EqualFold(r.ID, id) {
			_, err := io.WriteString(t.stdout, r.Page(t.said))
			return err
		}
	}
	for _, r := range t.changes() {
		if r.ID == id {
			_, err := io.WriteString(t.stdout, project.Kind(r, t.said))
			return err
		}
	}
	text, hint := reference.Explain(id, t.said)
	if accepted.IsID(id) {
		hint = "it is the id of one change: jiekou diff says which, with its rule"
	}
	if p, err := t.project(); text == "" && err == nil {
		text = p.Code(id, command.Language(t.ctx) != speech.Chinese)
	}
	if text == "" {
		return command.Misused(cmp.Or(hint, "jiekou rules lists the rules, docs/language.md the keys"), "no rule and no key %q", id)
	}
	_, err := io.WriteString(t.stdout, text)
	return err
}

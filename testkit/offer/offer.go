// Package offer tells a shell what may be written for the flags and arguments of jiekou: names
// of the project, revisions, files and folders; and refuses an empty name of what is read.
package offer

import (
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
)

// known is where the systems of the project come from.
type known func() []*spec.System

// offer is what a shell is offered for a flag or an argument: words, each with what it is
// after a tab.
type offer func(cmd *cobra.Command) []string

// complete registers an offer for a flag. A shell shows what begins with what was typed.
func complete(cmd *cobra.Command, flag string, of offer) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(of(cmd), typed), cobra.ShellCompDirectiveNoFileComp
	})
}

// beginning keeps what begins with a text; of a list with commas, with its last part.
func beginning(list []string, typed string) (out []string) {
	done, last := "", typed
	if at := strings.LastIndex(typed, ","); at >= 0 {
		done, last = typed[:at+1], typed[at+1:]
	}
	for _, word := range list {
		if strings.HasPrefix(word, last) {
			out = append(out, done+word)
		}
	}
	return out
}

// files are what the flags that name files take, by the ends of their names.
var files = map[string][]string{
	"app": {"json"}, "apps": {"json"}, "before": {"json", "html"}, "verify": {"html"}, "html": {"html"}, "json": {"json"},
	"junit": {"xml"}, "signatures": {"yaml", "yml"}, "words": {"yaml", "yml"}, "accepted": {"yaml", "yml"}, "save": {"json"},
	"ca": {"pem", "crt", "cer"}, "cert": {"pem", "crt", "cer"}, "key": {"pem", "key"}, "report": nil, "tool": nil, "data": nil, "sender": nil, "file": nil,
}

// folders are the flags that name a folder, by command; of all, those of "".
var folders = map[string][]string{"": {"dir", "setup", "jiekou"}, "docs": {"out"}, "fixtures": {"out"}, "import": {"out"}}

// flags are what the flags take that are no files, by their names.
func (p known) flags() map[string]offer {
	return map[string]offer{
		"only": p.patterns, "replay": p.cases, "case": p.cases, "cmd": p.interfaces, "mock": p.ordered, "fail": p.failures, "system": p.systems,
		"rows": func(*cobra.Command) []string { return []string{about.DemoRows, "empty", about.NoRows} }, "profile": p.profiles,
		"table": p.tables, "empty": p.tables, "drop": p.columns(""), "rewrite": p.columns(""), "fill": p.columns("="), "against": revisions,
	}
}

// arguments are what the arguments take, by the words of the use of their command.
func (p known) arguments() map[string]offer {
	return map[string]offer{
		"CMD": p.interfaces, "SYSTEM": p.systems, "SYSTEM/NAME": p.folders(false), "SYSTEM/GROUP/CMD": p.folders(true), "[OLD": revisions, "[NEW]]": revisions,
		"MODULE": nothing, "NAME": nothing,
	}
}

// nothing is offered for what is new or a value of the caller's own.
func nothing(*cobra.Command) []string { return nil }

// Register registers what the flags and the arguments of all commands below root take, by
// their names. What has no offer of its own is a file where files says so, and else nothing
// that could be known. systems are those of the project.
func Register(root *cobra.Command, systems func() []*spec.System) {
	known(sync.OnceValue(systems)).register(root)
}

// register registers what is below root.
func (p known) register(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { p.flag(cmd, f) })
		if uses := strings.Fields(cmd.Use)[1:]; cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && len(uses) > 0 && p.arguments()[uses[0]] != nil {
			cmd.ValidArgsFunction = p.argument(uses)
		}
		p.register(cmd)
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { p.flag(root, f) })
}

// flag registers what a flag takes, unless its command did.
func (p known) flag(cmd *cobra.Command, f *pflag.Flag) {
	_, done := cmd.GetFlagCompletionFunc(f.Name)
	_, file := f.Annotations[cobra.BashCompFilenameExt]
	_, folder := f.Annotations[cobra.BashCompSubdirsInDir]
	if done || file || folder || f.Value.Type() == "bool" {
		return
	}
	of, known := p.flags()[f.Name]
	ends, file := files[f.Name]
	switch {
	case f.Name == "system" && (cmd.Name() == "import" || cmd.Name() == "init"): // it is new
		complete(cmd, f.Name, nothing)
	case known:
		complete(cmd, f.Name, of)
	case f.Name == "app" || f.Name == "limited":
		_ = cmd.RegisterFlagCompletionFunc(f.Name, apps)
	case slices.Contains(folders[""], f.Name) || slices.Contains(folders[cmd.Name()], f.Name):
		_ = cmd.MarkFlagDirname(f.Name)
	case file || f.Name == "out":
		_ = cmd.MarkFlagFilename(f.Name, ends...)
	default:
		complete(cmd, f.Name, nothing)
	}
}

// argument offers what the arguments take whose names a use has, options left out.
func (p known) argument(uses []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(uses) || p.arguments()[uses[len(args)]] == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if strings.Contains(uses[len(args)], "/") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return beginning(p.arguments()[uses[len(args)]](cmd), typed), directive
	}
}

// SourcesGiven refuses a flag that names what is read and is given without a name, as by a
// variable of the shell that is not set: what was not read would look like nothing found.
func SourcesGiven(cmd *cobra.Command, _ []string) error {
	for _, name := range []string{"against", "accepted", "apps", "database"} {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed && f.Value.String() == "" {
			return command.Misused("leave it out, or see whether a variable of the shell is set", "--%s is empty", name)
		}
	}
	return nil
}

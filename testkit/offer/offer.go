// Package offer tells a shell what may be written for the flags and arguments of jiekou that
// take a case, an interface, a code or a system of the project, and refuses an empty name of what is read.
package offer

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// project is where the systems come from.
type project func() []*spec.System

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

// interfaces are the cmds of the systems that a command line means.
func (p project) interfaces(cmd *cobra.Command) (out []string) {
	for _, s := range p.meant(cmd) {
		for _, i := range s.Interfaces {
			out = append(out, i.Cmd+"\t"+i.Title)
		}
	}
	return out
}

// systems are those of the project.
func (p project) systems(*cobra.Command) (out []string) {
	for _, s := range p() {
		out = append(out, s.Name+"\t"+s.Title)
	}
	return out
}

// cases are the cases of the systems that a command line means.
func (p project) cases(cmd *cobra.Command) (out []string) {
	derive := fixture.Derive
	for _, name := range []string{"receiver", "notifications"} {
		if f := cmd.Flag(name); f != nil && f.Changed {
			derive = fixture.Notifications
		}
	}
	for _, s := range p.meant(cmd) {
		for _, c := range derive(s).Cases {
			out = append(out, c.ID+"\t"+c.Title)
		}
	}
	return out
}

// patterns are what --only of fire takes: interfaces, and the phases of each.
func (p project) patterns(cmd *cobra.Command) (out []string) {
	out = p.interfaces(cmd)
	for _, one := range p.interfaces(cmd) {
		name, title, _ := strings.Cut(one, "\t")
		for _, phase := range fixture.PhaseNames() {
			out = append(out, name+"/"+phase+"/*\t"+title)
		}
	}
	return out
}

// ordered are the answers that jiekou mock gives when they are ordered.
func (p project) ordered(cmd *cobra.Command) []string {
	return append([]string{"empty", "example", "random", "delay=2s"}, p.codes(cmd, "")...)
}

// failures are the ways in which jiekou receive fails.
func (p project) failures(cmd *cobra.Command) []string {
	return append([]string{"503", "503x3", "slow=5s", "garbage"}, p.codes(cmd, "code=")...)
}

// codes are the codes of the systems that a command line means.
func (p project) codes(cmd *cobra.Command, before string) (out []string) {
	for _, s := range p.meant(cmd) {
		for _, g := range s.Errors {
			for _, e := range g.Errors {
				out = append(out, before+e.Code+"\t"+e.Text)
			}
		}
	}
	return out
}

// meant are the systems that --system or the file of --app names; all, where neither does.
func (p project) meant(cmd *cobra.Command) (out []*spec.System) {
	only := ""
	if f := cmd.Flag("app"); f != nil && f.Value.Type() == "string" && f.Value.String() != "" {
		if a, err := caller.Read(f.Value.String()); err == nil {
			only = a.System
		}
	}
	if f := cmd.Flag("system"); f != nil && f.Value.Type() == "string" && f.Value.String() != "" {
		only = f.Value.String()
	}
	for _, s := range p() {
		if only == "" || s.Name == only {
			out = append(out, s)
		}
	}
	return out
}

// Register registers what the flags of all commands take, by their names, and the arguments
// that are interfaces. known are the systems of the project.
func Register(root *cobra.Command, known func() []*spec.System) {
	p := project(known)
	offers := map[string]offer{
		"only": p.patterns, "replay": p.cases, "case": p.cases, "cmd": p.interfaces, "mock": p.ordered, "fail": p.failures,
		"rows": func(*cobra.Command) []string { return []string{about.DemoRows, "empty", about.NoRows} },
	}
	for _, cmd := range root.Commands() {
		if cmd.Name() != "import" && cmd.Name() != "init" { // their system is new
			offers["system"] = p.systems
		} else {
			delete(offers, "system")
		}
		for flag, of := range offers {
			if cmd.Flags().Lookup(flag) != nil {
				complete(cmd, flag, of)
			}
		}
		for _, file := range []string{"app", "limited", "apps"} {
			if _, other := cmd.GetFlagCompletionFunc(file); !other {
				_ = cmd.MarkFlagFilename(file, "json") // an error: the command has none
			}
		}
		if strings.HasSuffix(cmd.Use, " CMD") {
			cmd.ValidArgsFunction = p.argument
		}
		Register(cmd, known)
	}
}

// argument offers interfaces for the first argument.
func (p project) argument(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return beginning(p.interfaces(cmd), typed), cobra.ShellCompDirectiveNoFileComp
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

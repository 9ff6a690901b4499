package offer

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// patience is how long a shell waits for git.
const patience = 3 * time.Second

// interfaces are the cmds of the systems that a command line means.
func (p known) interfaces(cmd *cobra.Command) (out []string) {
	for _, s := range p.meant(cmd) {
		for _, i := range s.Interfaces {
			out = append(out, i.Cmd+"\t"+i.Title)
		}
	}
	return out
}

// systems are those of the project.
func (p known) systems(*cobra.Command) (out []string) {
	for _, s := range p() {
		out = append(out, s.Name+"\t"+s.Title)
	}
	return out
}

// cases are the cases of the systems that a command line means.
func (p known) cases(cmd *cobra.Command) (out []string) {
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
func (p known) patterns(cmd *cobra.Command) (out []string) {
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
func (p known) ordered(cmd *cobra.Command) []string {
	return append([]string{"empty", "example", "random", "delay=2s"}, p.codes(cmd, "")...)
}

// failures are the ways in which jiekou receive fails.
func (p known) failures(cmd *cobra.Command) []string {
	return append([]string{"503", "503x3", "slow=5s", "garbage"}, p.codes(cmd, "code=")...)
}

// codes are the codes of the systems that a command line means.
func (p known) codes(cmd *cobra.Command, before string) (out []string) {
	for _, s := range p.meant(cmd) {
		for _, g := range s.Errors {
			for _, e := range g.Errors {
				out = append(out, before+e.Code+"\t"+e.Text)
			}
		}
	}
	return out
}

// apps are the files of apps that a server with --demo and jiekou new app write, which a shell
// does not offer by itself because their folder is hidden; of what begins otherwise, the files.
func apps(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	if list, _ := filepath.Glob(".jiekou/apps/*.json"); len(list) > 0 {
		if list = beginning(list, typed); len(list) > 0 {
			return list, cobra.ShellCompDirectiveNoFileComp
		}
	}
	return files["app"], cobra.ShellCompDirectiveFilterFileExt
}

// meant are the systems that --system or the file of --app names; all, where neither does.
func (p known) meant(cmd *cobra.Command) (out []*spec.System) {
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

// profiles are those of the protocols of the systems that a command line means.
func (p known) profiles(cmd *cobra.Command) (out []string) {
	for _, s := range p.meant(cmd) {
		p, err := bind.Protocol(s)
		if err != nil {
			continue
		}
		names, _ := p.Profiles()
		for _, name := range names {
			out = append(out, name+"\t"+s.Title)
		}
	}
	return out
}

// tables are those of the systems that a command line means.
func (p known) tables(cmd *cobra.Command) (out []string) {
	for _, s := range p.meant(cmd) {
		for _, t := range s.Tables {
			out = append(out, t.Name+"\t"+t.Title)
		}
	}
	return out
}

// columns are the columns of tables, each with something behind it.
func (p known) columns(behind string) offer {
	return func(cmd *cobra.Command) (out []string) {
		for _, s := range p.meant(cmd) {
			for _, t := range s.Tables {
				for _, c := range t.Columns {
					out = append(out, t.Name+"."+c.Name+behind+"\t"+t.Title)
				}
			}
		}
		return out
	}
}

// folders begin what is new in a system; in a group of it, where grouped.
func (p known) folders(grouped bool) offer {
	return func(*cobra.Command) (out []string) {
		for _, s := range p() {
			if !grouped {
				out = append(out, s.Name+"/\t"+s.Title)
			}
			for _, g := range s.Groups {
				if grouped {
					out = append(out, s.Name+"/"+g.Name+"/\t"+g.Title)
				}
			}
		}
		return out
	}
}

// revisions are the branches and tags of the repository of git that a command works in.
func revisions(cmd *cobra.Command) []string {
	ctx, stop := context.WithTimeout(cmd.Context(), patience)
	defer stop()
	git := exec.CommandContext(ctx, "git", "for-each-ref", "--format=%(refname:short)\t%(contents:subject)", "refs/heads", "refs/tags", "refs/remotes")
	if f := cmd.Flag("dir"); f != nil {
		git.Dir = f.Value.String()
	}
	out, err := git.Output()
	if err != nil {
		return nil // no git, or no repository
	}
	return append([]string{"HEAD", "HEAD~1"}, strings.Split(strings.TrimSpace(string(out)), "\n")...)
}

// Codes are the codes of systems that begin with what was typed, each once.
func Codes(systems []*spec.System, typed string) []string {
	var out []string
	for _, one := range beginning(known(func() []*spec.System { return systems }).codes(&cobra.Command{}, ""), typed) {
		if code, _, _ := strings.Cut(one, "\t"); !slices.ContainsFunc(out, func(o string) bool { return strings.HasPrefix(o, code+"\t") }) {
			out = append(out, one)
		}
	}
	return out
}

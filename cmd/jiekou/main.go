// Command jiekou is for authors and testers of interfaces: it checks, formats and
// begins YAML, generates the code that follows from it, lists all interfaces as
// data, and calls a server through the real envelope.
//
// It never imports generated code, so that it can repair it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/testkit/bundle"
	"github.com/jiekou-dev/jiekou/testkit/offer"
	"github.com/jiekou-dev/jiekou/testkit/spare"
)

func main() {
	spare.Memory()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: results go to stdout, everything said about them to stderr. It
// returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	ctx = command.In(ctx, speech.Chosen(args, os.Getenv))
	t := &tool{stdin: stdin, bytes: stdout, stdout: command.Printable(stdout), stderr: command.Printable(stderr), ctx: ctx}
	b, err := bundle.Open()
	switch {
	case err != nil:
		t.say("error: %s", err)
		return 1
	case b != nil: // of fire --tool
		defer func() { _ = b.Close() }()
		t.bundle, args = b, b.Command(args)
	}
	return command.Main(ctx, rootCommand(t), args)
}

// tool is the state that every command shares.
type tool struct {
	stdin          io.Reader
	stdout, stderr io.Writer       // texts for people and programs: what steers a terminal is shown
	bytes          io.Writer       // standard output as it is, for what is no text
	ctx            context.Context //nolint:containedctx // of the process: it ends by a signal
	dir            string          // --dir, empty: look for it
	builtIn        bool            // --built-in
	reads          bool            // the command has --built-in
	bundle         *bundle.Bundle  // that the program is; nil: it is none
}

// rootCommand is the tree of commands.
func rootCommand(t *tool) *cobra.Command {
	root := &cobra.Command{
		Use:     "jiekou",
		Version: command.Version(),
		Short:   "Check, print and call interfaces that are written down as YAML",
		Long: `jiekou turns an interface document (接口规范), written down as YAML below spec/,
into code, schemas and docs, and calls servers through the real envelope.

Results go to standard output, everything else to standard error.

Exit codes:
  0  fine
  1  the YAML has findings, the output is stale, or the call was refused
  2  wrong usage, or nothing to work on
  3  a bug of jiekou`,
		Example: `  jiekou check
  jiekou generate
  jiekou call cst_info_get --app app.json --data '{"mobile":"13800138000"}'`,
	}
	root.SetIn(t.stdin)
	root.SetOut(t.stdout)
	root.SetErr(t.stderr)
	root.PersistentFlags().StringVar(&t.dir, "dir", "",
		"project root, the folder that holds spec/ (default: looked for upwards from here)")
	_ = root.MarkPersistentFlagDirname("dir") // the flag is there
	root.AddCommand(
		initCommand(t), fmtCommand(t), newCommand(t), generateCommand(t), rulesCommand(t), explainCommand(t), diffCommand(t),
		migrateCommand(t), watchCommand(t), importCommand(t), lspCommand(t),
	)
	for _, reads := range []func(*tool) *cobra.Command{
		checkCommand, docsCommand, catalogCommand, callCommand, sealCommand, openCommand, explainSignatureCommand, receiveCommand,
		fixturesCommand, fireCommand, mockCommand, proxyCommand, exportCommand,
	} {
		root.AddCommand(builtInFlag(t, reads(t)))
	}
	root.PersistentPreRunE = offer.SourcesGiven
	offer.Register(root, t.known)
	return root
}

// completeWords offers words for a flag to the shell.
func completeWords(cmd *cobra.Command, flag string, words []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// say writes a remark to standard error.
func (t *tool) say(format string, args ...any) {
	fmt.Fprintf(t.stderr, "jiekou: %s\n", t.said(fmt.Sprintf(format, args...)))
}

// said is a text for people in the language of the command line.
func (t *tool) said(text string) string { return command.Language(t.ctx).Say(text) }

// note writes a remark for people to standard error, as it stands.
func (t *tool) note(format string, args ...any) {
	fmt.Fprintln(t.stderr, t.said(fmt.Sprintf(format, args...)))
}

// tell prints a result for people.
func (t *tool) tell(format string, args ...any) error {
	_, err := io.WriteString(t.stdout, t.said(fmt.Sprintf(format, args...)))
	return err
}

// count is "1 finding", "2 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// names prints names, one a line.
func (t *tool) names(names []string) error {
	for _, name := range names {
		if _, err := fmt.Fprintln(t.stdout, name); err != nil {
			return err
		}
	}
	return nil
}

// since is how long something took, in milliseconds.
func since(start time.Time) string {
	return strconv.FormatInt(time.Since(start).Milliseconds(), 10) + " ms"
}

// writeJSON prints indented JSON without escaping of <, > and &.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

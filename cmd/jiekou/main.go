// Command jiekou is for authors and testers of interfaces: it checks, formats
// and begins YAML, prints the code that follows from it, lists all interfaces as
// data, and calls a server through the real envelope.
//
// It never imports what is generated, so that it can mend it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitFine    = 0
	exitFailed  = 1 // findings, stale output, a refused call
	exitUsage   = 2 // wrong usage
	exitOurBugs = 3
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program: results go to stdout, everything said about them to
// stderr. It returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if v := recover(); v != nil {
			speak(stderr, bug(fmt.Errorf("panic: %v\n%s", v, debug.Stack())))
			code = exitOurBugs
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand(&tool{stdin: stdin, stdout: stdout, stderr: stderr})
	root.SetArgs(args)
	root.SuggestionsMinimumDistance = likeness(args)
	return speak(stderr, root.ExecuteContext(ctx))
}

// tool is what every command works with.
type tool struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	dir            string // --dir, empty: look for it
}

// rootCommand is the tree of commands.
func rootCommand(t *tool) *cobra.Command {
	root := &cobra.Command{
		Use:   "jiekou",
		Short: "Check, print and call interfaces that are written down as YAML",
		Long: `jiekou turns an interface document (接口规范), written down as YAML below spec/,
into code, schemas and docs, and calls servers through the real envelope.

Results go to standard output, everything else to standard error.

Exit codes:
  0  fine
  1  the YAML has findings, the output is stale, or the call was refused
  2  wrong usage
  3  a bug of jiekou`,
		Example: `  jiekou check
  jiekou generate
  jiekou call cst_info_get --app app.json --data '{"mobile":"13800138000"}'`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(t.stdin)
	root.SetOut(t.stdout)
	root.SetErr(t.stderr)
	root.PersistentFlags().StringVar(&t.dir, "dir", "",
		"project root, the folder that holds spec/ (default: upwards from here, "+
			"or the built-in spec for commands that only read)")
	root.AddCommand(
		checkCommand(t), fmtCommand(t), newCommand(t), generateCommand(t),
		rulesCommand(t), explainCommand(t), catalogCommand(t),
		callCommand(t), sealCommand(t), openCommand(t), explainSignatureCommand(t), receiveCommand(t),
		fixturesCommand(t), fireCommand(t), mockCommand(t), proxyCommand(t),
	)
	return root
}

// likeness is by how many letters a command may be mistyped to be suggested: nope
// is not open.
func likeness(args []string) int {
	if len(args) > 0 && len(args[0]) > 5 {
		return 2
	}
	return 1
}

// completeWords offers words for a flag to the shell.
func completeWords(cmd *cobra.Command, flag string, words []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// failure is an error with its exit code and what to do about it.
type failure struct {
	code int
	text string // empty: said already
	hint string
	err  error // the cause, kept for errors.Is
}

// Error returns the text.
func (f *failure) Error() string { return f.text }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.err }

// failed is an error with exit code 1. hint may be empty.
func failed(hint, format string, args ...any) error {
	return &failure{code: exitFailed, hint: hint, text: fmt.Sprintf(format, args...)}
}

// misused is an error with exit code 2. hint may be empty.
func misused(hint, format string, args ...any) error {
	return &failure{code: exitUsage, hint: hint, text: fmt.Sprintf(format, args...)}
}

// bug is an error that should not be possible.
func bug(err error) error {
	return &failure{
		code: exitOurBugs, text: "internal error: " + err.Error(), err: err,
		hint: "this is a bug of jiekou; please report it with the command and the YAML",
	}
}

// quiet ends the command with exit code 1 and no further word.
func quiet() error { return &failure{code: exitFailed} }

// action makes what a command runs: its errors without an exit code get 1,
// while those of cobra itself, which never come this far, are wrong usage.
func action(run func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if _, ok := errors.AsType[*failure](err); err == nil || ok {
			return err
		}
		return &failure{code: exitFailed, text: err.Error(), err: err}
	}
}

// speak says what went wrong and returns the exit code.
func speak(w io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	f, ok := errors.AsType[*failure](err)
	if !ok { // of cobra: an unknown command or flag, too many arguments
		text, hint, _ := strings.Cut(err.Error(), "\n\n")
		if near, ok := strings.CutPrefix(hint, "Did you mean this?"); ok {
			hint = "did you mean " + strings.Join(strings.Fields(near), " or ") + "?"
		}
		if hint == "" {
			hint = "jiekou --help lists commands, jiekou COMMAND --help their flags"
		}
		f = &failure{code: exitUsage, text: text, hint: hint}
	}
	if f.text != "" {
		fmt.Fprintf(w, "jiekou: error: %s\n", f.text)
	}
	if f.hint != "" {
		fmt.Fprintf(w, "jiekou: hint: %s\n", f.hint)
	}
	return f.code
}

// say writes a remark to standard error.
func (t *tool) say(format string, args ...any) {
	fmt.Fprintf(t.stderr, "jiekou: "+format+"\n", args...)
}

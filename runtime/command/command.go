// Package command runs the command lines of jiekou's programs. All of them share
// the exit codes, errors that carry a hint and an exit code, the report of an
// error, the version, and progress on a terminal.
//
//	func main() { os.Exit(command.Main(ctx, root, os.Args[1:])) }
//
// Results go to the root's standard output, everything else to its standard error.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// Main runs one command line of a tree of commands and returns the exit code: that
// of an Error, Failed for any other error of a command, and Usage for a refusal of
// cobra itself. A panic is reported as a bug.
func Main(ctx context.Context, root *cobra.Command, args []string) (code int) {
	l := speech.Chosen(args, os.Getenv)
	ctx = In(ctx, l)
	out, said := safe(root.OutOrStdout()), safe(root.ErrOrStderr())
	defer out.end()
	defer said.end()
	root.SetOut(out)
	root.SetErr(said)
	defer func() {
		if v := recover(); v != nil {
			code = Report(ctx, root.ErrOrStderr(), root.Name(), Bug(fmt.Errorf("panic: %v\n%s", v, debug.Stack())))
		}
	}()
	root.AddCommand(manCommand(root))
	prepare(root)
	speak(root, l, args)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SuggestionsMinimumDistance = likeness(args)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if _, ok := errors.AsType[*Error](err); err != nil && !ok { // of cobra: an unknown command or flag, too many arguments
		err = refused(root.Name(), err)
	}
	return Report(ctx, root.ErrOrStderr(), root.Name(), err)
}

// prepare makes the errors of a tree's commands Errors, so that every other error
// comes from cobra. It fills in the optional parts of every command.
func prepare(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			err := unknownLanguage(c)
			if err == nil {
				err = run(c, args)
			}
			if _, ok := errors.AsType[*Error](err); err == nil || ok {
				return err
			}
			return &Error{Code: Failure, Text: err.Error(), Cause: err}
		}
	}
	for _, sub := range c.Commands() {
		prepare(sub)
	}
}

// likeness is by how many letters a command may be mistyped to be suggested: nope
// is not open.
func likeness(args []string) int {
	if len(args) > 0 && len(args[0]) > 5 {
		return 2
	}
	return 1
}

// refused is a refusal of cobra, with cobra's suggestion as the hint.
func refused(program string, err error) error {
	text, hint, _ := strings.Cut(err.Error(), "\n\n")
	if near, ok := strings.CutPrefix(hint, "Did you mean this?"); ok {
		hint = "did you mean " + strings.Join(strings.Fields(near), " or ") + "?"
	}
	if hint == "" {
		hint = fmt.Sprintf("%s --help lists commands, %s COMMAND --help their flags", program, program)
	}
	return &Error{Code: Usage, Text: text, Hint: hint, Cause: err}
}

// Report writes an error of a program and returns its exit code: Fine for nil.
func Report(ctx context.Context, w io.Writer, program string, err error) int {
	if err == nil {
		return Fine
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{Code: Failure, Text: err.Error()}
	}
	l := Language(ctx)
	if e.Text != "" {
		fmt.Fprintf(w, "%s: %s\n", program, l.Say("error: "+err.Error())) // the wrapping error names the place
	}
	if e.Hint != "" {
		fmt.Fprintf(w, "%s: %s\n", program, l.Say("hint: "+e.Hint))
	}
	return e.Code
}

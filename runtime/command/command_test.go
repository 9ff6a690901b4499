package command_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// TestErrors holds which exit code and which words an error of a command gets.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		err  error
		code int
		want string
	}{
		{"fine", []string{"try"}, nil, command.Fine, ""},
		{"plain", []string{"try"}, errors.New("no luck"), command.Failure, "tool: error: no luck\n"},
		{"failed", []string{"try"}, command.Failed("again", "%d broken", 2), command.Failure, "tool: error: 2 broken\ntool: hint: again\n"},
		{"misused", []string{"try"}, command.Misused("", "no file %s", "x"), command.Usage, "tool: error: no file x\n"},
		{"hinted", []string{"try"}, command.Hinted(errors.New("closed"), "open it"), command.Failure, "tool: error: closed\ntool: hint: open it\n"},
		{"quiet", []string{"try"}, command.Quiet(), command.Failure, ""},
		{"no command", []string{"tri"}, nil, command.Usage, "tool: error: unknown command \"tri\" for \"tool\"\ntool: hint: did you mean try?\n"},
		{"no flag", []string{"try", "--x"}, nil, command.Usage, "tool: error: unknown flag: --x\ntool: hint: tool --help lists commands, tool COMMAND --help their flags\n"},
		{"arguments", []string{"try", "x"}, nil, command.Usage, "tool: error: unknown command \"x\" for \"tool try\"\ntool: hint: tool --help lists commands, tool COMMAND --help their flags\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, speech := run(tt.args, func() error { return tt.err })
			if code != tt.code || speech != tt.want {
				t.Errorf("exit %d, %q; want %d, %q", code, speech, tt.code, tt.want)
			}
		})
	}
}

// run runs a command that does one thing.
func run(args []string, do func() error) (int, string) {
	var speech strings.Builder
	root := &cobra.Command{Use: "tool"}
	root.SetErr(&speech)
	root.SetOut(&speech)
	root.AddCommand(&cobra.Command{Use: "try", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return do() }})
	return command.Main(context.Background(), root, args), speech.String()
}

// TestPanic holds that a panic is our bug.
func TestPanic(t *testing.T) {
	t.Parallel()
	code, speech := run([]string{"try"}, func() error { panic("no room") })
	if code != command.Ours || !strings.HasPrefix(speech, "tool: error: internal error: panic: no room") {
		t.Errorf("exit %d: %s", code, speech)
	}
}

// TestCause holds that a wrapped error can be found.
func TestCause(t *testing.T) {
	t.Parallel()
	if err := command.Failed("", "open: %w", fs.ErrNotExist); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}

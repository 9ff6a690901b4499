package standin

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// graceful is how long a program may take to end after its interrupt.
const graceful = 10 * time.Second

// Child is a program that is built, and run until the next version of it is built.
type Child struct {
	Build []string // how it is built; empty: it needs no building
	Run   []string // how it is run
	Dir   string   // where both are run
	Out   io.Writer

	stop func()
}

// Next builds the next version and runs it in place of the one before. Where it cannot
// be built, the one before goes on.
func (c *Child) Next(ctx context.Context) error {
	if len(c.Build) > 0 {
		build := c.command(ctx, c.Build)
		if err := build.Run(); err != nil {
			return fmt.Errorf("%s: %w; the last good version goes on", strings.Join(c.Build, " "), err)
		}
	}
	c.Stop()
	ctx, cancel := context.WithCancel(ctx)
	run, ended := c.command(ctx, c.Run), make(chan struct{})
	if err := run.Start(); err != nil {
		cancel()
		return err
	}
	c.stop = func() { cancel(); <-ended }
	go func() {
		defer close(ended)
		if err := run.Wait(); err != nil && ctx.Err() == nil {
			fmt.Fprintf(c.Out, "%s has ended: %s; it is started again after the next change\n", c.Run[0], err)
		}
	}()
	return nil
}

// Stop ends the program and waits for its end.
func (c *Child) Stop() {
	if c.stop != nil {
		c.stop()
	}
	c.stop = nil
}

// command is a process that an interrupt ends.
func (c *Child) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // what the user asked to run
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, c.Out, c.Out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = graceful
	return cmd
}

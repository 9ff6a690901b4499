package command_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// terminal opens a terminal: what a program writes to one half can be read from the other.
func terminal(t *testing.T) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return screen, program
}

// TestProgress holds that a bar speaks the language of its command line, the words of the
// library among them, and says the rate and the time left.
func TestProgress(t *testing.T) {
	t.Parallel()
	colour := regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
	for l, want := range map[speech.Language]string{
		speech.English: `; time left: \S+; \S+/s\] \.\.\. 1 of 3 cases fired`, speech.Chinese: `; 剩余时间: \S+; \S+/秒\] \.\.\. 用例已执行 1/3`,
	} {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			screen, program := terminal(t)
			bar := command.NewProgress(command.In(context.Background(), l), program, "0 of 3 cases fired", 3, false)
			time.Sleep(20 * time.Millisecond)
			bar.Add(1)
			bar.Say("1 of 3 cases fired")
			shown := read(t, screen, regexp.MustCompile(want), colour)
			bar.Stop()
			if l == speech.Chinese && regexp.MustCompile(`[A-Za-z]{3,}`).MatchString(shown) {
				t.Errorf("English in %q", shown)
			}
		})
	}
}

// read reads a screen, without its colours, until something is there.
func read(t *testing.T, screen *os.File, want, colour *regexp.Regexp) string {
	t.Helper()
	var all []byte
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		part := make([]byte, 4096)
		n, _ := screen.Read(part) // nothing yet is an error, too
		all = append(all, part[:n]...)
		if text := colour.ReplaceAll(all, nil); want.Match(text) {
			return string(bytes.ReplaceAll(text, []byte("\r"), nil))
		}
		if n == 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
	t.Fatalf("%q lacks %s", all[:min(len(all), 300)], want)
	return ""
}

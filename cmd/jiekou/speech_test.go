package main

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// TestHelpInChinese wants every sentence of the help in Chinese: what the sources of the
// texts cannot show is what is put together as the program starts.
func TestHelpInChinese(t *testing.T) {
	t.Parallel()
	sentence := regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)
	command := regexp.MustCompile("jiekoud? [a-z-]+[^，。；：）\n]*")
	said := func(place, text string) {
		got := speech.Chinese.Say(text)
		for line := range strings.Lines(got) {
			if got == text && sentence.MatchString(text) || !regexp.MustCompile(`\p{Han}`).MatchString(line) && sentence.MatchString(command.ReplaceAllString(line, "")) {
				t.Errorf("%s: %q is said as %q", place, text, line)
			}
		}
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		said(c.CommandPath(), c.Short)
		said(c.CommandPath(), c.Long)
		c.Flags().VisitAll(func(f *pflag.Flag) { said(c.CommandPath()+" --"+f.Name, f.Usage) })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(rootCommand(&tool{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, bytes: io.Discard, ctx: t.Context()}))
}

package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// languageFlag says in which language a program speaks.
const languageFlag = "lang"

// languageKey is the key of the language in a context.
type languageKey struct{}

// In is a context whose command line speaks a language.
func In(ctx context.Context, l speech.Language) context.Context {
	return context.WithValue(ctx, languageKey{}, l)
}

// Language is the language of the command line that a context belongs to; English where it
// belongs to none.
func Language(ctx context.Context) speech.Language {
	if ctx == nil {
		return speech.English
	}
	l, _ := ctx.Value(languageKey{}).(speech.Language)
	return l
}

// Tell prints a result for people in the language of the command line.
func Tell(c *cobra.Command, format string, args ...any) (int, error) {
	return io.WriteString(c.OutOrStdout(), Language(c.Context()).Say(fmt.Sprintf(format, args...)))
}

// Warn writes a remark for people to standard error in the language of the command line.
func Warn(c *cobra.Command, format string, args ...any) {
	_, _ = io.WriteString(c.ErrOrStderr(), Language(c.Context()).Say(fmt.Sprintf(format, args...))) // there is nobody else to tell
}

// speak gives a tree of commands --lang, and its help in the language.
func speak(root *cobra.Command, l speech.Language, args []string) {
	if root.PersistentFlags().Lookup(languageFlag) == nil {
		root.PersistentFlags().String(languageFlag, "", "language of help, findings and errors: en or zh (default: by LC_ALL, LC_MESSAGES or LANG)")
		_ = root.RegisterFlagCompletionFunc(languageFlag, cobra.FixedCompletions(speech.Languages(), cobra.ShellCompDirectiveNoFileComp))
	}
	if l == speech.English {
		return
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	root.SetUsageTemplate(headings(root.UsageTemplate(), l))
	translate(root, l)
}

// translate says the help of a command and of those below it.
func translate(c *cobra.Command, l speech.Language) {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	c.Short, c.Long = l.Say(c.Short), l.Say(c.Long)
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { f.Usage, f.DefValue = usage(f, l) })
	}
	for _, sub := range c.Commands() {
		translate(sub, l)
	}
}

// none are the defaults that help does not show, by the type of the flag.
var none = map[string]string{"string": "", "bool": "false", "int": "0", "duration": "0s", "stringArray": "[]", "stringSlice": "[]"}

// usage is what help says of a flag, with its default, and what the library then shows as
// the default: it would say so in English.
func usage(f *pflag.Flag, l speech.Language) (text, value string) {
	text = l.Say(f.Usage)
	empty, known := none[f.Value.Type()]
	if !known || f.DefValue == empty || f.DefValue == "" {
		return text, f.DefValue
	}
	return text + strings.Replace(l.Say(" (default …)"), "…", f.DefValue, 1), empty // a value is no text of ours
}

// headings says the headings of a template of cobra: its lines that end with a colon, and
// the sentence at its end.
func headings(template string, l speech.Language) string {
	lines := strings.Split(template, "\n")
	for i, line := range lines {
		head, rest, _ := strings.Cut(line, "{{")
		if rest != "" {
			rest = "{{" + rest
		}
		switch {
		case strings.HasPrefix(line, "Use \""):
			lines[i] = l.Say(line)
		case strings.HasSuffix(head, ":"):
			lines[i] = l.Say(head) + rest
		}
	}
	return strings.Join(lines, "\n")
}

// unknownLanguage refuses a --lang that names no language.
func unknownLanguage(c *cobra.Command) error {
	f := c.Flags().Lookup(languageFlag)
	if f == nil || f != c.Root().PersistentFlags().Lookup(languageFlag) || !f.Changed {
		return nil
	}
	for _, l := range speech.Languages() {
		if f.Value.String() == l {
			return nil
		}
	}
	return Misused(strings.Join(speech.Languages(), " or "), "unknown language %q", f.Value.String())
}

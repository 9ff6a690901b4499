package operate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// keyFlags are the flags of commands that take keys, make them and print what the
// partner needs.
type keyFlags struct {
	list []string
	bits int
	out  string
	anew bool // a name alone makes a key anew
}

// add adds the flags.
func (k *keyFlags) add(c *cobra.Command) {
	about := "a key that exists already, NAME=FILE; - is standard input; may be repeated"
	if k.anew {
		about = "the key to replace: NAME makes a new one, NAME=FILE takes one that exists; - is standard input; may be repeated"
	}
	c.Flags().StringArrayVar(&k.list, "key", nil, about)
	c.Flags().IntVar(&k.bits, "bits", key.DefaultBits, "of RSA keys that are made")
	c.Flags().StringVar(&k.out, "out", "", "file for the JSON, which nobody else may read; in place of printing it")
}

// given is what the flags of a command say about keys.
type given struct {
	system string
	how    app.Making
	names  []string // to make anew
	keys   map[string]app.Secret
}

// withKeys reads the keys that are given, does one thing that makes the others, and
// writes the credentials.
func (o *appOptions) withKeys(c *cobra.Command, k *keyFlags, of func(context.Context, *app.Admin) (string, error),
	do func(context.Context, *app.Admin, given) (app.Credentials, error),
) error {
	return o.run(c, func(ctx context.Context, admin *app.Admin) error {
		name, err := of(ctx, admin)
		if err != nil {
			return err
		}
		g := given{system: name, how: o.making(name, app.DefaultLifetime)}
		g.how.Bits = k.bits
		if g.names, g.keys, err = k.read(c, g.how.Server); err != nil {
			return err
		}
		out, err := k.open()
		if err != nil {
			return err
		}
		defer out.drop()
		made, err := do(ctx, admin, g)
		if err != nil {
			return err
		}
		return o.write(c, out, made, g.how.Partner)
	})
}

// read reads the files of --key. A key that stands on the command line is refused,
// and not repeated.
func (k *keyFlags) read(c *cobra.Command, needs []key.Need) (names []string, keys map[string]app.Secret, err error) {
	files := map[string]string{}
	stdin := ""
	for _, one := range k.list {
		name, file, given := strings.Cut(one, "=")
		if err := k.check(name, file, given, needs); err != nil {
			return nil, nil, err
		}
		if _, twice := files[name]; twice {
			return nil, nil, command.Misused("", "--key %s comes twice", name)
		}
		if file == "-" && stdin != "" {
			return nil, nil, command.Misused("", "standard input is one key, not both %s and %s", stdin, name)
		}
		if files[name] = file; file == "-" {
			stdin = name
		}
	}
	keys = map[string]app.Secret{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if files[name] == "" {
			names = append(names, name)
			continue
		}
		text, err := readKey(c, name, files[name], needs)
		if err != nil {
			return nil, nil, err
		}
		keys[name] = app.Secret(text)
		short(c, name, text, needs)
	}
	return names, keys, nil
}

// shortSecret is a length below which a secret can be found out by trying.
const shortSecret = 8

// short warns of a secret that whoever sees a message can find out.
func short(c *cobra.Command, name string, text []byte, needs []key.Need) {
	for _, n := range needs {
		if size := len(bytes.TrimSpace(text)); n.Name == name && !n.Pair() && size < shortSecret {
			command.Warn(c, "%s: warning: key %s has %d characters: whoever sees a message can find it out by trying\n",
				c.Root().Name(), name, size)
		}
	}
}

// check refuses a --key that has no file, or whose name no key has.
func (k *keyFlags) check(name, file string, given bool, needs []key.Need) error {
	known := slices.ContainsFunc(needs, func(n key.Need) bool { return n.Name == name })
	switch {
	case !given && !known:
		return command.Misused(onCommandLine, "--key takes NAME=FILE, and there is no key of that name")
	case !known:
		return command.Misused(namesOf(needs), "--key: the system has no key of that name")
	case !given && k.anew:
		return nil
	case file == "":
		return command.Misused(onCommandLine, "--key %s has no file: write %s=FILE", name, name)
	}
	return nil
}

const onCommandLine = "give a file, or - for standard input: a key never stands on the command line, where ps and the shell's history show it"

func namesOf(needs []key.Need) string {
	var all []string
	for _, n := range needs {
		all = append(all, n.String())
	}
	if len(all) == 0 {
		return "its protocol has no keys"
	}
	return "its keys: " + strings.Join(all, ", ")
}

// readKey reads one key file, or standard input.
func readKey(c *cobra.Command, name, file string, needs []key.Need) ([]byte, error) {
	in := c.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, unopened(name, err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, command.Misused("", "--key %s: %s is a folder", name, file)
		}
		in = f
		defer func() { warn(c, name, file, info, needs) }()
	}
	text, err := io.ReadAll(io.LimitReader(in, key.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("--key %s: %w", name, err)
	}
	if len(text) == 0 {
		return nil, command.Misused("", "--key %s: nothing was given", name)
	}
	return text, nil
}

// unopened is the error of a file that does not open. What is no file may be the key
// itself: it is not repeated.
func unopened(name string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, fs.ErrInvalid) {
		return command.Misused(onCommandLine, "--key %s: there is no such file", name)
	}
	return command.Misused(onCommandLine, "--key %s: the file does not open", name)
}

// warn says that others may read a file with a secret in it.
func warn(c *cobra.Command, name, file string, info fs.FileInfo, needs []key.Need) {
	public := false
	for _, n := range needs {
		public = public || n.Name == name && n.Half == step.Public
	}
	if mode := info.Mode(); mode.IsRegular() && mode.Perm()&0o077 != 0 && !public {
		command.Warn(c, "%s: warning: %s can be read by others (mode %04o); type: chmod 600 %s\n",
			c.Root().Name(), file, mode.Perm(), file)
	}
}

// sheet is where credentials are written: standard output, or a file that is there
// before anything is changed, so that none can be lost.
type sheet struct {
	file *os.File // a temporary one; nil: standard output
	name string
}

func (k *keyFlags) open() (*sheet, error) {
	if k.out == "" {
		return &sheet{}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(k.out), ".credentials-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("--out: %w", err)
	}
	return &sheet{file: f, name: k.out}, nil
}

// drop forgets a sheet that was not written.
func (s *sheet) drop() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// write writes the credentials of an app, or what the partners of a system need.
func (o *appOptions) write(c *cobra.Command, s *sheet, credentials app.Credentials, needs []key.Need) error {
	text, err := credentials.JSON()
	if err != nil {
		return err
	}
	switch {
	case s.file != nil:
		_, err = fmt.Fprintf(s.file, "%s\n", text)
		if err = errors.Join(err, s.file.Sync(), s.file.Close(), os.Rename(s.file.Name(), s.name)); err == nil {
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", s.name)
		}
	case o.json:
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", text)
	default:
		err = plainly(c, credentials)
	}
	for _, n := range needs {
		if _, ok := credentials.Keys[n.Name]; !ok && n.Half == step.Private && !n.System {
			command.Warn(c, "%s: hint: the partner has its private half of %s; jiekou call reads it in the file as %q\n",
				c.Root().Name(), n.Name, n.Name)
		}
	}
	return err
}

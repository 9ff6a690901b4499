package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// maxInput is the limit for files and standard input, in bytes.
const maxInput = 16 << 20

// appFlag adds --app, which is required.
func appFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "app", "", `file with the app: {"system","appid","token","appkey","url"}`)
	_ = cmd.MarkFlagRequired("app")
}

// signaturesFlag adds --signatures.
func signaturesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "signatures", os.Getenv("JIEKOU_SIGNATURES"),
		"YAML file with signatures in place of the declared ones, as of jiekoud serve (JIEKOU_SIGNATURES)")
	_ = cmd.MarkFlagFilename("signatures", "yaml", "yml")
}

// payload reads --data: JSON, @file or - for standard input. raw takes anything.
func (t *tool) payload(data string, raw bool) ([]byte, error) {
	out := []byte(data)
	if name, isFile := strings.CutPrefix(data, "@"); isFile || data == "-" {
		var err error
		if out, err = t.input(name); err != nil {
			return nil, err
		}
	}
	var object map[string]json.RawMessage
	if !raw && len(out) > 0 && json.Unmarshal(out, &object) != nil {
		return nil, command.Misused(`write --data '{"mobile":"13800138000"}', --data @file or --data -; --raw sends anything`,
			"--data is no JSON object")
	}
	return out, nil
}

// input reads a file, or standard input where the name is -.
func (t *tool) input(name string) ([]byte, error) {
	from := t.stdin
	if name != "-" {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, command.Misused("", "no file %s", name)
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err == nil && len(text) > maxInput {
		err = command.Misused("", "%s is larger than %d bytes", name, maxInput)
	}
	return text, err
}

package project

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/runtime/command"
)

// verdicts remembers what was checked and has no findings.
func verdicts() prove.Cache { return prove.OpenCache("check") }

// remembered returns the verdict on the same YAML by the same program, if it had no
// findings. Findings are found again each time, so that nothing about them is stored.
func remembered(sum string) *Checked {
	text, ok := verdicts().Get(sum)
	c := &Checked{}
	if sum == "" || !ok || json.Unmarshal(text, c) != nil || !c.OK {
		return nil
	}
	return c
}

// remember keeps a verdict without findings.
func remember(sum string, c *Checked) {
	if text, err := json.Marshal(c); err == nil && sum != "" && c.OK {
		verdicts().Put(sum, text)
	}
}

// sum is the digest of all that decides what Check finds: the files of the YAML, the
// program that looks at them, and the module for which it generates. It is empty where
// that cannot be told.
func (p Project) sum() string {
	if p.BuiltIn {
		return ""
	}
	h := sha256.New()
	program, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(program)
	if err != nil {
		return ""
	}
	fmt.Fprintln(h, time.Now().Format(time.DateOnly), command.Version(), program, info.Size(), info.ModTime().UnixNano(), os.Getenv("GOFLAGS"))
	err = fs.WalkDir(p.FS, Folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fmt.Fprintln(h, name, d.Type())
		if !d.Type().IsRegular() || path.Ext(name) == ".go" {
			return nil
		}
		text, err := fs.ReadFile(p.FS, name)
		fmt.Fprintln(h, len(text))
		h.Write(text)
		return err
	})
	if err != nil {
		return ""
	}
	if file := moduleFile(p.Root); file != "" {
		for _, name := range []string{file, filepath.Join(filepath.Dir(file), "go.sum")} {
			text, _ := os.ReadFile(name) //nolint:gosec // of the team's own module; one that is missing is empty
			fmt.Fprintln(h, name, len(text))
			h.Write(text)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

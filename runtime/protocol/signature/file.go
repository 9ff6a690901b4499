package signature

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// LoadOverrides is ReadOverrides of a file. Its errors name the file, and the line
// where one is at fault: signatures.yaml:3: …
func LoadOverrides(file string) (map[string]Override, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no file %s", file)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := ReadOverrides(f)
	if err != nil {
		return nil, fmt.Errorf("%s:%s", file, lineFirst(err.Error()))
	}
	return out, nil
}

// lineFirst turns "line 3: …" into "3: …".
func lineFirst(text string) string {
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(text, "yaml: "), "line "); ok {
		return rest
	}
	return " " + text
}

package project

import (
	"os"
	"path/filepath"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
)

// Accepted reads which changes the team accepts: from a file, or that of the project, which
// need not be there. A file that cannot be read is no list without entries.
func (p Project) Accepted(file string) ([]accepted.Entry, error) {
	named := file != ""
	if !named {
		file = filepath.Join(p.Root, filepath.FromSlash(accepted.File))
	}
	text, err := os.ReadFile(file) //nolint:gosec // of the team's own project
	if os.IsNotExist(err) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, command.Misused("--accepted names a file", "%s", err)
	}
	list, err := accepted.Read(accepted.File, text)
	if err != nil {
		return nil, command.Misused("repair its entries", "%s cannot be read: %s", accepted.File, err)
	}
	return list, nil
}

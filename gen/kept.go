package gen

import (
	"io/fs"

	"github.com/jiekou-dev/jiekou/gen/cache"
	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/spec"
)

// Kept is Generate for the systems in a folder, with the table of all interfaces. Where nothing
// changed since an earlier time it neither loads nor generates; for that, o must follow from the
// program and the module alone. refused puts an error of Generate into the caller's words.
func Kept(fsys fs.FS, folder string, o Options, load func() (*spec.Set, error), refused func(error) error) (*cache.Output, error) {
	return cache.Generate(fsys, folder, o.Module, func() (*cache.Output, error) {
		set, err := load()
		if err != nil {
			return nil, err
		}
		files, err := Generate(set, o)
		if err != nil {
			return nil, refused(err)
		}
		return &cache.Output{Files: files, Table: docs.Interfaces(set, DefaultRoot)}, nil
	})
}

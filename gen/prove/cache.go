package prove

import (
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Cache remembers what was proven, by the digest of all that it depends on. The zero
// value remembers nothing. It may be removed at any time; an entry that was not asked
// for in a month is.
type Cache struct{ dir string }

// OpenCache returns the cache of the user, which holds entries of one kind. Where
// the user has none, it remembers nothing.
func OpenCache(kind string) Cache {
	base, err := os.UserCacheDir()
	if err != nil {
		return Cache{}
	}
	return Cache{filepath.Join(base, "jiekou", kind)}
}

const kept = 30 * 24 * time.Hour

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Get returns what is remembered of a digest, and whether anything is.
func (c Cache) Get(sum string) ([]byte, bool) {
	if c.dir == "" {
		return nil, false
	}
	name := filepath.Join(c.dir, sum)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // else it is proven again in a month
	return text, true
}

// Put remembers a text by a digest. What cannot be written is not remembered.
func (c Cache) Put(sum string, text []byte) {
	if c.dir == "" || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	c.prune()
	f, err := os.CreateTemp(c.dir, "new")
	if err != nil {
		return
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.dir, sum))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // of no use to anybody
	}
}

// prune removes the entries that nobody asked for.
func (c Cache) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && digest.MatchString(e.Name()) && time.Since(info.ModTime()) > kept {
			_ = os.Remove(filepath.Join(c.dir, e.Name())) // the next one tries again
		}
	}
}

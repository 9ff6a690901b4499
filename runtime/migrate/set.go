package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Set is the migrations of one owner: "jiekou" for the runtime's own tables, or
// the name of a system.
type Set struct {
	Name string
	// FS holds the files, named 0001_what_it_does.sql, in any folder. Every
	// .sql file in it must have such a name, and no number may come twice.
	FS fs.FS
}

// Migration is one file of a set.
type Migration struct {
	Set      string
	Version  int    // from 1
	Name     string // what it does
	SQL      string // its text
	Checksum string // of SQL with LF line ends
	Phase    Phase
	Steps    []Step  // at least one
	Checks   []Check // for rows in the way
	Waits    bool    // of Pending: it contracts, and Up leaves it to Finish
}

// File returns the set and the name of the file, for messages.
func (m *Migration) File() string { return fmt.Sprintf("%s/%04d_%s.sql", m.Set, m.Version, m.Name) }

// loaded is a set that was read.
type loaded struct {
	name       string
	migrations []Migration // by version
}

var fileName = regexp.MustCompile(`^([0-9]{1,9})_([a-z0-9_]+)\.sql$`)

// loadAll reads every set.
func loadAll(sets []Set) ([]loaded, error) {
	seen := map[string]bool{}
	var all []loaded
	for _, s := range sets {
		if s.Name == "" || s.FS == nil || seen[s.Name] {
			return nil, fmt.Errorf("migrate: set %q has no name, no files, or comes twice", s.Name)
		}
		seen[s.Name] = true
		migrations, err := load(s)
		if err != nil {
			return nil, fmt.Errorf("migrate: set %s: %w", s.Name, err)
		}
		all = append(all, loaded{s.Name, migrations})
	}
	return all, nil
}

// load reads the files of one set, sorted by version.
func load(s Set) ([]Migration, error) {
	var list []Migration
	err := fs.WalkDir(s.FS, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".sql" {
			return err
		}
		parts := fileName.FindStringSubmatch(path.Base(file))
		if parts == nil {
			return fmt.Errorf("%s: a migration is named like 0001_what_it_does.sql", file)
		}
		version, err := strconv.Atoi(parts[1])
		if err != nil || version < 1 {
			return fmt.Errorf("%s: versions begin with 0001", file)
		}
		text, err := fs.ReadFile(s.FS, file)
		if err != nil {
			return err
		}
		m := migration(s.Name, version, parts[2], string(text))
		list = append(list, m)
		if err := list[len(list)-1].parse(); err != nil {
			return fmt.Errorf("%s: %w", m.File(), err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b Migration) int { return a.Version - b.Version })
	for i := 1; i < len(list); i++ {
		if list[i].Version == list[i-1].Version {
			return nil, fmt.Errorf("%s and %s have one number", list[i-1].File(), list[i].File())
		}
	}
	return list, nil
}

// migration completes a migration with its checksum.
func migration(set string, version int, name, text string) Migration {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	sum := sha256.Sum256([]byte(text))
	return Migration{Set: set, Version: version, Name: name, SQL: text, Checksum: hex.EncodeToString(sum[:])}
}

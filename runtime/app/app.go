// Package app keeps the registered callers of every system: their names, their
// grants, and their secrets, sealed under a master key that is never in the
// database.
//
// A Registry answers lookups from memory while a server runs. An Admin changes the
// rows beside running servers, which follow within two seconds, and know a new app
// at its first request.
package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"regexp"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Errors to match with errors.Is.
var (
	ErrNotFound  = errors.New("no such app")
	ErrExists    = errors.New("the app exists already")
	ErrMasterKey = errors.New("wrong master key")
	ErrMissing   = errors.New("keys are missing")
	ErrNoEnd     = errors.New("there is one edition of the keys, and nothing to end")
	ErrInvalid   = errors.New("invalid")
)

// App is one registered caller. It is shared and never changed: a later Lookup
// may give another.
type App struct {
	System   string
	ID       string
	Name     string
	Grants   []string       // patterns of interface names: "*", "cst_*", "cst_info_create"
	Profile  *string        // of the protocol, whose guards hold too; nil: the system's own, empty: none
	Disabled bool           // must be refused like an unknown app
	Limit    limit.App      // what it may have at a time
	Scopes   Scopes         // the rows that it reaches
	Keys     *protocol.Keys // of all its editions and of its system's; nil where the system has no protocol

	of [sha256.Size]byte // what Keys were made of
}

// Format prints system and id with every verb of fmt.
func (a App) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.System+"/"+a.ID) }

// LogValue logs system and id.
func (a App) LogValue() slog.Value { return slog.StringValue(a.System + "/" + a.ID) }

// May says whether the app may call an interface. A disabled app may nothing. This is
// about calls; for notifications the database answers, by jiekou.granted, and
// TestGranted holds the two together.
func (a *App) May(cmd string) bool { return !a.Disabled && granted(a.Grants, cmd) }

// Named says whether the app was granted an interface by its name, not by a pattern: of
// an interface with an earlier revision it then uses that one.
func (a *App) Named(cmd string) bool { return !a.Disabled && slices.Contains(a.Grants, cmd) }

// granted says whether one of the patterns matches.
func granted(grants []string, cmd string) bool {
	for _, g := range grants {
		if g == "*" || g == cmd {
			return true
		}
		if ok, err := path.Match(g, cmd); ok && err == nil {
			return true
		}
	}
	return false
}

var (
	systemForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	idForm     = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$`)
	nameForm   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.-]{0,127}$`)
	cmdForm    = regexp.MustCompile(`^[0-9A-Za-z_.\-*?\[\]^]{1,128}$`)
)

// checkName validates the key of an app.
func checkName(system, id string) error {
	if !systemForm.MatchString(system) {
		return fmt.Errorf("%w: system %q: lower-case letters, digits and _ only", ErrInvalid, system)
	}
	if !idForm.MatchString(id) {
		return fmt.Errorf("%w: app id %q: up to 64 letters, digits, dots, _ and -", ErrInvalid, id)
	}
	return nil
}

// checkGrants validates patterns.
func checkGrants(grants []string) error {
	for _, g := range grants {
		if _, err := path.Match(g, ""); err != nil || !cmdForm.MatchString(g) {
			return fmt.Errorf("%w: grant %q: an interface name, or a pattern such as cst_* or *", ErrInvalid, g)
		}
	}
	return nil
}

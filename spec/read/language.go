package read

import (
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// speaks reports whether a system.yaml is written in the version of the language that
// this jiekou reads. Where it is not, that is the only finding: every other would be
// about words that this jiekou cannot know.
func (d *reader) speaks(v *yamltree.Value) bool {
	at := v.Get("language")
	if at == nil {
		return d.unversioned(v)
	}
	n, err := strconv.Atoi(at.Text)
	switch {
	case err != nil || n < 1 || n == spec.Language:
		return true // the schema says what is no version
	case n > spec.Language:
		d.Add("JK0011", at.Pos, "use a newer jiekou", "language %d is newer than this jiekou, which reads language %d", n, spec.Language)
	default:
		d.Add("JK0011", at.Pos, "jiekou fmt --migrate", "language %d is older than that of this jiekou, %d", n, spec.Language)
	}
	d.foreign = true
	return false
}

// unversioned reports whether a system.yaml without a version is of the version that
// there was when versions began: the one before is known by its keys.
func (d *reader) unversioned(v *yamltree.Value) bool {
	for _, m := range v.Members {
		if slices.Contains(spec.Replaced(), m.Name) {
			d.Add("JK0011", m.Pos, "protocol says it now: jiekou fmt --migrate rewrites it", "%q is of language 1, and this jiekou reads language %d", m.Name, spec.Language)
			d.foreign = true
			return false
		}
	}
	return true
}

package signature

import "fmt"

// Declared says whether messages are declared as signed under the rule; one that is nil
// declares nothing.
func (r *Rule) Declared() bool {
	return r != nil && r.Refused == "" && (r.Proven != nil || r.Param != "")
}

// Lines says what was read of the signature, and whether the document's own example comes
// out under it; none where the document says nothing of one.
func (r *Rule) Lines() []string {
	if r == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("%s: %s, order %s, text %s, %s", r.Place, r.Algorithm, r.Order, r.Key, r.Encoding)}
	if !r.Declared() && r.Proven == nil {
		lines[0] = fmt.Sprintf("%s: %s, %s", r.Place, r.Algorithm, r.Encoding)
	}
	if r.Proven != nil {
		lines = append(lines, fmt.Sprintf("proven: the example of %s comes out: %s of %q", r.Proven.Place, r.Proven.Digest, r.Proven.Text))
	}
	if r.Nearest != "" {
		lines = append(lines, "not proven: "+r.Nearest)
	}
	switch {
	case r.Refused != "":
		lines = append(lines, "not declared: "+r.Refused)
	case !r.Declared():
		lines = append(lines, "not declared: no parameter is called like a signature")
	}
	return lines
}

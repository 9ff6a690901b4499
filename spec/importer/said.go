package importer

import "fmt"

// SignatureLines says what was read of the signature, and whether the document's own
// example comes out under it.
func (d *Draft) SignatureLines() []string {
	r := d.Signature
	if r == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("%s: %s, order %s, text %s, %s", r.Place, r.Algorithm, r.Order, r.Key, r.Encoding)}
	if !d.Signed() && r.Proven == nil {
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
	case !d.Signed():
		lines = append(lines, "not declared: no parameter is called like a signature")
	}
	return lines
}

// Package alias looks at bytes as a string and the other way round, without a
// copy. Neither may change while the other is in use.
package alias

import "unsafe"

// Bytes looks at a string as bytes, which must not be written to.
func Bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// Text looks at bytes as a string.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

package crypt

import "unsafe"

// AliasBytes looks at a string as bytes, without a copy. They must not be written to.
func AliasBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// AliasText looks at bytes as a string, without a copy. They must not change while
// the string is in use.
func AliasText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

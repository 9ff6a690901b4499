package message

import "bytes"

// Tail is where the last segments of a path begin, at a slash; -1 where it has fewer.
func Tail(path []byte, segments int) int {
	n := len(path)
	for range segments {
		n = bytes.LastIndexByte(path[:max(0, n)], '/')
	}
	return n
}

//go:build !race

package gen

// sameRuns is how often TestSameBytes generates.
const sameRuns = 20

//go:build race

package gen

// sameRuns is how often TestSameBytes generates. The race detector makes a run
// several times as long and finds nothing more in the tenth than in the third.
const sameRuns = 3

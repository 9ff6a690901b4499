//go:build race

package systems_test

// slow says that everything takes several times as long.
const slow = true

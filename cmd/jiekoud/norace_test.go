//go:build !race

package main

// slow says that everything takes several times as long.
const slow = false

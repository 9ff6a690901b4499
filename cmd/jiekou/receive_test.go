package main

import (
	"net"
	"os"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// freePort sets variables to addresses that nobody listens on: freeport A B.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Setenv(name, l.Addr().String())
		ts.Check(l.Close())
	}
}

// await waits until somebody listens on addresses: await $A $B.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for _, addr := range args {
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			c, err := net.Dial("tcp", addr)
			if err == nil {
				ts.Check(c.Close())
				break
			}
			if time.Now().After(end) {
				ts.Fatalf("nobody listens on %s", addr)
			}
		}
	}
}

// eventually waits until a file, which others write, matches: eventually 'pattern'
// file.
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(ts.MkAbs(args[1]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s never held %s, but\n%s", args[1], args[0], text)
		}
	}
}

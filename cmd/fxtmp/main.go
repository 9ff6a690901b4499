package main

import (
	"fmt"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

func main() {
	set, err := load.Systems(os.DirFS("."), "spec")
	if err != nil {
		panic(err)
	}
	for _, s := range set.Systems {
		t := time.Now()
		suite := fixture.Derive(s)
		fmt.Fprintln(os.Stderr, s.Name, len(suite.Cases), "skipped", suite.Skipped, "unsaid", suite.Unsaid, time.Since(t))
		for _, c := range suite.Cases {
			fmt.Printf("%s:%s code=%s field=%s status=%d\n", s.Name, c.ID, c.Expect.Code, c.Expect.Field, c.Expect.Status)
		}
	}
}

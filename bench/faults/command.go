package faults

import (
	"flag"
	"fmt"
	"os"
	"time"
)

// Main is the command line of the rig, and returns its exit code: 0 nothing was found, 1
// something was, 2 it could not run.
func Main() int {
	c := config{}
	flag.DurationVar(&c.length, "for", time.Minute, "how long faults happen")
	flag.DurationVar(&c.pause, "pause", time.Second, "between two faults, about")
	flag.Uint64Var(&c.seed, "seed", 1, "of everything that happens by chance")
	flag.IntVar(&c.servers, "servers", 2, "servers")
	flag.IntVar(&c.writers, "writers", 16, "partners that report")
	flag.Float64Var(&c.chance, "chance", 0.00005, "that a failpoint kills or rests")
	flag.Float64Var(&c.patience, "patience", 1, "what bounds in time are multiplied with, for a machine that has other work")
	flag.StringVar(&c.only, "only", "", "faults whose name has this")
	flag.BoolVar(&c.standby, "standby", true, "PostgreSQL has a synchronous standby")
	flag.StringVar(&c.url, "database", "", "URL of a database that others run and kill, as the servers reach it")
	flag.StringVar(&c.hook, "hook", "", "program that kills the primary of that database")
	flag.StringVar(&c.direct, "direct", "", "the same for the rig itself, without a pooler")
	flag.StringVar(&c.bin, "bin", "", "jiekoud that was built with -tags failpoint; empty: built here")
	keep := flag.String("log", "", "file for what the servers say")
	flag.Parse()
	if *keep != "" {
		f, err := os.Create(*keep)
		if err != nil {
			fmt.Fprintln(os.Stderr, "faults:", err)
			return 2
		}
		defer func() { _ = f.Close() }()
		c.keep = f
	}
	r, err := open(c)
	if r != nil {
		defer r.close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 2
	}
	r.run()
	r.report(os.Stdout)
	if len(r.kinds) > 0 {
		return 1
	}
	return 0
}

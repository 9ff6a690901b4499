package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/testkit/address"
)

const (
	startTime = 2 * time.Minute
	bigRooms  = 30_000
)

// table runs all rows at a server as it is run, and at one without bounds.
func (r *rig) table(all []row, only string) error {
	dir, err := os.MkdirTemp("", "rude")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Setenv("JIEKOU_DATA_DIR", dir); err != nil {
		return err
	}
	r.apps = filepath.Join(dir, "apps")
	if text, err := exec.Command("go", "build", "-o", filepath.Join(dir, "jiekoud"), "./cmd/jiekoud").CombinedOutput(); err != nil { //nolint:gosec // ours
		return fmt.Errorf("go build: %w: %s", err, text)
	}
	var found [2]map[string]measured // without bounds, with them
	for _, n := range []int{1, 0} {
		found[n] = map[string]measured{}
		end, err := r.start(dir, n == 1)
		if err != nil {
			return err
		}
		if n == 1 {
			err = r.prepare(dir)
		}
		for _, one := range all {
			if err == nil && (only == "" || only == one.name || strings.HasPrefix(one.name, "none")) {
				found[n][one.name] = r.run(one)
			}
		}
		if err := errors.Join(err, end()); err != nil {
			return err
		}
	}
	printTable(all, found)
	return nil
}

// printTable prints the table: a row for each attack, with the p99 of another app as a multiple
// of what it has when it is alone.
func printTable(all []row, found [2]map[string]measured) {
	fmt.Fprintln(os.Stdout, "| attack | without bounds: p50 / p99 ms, refused, MiB | with them | p99, quiet = 1 |")
	fmt.Fprintln(os.Stdout, "| --- | --- | --- | --- |")
	ms := func(d time.Duration) string { return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) }
	cell := func(m measured) string {
		return fmt.Sprintf("%s / %s, %d of %d, %d", ms(m.p50), ms(m.p99), m.calls-m.codes["0"], m.calls, m.peak)
	}
	for _, one := range all {
		before, after := found[0][one.name], found[1][one.name]
		if after.calls == 0 && before.calls == 0 {
			continue
		}
		quiet := "none"
		if one.victim == "u8" {
			quiet = "none, u8"
		} else if one.victim != "" {
			quiet = "none, create"
		}
		times := func(n int, m measured) float64 { return float64(m.p99) / float64(max(found[n][quiet].p99, 1)) }
		fmt.Fprintf(os.Stdout, "| %s | %s | %s | %.1f, %.1f |\n", one.name, cell(before), cell(after), times(0, before), times(1, after))
	}
}

// start starts a server in a process of its own, and waits until it is ready.
func (r *rig) start(dir string, bounds bool) (end func() error, err error) {
	at, err := address.Reserve()
	if err != nil {
		return nil, err
	}
	at.Release()
	c := exec.Command(os.Args[0], "-unbounded", at.Addr) //nolint:gosec // this program
	if bounds {
		c = exec.Command(filepath.Join(dir, "jiekoud"), "serve", "--demo", "--listen", at.Addr, "--operate-listen", "none") //nolint:gosec // built here
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	end = func() error {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait() // it may say how it ended
		return nil
	}
	r.url, r.pid = "http://"+at.Addr, strconv.Itoa(c.Process.Pid)
	for by := time.Now().Add(startTime); !r.ready(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(by) {
			return nil, errors.Join(errors.New("the server is not ready"), end())
		}
	}
	return end, nil
}

// ready asks a server whether it is.
func (r *rig) ready() bool {
	reply, err := http.Get(r.url + "/readyz")
	if err != nil {
		return false
	}
	_ = reply.Body.Close()
	return reply.StatusCode == http.StatusOK
}

// prepare adds the app that is measured, and the rooms of a large project.
func (r *rig) prepare(dir string) error {
	var rooms strings.Builder
	rooms.WriteString("guid,proj_guid,bld_guid,floor,room,status,bld_area,total\n")
	for n := range bigRooms {
		fmt.Fprintf(&rooms, "big-%d,big,big,1,%d,待售,80,1000000\n", n, n)
	}
	for name, text := range map[string]string{
		"project.csv":  "guid,proj_name,city_name\nbig,big,厦门\n",
		"building.csv": "guid,proj_guid,bld_name,bld_full_name\nbig,big,1,1\n", "room.csv": rooms.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"app", "add", "302", "--system", "lianfa", "--grant", "*", "--out", filepath.Join(r.apps, "302.json")},
		{"load", "--system", "lianfa", "--no-notify", filepath.Join(dir, "project.csv"), filepath.Join(dir, "building.csv"), filepath.Join(dir, "room.csv")},
	} {
		if code := server.Run(context.Background(), generated.Systems(), args, io.Discard, os.Stderr); code != 0 {
			return fmt.Errorf("jiekoud %s: exit code %d", strings.Join(args, " "), code)
		}
	}
	return nil
}

// serveUnbounded serves what serve does, without what keeps callers from each other.
func serveUnbounded(at string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	const all = 1 << 30
	mount, err := server.Handler(ctx, server.Config{
		Systems: generated.Systems(),
		Limits: limit.Config{
			Queries: all, Reports: all, Concurrency: all, Rate: all, Replies: 1 << 50, Bodies: 1 << 50, Strikes: all, Wait: time.Hour,
		},
	})
	if err != nil {
		return err
	}
	defer mount.Close()
	mount.Start(ctx)
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	s := &http.Server{Handler: mount, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

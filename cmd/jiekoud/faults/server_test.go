package faults_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/testkit/fault/point"
)

// asServer makes this binary a server with faults, in place of a test.
const asServer = "JIEKOU_FAULTY_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		serve(os.Stdin, os.Stdout)
		return
	}
	postgrestest.Main(m)
}

// order has a server serve a database, with a fault.
type order struct {
	ID               int64
	Was, Is          string
	Database, Master string
}

// report is what a server says when it has carried out an order.
type report struct {
	URL, Err string
	Reached  int64 // how often the fault before was met
}

// serve carries out orders, one a line, until there are no more.
func serve(in io.Reader, out io.Writer) {
	enc := json.NewEncoder(out)
	stop := func() {}
	dec := json.NewDecoder(bufio.NewReader(in))
	for {
		var o order
		if dec.Decode(&o) != nil {
			return
		}
		r := report{Reached: point.Reached()}
		point.Set(0)
		stop()
		if o.Database == "" {
			stop = func() {}
		} else if url, end, err := begin(o); err != nil {
			r.Err, stop = err.Error(), func() {}
		} else {
			r.URL, stop = url, end
		}
		if enc.Encode(r) != nil {
			return
		}
	}
}

// begin serves a database.
func begin(o order) (url string, end func(), err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if o.Is != "" {
		point.SetSQL(point.Edit{Was: o.Was, Is: o.Is})
	} else {
		point.Set(o.ID)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pool, err := pgxpool.New(ctx, o.Database)
	if err != nil {
		return "", nil, err
	}
	master, err := app.OpenMaster(o.Master)
	if err != nil {
		return "", nil, err
	}
	m, err := server.Handler(ctx, server.Config{Systems: systems(), Pool: pool, Master: master})
	if err != nil {
		pool.Close()
		return "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: m, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }() // it ends with the listener
	return "http://" + l.Addr().String(), func() {
		_ = s.Close()
		m.Close()
		pool.Close()
	}, nil
}

// child is a running server with faults.
type child struct {
	binary string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
}

// start starts the server.
func (c *child) start() error {
	c.cmd = exec.Command(c.binary)
	c.cmd.Env = append(os.Environ(), asServer+"=1")
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	c.out = json.NewDecoder(out)
	return c.cmd.Start()
}

// order gives an order. A server that does not answer is ended, and the next order starts
// another one.
func (c *child) order(o order) (r report, err error) {
	if c.cmd == nil {
		if err := c.start(); err != nil {
			return r, err
		}
	}
	timer := time.AfterFunc(time.Minute, func() { _ = c.cmd.Process.Kill() })
	defer timer.Stop()
	if err = json.NewEncoder(c.in).Encode(o); err == nil {
		err = c.out.Decode(&r)
	}
	if err != nil {
		c.end()
	}
	return r, err
}

// end ends the server.
func (c *child) end() {
	if c.cmd == nil {
		return
	}
	_ = c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}

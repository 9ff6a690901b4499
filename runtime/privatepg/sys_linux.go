package privatepg

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

const locale = "C.UTF-8"

// child makes a program run as the server's user, in a group of its own so that
// Ctrl-C reaches us alone. It gets signal last when the thread that started it
// ends (0: none).
func (p *place) child(last syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: p.cred, Setpgid: true, Pdeathsig: last}
}

// runsPostgres says whether a process is a living PostgreSQL: no other program
// that got its number, and no zombie.
func runsPostgres(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end+2 >= len(stat) {
		return false
	}
	state := stat[end+2]
	return strings.HasPrefix(string(stat[open+1:end]), "post") && state != 'Z' && state != 'X'
}

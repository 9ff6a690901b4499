//go:build unix && !linux

package privatepg

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

const locale = "C"

// child makes a program run as the server's user, in a group of its own so that
// Ctrl-C reaches us alone. This system cannot end it with us: an orphan is ended
// by the next process that opens the data folder.
func (p *place) child(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: p.cred, Setpgid: true}
}

// runsPostgres says whether a process is a living PostgreSQL: no other program
// that got its number, and no zombie.
func runsPostgres(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=,comm=", "-p", strconv.Itoa(pid)).Output()
	text := strings.TrimSpace(string(out))
	return err == nil && strings.Contains(text, "post") && !strings.HasPrefix(text, "Z")
}

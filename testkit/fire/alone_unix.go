//go:build unix

package fire

import (
	"errors"
	"os"
	"syscall"
)

// lock takes a file for this process, until it is closed. free is false where another process
// has it.
func lock(f *os.File) (free bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

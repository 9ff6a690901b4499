//go:build unix

package privatepg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// fileLock is a lock that the system drops when its process ends.
type fileLock struct{ f *os.File }

// lockWait waits for a lock. It is for locks that are held for moments.
func lockWait(name string) (*fileLock, error) { return lockFile(name, syscall.LOCK_EX) }

// lockTry returns nil where another holds the lock.
func lockTry(name string) (*fileLock, error) {
	return held(lockFile(name, syscall.LOCK_EX|syscall.LOCK_NB))
}

// lockShare is lockTry for a share: others may have one too.
func lockShare(name string) (*fileLock, error) {
	return held(lockFile(name, syscall.LOCK_SH|syscall.LOCK_NB))
}

// held turns the error of a lock that another holds into nil, nil.
func held(l *fileLock, err error) (*fileLock, error) {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil
	}
	return l, err
}

// lockFile opens and locks; the file stays behind, empty.
func lockFile(name string, how int) (*fileLock, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err == nil {
			return &fileLock{f}, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			_ = f.Close() // the first error counts
			return nil, fmt.Errorf("lock %s: %w", name, err)
		}
	}
}

// release drops the lock; nil is none. Later calls do nothing.
func (l *fileLock) release() {
	if l != nil {
		_ = l.f.Close()
	}
}

// Lock is a held data folder.
type Lock struct{ lock *fileLock }

// Hold takes a data folder for this process until Release or its end, and makes a
// missing folder. If another process holds it, Hold fails at once and names the
// process and the time.
func Hold(dir string) (*Lock, error) {
	base, err := makeBase(dir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(base, "jiekoud.lock")
	l, err := lockTry(name)
	if err != nil {
		return nil, err
	}
	if l == nil {
		return nil, fmt.Errorf("data folder %s is held by %s; stop it or use another JIEKOU_DATA_DIR", dir, holder(name))
	}
	note := fmt.Sprintf("pid %d, since %s\n", os.Getpid(), time.Now().Format(time.DateTime))
	if err := errors.Join(l.f.Truncate(0), writeAt(l.f, note)); err != nil {
		l.release()
		return nil, err
	}
	return &Lock{l}, nil
}

// writeAt writes from the file's begin.
func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// holder names the process that wrote the note in a lock file.
func holder(name string) string {
	text, err := os.ReadFile(name)
	if note := strings.TrimSpace(string(text)); err == nil && note != "" {
		return "jiekoud serve, " + note
	}
	return "another jiekoud serve"
}

// Release gives the folder back.
func (l *Lock) Release() { l.lock.release() }

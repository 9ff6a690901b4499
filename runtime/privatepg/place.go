//go:build unix

package privatepg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

const stateDir = "/var/lib/jiekou" // for root, whose folders others often cannot enter

// place is where a private server lives and as whom it runs.
type place struct {
	dir     string // of the cluster, links followed
	data    string // PGDATA, in dir
	socket  string // folder of the socket: short, a socket's path has 107 bytes at most
	logFile string // the log of PostgreSQL itself; in the data folder
	cred    *syscall.Credential
	who     string // name of the user of cred; empty: ourselves
}

// settle finds the cluster of a data folder or chooses the place for a new one:
// folder/postgres, which for root may be a link to a folder below /var/lib.
func settle(folder string, log *slog.Logger) (*place, error) {
	base, err := makeBase(folder)
	if err != nil {
		return nil, err
	}
	lock, err := lockWait(filepath.Join(base, "postgres.lock"))
	if err != nil {
		return nil, err
	}
	defer lock.release()
	p := &place{logFile: filepath.Join(base, "postgres.log")}
	if err := p.runAs(); err != nil {
		return nil, err
	}
	at := filepath.Join(base, "postgres")
	switch _, err := os.Lstat(at); {
	case err == nil:
		err = p.reuse(at)
		if err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	default:
		if err := p.found(base, at, log); err != nil {
			return nil, err
		}
	}
	p.data = filepath.Join(p.dir, "data")
	sum := sha256.Sum256([]byte(p.dir))
	p.socket = filepath.Join("/tmp", fmt.Sprintf("jiekou-%d-%x", p.uid(), sum[:4]))
	return p, nil
}

// makeBase makes the data folder. Root leaves it passable for the database's user;
// secret files in it have their own mode.
func makeBase(folder string) (string, error) {
	base, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(base, mode); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(base)
}

// runAs picks the user for root, as whom PostgreSQL refuses to run.
func (p *place) runAs() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32) // always numbers where there is a root
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		p.cred, p.who = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, name
		return nil
	}
	return errors.New("PostgreSQL refuses to run as root and there is no user postgres or nobody; " +
		"type: useradd --system postgres")
}

// reuse takes an existing cluster, as the user that owns it.
func (p *place) reuse(at string) error {
	dir, err := filepath.EvalSymlinks(at)
	if err != nil {
		return fmt.Errorf("%w; if that data is gone for good, type: rm %s", err, at)
	}
	p.dir = dir
	if p.cred == nil {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 && st.Uid != p.cred.Uid {
		p.cred, p.who = &syscall.Credential{Uid: st.Uid, Gid: st.Gid}, "uid "+strconv.Itoa(int(st.Uid))
	}
	if wall := p.wall(dir); wall != "" {
		return fmt.Errorf("%s cannot enter %s, which the database in %s needs; type: chmod o+x %s", p.who, wall, dir, wall)
	}
	return nil
}

// found makes the folder of a new cluster.
func (p *place) found(base, at string, log *slog.Logger) error {
	p.dir = at
	if p.cred == nil {
		return os.Mkdir(at, 0o700)
	}
	if p.wall(base) == "" {
		return errors.Join(os.Mkdir(at, 0o700), p.give(at))
	}
	if err := os.MkdirAll(stateDir, 0o711); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(base))
	name := filepath.Join(stateDir, hex.EncodeToString(sum[:6]))
	p.dir = name
	for n := 2; ; n++ {
		err := os.Mkdir(p.dir, 0o700)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		log.Warn("an older database of this data folder is left alone", "folder", p.dir,
			"mend", fmt.Sprintf("to use it again: ln -sfn %s %s", p.dir, at))
		p.dir = name + "-" + strconv.Itoa(n)
	}
	log.Info("the database's user cannot enter the data folder; the data goes elsewhere",
		"user", p.who, "folder", p.dir, "link", at)
	return errors.Join(p.give(p.dir), os.Symlink(p.dir, at))
}

// give hands a file or folder to the user of the server.
func (p *place) give(name string) error {
	if p.cred == nil {
		return nil
	}
	return os.Chown(name, int(p.cred.Uid), int(p.cred.Gid))
}

// wall returns the first folder on the way to dir, or dir itself, that the user
// of the server cannot pass, or "".
func (p *place) wall(dir string) string {
	if parent := filepath.Dir(dir); parent != dir {
		if w := p.wall(parent); w != "" {
			return w
		}
	}
	info, err := os.Stat(dir)
	if err != nil {
		return dir
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	bit := fs.FileMode(0o001)
	switch {
	case st.Uid == p.cred.Uid:
		bit = 0o100
	case st.Gid == p.cred.Gid:
		bit = 0o010
	}
	if info.Mode()&bit == 0 {
		return dir
	}
	return ""
}

// uid is as whom the server runs.
func (p *place) uid() uint32 {
	if p.cred != nil {
		return p.cred.Uid
	}
	return uint32(os.Geteuid())
}

// makeSocket makes the folder of the socket, or checks that nobody else did.
func (p *place) makeSocket() error {
	err := os.Mkdir(p.socket, 0o700)
	if err == nil {
		return p.give(p.socket)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(p.socket)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if ok && info.IsDir() && st.Uid == 0 && p.cred != nil { // ours: left by a root that was killed before give
		return errors.Join(os.Chmod(p.socket, 0o700), p.give(p.socket))
	}
	if !ok || !info.IsDir() || st.Uid != p.uid() || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s belongs to somebody else or is open to others; remove it", p.socket)
	}
	return nil
}

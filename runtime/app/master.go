package app

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
)

const (
	masterBytes = 32
	sealVersion = 1
	keyIDBytes  = 4
)

// Master seals secrets with AES-256-GCM. A sealed secret is bound to its
// system, app and field: moved to another row it does not open.
type Master struct {
	path string
	id   [keyIDBytes]byte
	aead cipher.AEAD
}

// OpenMaster reads the master key: 64 hex characters and a newline. On first
// run it makes the file, mode 0600 and on disk before it is used; two that do
// so at once get the same key. It refuses a file that others may read.
func OpenMaster(path string) (*Master, error) {
	text, err := readMaster(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createMaster(path); err == nil {
			text, err = readMaster(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != masterBytes {
		return nil, fmt.Errorf("master key: %s: not 64 hex characters and a newline; restore it from its copy", path)
	}
	return newMaster(path, key)
}

// newMaster prepares a key.
func newMaster(path string, key []byte) (*Master, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	sum := sha256.Sum256(append([]byte("jiekou master key id\x00"), key...))
	return &Master{path: path, id: [keyIDBytes]byte(sum[:keyIDBytes]), aead: aead}, nil
}

// ID returns eight hex characters that tell master keys apart and say nothing
// about the key.
func (m Master) ID() string { return hex.EncodeToString(m.id[:]) }

// Format prints the id with every verb of fmt, never the key.
func (m Master) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "master key "+m.ID()) }

// LogValue logs the id, never the key.
func (m Master) LogValue() slog.Value { return slog.StringValue("master key " + m.ID()) }

// seal encrypts a secret: version, key id, then nonce and ciphertext.
func (m Master) seal(system, app, field string, s Secret) []byte {
	out := append([]byte{sealVersion}, m.id[:]...)
	return m.aead.Seal(out, nil, []byte(s), bound(system, app, field))
}

// issuedField is the field of what was issued to an app with a token.
const issuedField = "issued"

// SealIssued seals what was issued to an app and is never sent.
func (m Master) SealIssued(system, app, secret string) []byte {
	return m.seal(system, app, issuedField, Secret(secret))
}

// OpenIssued opens the result of SealIssued.
func (m Master) OpenIssued(system, app string, sealed []byte) (string, error) {
	return m.open(system, app, issuedField, sealed)
}

// open decrypts the result of seal. Its error matches ErrMasterKey if another key
// sealed it.
func (m Master) open(system, app, field string, sealed []byte) (string, error) {
	if len(sealed) < 1+keyIDBytes || sealed[0] != sealVersion {
		return "", fmt.Errorf("app %s/%s: %s is no sealed secret", system, app, field)
	}
	if id := [keyIDBytes]byte(sealed[1:]); id != m.id {
		return "", fmt.Errorf("app %s/%s: sealed under master key %x, but %s holds %s: %w; "+
			"put the right file in its place, or, where it is lost for good, rotate all keys: jiekoud app rotate --lost-key ID, key rotate --lost-key",
			system, app, id, m.path, m.ID(), ErrMasterKey)
	}
	plain, err := m.aead.Open(nil, nil, sealed[1+keyIDBytes:], bound(system, app, field))
	if err != nil {
		return "", fmt.Errorf("app %s/%s: %s does not open: it was changed or moved", system, app, field)
	}
	return string(plain), nil
}

// bound is the data that a sealed secret is tied to; lengths keep it unambiguous.
func bound(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = append(strconv.AppendInt(b, int64(len(p)), 10), ':')
		b = append(b, p...)
	}
	return b
}

// readMaster reads the file after a look at its mode.
func readMaster(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o); type: chmod 600 %s",
			path, info.Mode().Perm(), path)
	}
	return os.ReadFile(path)
}

// createMaster makes a key file whole or not at all: it is written and synced
// under another name and then linked, which fails where the name is taken.
func createMaster(path string) error {
	key := make([]byte, masterBytes)
	_, _ = rand.Read(key)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".master-*") // mode 0600, O_EXCL
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // the linked name stays
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// syncDir puts the names of a folder on disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

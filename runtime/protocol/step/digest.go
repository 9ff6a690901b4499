package step

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"strconv"
	"sync"

	"github.com/emmansun/gmsm/sm3"
)

// algorithm is a hash function.
type algorithm struct {
	name string
	new  func() hash.Hash
	sum  func(dst, in []byte) []byte
}

func algorithms() []algorithm {
	return []algorithm{
		{"md5", md5.New, func(dst, in []byte) []byte { s := md5.Sum(in); return append(dst, s[:]...) }},
		{"sha1", sha1.New, func(dst, in []byte) []byte { s := sha1.Sum(in); return append(dst, s[:]...) }},
		{"sha224", sha256.New224, func(dst, in []byte) []byte { s := sha256.Sum224(in); return append(dst, s[:]...) }},
		{"sha256", sha256.New, func(dst, in []byte) []byte { s := sha256.Sum256(in); return append(dst, s[:]...) }},
		{"sha384", sha512.New384, func(dst, in []byte) []byte { s := sha512.Sum384(in); return append(dst, s[:]...) }},
		{"sha512", sha512.New, func(dst, in []byte) []byte { s := sha512.Sum512(in); return append(dst, s[:]...) }},
		{"sm3", sm3.New, func(dst, in []byte) []byte { s := sm3.Sum(in); return append(dst, s[:]...) }},
	}
}

// digests are hashes and keyed hashes. Neither has an inverse: whoever receives
// computes them again and compares.
func digests() []Row {
	var out []Row
	for _, h := range algorithms() {
		out = append(out, plain(h.name, "the digest, as bytes", Do{
			Apply: func(dst, in []byte, _ *Call) ([]byte, error) { return h.sum(dst, in), nil },
		}))
	}
	for _, h := range algorithms() {
		out = append(out, Row{
			Name: "hmac-" + h.name, Args: "KEY", Doc: "the keyed digest, as bytes",
			Make: func(a *Args) (*Do, error) {
				key, err := a.one("the name of the key")
				return &Do{Apply: mac, Key: Bytes, KeyName: key, Keyed: true, Prepare: func(key []byte) (any, error) {
					if len(key) == 0 {
						return nil, errors.New("the key is empty")
					}
					key = append([]byte(nil), key...)
					return &sync.Pool{New: func() any { return hmac.New(h.new, key) }}, nil
				}}, err
			},
		})
	}
	out = append(out, seeded())
	out = append(out, plain("crc32", "the check sum, as 4 bytes", Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(in)), nil
	}}))
	return append(out, Row{
		Name: "pbkdf2-sha256", Args: "SALT rounds=N bytes=N", Doc: "a key from a password; SALT is a name",
		Make: password,
	}, Row{
		Name: "hkdf-sha256", Args: "SALT bytes=N [info=NAME]", Doc: "a key from another, RFC 5869; SALT is a name, and so is what the key is for",
		Make: derived,
	})
}

// derived is a key that is made of another one.
func derived(a *Args) (*Do, error) {
	salt, err := a.one("the name of the salt")
	size, wrong := strconv.Atoi(a.Named["bytes"])
	if err == nil && (wrong != nil || size < 1 || size > 256) {
		err = errors.New("bytes is a number from 1 to 256")
	}
	do := &Do{Size: size, Apply: func(dst, in []byte, c *Call) ([]byte, error) {
		key, err := hkdf.Key(sha256.New, in, c.Ref[Salt], string(c.Ref[Info]), size)
		return append(dst, key...), err
	}}
	do.Apart[Salt], do.Apart[Info] = salt, a.Named["info"]
	return do, err
}

func mac(dst, in []byte, c *Call) ([]byte, error) {
	pool := c.Key.(*sync.Pool)
	h := pool.Get().(hash.Hash)
	defer pool.Put(h)
	h.Reset()
	_, _ = h.Write(in) // a hash takes everything
	return h.Sum(dst), nil
}

func password(a *Args) (*Do, error) {
	salt, err := a.one("the name of the salt")
	if err != nil {
		return nil, err
	}
	var rounds, size int
	if _, err := fmt.Sscan(a.Named["rounds"], &rounds); err != nil || rounds < 1 || rounds > 1_000_000 {
		return nil, errors.New("rounds is a number from 1 to 1000000")
	}
	if _, err := fmt.Sscan(a.Named["bytes"], &size); err != nil || size < 1 || size > 256 {
		return nil, errors.New("bytes is a number from 1 to 256")
	}
	do := &Do{Apply: func(dst, in []byte, c *Call) ([]byte, error) {
		return derive(dst, in, c.Ref[Salt], rounds, size)
	}}
	do.Apart[Salt] = salt
	return do, nil
}

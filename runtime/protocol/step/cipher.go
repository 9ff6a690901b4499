package step

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/rc4"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/emmansun/gmsm/sm4"
)

func derive(dst, password, salt []byte, rounds, size int) ([]byte, error) {
	key, err := pbkdf2.Key(sha256.New, string(password), salt, rounds, size)
	return append(dst, key...), err
}

// Why a text cannot be decrypted; only the log says which.
var (
	errLength  = errors.New("the cipher text is too short or not a whole number of blocks")
	errPadding = errors.New("wrong padding: another key, another iv, or not this cipher text")
	errSeal    = errors.New("the tag differs: another key, or it was changed")
	errIV      = errors.New("the iv has another length")
)

// suite is a block cipher.
type suite struct {
	name    string
	lengths []int // of the key, bytes
	size    int   // of a block
	new     func(key []byte) (cipher.Block, error)
}

func suites() []suite {
	return []suite{
		{"aes", []int{16, 24, 32}, 16, aes.NewCipher},
		{"sm4", []int{16}, 16, sm4.NewCipher},
		{"des", []int{8}, 8, des.NewCipher},
		{"3des", []int{16, 24}, 8, func(key []byte) (cipher.Block, error) {
			if len(key) == 16 {
				key = append(slices.Clone(key), key[:8]...)
			}
			return des.NewTripleDESCipher(key)
		}},
	}
}

// ciphers are what encrypts. ECB shows equal blocks as equal ones; CBC hides and
// does not protect, a signature over the cipher text must; GCM does both.
func ciphers() []Row {
	out := []Row{{
		Name: "rc4", Args: "KEY [skip=N]", Doc: "RC4 with the key as it is; skip=1024 leaves out the first bytes of its stream",
		Make: func(a *Args) (*Do, error) {
			key, err := a.one("the name of the key")
			skip := 0
			if word := a.Named["skip"]; err == nil && word != "" {
				if skip, err = strconv.Atoi(word); err != nil || skip < 1 || skip > firstWindow {
					return nil, fmt.Errorf("skip is a number from 1 to %d, not %q", firstWindow, word)
				}
			}
			f := stream4(skip)
			return &Do{Apply: f, Undo: f, Key: Bytes, KeyName: key, Prepare: prepareRC4, Most: 256}, err
		},
	}}
	for _, s := range suites() {
		for _, mode := range []string{"ecb", "cbc", "ctr", "gcm"} {
			if mode == "gcm" && s.size != 16 {
				continue
			}
			out = append(out, Row{
				Name: s.name + "-" + mode, Args: modeArgs(mode),
				Doc:  s.name + " in mode " + mode + "; a key of " + lengths(s.lengths) + " bytes",
				Make: func(a *Args) (*Do, error) { return s.make(mode, a) },
			})
		}
	}
	return out
}

func modeArgs(mode string) string {
	switch mode {
	case "ecb":
		return "KEY [pad=pkcs7|zero|none|BLOCK]"
	case "gcm":
		return "KEY [iv=prefix|NAME] [aad=NAME]"
	case "ctr":
		return "KEY [iv=prefix|zero|key|NAME]"
	}
	return "KEY [iv=prefix|zero|key|NAME] [pad=pkcs7|zero|none|BLOCK]"
}

func lengths(all []int) string {
	out := ""
	for i, n := range all {
		if i > 0 {
			out += " or "
		}
		out += strconv.Itoa(n)
	}
	return out
}

// block is one declared use of a cipher.
type block struct {
	suite
	mode string
	iv   string // prefix | zero | key | a name
	pad  int    // block of PKCS#7; 0: none, -1: zeros
}

// keyed is a prepared key.
type keyed struct {
	block cipher.Block
	gcm   cipher.AEAD
	own   []byte // the iv that comes from the key
}

func (s suite) make(mode string, a *Args) (*Do, error) {
	key, err := a.one("the name of the key")
	if err != nil {
		return nil, err
	}
	b := &block{suite: s, mode: mode, pad: s.size}
	do := &Do{Apply: b.seal, Undo: b.open, Prepare: b.prepare, Key: Bytes, KeyName: key, Lengths: s.lengths}
	if mode == "ecb" || mode == "cbc" {
		if b.pad, err = padding(a.Named["pad"], s.size); err != nil {
			return nil, err
		}
	}
	if mode != "ecb" {
		if err := b.makeIV(a.Named["iv"], do); err != nil {
			return nil, err
		}
	}
	if mode == "gcm" {
		do.Apart[AAD] = a.Named["aad"]
		do.Keyed, do.Seals = true, true
	}
	return do, nil
}

func (b *block) makeIV(word string, do *Do) error {
	switch b.iv = word; word {
	case "", "prefix":
		b.iv, do.Random = "prefix", true
	case "zero", "key":
		if b.mode == "gcm" {
			return errors.New("gcm is broken by an iv that comes twice: take iv=prefix or a value")
		}
	default:
		b.iv, do.Apart[IV], do.IVBytes = "apart", word, b.ivSize()
	}
	return nil
}

func padding(word string, size int) (int, error) {
	switch word {
	case "", "pkcs7":
		return size, nil
	case "none":
		return 0, nil
	case "zero":
		return -1, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < size || n > 255 || n%size != 0 {
		return 0, fmt.Errorf("pad is pkcs7, zero, none or a multiple of %d, not %q", size, word)
	}
	return n, nil
}

func (b *block) prepare(key []byte) (any, error) {
	if !slices.Contains(b.lengths, len(key)) {
		return nil, fmt.Errorf("the key has %d bytes, %s takes %s", len(key), b.name, lengths(b.lengths))
	}
	c, err := b.new(key)
	if err != nil {
		return nil, err
	}
	k := &keyed{block: c}
	switch {
	case b.mode == "gcm":
		if k.gcm, err = cipher.NewGCM(c); err != nil {
			return nil, err
		}
	case b.iv == "key":
		k.own = slices.Clone(key[:b.size])
	case b.iv == "zero":
		k.own = make([]byte, b.size)
	}
	return k, nil
}

// ivSize is the length of an iv.
func (b *block) ivSize() int {
	if b.mode == "gcm" {
		return 12
	}
	return b.size
}

func (b *block) seal(dst, in []byte, c *Call) ([]byte, error) {
	k := c.Key.(*keyed)
	iv := k.own
	switch b.iv {
	case "prefix":
		at := len(dst)
		dst = append(dst, make([]byte, b.ivSize())...)
		if _, err := readFull(c.Random, dst[at:]); err != nil {
			return dst, err
		}
		iv = slices.Clone(dst[at:])
	case "apart":
		if iv = c.Ref[IV]; len(iv) != b.ivSize() {
			return dst, errIV
		}
	}
	if b.mode == "gcm" {
		return k.gcm.Seal(dst, iv, in, c.Ref[AAD]), nil
	}
	at := len(dst)
	dst = append(dst, in...)
	if b.mode == "ctr" {
		cipher.NewCTR(k.block, iv).XORKeyStream(dst[at:], dst[at:])
		return dst, nil
	}
	dst, err := b.fill(dst, at)
	if err != nil {
		return dst, err
	}
	b.crypt(k, iv, dst[at:], true)
	return dst, nil
}

// fill pads what stands from at on.
func (b *block) fill(dst []byte, at int) ([]byte, error) {
	n := len(dst) - at
	switch {
	case b.pad > 0:
		more := b.pad - n%b.pad
		for range more {
			dst = append(dst, byte(more))
		}
	case b.pad < 0:
		for ; n%b.size != 0; n++ {
			dst = append(dst, 0)
		}
	case n%b.size != 0:
		return dst, errLength
	}
	return dst, nil
}

// crypt works in place.
func (b *block) crypt(k *keyed, iv, text []byte, seal bool) {
	switch {
	case b.mode == "cbc" && seal:
		cipher.NewCBCEncrypter(k.block, iv).CryptBlocks(text, text)
	case b.mode == "cbc":
		cipher.NewCBCDecrypter(k.block, iv).CryptBlocks(text, text)
	default:
		one := k.block.Decrypt
		if seal {
			one = k.block.Encrypt
		}
		for i := 0; i < len(text); i += b.size {
			one(text[i:], text[i:])
		}
	}
}

func (b *block) open(dst, in []byte, c *Call) ([]byte, error) {
	k := c.Key.(*keyed)
	iv := k.own
	switch b.iv {
	case "prefix":
		if len(in) < b.ivSize() {
			return dst, errLength
		}
		iv, in = in[:b.ivSize()], in[b.ivSize():]
	case "apart":
		if iv = c.Ref[IV]; len(iv) != b.ivSize() {
			return dst, errIV
		}
	}
	if b.mode == "gcm" {
		out, err := k.gcm.Open(dst, iv, in, c.Ref[AAD])
		if err != nil {
			return dst, errSeal
		}
		return out, nil
	}
	at := len(dst)
	dst = append(dst, in...)
	if b.mode == "ctr" {
		cipher.NewCTR(k.block, iv).XORKeyStream(dst[at:], dst[at:])
		return dst, nil
	}
	if len(in) == 0 || len(in)%b.size != 0 {
		return dst, errLength
	}
	b.crypt(k, iv, dst[at:], false)
	return b.unfill(dst, at)
}

func (b *block) unfill(dst []byte, at int) ([]byte, error) {
	if b.pad == 0 {
		return dst, nil
	}
	if b.pad < 0 {
		for len(dst) > at && dst[len(dst)-1] == 0 {
			dst = dst[:len(dst)-1]
		}
		return dst, nil
	}
	n := int(dst[len(dst)-1])
	if n < 1 || n > b.pad || n > len(dst)-at {
		return dst, errPadding
	}
	for _, one := range dst[len(dst)-n:] {
		if int(one) != n {
			return dst, errPadding
		}
	}
	return dst[:len(dst)-n], nil
}

func prepareRC4(key []byte) (any, error) {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return nil, errors.New("an RC4 key has 1 to 256 bytes")
	}
	return newStream(*c), nil
}

func stream4(skip int) Func {
	return func(dst, in []byte, c *Call) ([]byte, error) {
		at := len(dst)
		dst = slices.Grow(dst, len(in))[:at+len(in)]
		cur := c.Key.(*stream).start(skip + len(in))
		cur.pos = skip
		cur.xor(dst[at:], in)
		return dst, nil
	}
}

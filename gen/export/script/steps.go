package script

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// call is a function of the library that carries a step out, and the one that undoes
// it, with what they take behind the text.
type call struct {
	do, undo string
	args     []string
}

// with puts a text into a call.
func (c call) with(name, text string) string {
	return name + "(" + strings.Join(append([]string{text}, c.args...), ", ") + ")"
}

// apply is a text after a step.
func (w *writer) apply(u *plan.Use, text string) string { return w.carry(u, text, false) }

// unapply is a text before a step.
func (w *writer) unapply(u *plan.Use, text string) string { return w.carry(u, text, true) }

func (w *writer) carry(u *plan.Use, text string, back bool) string {
	use, err := declare.ParseUse(u.Src)
	if err != nil {
		return w.lacks("step " + u.Src)
	}
	if use.Name == "from" {
		back = !back
		use.Name, use.Args = use.Args[0], use.Args[1:]
	}
	if slices.Contains([]string{"any-case", "json", "raw", "cdata"}, use.Name) {
		return text
	}
	c, ok := w.call(u, use)
	name := c.do
	if back {
		name = c.undo
	}
	if !ok || name == "" {
		return w.lacks("step " + use.Name)
	}
	return c.with(name, text)
}

// plainCalls are steps without arguments whose functions have their names.
func plainCalls() map[string]call {
	out := map[string]call{}
	for _, one := range []struct{ step, do, undo string }{
		{"hex", "hex", "unhex"},
		{"HEX", "hexUpper", "unhexUpper"},
		{"decimal", "decimal", ""},
		{"number-hex", "numberHex", "unnumberHex"},
		{"number-HEX", "numberHexUpper", "unnumberHexUpper"},
		{"latin1", "latin1", "unlatin1"},
		{"utf16le", "utf16le", "unutf16le"},
		{"utf16be", "utf16be", "unutf16be"},
		{"lower", "lower", ""},
		{"upper", "upper", ""},
		{"trim", "trim", ""},
		{"no-blanks", "noBlanks", ""},
		{"one-blank", "oneBlank", ""},
		{"quoted", "quoted", "unquoted"},
		{"reverse", "reverse", "reverse"},
		{"uuid", "uuid", ""},
		{"compact", "compact", "asItIs"},
		{"crc32", "crc32", ""},
		{"md5", "md5", ""},
		{"sha1", "sha1", ""},
		{"sha224", "sha224", ""},
		{"sha256", "sha256", ""},
		{"sha384", "sha384", ""},
		{"sha512", "sha512", ""},
		{"sm3", "sm3", ""},
	} {
		out[one.step] = call{do: one.do, undo: one.undo}
	}
	return out
}

// call finds the functions of a step.
func (w *writer) call(u *plan.Use, use declare.Use) (call, bool) {
	if c, ok := plainCalls()[use.Name]; ok {
		return c, true
	}
	for _, find := range []func(*plan.Use, declare.Use) (call, bool){w.textCall, w.encodingCall, w.clockCall, w.cipherCall, w.pairCall} {
		if c, ok := find(u, use); ok {
			return c, true
		}
	}
	return call{}, false
}

// textCall finds the steps that change texts.
func (w *writer) textCall(_ *plan.Use, use declare.Use) (call, bool) {
	arg := func(i int) string {
		if i < len(use.Args) {
			return literal(use.Args[i])
		}
		return `""`
	}
	bare := func(i int) []string { return []string{use.Args[i]} }
	switch use.Name {
	case "prefix":
		return call{"prefix", "unprefix", []string{arg(0)}}, true
	case "suffix":
		return call{"suffix", "unsuffix", []string{arg(0)}}, true
	case "replace":
		return call{"replace", "", []string{arg(0), arg(1)}}, true
	case "map":
		return call{"swap", "unswap", []string{arg(0), arg(1)}}, true
	case "first", "last", "skip":
		return call{use.Name, "", bare(0)}, true
	case "repeat":
		return call{"repeat", "", bare(0)}, true
	case "pad":
		return call{cmp.Or(map[string]string{"start": "padStart"}[use.Named["at"]], "padEnd"), "", []string{use.Args[0], arg(1)}}, true
	case "digits":
		return call{"alphabet", "", []string{use.Args[0], quote("0123456789")}}, true
	case "letters":
		return call{"alphabet", "", []string{use.Args[0], quote("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")}}, true
	case "canonical":
		drop := use.Named["empty"] == "drop"
		return call{"canonical", map[bool]string{false: "asItIs"}[drop], []string{fmt.Sprint(drop)}}, true
	case "before", "after":
		return call{use.Name, "", []string{arg(0)}}, true
	case "length":
		return call{"length", "", []string{fmt.Sprint(use.Named["empty"] == "drop")}}, true
	case "xml":
		return call{"toXML", "fromXML", []string{arg(0)}}, true
	}
	return call{}, false
}

// encodingCall finds the steps that encode.
func (w *writer) encodingCall(_ *plan.Use, use declare.Use) (call, bool) {
	switch use.Name {
	case "base64", "base64-bare", "base64url", "base64url-padded":
		name := map[string]string{"base64": "base64", "base64-bare": "base64Bare", "base64url": "base64url", "base64url-padded": "base64urlPadded"}[use.Name]
		c := call{do: name, undo: "un" + name}
		if use.Named["breaks"] == "any" {
			c.args = []string{"{breaks: true}"}
		}
		return c, true
	case "url":
		return urlCall(use), true
	case "counted":
		return call{"counted", "uncounted", use.Args}, true
	case "fixed":
		return call{"fixed", "fixed", use.Args}, true
	}
	return call{}, false
}

// urlCall is an escaping of URLs; dialects are those of package step.
func urlCall(use declare.Use) call {
	word := "form"
	if len(use.Args) > 0 {
		word = use.Args[0]
	}
	safe := map[string]string{
		"rfc3986": "-_.~", "form": "-_.~", "java": "-_.*", "php": "-_.", "js": "-_.!~*'()", "python": "-_.~/", "dotnet": "-_.!*()", "path": "-_.~/",
	}[word]
	plus := slices.Contains([]string{"form", "java", "php", "dotnet"}, word)
	low := word == "dotnet" || use.Named["case"] == "lower"
	return call{do: "url", undo: "unurl", args: []string{quote(safe + use.Named["safe"]), fmt.Sprint(plus), fmt.Sprint(low)}}
}

// takes is the function that says how many bytes a hole takes.
func takes(u *plan.Use) string {
	use, _ := declare.ParseUse(u.Src) // it was parsed before
	if use.Name == "fixed" {
		return "(x) => first(x, " + use.Args[0] + ").length"
	}
	return "(x) => takeCounted(x, " + use.Args[0] + ")"
}

// clockCall finds the steps that write times.
func (w *writer) clockCall(_ *plan.Use, use declare.Use) (call, bool) {
	units := map[string]string{"unix": "1000000000n", "unix-ms": "1000000n", "unix-us": "1000n"}
	switch unit := units[use.Name]; {
	case unit != "":
		return call{"epoch", "unepoch", []string{unit}}, true
	case use.Name == "later":
		d, err := time.ParseDuration(use.Args[0])
		return call{"later", "sooner", []string{fmt.Sprintf("%dn", d.Nanoseconds())}}, err == nil
	case use.Name == "time":
		lists, minutes, ok := layouts(use)
		return call{"formatTime", "anyTime", []string{"[" + strings.Join(lists, ", ") + "]", fmt.Sprint(minutes)}}, ok
	}
	return call{}, false
}

// cipherCall finds ciphers and keyed digests.
func (w *writer) cipherCall(u *plan.Use, use declare.Use) (call, bool) {
	key := `""`
	if u.Key >= 0 {
		key = w.value(u.Key)
	}
	hash, keyed := strings.CutPrefix(use.Name, "hmac-")
	switch {
	case keyed:
		size := map[string]string{"sha384": "128", "sha512": "128"}[hash]
		return call{"hmac", "", []string{key, hash, cmp.Or(size, "64")}}, true
	case use.Name == "rc4":
		return call{"rc4", "rc4", []string{key}}, true
	case use.Name == "pbkdf2-sha256":
		return call{"pbkdf2", "", []string{w.value(u.Refs[step.Salt]), use.Named["rounds"], use.Named["bytes"]}}, true
	}
	suite, mode, _ := strings.Cut(use.Name, "-")
	cipher := map[string]string{"aes": "aes", "sm4": "sm4", "des": "des", "3des": "tripleDES"}[suite]
	if cipher == "" {
		return call{}, false
	}
	size := 16
	if strings.HasSuffix(suite, "des") {
		size = 8
	}
	return call{mode, "un" + mode, []string{key, cipher, w.cipherOptions(u, use, mode, size)}}, true
}

// cipherOptions are what a mode takes beside its key.
func (w *writer) cipherOptions(u *plan.Use, use declare.Use, mode string, size int) string {
	var out []string
	if mode != "ecb" {
		switch iv := use.Named["iv"]; iv {
		case "", "prefix":
			out = append(out, "prefix: true")
		case "zero":
			out = append(out, fmt.Sprintf(`iv: "\0".repeat(%d)`, size))
		case "key":
			out = append(out, fmt.Sprintf("iv: first(%s, %d)", w.value(u.Key), size))
		default:
			out = append(out, "iv: "+w.value(u.Refs[step.IV]))
		}
	}
	if at := u.Refs[step.AAD]; at >= 0 {
		out = append(out, "aad: "+w.value(at))
	}
	if mode == "ecb" || mode == "cbc" {
		switch pad := use.Named["pad"]; pad {
		case "zero", "none":
			out = append(out, "pad: "+quote(pad))
		case "", "pkcs7":
			out = append(out, fmt.Sprintf("pad: %d", size))
		default:
			out = append(out, "pad: "+pad)
		}
	}
	return object(out...)
}

// pairCall finds the steps that take a key pair.
func (w *writer) pairCall(u *plan.Use, use declare.Use) (call, bool) {
	if u.Pair < 0 {
		return call{}, false
	}
	key := "m.keys." + w.keys[u.Pair].Name
	if !isIdentifier(w.keys[u.Pair].Name) {
		key = "m.keys[" + quote(w.keys[u.Pair].Name) + "]"
	}
	bare := fmt.Sprint(use.Named["form"] == "rs")
	hash := use.Name[strings.LastIndexByte(use.Name, '-')+1:]
	switch {
	case use.Name == "sm2":
		return call{"sm2", "", []string{key, literal(cmp.Or(use.Named["id"], "1234567812345678")), bare}}, true
	case use.Name == "ed25519":
		return call{"ed25519", "", []string{key}}, true
	case use.Name == "ecdsa-sha256":
		return call{"ecdsa", "", []string{key, bare}}, true
	case use.Name == "sm2-encrypt":
		return call{"sm2Encrypt", "unsm2Encrypt", []string{key, quote(cmp.Or(use.Named["form"], "c1c3c2"))}}, true
	case use.Name == "rsa-encrypt":
		return call{"rsaEncrypt", "unrsaEncrypt", []string{key}}, true
	case use.Name == "rsa-private-encrypt":
		return call{"rsaPrivateEncrypt", "unrsaPrivateEncrypt", []string{key}}, true
	case strings.HasPrefix(use.Name, "rsa-oaep-"):
		return call{"rsaOAEP", "unrsaOAEP", []string{key, hash}}, true
	case strings.HasPrefix(use.Name, "rsa-pss-"):
		return call{"rsaPSS", "", []string{key, hash}}, true
	case strings.HasPrefix(use.Name, "rsa-"):
		return call{"rsaSign", "", []string{key, hash, quote(hash)}}, true
	}
	return call{}, false
}

// verified is the condition that a signature holds.
func (w *writer) verified(u *plan.Use, text, sig string) string {
	use, err := declare.ParseUse(u.Src)
	c, ok := w.pairCall(u, use)
	if err != nil || !ok {
		return w.lacks("step " + u.Src)
	}
	c.args = append([]string{sig}, c.args...)
	return c.with(strings.TrimSuffix(c.do, "Sign")+"Verify", text)
}

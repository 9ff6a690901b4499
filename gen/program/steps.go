package program

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// pair is a function of the library that carries a step out, and the one that undoes
// it, with what they take behind the text.
type pair struct {
	do, undo string
	args     []Node
}

// with puts a text into a call.
func (p pair) with(name string, text Node) Call {
	return Call{Func: name, Args: append([]Node{text}, p.args...)}
}

// apply is a text after a step.
func (w *writer) apply(u *plan.Use, text Node) Node { return w.carry(u, text, false) }

// unapply is a text before a step.
func (w *writer) unapply(u *plan.Use, text Node) Node { return w.carry(u, text, true) }

func (w *writer) carry(u *plan.Use, text Node, back bool) Node {
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
	p, ok := w.step(u, use)
	name := p.do
	if back {
		name = p.undo
	}
	if !ok || name == "" {
		return w.lacks("step " + use.Name)
	}
	return p.with(name, text)
}

// plainSteps are steps without arguments whose functions have their names.
func plainSteps() map[string]pair {
	out := map[string]pair{}
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
		out[one.step] = pair{do: one.do, undo: one.undo}
	}
	return out
}

// extraSteps are steps that some libraries have.
func extraSteps() map[string]pair {
	return map[string]pair{"gzip": {do: "gzip", undo: "ungzip"}, "zlib": {do: "zlib", undo: "unzlib"}, "gbk": {do: "gbk", undo: "ungbk"}, "gb18030": {do: "gb18030", undo: "ungbk"}}
}

// step finds the functions of a step.
func (w *writer) step(u *plan.Use, use declare.Use) (pair, bool) {
	if p, ok := plainSteps()[use.Name]; ok {
		return p, true
	}
	if p, ok := extraSteps()[use.Name]; ok {
		return p, w.options.Has[use.Name]
	}
	for _, find := range []func(*plan.Use, declare.Use) (pair, bool){w.textStep, w.encodingStep, w.clockStep, w.cipherStep, w.pairStep} {
		if p, ok := find(u, use); ok {
			return p, true
		}
	}
	return pair{}, false
}

// number is an argument that is a whole number.
func number(text string) Node {
	n, _ := strconv.ParseInt(text, 10, 64) // the declaration was checked
	return Int(n)
}

// textStep finds the steps that change texts.
func (w *writer) textStep(_ *plan.Use, use declare.Use) (pair, bool) {
	arg := func(i int) Node {
		if i < len(use.Args) {
			return Text(use.Args[i])
		}
		return Bytes("")
	}
	switch use.Name {
	case "prefix", "suffix":
		if use.Named["empty"] == "drop" {
			return pair{map[string]string{"prefix": "lead", "suffix": "trail"}[use.Name], "", []Node{arg(0)}}, true
		}
		return pair{use.Name, "un" + use.Name, []Node{arg(0)}}, true
	case "replace":
		return pair{"replace", "", []Node{arg(0), arg(1)}}, true
	case "map":
		return pair{"swap", "unswap", []Node{arg(0), arg(1)}}, true
	case "first", "last", "skip":
		if use.Named["of"] != "" {
			return pair{use.Name + "Characters", "", []Node{number(use.Args[0])}}, true
		}
		return pair{use.Name, "", []Node{number(use.Args[0])}}, true
	case "repeat":
		return pair{"repeat", "", []Node{number(use.Args[0])}}, true
	case "pad":
		return pair{cmp.Or(map[string]string{"start": "padStart"}[use.Named["at"]], "padEnd"), "", []Node{number(use.Args[0]), arg(1)}}, true
	case "digits":
		return pair{"alphabet", "", []Node{number(use.Args[0]), Bytes("0123456789")}}, true
	case "letters":
		return pair{"alphabet", "", []Node{number(use.Args[0]), Bytes("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")}}, true
	case "canonical":
		drop := use.Named["empty"] == "drop"
		return pair{"canonical", "asItIs", []Node{Flag(drop)}}, true
	case "flat":
		return pair{"flat", "", []Node{arg(0), arg(1), number(cmp.Or(use.Named["count"], "0"))}}, true
	case "nested":
		items := arg(1)
		if word, ok := use.Named["items"]; ok {
			items = Text(word)
		}
		return pair{"nested", "", []Node{arg(0), arg(1), arg(2), arg(3), items, Flag(use.Named["sort"] != ""), Flag(use.Named["empty"] != "")}}, true
	case "before", "after":
		return pair{use.Name, "", []Node{arg(0)}}, true
	case "length":
		return pair{map[bool]string{false: "length", true: "lengthCharacters"}[use.Named["of"] != ""], "", []Node{Flag(use.Named["empty"] == "drop")}}, true
	case "xml":
		return pair{"toXML", "fromXML", []Node{arg(0)}}, true
	case "member":
		return pair{"memberText", "", []Node{arg(0)}}, true
	case "decimals":
		return pair{"decimals", "", []Node{number(use.Args[0])}}, true
	}
	return pair{}, false
}

// encodingStep finds the steps that encode.
func (w *writer) encodingStep(_ *plan.Use, use declare.Use) (pair, bool) {
	switch use.Name {
	case "base64", "base64-bare", "base64url", "base64url-padded":
		name := map[string]string{"base64": "base64", "base64-bare": "base64Bare", "base64url": "base64url", "base64url-padded": "base64urlPadded"}[use.Name]
		p := pair{do: name, undo: "un" + name}
		if use.Named["breaks"] == "any" {
			p.args = []Node{object("base64", flag("breaks", true))}
		}
		return p, true
	case "url":
		return urlStep(use), true
	case "counted":
		return pair{"counted", "uncounted", numbered(use)}, true
	case "bytes":
		return pair{"numberBytes", "unnumberBytes", numbered(use)}, true
	case "fixed":
		return pair{"fixed", "fixed", []Node{number(use.Args[0])}}, true
	}
	return pair{}, false
}

// numbered is how many bytes a number has and how they are written.
func numbered(use declare.Use) []Node {
	out := []Node{number(use.Args[0])}
	if how := cmp.Or(use.Named["order"], use.Named["as"]); how != "" {
		out = append(out, Name(how))
	}
	return out
}

// urlStep is an escaping of URLs; dialects are those of package step.
func urlStep(use declare.Use) pair {
	word := "form"
	if len(use.Args) > 0 {
		word = use.Args[0]
	}
	safe := map[string]string{
		"rfc3986": "-_.~", "form": "-_.~", "java": "-_.*", "php": "-_.", "js": "-_.!~*'()", "python": "-_.~/", "dotnet": "-_.!*()", "path": "-_.~/",
	}[word]
	plus := slices.Contains([]string{"form", "java", "php", "dotnet"}, word)
	low := word == "dotnet" || use.Named["case"] == "lower"
	return pair{do: "url", undo: "unurl", args: []Node{Bytes(safe + use.Named["safe"]), Flag(plus), Flag(low)}}
}

// takes is the function that says how many bytes a hole takes.
func takes(u *plan.Use) Node {
	if u.Do.Tail > 0 {
		return Func{Params: []string{"x"}, Body: call("takeTail", Param("x"), Int(u.Do.Tail)), Kind: "size"}
	}
	use, _ := declare.ParseUse(u.Src) // it was parsed before
	args := append([]Node{Param("x")}, numbered(use)...)
	if use.Name != "counted" {
		return Func{Params: []string{"x"}, Body: call("takeFixed", args[:2]...), Kind: "size"}
	}
	return Func{Params: []string{"x"}, Body: call("takeCounted", args...), Kind: "size"}
}

// clockStep finds the steps that write times.
func (w *writer) clockStep(_ *plan.Use, use declare.Use) (pair, bool) {
	units := map[string]Big{"unix": 1000000000, "unix-minutes": 60 * 1000000000, "unix-ms": 1000000, "unix-us": 1000}
	switch unit := units[use.Name]; {
	case unit != 0:
		return pair{"epoch", "unepoch", []Node{unit}}, true
	case use.Name == "later":
		d, err := time.ParseDuration(use.Args[0])
		return pair{"later", "sooner", []Node{Big(d.Nanoseconds())}}, err == nil
	case use.Name == "time":
		lists, minutes, ok := layouts(use)
		return pair{"formatTime", "anyTime", []Node{lists, Int(minutes)}}, ok
	}
	return pair{}, false
}

// cipherStep finds ciphers and keyed digests.
func (w *writer) cipherStep(u *plan.Use, use declare.Use) (pair, bool) {
	var key Node = Bytes("")
	if u.Key >= 0 {
		key = w.value(u.Key)
	}
	hash, keyed := strings.CutPrefix(use.Name, "hmac-")
	switch {
	case keyed:
		size := map[string]Int{"sha384": 128, "sha512": 128}[hash]
		return pair{"hmac", "", []Node{key, Ref(hash), cmp.Or(size, 64)}}, true
	case use.Name == "rc4":
		args := []Node{key}
		if skip := use.Named["skip"]; skip != "" {
			args = append(args, number(skip))
		}
		return pair{"rc4", "rc4", args}, true
	case use.Name == "hkdf-sha256":
		var info Node = Bytes("")
		if u.Refs[step.Info] >= 0 {
			info = w.value(u.Refs[step.Info])
		}
		return pair{"hkdf", "", []Node{w.value(u.Refs[step.Salt]), info, number(use.Named["bytes"])}}, true
	case use.Name == "pbkdf2-sha256":
		return pair{"pbkdf2", "", []Node{w.value(u.Refs[step.Salt]), number(use.Named["rounds"]), number(use.Named["bytes"])}}, true
	}
	suite, mode, _ := strings.Cut(use.Name, "-")
	cipher := map[string]string{"aes": "aes", "sm4": "sm4", "des": "des", "3des": "tripleDES"}[suite]
	if cipher == "" {
		return pair{}, false
	}
	size := 16
	if strings.HasSuffix(suite, "des") {
		size = 8
	}
	return pair{mode, "un" + mode, []Node{key, Ref(cipher), w.cipherOptions(u, use, mode, size)}}, true
}

// cipherOptions are what a mode takes beside its key.
func (w *writer) cipherOptions(u *plan.Use, use declare.Use, mode string, size int) Object {
	var out []Member
	if mode != "ecb" {
		switch iv := use.Named["iv"]; iv {
		case "", "prefix":
			out = append(out, flag("prefix", true))
		case "zero":
			out = append(out, member("iv", call("zeros", Int(size))))
		case "key":
			out = append(out, member("iv", call("first", w.value(u.Key), Int(size))))
		default:
			out = append(out, member("iv", w.value(u.Refs[step.IV])))
		}
	}
	if at := u.Refs[step.AAD]; at >= 0 {
		out = append(out, member("aad", w.value(at)))
	}
	if mode == "ecb" || mode == "cbc" {
		switch pad := use.Named["pad"]; pad {
		case "zero":
			out = append(out, member("pad", Int(0)))
		case "none":
			out = append(out, member("pad", Int(-1)))
		case "", "pkcs7":
			out = append(out, member("pad", Int(size)))
		default:
			out = append(out, member("pad", number(pad)))
		}
	}
	return object("cipher", out...)
}

// pairStep finds the steps that take a key pair.
func (w *writer) pairStep(u *plan.Use, use declare.Use) (pair, bool) {
	if u.Pair < 0 {
		return pair{}, false
	}
	key := Pair(w.keys[u.Pair].Name)
	bare := Flag(use.Named["form"] == "rs")
	hash := use.Name[strings.LastIndexByte(use.Name, '-')+1:]
	switch {
	case use.Name == "sm2":
		var id Node = Text(cmp.Or(use.Named["id"], "1234567812345678"))
		if at := u.Refs[step.Info]; at >= 0 {
			id = w.value(at)
		}
		return pair{"sm2", "", []Node{key, id, bare}}, true
	case use.Name == "ed25519":
		return pair{"ed25519", "", []Node{key}}, true
	case use.Name == "ecdsa-sha256":
		return pair{"ecdsa", "", []Node{key, bare}}, true
	case strings.HasPrefix(use.Name, "ecdsa-"):
		return pair{"ecdsa", "", []Node{key, bare, Ref(hash)}}, w.options.Has[use.Name]
	case use.Name == "sm2-encrypt":
		return pair{"sm2Encrypt", "unsm2Encrypt", []Node{key, Name(cmp.Or(use.Named["form"], "c1c3c2"))}}, true
	case use.Name == "rsa-encrypt":
		return pair{"rsaEncrypt", "unrsaEncrypt", []Node{key}}, true
	case use.Name == "rsa-private-encrypt":
		return pair{"rsaPrivateEncrypt", "unrsaPrivateEncrypt", []Node{key}}, true
	case strings.HasPrefix(use.Name, "rsa-oaep-"):
		return pair{"rsaOAEP", "unrsaOAEP", []Node{key, Ref(hash)}}, true
	case strings.HasPrefix(use.Name, "rsa-pss-"):
		return pair{"rsaPSS", "", []Node{key, Ref(hash)}}, true
	case strings.HasPrefix(use.Name, "rsa-"):
		return pair{"rsaSign", "", []Node{key, Ref(hash)}}, true
	}
	return pair{}, false
}

// verified is the condition that a signature holds.
func (w *writer) verified(u *plan.Use, text, sig Node) Node {
	use, err := declare.ParseUse(u.Src)
	p, ok := w.pairStep(u, use)
	if err != nil || !ok || u.Do.Verify == nil && !w.options.Has[use.Name] {
		return w.lacks("step " + u.Src)
	}
	p.args = append([]Node{sig}, p.args...)
	return p.with(strings.TrimSuffix(p.do, "Sign")+"Verify", text)
}

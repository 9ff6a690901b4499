package script_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// stepUses are the steps that give one result, with their arguments. The others, which
// are random, are in the trips.
func stepUses() []string {
	out := []string{
		"hex", "HEX", "base64", "base64-bare", "base64url", "base64url-padded", "url form safe='*' case=lower", "decimal", "number-hex", "number-HEX",
		"counted 4", "counted 1", "counted 3 order=little", "counted 5 as=digits", "bytes 8", "bytes 6 order=little", "from counted 1 order=little", "from counted 2 as=digits", "from bytes 4", "from bytes 4 order=little", "fixed 16", "latin1", "utf16le", "utf16be", "lower", "upper", "trim", "no-blanks", "one-blank", "prefix ab", "suffix 中", "prefix ? empty=drop", "suffix 中 empty=drop", "quoted",
		"replace a bc", "replace ' ' ''", "map abc bca", "first 4", "last 4", "skip 3", "repeat 3", "pad 20 0 at=start", "pad 20 x", "reverse", "compact", "canonical",
		"canonical empty=drop", "flat .", "flat [ ] count=1", "nested = , [ ] items=', '", "nested : ; ( ) sort=name empty=drop", "xml root", "hkdf-sha256 word bytes=40 info=long", "hkdf-sha256 word bytes=16", "rc4 word skip=768", "crc32", "pbkdf2-sha256 word rounds=3 bytes=40", "rc4 word", "aes-gcm k16 iv=nonce aad=word", "sm4-gcm k16 iv=nonce",
		"from hex", "from HEX", "from base64", "from base64-bare", "from base64url", "from base64url-padded", "from base64 breaks=any", "from url form",
		"from url rfc3986", "from quoted", "from number-hex", "from number-HEX", "from latin1", "from utf16be", "from counted 1", "from reverse",
		"member a", "member a.z.1", "member x.y", "decimals 2", "decimals 1", "uuid", "digits 6", "letters 12", "letters 50", "before b", "after b", "length", "length empty=drop",
		"length of=characters", "length of=characters empty=drop", "first 4 of=characters", "last 4 of=characters", "skip 3 of=characters",
	}
	for _, d := range []string{"rfc3986", "form", "java", "php", "js", "python", "dotnet", "path", "none"} {
		out = append(out, "url "+d)
	}
	for _, h := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3"} {
		out = append(out, h, "hmac-"+h+" word", "hmac-"+h+" long")
	}
	for _, c := range []struct{ name, key string }{{"aes", "k16"}, {"aes", "k24"}, {"aes", "k32"}, {"sm4", "k16"}, {"des", "k8"}, {"3des", "k16"}, {"3des", "k24"}} {
		for _, mode := range []string{"ecb %s", "ecb %s pad=zero", "ecb %s pad=none", "cbc %s iv=zero", "cbc %s iv=key", "cbc %s iv=key pad=zero", "ctr %s iv=key", "ctr %s iv=zero"} {
			out = append(out, c.name+"-"+fmt.Sprintf(mode, c.key))
		}
	}
	return append(out, "aes-cbc k16 iv=key pad=32")
}

// stepProtocol has a value that is made by one step.
func stepProtocol(t *testing.T, use string) *protocol.Protocol {
	t.Helper()
	by := use + "|base64"
	text := `keys: {word: text, long: text, k8: hex, k16: hex, k24: hex, k32: hex}
request:
  header: {X-App: "{app}", X-In: "{in|base64}", X-Out: "{out}"}
  json: "{payload}"
  values:
    in: {send: ""}
    nonce: abcdefghijkl
    out: {of: "{in|` + strings.ReplaceAll(by, `"`, `\"`) + `}"}
`
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", use, err)
	}
	return p
}

// TestSteps compares each step that gives one result with the server's, on texts that
// it takes and texts that it refuses.
func TestSteps(t *testing.T) {
	t.Parallel()
	keys := map[string]string{
		"word": "密钥-word", "long": strings.Repeat("a long key ", 20), "k8": "0123456789abcdef", "k16": "0123456789abcdeffedcba9876543210",
		"k24": strings.Repeat("0123456789abcdef", 2) + "1032547698badcfe", "k32": strings.Repeat("00112233445566778899aabbccddeeff", 2),
	}
	secrets := protocol.Secrets{}
	for name, text := range keys {
		secrets[name] = []string{text}
	}
	texts := []string{
		"", "a", "ab  c\td \n", "你好，世界 +&=?/~*'()!\"%41", "0123456789abcdef", "0123456789ABCDEF", "abcdefghijklmnopqrstuvwxyz0123456789+/", "1795847100", "-5", "12.50", "7.", ".5", "1.2.3", "--1", "0.001",
		`{"b": 1, "a": {"y": "", "x": null, "z": [1, "<&>"]}, "中": "\u4e2d\n"}`, `<root><a>1</a><b>x &amp; y</b><b><![CDATA[<z>]]></b></root>`, "YWJjZA==", "YWJj\nZA==", "YWJjZA",
		"%E4%BD%A0+b%2", "%E4%BD%A0+b", `"quoted"`, "\x03abc", strings.Repeat("long text ", 40), strings.Repeat("x", 64), " \u3000trim\u00a0 ",
	}
	now := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	var tasks []task
	var want, what []string
	for _, use := range stepUses() {
		p := stepProtocol(t, use)
		program, err := script.Of(p)
		if err != nil {
			t.Fatal(err)
		}
		k, err := p.Keys("300", secrets)
		if err != nil {
			t.Fatal(err)
		}
		f := &file{p: p, program: program, App: "300"}
		for _, in := range texts {
			values := map[string]string{"in": in}
			result := "refused"
			if sent, err := p.Call.Send(k, protocol.Outgoing{Payload: []byte("{}"), Now: now, Values: values}); err == nil {
				result = strings.Clone(sent.Message.Header.Get("X-Out"))
				sent.Release()
			}
			want, what = append(want, result), append(what, fmt.Sprintf("%s of %q", use, in))
			tasks = append(tasks, f.sealing("", "", "{}", nil, now, values, keys))
		}
	}
	for i, r := range inNode(t, tasks) {
		got := r.Message.Headers["X-Out"]
		if r.Error != "" {
			got = "refused"
		}
		if got != want[i] {
			t.Errorf("%s is %q, want %q: %s", what[i], got, want[i], strings.SplitN(r.Error, "\n", 2)[0])
		}
	}
}

// TestTimes compares how times are written.
func TestTimes(t *testing.T) {
	t.Parallel()
	var tasks []task
	var want, what []string
	for _, use := range []string{
		"unix", "unix-ms", "unix-us", "time datetime", "time compact", "time date", "time iso", "time iso zone=utc", "time rfc1123", "time rfc2822", "time yyyyMMddHHmmssSSS",
		"time yyyy-MM-dd'T'HH:mm:ss.SSS'Z' zone=utc", "time yyMMddHHmmss", "time yyyy/MM/dd_hh:mm zone=-05:30", "later 10m|unix", "later 36h|time datetime",
		"time yyyy-MM-dd'T'HH:mm:ssXXX", "time '2006-01-02 15:04:05'",
	} {
		p, err := protocol.Parse([]byte("keys: {word: text}\nrequest:\n  header: {X-App: \"{app}\", X-Out: \"{out}\", X-Sign: \"{sign}\"}\n  json: \"{payload}\"\n  values:\n" +
			"    out: {send: \"{now|" + use + "}\"}\n    sign: {of: \"{out}{body}\", by: [hmac-md5 word, hex]}\n"))
		if err != nil {
			t.Fatalf("%s: %v", use, err)
		}
		program, err := script.Of(p)
		if err != nil {
			t.Fatal(err)
		}
		k, err := p.Keys("300", protocol.Secrets{"word": {"w"}})
		if err != nil {
			t.Fatal(err)
		}
		f := &file{p: p, program: program, App: "300"}
		for _, now := range []time.Time{
			time.Date(2026, 11, 28, 6, 5, 4, 3_000_000, time.UTC), time.Date(2024, 2, 29, 23, 59, 59, 999_000_000, time.UTC), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			sent, err := p.Call.Send(k, protocol.Outgoing{Payload: []byte("{}"), Now: now})
			if err != nil {
				t.Fatal(err)
			}
			want, what = append(want, strings.Clone(sent.Message.Header.Get("X-Out"))), append(what, use+" of "+now.String())
			sent.Release()
			tasks = append(tasks, f.sealing("", "", "{}", nil, now, nil, map[string]string{"word": "w"}))
		}
	}
	for i, r := range inNode(t, tasks) {
		if got := r.Message.Headers["X-Out"]; got != want[i] {
			t.Errorf("%s is %q, want %q: %s", what[i], got, want[i], r.Error)
		}
	}
}

package operate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// bank has a pair of each side, one that all apps share, and two secrets.
const bank = `
keys: {merchant: rsa, desk: ed25519, platform: system sm2, salt: text, aes: hex}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{box}"
  values:
    box: {of: "{payload}{salt}", by: [aes-gcm aes, base64]}
    sign: {of: "{body}", by: [rsa-sha256 merchant, base64]}
reply:
  header: {X-Sign: "{sign}", X-Desk: "{desked}"}
  json: {code: "{code}", text: "{text}"}
  values:
    sign: {of: "{body}", by: [sm2 platform, base64]}
    desked: {of: "{body}", by: [ed25519 desk, base64]}
  success: {code: "0"}
`

// counter is a terminal beside a database that has the system bank.
type counter struct {
	url, dir string
	systems  []system.System
	noDDL    bool
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	p, err := protocol.Parse([]byte(bank))
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{url: postgrestest.New(t).Config().ConnString(), dir: t.TempDir()}
	for _, name := range []string{"bank", "branch"} {
		tables := fstest.MapFS{"migration/0001_none.sql": {Data: []byte("create schema " + name)}}
		c.systems = append(c.systems, system.System{
			System: route.System{Name: name, Zone: "UTC", Protocol: p}, Migrations: migrate.Set{Name: name, FS: tables},
		})
	}
	return c
}

// run runs one command line.
func (c *counter) run(t *testing.T, stdin string, args ...string) (out, errs string, code int) {
	t.Helper()
	s := operate.FromEnvironment(c.systems)
	s.DatabaseURL, s.DataDir, s.MasterKey = c.url, filepath.Join(c.dir, "data"), ""
	s.NoDDL = c.noDDL
	root := &cobra.Command{Use: "jiekoud"}
	root.AddCommand(operate.Commands(s)...)
	var o, e bytes.Buffer
	root.SetOut(&o)
	root.SetErr(&e)
	root.SetIn(strings.NewReader(stdin))
	code = command.Main(t.Context(), root, args)
	return o.String(), e.String(), code
}

// fine wants success and returns the output.
func (c *counter) fine(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := c.run(t, "", args...)
	if code != 0 {
		t.Fatalf("%v: %d %s", args, code, errs)
	}
	return out
}

// file writes a file of the folder.
func (c *counter) file(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func made(t *testing.T, kind string) (private, public string) {
	t.Helper()
	private, err := key.Need{Kind: kind}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	if public, err = key.Public(kind, private); err != nil {
		t.Fatal(err)
	}
	return private, public
}

func membersOf(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

const fingerprint = `sha256:[0-9a-f]{64}`

// TestAppKeys: keys are taken from files and standard input, the others are made,
// and the partner gets what it needs and nothing of ours.
func TestAppKeys(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	_, errs, code := c.run(t, "", "app", "add", "m1", "--system", "bank")
	same(t, "without the system's keys", errs, "jiekoud: error: app.add bank/m1: keys are missing: system bank needs platform (private half, sm2)\n"+
		"jiekoud: hint: jiekoud key rotate --system bank makes them; --key NAME=FILE takes those that exist\n")
	same(t, "exit code", fmt.Sprint(code), "1")
	shared := membersOf(t, c.fine(t, "key", "rotate", "--system", "bank", "--json"))
	if len(shared) != 3 || shared["system"] != "bank" || shared["appid"] != "" || !strings.HasPrefix(shared["platform"], "-----BEGIN PUBLIC KEY") {
		t.Errorf("%q", shared)
	}
	if out := c.fine(t, "key", "list", "--system", "bank"); !regexp.MustCompile(`^bank platform \(private half, sm2, ` + fingerprint + `\)\n$`).MatchString(out) {
		t.Error(out)
	}

	private, public := made(t, "rsa")
	ours, _ := made(t, "ed25519")
	merchant := c.file(t, "merchant.pem", public, 0o644)
	desk := c.file(t, "desk.pem", ours, 0o600)
	out, errs, code := c.run(t, "of theirs\n", "app", "add", "m1", "--system", "bank", "--json", "--key", "merchant="+merchant, "--key", "salt=-", "--key", "desk="+desk)
	if code != 0 {
		t.Fatal(code, errs)
	}
	same(t, "speech", errs, `jiekoud: hint: the partner has its private half of merchant; jiekou call reads it in the file as "merchant"`+"\n")
	got := membersOf(t, out)
	if len(got) != 6 || got["salt"] != "of theirs" || len(got["aes"]) != 64 || got["platform"] != shared["platform"] ||
		!strings.HasPrefix(got["desk"], "-----BEGIN PUBLIC KEY") || strings.Contains(out, "PRIVATE") {
		t.Errorf("%q", got)
	}
	list := c.fine(t, "app", "list")
	if !regexp.MustCompile(`(?m)^  keys aes, desk \(private half, ed25519, ` + fingerprint + `\), merchant \(public half, rsa, ` + fingerprint + `\), salt$`).MatchString(list) {
		t.Error(list)
	}
	for _, text := range []string{list, c.fine(t, "app", "list", "--json"), c.fine(t, "app", "show", "m1"), c.fine(t, "key", "list", "--json")} {
		if strings.Contains(text, "BEGIN") || strings.Contains(text, "of theirs") || strings.Contains(text, got["aes"]) {
			t.Errorf("a value is listed: %s", text)
		}
	}

	file := filepath.Join(c.dir, "m2.json")
	same(t, "--out", c.fine(t, "app", "add", "m2", "--system", "bank", "--out", file), file+"\n")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if got := membersOf(t, string(text)); !strings.HasPrefix(got["merchant"], "-----BEGIN PRIVATE KEY") || !strings.HasPrefix(got["desk"], "-----BEGIN PUBLIC KEY") {
		t.Errorf("%q", got)
	}
	plain := c.fine(t, "app", "add", "m3", "--system", "bank", "--bits", "3072")
	if !regexp.MustCompile(`^system    bank\nappid     m3\naes       [0-9a-f]{64}\ndesk      \n-----BEGIN PUBLIC KEY-----\n`).MatchString(plain) {
		t.Error(plain)
	}
	_ = private
}

// TestKeyRefusals: what is given wrongly is refused with the way out, and never
// repeated.
func TestKeyRefusals(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.fine(t, "key", "rotate", "--system", "bank")
	private, public := made(t, "rsa")
	ed, edPublic := made(t, "ed25519")
	_ = private
	onLine := "jiekoud: hint: give a file, or - for standard input: a key never stands on the command line, where ps and the shell's history show it\n"
	long := strings.Repeat("s3cret", 1000)
	for name, tt := range map[string]struct {
		args []string
		want string
		code int
	}{
		"value":         {[]string{"--key", "salt=s3cret"}, "jiekoud: error: --key salt: there is no such file\n" + onLine, 2},
		"long value":    {[]string{"--key", "salt=" + long}, "jiekoud: error: --key salt: there is no such file\n" + onLine, 2},
		"slashes":       {[]string{"--key", "salt=/dev/null/s3cret"}, "jiekoud: error: --key salt: there is no such file\n" + onLine, 2},
		"name alone":    {[]string{"--key", "salt"}, "jiekoud: error: --key salt has no file: write salt=FILE\n" + onLine, 2},
		"value alone":   {[]string{"--key", "s3cret"}, "jiekoud: error: --key takes NAME=FILE, and there is no key of that name\n" + onLine, 2},
		"no file":       {[]string{"--key", "salt="}, "jiekoud: error: --key salt has no file: write salt=FILE\n" + onLine, 2},
		"no such key":   {[]string{"--key", "s3cret=x"}, "jiekoud: error: --key: the system has no key of that name\njiekoud: hint: its keys: merchant (public half, rsa), desk (private half, ed25519), platform (private half, sm2), salt (text), aes (hex)\n", 2},
		"twice":         {[]string{"--key", "salt=-", "--key", "salt=-"}, "jiekoud: error: --key salt comes twice\n", 2},
		"empty":         {[]string{"--key", "salt=-"}, "jiekoud: error: --key salt: nothing was given\n", 2},
		"folder":        {[]string{"--key", "salt=" + c.dir}, "jiekoud: error: --key salt: " + c.dir + " is a folder\n", 2},
		"wrong half":    {[]string{"--key", "desk=" + c.file(t, "desk.pub", edPublic, 0o600)}, "key desk: it is a public key, and this side signs or decrypts with it: give the private half\n", 1},
		"wrong kind":    {[]string{"--key", "merchant=" + c.file(t, "ed.pem", ed, 0o600)}, "key merchant: it is a key of ed25519, not of rsa\n", 1},
		"of the system": {[]string{"--key", "platform=" + c.file(t, "x.pem", public, 0o600)}, "key platform is one of the system, the same for all apps\n", 1},
		"length":        {[]string{"--key", "aes=" + c.file(t, "aes", "00112233", 0o600)}, "key aes: it has 4 bytes, and the steps take 16, 24 or 32\n", 1},
		"encrypted": {
			[]string{"--key", "desk=" + c.file(t, "enc.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nczNjcmV0\n-----END ENCRYPTED PRIVATE KEY-----\n", 0o600)},
			"key desk: it is encrypted with a password: write it without one, with openssl pkey -in FILE -out OTHER\n", 1,
		},
		"garbage": {[]string{"--key", "merchant=" + c.file(t, "bad.pem", public[:100]+"\n", 0o600)}, "key merchant: the PEM is damaged: a line is missing, or text that is no base64 is in it\n", 1},
		"bits":    {[]string{"--bits", "1024"}, "key merchant: an RSA key is made with 2048 to 8192 bits, not 1024\n", 1},
		"out":     {[]string{"--out", filepath.Join(c.dir, "none", "x.json")}, "no such file or directory\n", 1},
	} {
		out, errs, code := c.run(t, "", append([]string{"app", "add", "m1", "--system", "bank"}, tt.args...)...)
		if !strings.HasSuffix(errs, tt.want) || code != tt.code || out != "" || strings.Contains(errs, "s3cret") {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	if out := c.fine(t, "app", "list"); out != "" {
		t.Errorf("an app was added: %s", out)
	}
	loose := c.file(t, "salt.txt", "pepper and salt\n", 0o600)
	if err := os.Chmod(loose, 0o644); err != nil {
		t.Fatal(err)
	}
	_, errs, code := c.run(t, "", "app", "add", "m1", "--system", "bank", "--key", "salt="+loose)
	same(t, "a file that others read", errs, "jiekoud: warning: "+loose+" can be read by others (mode 0644); type: chmod 600 "+loose+"\n")
	same(t, "exit code", fmt.Sprint(code), "0")
}

// TestShortSecret: a secret that can be found out is taken, with a warning.
func TestShortSecret(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.fine(t, "key", "rotate", "--system", "bank")
	_, errs, code := c.run(t, "v1\n", "app", "add", "m1", "--system", "bank", "--key", "salt=-")
	same(t, "warning", errs, "jiekoud: warning: key salt has 2 characters: whoever sees a message can find it out by trying\n")
	same(t, "exit code", fmt.Sprint(code), "0")
}

// TestRotateKeys: an overlap shows its end in the list, the end can be set, and the
// default ends the old keys at once.
func TestRotateKeys(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.fine(t, "key", "rotate", "--system", "bank")
	first := membersOf(t, c.fine(t, "app", "add", "m1", "--system", "bank", "--json"))
	_, errs, code := c.run(t, "", "app", "rotate", "m1", "--end", "now")
	same(t, "nothing to end", errs, "jiekoud: error: app.end keys bank/m1: there is one edition of the keys, and nothing to end\njiekoud: hint: --overlap keeps the old keys beside new ones\n")
	same(t, "exit code", fmt.Sprint(code), "1")
	second := membersOf(t, c.fine(t, "app", "rotate", "m1", "--key", "salt", "--overlap", "7d", "--json"))
	if second["salt"] == first["salt"] || second["aes"] != first["aes"] || second["desk"] != first["desk"] {
		t.Errorf("%q\n%q", first, second)
	}
	pairs := ` desk \(private half, ed25519, ` + fingerprint + `\), merchant \(public half, rsa, ` + fingerprint + `\), salt`
	want := `(?m)^  keys aes,` + pairs + `\n  keys aes,` + pairs + `, until 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$`
	if out := c.fine(t, "app", "list"); !regexp.MustCompile(want).MatchString(out) {
		t.Error(out)
	}
	same(t, "an end", c.fine(t, "app", "rotate", "m1", "--end", "2030-01-02T03:04:05"), "bank m1: old editions of its keys: 1, good until 2030-01-02 03:04:05\n")
	if out := c.fine(t, "app", "show", "m1"); !strings.Contains(out, "until 2030-01-02 03:04:05\n") {
		t.Error(out)
	}
	c.fine(t, "app", "rotate", "m1", "--end", "now")
	if out := c.fine(t, "app", "list"); strings.Contains(out, "until") {
		t.Error(out)
	}
	third := membersOf(t, c.fine(t, "app", "rotate", "m1", "--json"))
	if third["salt"] == second["salt"] || third["aes"] == second["aes"] || !strings.HasPrefix(third["merchant"], "-----BEGIN PRIVATE") {
		t.Errorf("%q", third)
	}
	for word, want := range map[string]string{
		"soon": `"soon" is no time: write now, 7d, 36h, 2026-12-05 or 2026-12-05T12:00:00+08:00`,
		"-1h":  `"-1h" is no time`,
	} {
		if _, errs, code := c.run(t, "", "app", "rotate", "m1", "--end="+word); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d %s", word, code, errs)
		}
	}
	if _, errs, code := c.run(t, "", "app", "rotate", "m1", "--overlap", "long"); code != 2 || !strings.Contains(errs, `"long" is no duration: write 7d, 36h or 30m`) {
		t.Errorf("%d %s", code, errs)
	}
	if _, errs, code := c.run(t, "", "app", "rotate", "m1", "--overlap", "7d", "--end", "now"); code != 2 {
		t.Errorf("%d %s", code, errs)
	}
	c.fine(t, "key", "rotate", "--system", "bank", "--overlap", "36h")
	if out := c.fine(t, "key", "list"); strings.Count(out, "bank platform") != 2 || strings.Count(out, "until") != 1 || !strings.Contains(out, "branch missing: platform (private half, sm2)\n") {
		t.Error(out)
	}
	same(t, "the system's end", regexp.MustCompile(`20.*`).ReplaceAllString(c.fine(t, "key", "rotate", "--system", "bank", "--end", "now"), "T"), "bank: old editions of its keys: 1, good until T\n")
}

// TestSenderID: nobody has the id that the server sends with.
func TestSenderID(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Told(t, "", "jiekoud: error: invalid: app id 100 is the one that we send with: what such an app is sent it could send back; take another id\n", 1,
		"app", "add", "100", "--system", "lianfa")
}

// TestProfileCommand: a profile is one that the protocol declares.
func TestProfileCommand(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "301")
	w.Told(t, "lianfa 301: profile hardened\n", "", 0, "app", "profile", "301", "hardened")
	w.Told(t, "lianfa  301  enabled  *  \n  profile hardened\n  keys appkey, token\n", "", 0, "app", "list")
	w.Told(t, "lianfa 301: profile none\n", "", 0, "app", "profile", "301", "none")
	w.Told(t, "lianfa 301: profile default, which is none\n", "", 0, "app", "profile", "301", "default")
	w.Told(t, "lianfa  301  enabled  *  \n  keys appkey, token\n", "", 0, "app", "list")
	w.Told(t, "", "jiekoud: error: lianfa has no profile \"hard\": there are hardened, none and default\n", 2, "app", "profile", "301", "hard")
	w.Told(t, "", "jiekoud: error: app 999: no such app\n", 1, "app", "profile", "999", "hardened")
	w.Signer(t, "u8", "erp")
	w.Told(t, "", "jiekoud: error: the protocol of u8 declares no profiles\n", 2, "app", "profile", "erp", "hardened")
	same(t, "audit", w.One(t, `select string_agg(detail::text, ' ' order by id) from jiekou.audit where action = 'profile'`),
		`{"profile": "hardened"} {"profile": ""} {"profile": null}`)
}

// TestRevokeFromInput: a token to end comes from standard input, and nothing is not
// every token.
func TestRevokeFromInput(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p, err := protocol.Parse([]byte(`{request: {query: {app: "{app}", token: "{token}"}, values: {token: {send: ""}}, guards: [{issued: token}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.systems {
		c.systems[i].Protocol = p
	}
	token := membersOf(t, c.fine(t, "app", "add", "one", "--system", "bank", "--json"))["token"]
	for _, tt := range []struct {
		stdin, out, errs string
		code             int
	}{
		{"\n", "", "jiekoud: error: --token -: nothing was given\n", 2},
		{"another\n", "", "jiekoud: error: bank one has no such token that is good\n", 1},
		{token + "\n", "bank one: tokens ended: 1\n", "", 0},
	} {
		out, errs, code := c.run(t, tt.stdin, "app", "token", "revoke", "one", "--token", "-")
		if out != tt.out || errs != tt.errs || code != tt.code {
			t.Errorf("%q: %d %s%s", tt.stdin, code, out, errs)
		}
	}
}

// TestLostMasterKey: new keys are sealed under a new master key, those of the system
// first, because the credentials of an app show what it needs of them.
func TestLostMasterKey(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.fine(t, "key", "rotate", "--system", "bank")
	first := membersOf(t, c.fine(t, "app", "add", "m1", "--system", "bank", "--json"))
	if err := os.Remove(filepath.Join(c.dir, "data", "master.key")); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := c.run(t, "", "app", "rotate", "m1"); code != 1 || !strings.Contains(errs, "master.key is missing; the apps' secrets were sealed with it") {
		t.Errorf("%d %s", code, errs)
	}
	if _, errs, code := c.run(t, "", "app", "rotate", "m1", "--lost-key"); code != 1 || !strings.Contains(errs, "rotate all keys: jiekoud app rotate --lost-key ID, key rotate --lost-key") {
		t.Errorf("%d %s", code, errs)
	}
	shared := membersOf(t, c.fine(t, "key", "rotate", "--system", "bank", "--lost-key", "--json"))
	second := membersOf(t, c.fine(t, "app", "rotate", "m1", "--lost-key", "--json"))
	if second["platform"] != shared["platform"] || second["platform"] == first["platform"] || second["salt"] == first["salt"] {
		t.Error("the keys are not new")
	}
	c.fine(t, "app", "rotate", "m1") // and all is well again
}

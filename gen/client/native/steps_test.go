package native

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// using is a protocol whose request has a value that a step makes, with whatever arguments
// it takes; nil where none of these are.
func using(name string) *protocol.Protocol {
	for _, args := range []string{
		"", " a", " 4", " k8", " k16", " k24", " k32", " word", " r", " s", " e", " c", " a b", " k8 iv=zero", " k16 iv=zero", " k24 iv=zero", " k16 iv=nonce", " 20 0", " . x", " = x [ ]", " 10m",
		" yyyy", " word rounds=3 bytes=16", " word bytes=16", " hex", " k16 iv=nonce aad=word", " k16 prefix", " salt=word bytes=16",
	} {
		for _, values := range []string{
			`nonce: abcdefghijkl, out: {of: "{in|STEP|base64}"}`, `out: {of: "{in|STEP|base64}"}`, `out: {of: "{body}", by: ["STEP", base64]}`, `out: {send: "{now|STEP}"}`,
			`out: {of: "{in}{body}", by: ["STEP", base64]}`,
		} {
			p, err := protocol.Parse([]byte("keys: {word: text, k8: hex, k16: hex, k24: hex, k32: hex, r: rsa, s: sm2, e: ed25519, c: ecdsa}\nrequest:\n" +
				"  header: {X-App: \"{app}\", X-In: \"{in|base64}\", X-Out: \"{out}\"}\n  json: \"{payload}\"\n  values: {in: {send: \"\"}, " + strings.ReplaceAll(values, "STEP", name+args) + "}\n"))
			if err == nil {
				return p
			}
		}
	}
	return nil
}

// TestEveryStep walks the steps of the engine, in every language and in scripts: each is
// carried out by functions that the library has, or refused by its name. docs/clients.md and
// docs/export.md tell those.
func TestEveryStep(t *testing.T) {
	t.Parallel()
	same := func(name string) string { return name }
	languages := []struct {
		name string
		make func(*protocol.Protocol) (*program.Program, error)
		call func(string) string
		mark string // what is in front of the name of a function
		not  string // what it refuses
	}{
		{"python", whole(pythonHas()), pythonName, `def `, ""},
		{"java", whole(javaHas()), same, `static \S+ `, ""},
		{"php", whole(phpHas()), same, `function |[\[ ]'`, ""},
		{"csharp", whole(csharpHas()), raised, `static \S+ `, ""},
		{"script", whole(nil), same, `function |const `, "gzip zlib gbk "},
	}
	for _, l := range languages {
		library := sources(t, l.name)
		var refused []string
		for _, name := range step.Names() {
			p := using(name)
			if p == nil {
				t.Fatalf("no arguments make a use of the step %s", name)
			}
			made, err := l.make(p)
			if gap, ok := errors.AsType[*program.Gap](err); ok && strings.HasPrefix(gap.What, "step "+name) {
				refused = append(refused, name)
				continue
			}
			if err != nil {
				t.Fatalf("%s: %s: %v", l.name, name, err)
			}
			for _, one := range used(made) {
				if !strings.HasPrefix(one, "{") && !regexp.MustCompile(`(`+l.mark+`)`+regexp.QuoteMeta(l.call(one))+`\b`).MatchString(library) {
					t.Errorf("%s: the step %s calls %s, which the library does not have", l.name, name, l.call(one))
				}
			}
		}
		slices.Sort(refused)
		want := strings.Fields(l.not + "ecdsa-sha1 ecdsa-sha384 ecdsa-sha512 ed25519-seed gb18030")
		slices.Sort(want)
		if !slices.Equal(refused, want) {
			t.Errorf("%s refuses %q, want %q", l.name, refused, want)
		}
	}
}

func whole(has map[string]bool) func(*protocol.Protocol) (*program.Program, error) {
	return func(p *protocol.Protocol) (*program.Program, error) {
		return program.Whole(p, program.Options{Has: has})
	}
}

// sources are the files of a library, one behind the other.
func sources(t *testing.T, lang string) string {
	t.Helper()
	folder := "runtime/" + lang + "/*"
	if lang == "script" {
		folder = "../../export/script/library/*.js"
	}
	names, err := filepath.Glob(folder)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

package bind_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// ownProtocol is the block of a system.
var ownProtocol = regexp.MustCompile(`(?m)^protocol:\n(?: .*\n)+`)

// withProtocol is the system plain of package spec with another protocol and with files
// of its own.
func withProtocol(t *testing.T, block string, files ...txtar.File) *spec.Set {
	t.Helper()
	base, err := txtar.ParseFile(filepath.FromSlash("../../spec/testdata/good/plain.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range append(base.Files, files...) {
		if f.Name == "spec/plain/system.yaml" && block != "" {
			f.Data = append(slices.Clone(ownProtocol.ReplaceAll(f.Data, nil)), "protocol:\n  "+strings.ReplaceAll(strings.TrimSpace(block), "\n", "\n  ")+"\n"...)
		}
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	if at := fsys["spec/plain/errors.yaml"]; at != nil && block != "" && !strings.Contains(block, "P-1003") { // the protocol that is laid over it repeats nothing
		at.Data = []byte(strings.Replace(string(at.Data), "{text: 重复}", "{text: 重复, reserved: 没有用到}", 1))
	}
	if at := fsys["spec/plain/note/note_write.yaml"]; at != nil && block != "" && !strings.Contains(block, "form:") { // its bodies are JSON
		at.Data = bytes.Replace(at.Data, []byte("body: form"), []byte("body: json"), 1)
	}
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestProtocolFindings holds what the compiler finds in a protocol, and its places in
// the YAML.
func TestProtocolFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.FromSlash("testdata/protocol/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		c, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := withProtocol(t, string(c.Files[0].Data), c.Files[1:len(c.Files)-1]...)
		err = errors.Join(bind.Protocols(set), bind.Examples(set))
		if err == nil {
			t.Errorf("%s: nothing is found", file)
			continue
		}
		want := &c.Files[len(c.Files)-1]
		if *update {
			want.Data = []byte(err.Error() + "\n")
			if err := os.WriteFile(file, txtar.Format(c), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(string(want.Data), err.Error()+"\n"); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// TestErratumTakesWeakness holds that an erratum in the message takes what is weak in it.
func TestErratumTakesWeakness(t *testing.T) {
	t.Parallel()
	const block = `
request:
  query: {app_key: "{app}", token: "{token}"}
  values: {token: {send: ""}}
  guards: [{issued: token}]
reply:
  json: {code: "{code}", message: "{text}", "*": "{payload}"}
  success: {code: P-000000}
  fields: {code: {type: string, label: 码}, message: {type: string, label: 描述}}
`
	set := withProtocol(t, block)
	if err := bind.Protocols(set); err == nil {
		t.Fatal("the weakness is not found")
	}
	set.Systems[0].Protocol.Accepted["request"] = []*spec.Erratum{{ID: "token-alone"}}
	if err := bind.Protocols(set); err != nil {
		t.Error(err)
	}
}

// TestGeneratedText holds that the text of a protocol means what the YAML means, with
// anchors and merges resolved.
func TestGeneratedText(t *testing.T) {
	t.Parallel()
	const block = `
keys: {appkey: text}
request: &one
  header: {appId: "{app}", sign: "{sign}"}
  json: {count: 1, yes: true, t: "1", "*": "{payload}"}
  values: &values
    sign: {of: "{body}{appkey}", by: [md5, hex]}
  fields:
    header.sign: {type: string, required: true, label: 签名}
reply:
  text: "{code}"
  success: {code: P-000000}
push:
  <<: *one
  path: /push
  values: {<<: *values, a: "{nonce}", nonce: {send: "x\ny"}}
  header: {sign: "{sign}", A: "{a}"}
`
	p := withProtocol(t, block).Systems[0].Protocol
	const want = `keys: {appkey: text}
request:
  header: {appId: "{app}", sign: "{sign}"}
  json: {count: 1, "yes": true, t: "1", "*": "{payload}"}
  values: {sign: {of: "{body}{appkey}", by: [md5, hex]}}
reply: {text: "{code}", success: {code: P-000000}}
push:
  path: "/push"
  values: {a: "{nonce}", nonce: {send: "x\ny"}, sign: {of: "{body}{appkey}", by: [md5, hex]}}
  header: {sign: "{sign}", A: "{a}"}
  json: {count: 1, "yes": true, t: "1", "*": "{payload}"}
`
	if diff := cmp.Diff(want, p.Text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := p.Request[0]; f.Name != "sign" || f.Path != "header/sign" {
		t.Errorf("the row is %s at %s", f.Name, f.Path)
	}
}

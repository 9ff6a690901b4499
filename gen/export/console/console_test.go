package console_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestGenerate has a form for each interface that can be called, without what the
// protocol writes, and with samples of what is required.
func TestGenerate(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		about, script := generate(t, s)
		if script == "" || len(script) > 100_000 || about.Gap != "" {
			t.Errorf("%s: %d bytes of script, gap %q", s.Name, len(script), about.Gap)
		}
		for _, i := range s.Interfaces {
			call, ok := about.Calls[i.Cmd]
			if ok != (i.Kind != spec.Notify) {
				t.Errorf("%s %s: a form is %t", s.Name, i.Cmd, ok)
			}
			for _, f := range call.Fields {
				if f.Name == "sign" || f.Name == "app_key" {
					t.Errorf("%s %s asks for %s, which the protocol writes", s.Name, i.Cmd, f.Name)
				}
				if f.Required && f.Value == "" {
					t.Errorf("%s %s has no sample of %s", s.Name, i.Cmd, f.Name)
				}
				if f.Kind == "json" && !json.Valid([]byte(f.Value)) && f.Value != "" {
					t.Errorf("%s %s: %s is %s", s.Name, i.Cmd, f.Name, f.Value)
				}
			}
		}
	}
}

// generate reads what is generated for a system.
func generate(t *testing.T, s *spec.System) (about portal.Console, script string) {
	t.Helper()
	files, err := console.Generate("generated", s)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(files[s.Name+"/docs/"+portal.ConsoleFile], &about); err != nil {
		t.Fatal(err)
	}
	return about, string(files[s.Name+"/docs/"+portal.ProtocolFile])
}

// TestGap says what of a protocol a script cannot carry, and generates no script; a charset, compression
// and bodies with files are none of that.
func TestGap(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if s.Name != "custservice" {
			continue
		}
		s.Protocol.Text = strings.Replace(s.Protocol.Text, `"hmac-sha256 appkey"`, `gbk, "hmac-sha256 appkey"`, 1)
		if about, script := generate(t, s); about.Gap != "" || len(script) > 100_000 || !strings.Contains(script, "gbk(") {
			t.Errorf("gap %q, %d bytes of script", about.Gap, len(script))
		}
		s.Protocol.Text = strings.Replace(s.Protocol.Text, `gbk, "hmac-sha256 appkey"`, `"ed25519-seed pair"`, 1)
		s.Protocol.Text = strings.Replace(s.Protocol.Text, "keys: {", "keys: {pair: hex, ", 1)
		about, script := generate(t, s)
		if !strings.Contains(about.Gap, "step ed25519-seed") || script != "" || len(about.Calls) > 0 {
			t.Errorf("gap %q, %d bytes of script of\n%s", about.Gap, len(script), s.Protocol.Text)
		}
		return
	}
	t.Error("no system to test with")
}

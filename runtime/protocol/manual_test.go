package protocol_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

const manual = "../../docs/protocol.md"

// TestManual sends, admits, answers and opens with every example of the manual.
func TestManual(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(raw), -1)
	if len(blocks) < 9 {
		t.Fatal(len(blocks))
	}
	for i, b := range blocks {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			t.Parallel()
			var n yaml.Node
			if err := yaml.Unmarshal([]byte(b[1]), &n); err != nil {
				t.Fatal(err)
			}
			d, problems := declare.Read(&n)
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			p, err := protocol.Compile(d)
			if err != nil {
				t.Fatal(err)
			}
			f := &file{App: "700", Token: "t", Keys: map[string]string{}, System: map[string]string{}}
			for _, k := range d.Keys {
				to := f.Keys
				if k.System {
					to = f.System
				}
				to[k.Name] = example(k.Kind)
			}
			for _, push := range []bool{false, true} {
				if x := map[bool]*protocol.Exchange{false: p.Call, true: p.Push}[push]; x != nil {
					manualRound(t, f, p, x, push, d)
				}
			}
		})
	}
}

func example(kind string) string {
	switch kind {
	case "text":
		return "0123456789abcdef"
	case "hex":
		return "000102030405060708090a0b0c0d0e0f"
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))
	}
	return "generate " + kind
}

func manualRound(t *testing.T, f *file, p *protocol.Protocol, x *protocol.Exchange, push bool, d *declare.Protocol) {
	t.Helper()
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	one := trip{Push: push, Interface: "do.it", Payload: `{"a":"1","b":"二"}`, Draft: "POST /do", Values: map[string]string{"token": "t", "ticket": "t"}}
	_, s, sent := send(t, f, p, one, at)
	a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
	if err != nil {
		t.Fatalf("%v\n%s", err, dump(sent.Message))
	}
	sameJSON(t, "payload", one.Payload, string(a.Payload()))
	if !push && d.Reply == nil {
		return
	}
	for _, o := range []protocol.Outcome{{OK: true, Code: "0", Text: "ok", Payload: []byte(`{"c":3}`)}, {Code: "9", Text: "no"}} {
		m, err := x.Reply(a, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := x.Open(t.Context(), sent, m)
		if err != nil || got.OK != o.OK {
			t.Errorf("%v: %+v %v\n%s", o.OK, got, err, m.Body)
		}
	}
}

// TestManualSteps holds the table of steps to the steps.
func TestManualSteps(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	want := markdown()
	if _, have, _ := strings.Cut(string(raw), "\n## Steps\n"); !strings.HasSuffix(have, "\n\n"+want) {
		if os.Getenv("UPDATE") == "" {
			t.Fatal("the table of steps is old: run with UPDATE=1")
		}
		head, _, _ := strings.Cut(string(raw), "\n| step |")
		head, _, _ = strings.Cut(head, "\nSTEPS")
		if err := os.WriteFile(manual, []byte(strings.TrimRight(head, "\n")+"\n\n"+want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// markdown is the table of all steps for the manual.
func markdown() string {
	var b strings.Builder
	b.WriteString("| step | does | back |\n| --- | --- | --- |\n")
	for _, r := range step.Table() {
		args := ""
		if r.Args != "" {
			args = " " + r.Args
		}
		b.WriteString("| `" + strings.ReplaceAll(r.Name+args, "|", `\|`) + "` | " + r.Doc + " | " + back(r) + " |\n")
	}
	return b.String()
}

// back is what a receiver does with a step.
func back(r step.Row) string {
	for _, args := range [][]string{{"k"}, nil, {"1"}, {"1", "0"}, {"10m"}, {"hex"}, {"datetime"}} {
		for _, named := range []map[string]string{nil, {"rounds": "1", "bytes": "1"}} {
			do, err := r.Make(&step.Args{List: args, Named: named})
			switch {
			case err != nil:
			case do.Verify != nil:
				return "verify"
			case do.Undo != nil:
				return "undo"
			default:
				return "compare"
			}
		}
	}
	return "compare"
}

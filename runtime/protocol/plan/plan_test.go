package plan

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// steps is a plan in words.
func (f *Form) steps(ops []Op) string {
	names := []string{"compute", "match", "compare", "verify", "undo", "into", "app", "token", "clock", "part", "call", "body", "query", "path", "header", "url"}
	var out []string
	for _, o := range ops {
		word := names[o.Kind]
		if o.Slot > 0 || o.Item != nil {
			at := o.Slot
			if o.Item != nil {
				at = o.Item.Slot
			}
			word += " " + f.Infos[at].Name
		}
		out = append(out, word)
	}
	return strings.Join(out, "; ")
}

// A plan is data flow: first the places, then the app, then what is compared, and
// last what is undone.
func TestPlan(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../testdata/lianfa.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Protocol yaml.Node `yaml:"protocol"`
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	d, _ := declare.Read(&file.Protocol)
	p, err := Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"request":  "match method; match path; match json.header.appid; match json.header.timestamp; match json.header.sid; match json.header.authCode; match json.header.cmd; match json.header.version; match json.header.dataCode; match json.data; app; compare authCode; compare dataCode; undo data",
		"reply":    "app; match json.header.appid; match json.header.sid; match json.header.authCode; match json.header.cmd; match json.header.version; match json.header.dataCode; match json.data; compare authCode; compare dataCode; call request.interface; compare cmd; call request.sid; compare sid; undo data; undo answer; match answer.errcode; match answer.errmsg; match answer.content",
		"-request": "compute method; path; compute json.header.appid; compute time; compute json.header.timestamp; compute sid; compute json.header.sid; compute data; compute dataCode; compute authCode; compute json.header.authCode; compute json.header.cmd; compute version; compute json.header.version; compute json.header.dataCode; compute json.data; query; body",
	}
	for _, f := range append(p.Call.Calls, p.Call.Replies...) {
		if diff := cmp.Diff(want[f.Place], f.steps(f.Receive)); diff != "" && want[f.Place] != "" {
			t.Errorf("%s is received: %s", f.Place, diff)
		}
		if diff := cmp.Diff(want["-"+f.Place], f.steps(f.Send)); diff != "" && want["-"+f.Place] != "" {
			t.Errorf("%s is sent: %s", f.Place, diff)
		}
	}
}

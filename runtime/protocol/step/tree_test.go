package step_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

func TestJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `{"a":1,}`, `{"a":1}x`, `{"a":1,"a":2}`, `{"a":{"b":1,"\u0062":2}}`, `{'a':1}`, `{"a":01}`, `{"a":1.}`, `{"a":"\ud800"}`,
		`{"a":"\u0000"}`, "{\"a\":\"\n\"}", `{"a":tru}`, `[1,]`, "{\"a\":\"\xff\"}", strings.Repeat("[", 100) + strings.Repeat("]", 100), `NaN`,
	} {
		var tree step.Tree
		if tree.JSON([]byte(text), 8) == nil {
			t.Errorf("%q is let in", text)
		}
	}
	var tree step.Tree
	if err := tree.JSON([]byte("\ufeff {\"a\":\"\\u5f20\\n\",\"b\":[1,{\"c\":null}]} "), 8); err != nil {
		t.Fatal(err)
	}
	at, err := tree.Find(0, "a")
	if err != nil || string(tree.Nodes[at].Text) != "张\n" || string(tree.Nodes[at].Raw) != `"\u5f20\n"` {
		t.Error(tree.Nodes, err)
	}
}

func TestXMLRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `<a>`, `<a></b>`, `<a/><b/>`, `x<a/>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a>&b;</a>`, "<a>\xff</a>", `{"a":1}`,
	} {
		var tree step.Tree
		if tree.XML([]byte(text)) == nil {
			t.Errorf("%q is let in", text)
		}
	}
	var tree step.Tree
	if err := tree.XML([]byte(`<a><nonce>x3gBkQ</nonce><b>张</b></a>`)); err != nil || string(tree.Nodes[3].Text) != "张" {
		t.Errorf("gbk in a value is no charset: %v, %s", err, tree.Nodes[len(tree.Nodes)-1].Text)
	}
	gbk := append([]byte(`<?xml version="1.0" encoding="GBK" standalone='yes'?><a><b>`), 0xd5, 0xc5)
	if err := tree.XML(append(gbk, `</b><b><![CDATA[<x>]]></b><c/></a>`...)); err != nil {
		t.Fatal(err)
	}
	if got := string(tree.AppendJSON(nil, 0, nil)); got != `{"a":{"b":["张","<x>"],"c":""}}` {
		t.Error(got)
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	var tree step.Tree
	for _, text := range []string{"a=%", "a=%zz", "a=%ff", strings.Repeat("a&", 600)} {
		if tree.Pairs(text) == nil {
			t.Errorf("%q is let in", text)
		}
	}
	if err := tree.Pairs("a=1&b=a;b&c=x+y%2B&&d&a=2"); err != nil {
		t.Fatal(err)
	}
	if got := string(tree.AppendJSON(nil, 0, nil)); got != `{"a":["1","2"],"b":"a;b","c":"x y+","d":""}` {
		t.Error(got)
	}
	if _, err := tree.Find(0, "a"); err == nil {
		t.Error("a name that comes twice is taken")
	}
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	body, err := message.AppendMultipart(nil, "x1", []message.Part{
		{Name: "a", Body: []byte("1")}, {Name: "f", File: "图.png", Type: "image/png", Body: []byte("bytes\r\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var tree step.Tree
	if err := tree.Multipart("multipart/form-data; boundary=x1", body); err != nil {
		t.Fatal(err)
	}
	if got := string(tree.AppendJSON(nil, 0, nil)); got != `{"a":"1"}` {
		t.Error(got)
	}
	at, _ := tree.Find(0, "f")
	if n := tree.Nodes[at]; n.File != "图.png" || n.Type != "image/png" || string(n.Text) != "bytes\r\n" {
		t.Errorf("%+v", n)
	}
	if none, err := message.AppendMultipart(nil, "x1", nil); err != nil || tree.Multipart("multipart/form-data; boundary=x1", none) != nil {
		t.Error("a body without parts is refused", err)
	}
	for _, kind := range []string{"", "multipart/form-data", "multipart/form-data; boundary=y"} {
		if tree.Multipart(kind, body) == nil {
			t.Errorf("%q is let in", kind)
		}
	}
}

// A message shows nothing of itself, whatever prints it.
func FuzzTree(f *testing.F) {
	f.Add(`{"a":[1,"b",null,{"c":true}],"d":"\u5f20\/"}`)
	f.Add(`<a><b>1</b><c><![CDATA[x]]></c></a>`)
	f.Add(`a=1&b=%E5%BC%A0&c`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		var tree step.Tree
		if tree.JSON([]byte(text), 64) == nil {
			if !json.Valid([]byte(strings.TrimPrefix(text, "\ufeff"))) {
				t.Errorf("JSON that is none: %q", text)
			}
			if out, err := step.Canonical(nil, []byte(text), false); err != nil || !json.Valid(out) {
				t.Errorf("canonical %q: %s %v", text, out, err)
			}
			var any step.Tree
			if any.JSON([]byte(text), 1) != nil {
				t.Errorf("%q depends on the levels", text)
			}
		}
		if tree.XML([]byte(text)) == nil {
			var v struct{ XMLName xml.Name }
			if !json.Valid(tree.AppendJSON(nil, 0, nil)) {
				t.Errorf("%q is no JSON", text)
			}
			_ = v
		}
		if tree.Pairs(text) == nil && !json.Valid(tree.AppendJSON(nil, 0, nil)) {
			t.Errorf("%q is no JSON", text)
		}
		var s string
		if out := step.AppendString(nil, []byte(text)); json.Unmarshal(out, &s) != nil || strings.ToValidUTF8(text, "\ufffd") != strings.ToValidUTF8(s, "\ufffd") && json.Valid(out) && !strings.Contains(s, "\ufffd") {
			t.Errorf("%q became %s", text, out)
		}
	})
}

// TestAppendJSONOfNothing writes the tree of a message without a body.
func TestAppendJSONOfNothing(t *testing.T) {
	t.Parallel()
	if got := string(new(step.Tree).AppendJSON(nil, 0, nil)); got != "{}" {
		t.Errorf("nothing is written as %s", got)
	}
}

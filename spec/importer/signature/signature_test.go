package signature_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/signature"
)

// TestRead reads rules, with examples that come out and one that does not.
func TestRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text                                        string
		params                                      []string
		algorithm, encoding, order, key, param, app string
		proven                                      bool
	}{
		"key behind": {
			text: "签名：md5(a=1&b=2密钥)，密钥直接放在末尾。\n\n结果：sign=" + md5of("a=1&b=2密钥"), params: []string{"appId", "sign"},
			algorithm: "md5", encoding: "hex", order: "listed", key: "{params}{secret}", param: "sign", app: "appId", proven: true,
		},
		"key as a pair, sorted, upper case": {
			text:      "签名规则：参数按ASCII码升序，最后拼接key，MD5后转大写。\n\nstringA=\"appid=wx1&body=test&nonce=abc\"\n\nkey为 192006250b4c09247ec02edce69f6a2d\n\nsign=" + upper(md5of("appid=wx1&body=test&nonce=abc&key=192006250b4c09247ec02edce69f6a2d")),
			algorithm: "md5", encoding: "HEX", order: "name", key: "{params}&key={secret}", proven: true,
		},
		"prose alone": {text: "签名采用HMAC-SHA256，参数按字典序排序，结果Base64", algorithm: "hmac-sha256", encoding: "base64", order: "name", key: "{params}"},
		"an example that was made up": {
			text:      "签名：md5\n\na=1&b=2\n\nkey=secret1\n\nsign=0123456789abcdef0123456789abcdef",
			algorithm: "md5", encoding: "hex", order: "listed", key: "{params}{secret}",
		},
	} {
		doc, err := document.Read("a.md", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		r := signature.Read([]*document.Document{doc}, c.params)
		if r == nil {
			t.Errorf("%s: nothing was read", name)
			continue
		}
		if r.Algorithm != c.algorithm || r.Encoding != c.encoding || r.Order != c.order || r.Key != c.key || r.Param != c.param || r.App != c.app || (r.Proven != nil) != c.proven {
			t.Errorf("%s: %+v", name, r)
		}
		if !c.proven && (r.Nearest == "") != (name == "prose alone") {
			t.Errorf("%s: nearest %q", name, r.Nearest)
		}
	}
	doc, err := document.Read("a.md", []byte("# 查询\n\n没有什么"))
	if err != nil {
		t.Fatal(err)
	}
	if r := signature.Read([]*document.Document{doc}, nil); r != nil {
		t.Errorf("%+v", r)
	}
}

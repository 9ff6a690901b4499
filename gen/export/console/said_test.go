package console_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
)

var (
	saying  = regexp.MustCompile(`(?:new Error\(|refused\([^,()]+, |lost: )"([^"]*)"( \+)?|(?:\bform\(|what \|\| )"([^"]*)"`)
	english = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)
)

// TestSaid wants Chinese for everything that the script of a protocol says of a message, alone
// and behind the value that it is about.
func TestSaid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../script/library/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range saying.FindAllStringSubmatch(string(source), -1) {
			switch {
			case m[3] != "":
				texts = append(texts, m[3]+" has another form")
			case m[1] == "the key has ":
				texts = append(texts, "the key has 7 bytes, aes takes 16 or 24 or 32")
			case m[2] != "":
				texts = append(texts, m[1]+"orderNo")
			default:
				texts = append(texts, m[1], "sign: "+m[1])
			}
		}
	}
	said, err := os.ReadFile("../../../runtime/portal/assets/said.js")
	if err != nil {
		t.Fatal(err)
	}
	var chinese []string
	npm.Run(t, `const window = {};`+string(said)+`
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8")).map((text) => window.portalSaid(text)[0])));`, texts, &chinese)
	if len(texts) < 60 {
		t.Errorf("only %d texts: %q", len(texts), texts)
	}
	for n, text := range chinese {
		if english.MatchString(text) || !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) {
			t.Errorf("%q is %q", texts[n], text)
		}
	}
}

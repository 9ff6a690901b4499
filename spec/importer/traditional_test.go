package importer_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// TestTraditional imports each document that is a text in traditional characters: it gives the
// YAML that it gives in simplified ones, but for the characters.
func TestTraditional(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	const both = "回准系占布制周志托征台只游面干冲注里采并向卷谷松" // characters of both scripts
	other := map[rune]string{}
	for r := rune(0x9fff); r >= 0x4e00; r-- { // the first of several counts
		if simple, _ := utf8.DecodeRuneInString(han.Simple(string(r))); simple != r && !strings.ContainsRune(both, simple) {
			other[simple] = string(r)
		}
	}
	taiwan := strings.NewReplacer("接口", "介面", "字段", "欄位", "类型", "型別", "返回", "回傳", "响应", "回應", "示例", "範例", "数组", "陣列")
	for _, file := range files {
		if !slices.Contains([]string{".md", ".txt", ".html", ".rst", ".adoc"}, filepath.Ext(file)) {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.Valid(data) {
				t.Skip("not in UTF-8: its characters cannot be replaced here")
			}
			golden, err := os.ReadFile(file + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, r := range taiwan.Replace(string(data)) {
				if one, ok := other[r]; ok {
					text.WriteString(one)
				} else {
					text.WriteRune(r)
				}
			}
			doc, err := document.Read(filepath.Base(file), []byte(text.String()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(han.Simple(string(golden)), han.Simple(written(t, drafted(t, doc)))); diff != "" {
				t.Errorf("(-simplified +traditional):\n%s", diff)
			}
		})
	}
}

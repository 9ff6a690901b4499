package importer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// TestTypesEverywhere imports documents whose tables have each type that documents spell in
// each place that a value can have, required or not, with and without members, with and without
// defaults: what is written passes check.
func TestTypesEverywhere(t *testing.T) {
	t.Parallel()
	kinds := strings.Fields("String string int Integer long float double decimal(10,2) number Number(8,2) bool boolean date datetime timestamp char(1) varchar2(64) byte short BigDecimal " +
		"object Object Map map<string,int> array Array String[] List<String> List<Item> int[] file MultipartFile json JSONObject JSONArray any 字符串 整型 数组 对象 文件 日期 枚举 enum")
	kinds = append(kinds, "string | null", "int | null", "array | null", "object | null", "int | string", "unsigned int", "List<Integer>", "string(date-time)", "", "-")
	places := []struct{ name, method, path, caption, in string }{
		{"query", "GET", "/q", "请求参数", "query"},
		{"getbody", "GET", "/g", "请求参数", ""},
		{"delete", "DELETE", "/d", "请求参数", "body"},
		{"header", "POST", "/h", "请求参数", "header"},
		{"path", "GET", "/p/{holes}", "请求参数", "path"},
		{"form", "POST", "/f", "请求参数", "form"},
		{"cookie", "POST", "/c", "请求参数", "cookie"},
		{"body", "POST", "/b", "请求参数", "body"},
		{"unsaid", "PUT", "/u", "请求参数", ""},
		{"reply", "POST", "/r", "返回参数", ""},
		{"replyheader", "POST", "/rh", "返回参数", "header"},
	}
	for n, must := range []string{"是", "否", "", "是", "否", "", "否", "否", "否"} {
		members := n > 2 && n < 6
		// default, length, values, example
		more := []string{"| | |", "| | |", "| | |", "1| | |", "1|10| |1", "1| |0：否；1：是|1", "CURRENT_TIMESTAMP|8-16| |2026-01-01", "true|10,2|A/B/C|A", "-|≤20|1-100|0.5"}[n]
		t.Run(fmt.Sprintf("required %q, members %t, default, length, values and example %q", must, members, more), func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			count, sent := 0, 0
			for _, p := range places {
				if members && slices.Contains([]string{"path", "header", "cookie"}, p.in) {
					continue
				}
				size := len(kinds)
				if p.in == "path" {
					size = 8 // a path is so long
				}
				for part := range slices.Chunk(kinds, size) {
					path, rows := strings.TrimSuffix(p.path, "{holes}"), ""
					for n, kind := range part {
						if path != p.path {
							path += fmt.Sprintf("{v%d}/", n)
						}
						rows += fmt.Sprintf("| v%d | %s | %s | %s | %s | 某值 |\n", n, p.in, strings.ReplaceAll(kind, "|", `\|`), must, more)
						if members {
							rows += fmt.Sprintf("| v%d.x | %s | %s | %s | %s | 其成员 |\n", n, p.in, strings.ReplaceAll(kind, "|", `\|`), must, more)
						}
					}
					count, sent = count+1, sent+strings.Count(rows, "\n")
					fmt.Fprintf(&b, "## %d 接口%s%d\n\n%s %s\n\n### %s\n\n| 参数名 | 位置 | 类型 | 必填 | 默认值 | 长度 | 取值范围 | 示例 | 说明 |\n|---|---|---|---|---|---|---|---|---|\n%s\n", count, p.name, count, p.method, strings.TrimSuffix(path, "/"), p.caption, rows)
				}
			}
			doc, err := document.Read("types.md", []byte(b.String()))
			if err != nil {
				t.Fatal(err)
			}
			d := drafted(t, doc)
			found := 0
			for _, x := range d.Interfaces {
				found += len(x.Request) + len(x.Response)
			}
			if len(d.Interfaces) != count || found != sent {
				t.Errorf("%d of %d interfaces, %d of %d rows", len(d.Interfaces), count, found, sent)
			}
			written(t, d)
		})
	}
}

package gen

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// testingPage is the page for testers: which cases there are, how they are fired,
// and the way from an answer that nobody expected to the row that says so.
func testingPage(system *spec.System, suite *fixture.Suite) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# 测试用例\n\n以下 %d 个用例由规范逐条推导得出，每个用例写明所依据的规则、文档章节和应得的错误码。\n", len(suite.Cases))
	caseTable(&b, system, suite)
	for _, skipped := range suite.Skipped {
		fmt.Fprintf(&b, "\n`%s` 没有用例：%s\n", skipped.Cmd, line(skipped.Err.Error()))
	}
	fmt.Fprintf(&b, "\n用例文件在 `%s/fixtures/%s`：每个接口一个目录，`base.json` 是正确的请求，其余文件每行一个用例。\n", Root, system.Name)
	howToFire(&b, system, suite)
	if c := sampleCase(suite); c != nil {
		walkDoc(&b, system, c)
	}
	return b.String()
}

// caseTable counts the cases by interface and phase.
func caseTable(b *strings.Builder, system *spec.System, suite *fixture.Suite) {
	counts := map[string]map[fixture.Phase]int{"": {}}
	for _, c := range suite.Cases {
		if counts[c.Cmd] == nil {
			counts[c.Cmd] = map[fixture.Phase]int{}
		}
		counts[c.Cmd][c.Phase]++
		counts[""][c.Phase]++
	}
	b.WriteString("\n| 接口 | 名称 |")
	for _, p := range fixture.Phases() {
		fmt.Fprintf(b, " %s |", p.Title())
	}
	b.WriteString(" 合计 |\n| --- | --- |" + strings.Repeat(" --: |", len(fixture.Phases())+1) + "\n")
	row := func(name, title string, by map[fixture.Phase]int) {
		all := 0
		fmt.Fprintf(b, "| %s | %s |", name, title)
		for _, p := range fixture.Phases() {
			fmt.Fprintf(b, " %d |", by[p])
			all += by[p]
		}
		fmt.Fprintf(b, " %d |\n", all)
	}
	for _, i := range system.Interfaces {
		if by := counts[i.Cmd]; by != nil {
			row(fmt.Sprintf("[%s](%s.md#%s)", cell(i.Cmd), i.Group.Name, anchor(i.Cmd)), cell(i.Title), by)
		}
	}
	row("合计", "", counts[""])
}

// howToFire says how the cases are sent.
func howToFire(b *strings.Builder, system *spec.System, suite *fixture.Suite) {
	b.WriteString("\n## 发送\n\n用例会写入数据，请只对测试环境发送。应用文件 `app.json` 由 `jiekoud app add … --json` 给出。\n\n")
	if len(suite.Setup) > 0 {
		rows := 0
		for _, r := range suite.Setup {
			rows += len(r.Rows)
		}
		fmt.Fprintf(b, "应当成功的用例需要 %d 行基础数据。`jiekoud serve --demo` 已经包含；其他服务器先装载：\n\n", rows)
		fmt.Fprintf(b, "```sh\njiekou fixtures --system %s --setup rows\njiekoud load --system %s rows/*.csv\n```\n\n", system.Name, system.Name)
	}
	b.WriteString("```sh\njiekou fire --app app.json --url http://127.0.0.1:8080 --limited limited.json --html report.html --junit junit.xml\n```\n\n" +
		"`limited.json` 是一个没有任何授权的应用，用于权限类用例，没有时这些用例跳过。`--phases`、`--only` 选择用例，`--rate`、`--parallel` 限制速度。" +
		"全部通过时退出码为 0，有不符时为 1，用法有误时为 2。`report.html` 是带签名的联调报告，`jiekou fire --app app.json --verify report.html` 核对它未被改动。\n")
}

// sampleCase is a refused case whose answer names a field, else any refused one; nil
// where there is none.
func sampleCase(suite *fixture.Suite) *fixture.Case {
	var found *fixture.Case
	for _, c := range suite.Cases {
		if c.Phase != fixture.Boundary || c.Field == "" || c.Rule == "accept" || c.Rule == "check" {
			continue
		}
		if c.Rule == "length" && c.Expect.Field != "" {
			return c
		}
		if found == nil {
			found = c
		}
	}
	return found
}

// walkDoc is the way from a failing call to the row of the YAML and the document.
func walkDoc(b *strings.Builder, system *spec.System, c *fixture.Case) {
	var i *spec.Interface
	for _, one := range system.Interfaces {
		if one.Cmd == c.Cmd {
			i = one
		}
	}
	text := errorText(system, c.Expect.Code)
	if c.Expect.Field != "" {
		text = strings.ReplaceAll(text, "%s", c.Expect.Field)
	}
	file := fmt.Sprintf("spec/%s/%s/%s.yaml", system.Name, i.Group.Name, i.Cmd)
	fmt.Fprintf(b, "\n## 从失败的调用到文档\n\n以 `%s` 为例：%s。应得 `%s %s`。\n\n", c.ID, line(c.Title), c.Expect.Code, cell(text))
	ledger := "。"
	if len(system.Ledger) > 0 {
		ledger = "；文档中的条件逐句落实在[条款落实表](" + ledgerFile + ")。"
	}
	for n, step := range []string{
		"**看响应。** 错误码在[错误码](errors.md)中查：“规则与错误码”一表给出它对应的规则，这里是 `" + c.Rule + "`。" +
			"错误描述中有字段名的，就是出错的字段。HTTP 401 且没有内容：服务器不认识应用。响应无法验证：token 或 appkey 不一致。",
		fmt.Sprintf("**找用例。** `jiekou fixtures --system %s --list | grep %s` 列出该接口的用例；联调报告和 `jiekou fire` 的输出已经写明用例编号。\n\n"+
			"   ```sh\n   jiekou fixtures --case %s\n   ```\n\n   它给出完整的请求（`payload`）、规则（`rule`）、文档章节（`section`）和 YAML 的行（`source`）。", system.Name, c.Cmd, c.ID),
		fmt.Sprintf("**看 YAML。** `source` 指向 `%s` 中的一行，与文档表格的一行对应；`follow:` 表示与文档不同，原因在[勘误与约定](errata.md)。", file),
		fmt.Sprintf("**看文档。** 第 %s 节，见 [%s](%s.md#%s)%s", c.Section, cell(i.Cmd), i.Group.Name, anchor(i.Cmd), ledger),
		fmt.Sprintf("**重放。** 改正以后只发送这一个用例，并显示完整的往来报文；种子相同则请求相同：\n\n"+
			"   ```sh\n   jiekou fire --app app.json --replay %s --seed 1\n   ```", c.ID),
		"**仍不一致。** 几乎全部用例都在检查业务数据之前被拒绝时，`jiekou fire` 会说明停在哪一步；用 `" + compareWith(system) + "` 与对方的计算过程逐步比较。",
	} {
		fmt.Fprintf(b, "%d. %s\n", n+1, step)
	}
}

// compareWith is the command that shows the steps of an envelope or a signature.
func compareWith(system *spec.System) string {
	if system.Plain() {
		return "jiekou call -v"
	}
	return "jiekou seal --explain"
}

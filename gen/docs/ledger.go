package docs

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
)

// ledgerFile is the page of the ledger below the docs of a system.
const ledgerFile = "ledger.md"

// ledgerPage lists the conditions that the document states, section by section,
// each with its carrier.
func ledgerPage(system *spec.System) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# 条款落实表\n\n文档中每一处带条件的文字，以及由什么落实。%s\n", ledgerCounts(system))
	last := ""
	for _, e := range system.Ledger {
		if title := ledgerTitle(e); title != last {
			fmt.Fprintf(&b, "\n## %s\n\n| 参数 | 条款 | 落实 |\n| --- | --- | --- |\n", title)
			last = title
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", markdown.Cell(e.Field), markdown.Cell(e.Says), ledgerCarrier(e))
	}
	return b.String()
}

// ledgerTitle heads the rows of a section.
func ledgerTitle(e *spec.LedgerEntry) string {
	if x := e.Interface; x != nil {
		return e.Section + " " + x.Cmd
	}
	return e.Section
}

// carrierText names the kinds of carriers, in the order in which they are
// counted.
func carrierText() []spec.Pair {
	return []spec.Pair{
		{Name: "rule", Value: "字段规则"},
		{Name: "answer", Value: "处理逻辑"},
		{Name: "erratum", Value: "勘误"},
		{Name: "note", Value: "接口说明"},
		{Name: "unchecked", Value: "无法检验"},
	}
}

// ledgerCarrier names the carrier of a row.
func ledgerCarrier(e *spec.LedgerEntry) string {
	switch e.Carrier {
	case "rule", "answer":
		var names []string
		for _, name := range e.By {
			names = append(names, "`"+markdown.Cell(name)+"`")
		}
		return strings.Join(names, "、")
	case "erratum":
		return fmt.Sprintf("[%s](errata.md#%s)", e.By[0], e.By[0])
	case "note":
		if x := e.Interface; x != nil {
			return fmt.Sprintf("[接口说明](%s.md#%s)：%s", x.Group.Name, markdown.Anchor(x.Cmd), markdown.Cell(e.By[0]))
		}
	}
	return "无法检验：" + markdown.Cell(strings.Join(e.By, "；"))
}

// ledgerCounts is "共 3 条：字段规则 2，勘误 1。".
func ledgerCounts(system *spec.System) string {
	var parts []string
	for _, kind := range carrierText() {
		n := 0
		for _, e := range system.Ledger {
			if e.Carrier == kind.Name {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", kind.Value, n))
		}
	}
	return fmt.Sprintf("共 %d 条：%s。", len(system.Ledger), strings.Join(parts, "，"))
}

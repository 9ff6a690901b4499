// Package markdown writes the texts of a document into Markdown so that they mean
// themselves there: no text begins a tag, a table's cell or an emphasis.
package markdown

import "strings"

// Line puts text on one line of prose.
func Line(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`, "`", "\\`", "~", `\~`, "](", `]\(`).Replace(strings.Join(strings.Fields(s), " "))
}

// Cell is text that fits into a cell of a table.
func Cell(s string) string {
	return inert.Replace(strings.TrimSpace(s))
}

// inert are the characters that mean something in a cell. To make it takes longer than to use it.
var inert = strings.NewReplacer("|", `\|`, "&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "\\`", "\n", " ")

// Anchor is the anchor of an interface's heading.
func Anchor(cmd string) string { return strings.ToLower(cmd) }

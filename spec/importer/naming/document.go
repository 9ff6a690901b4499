package naming

import (
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

var (
	// documentTitle is the first line of a document, where that says what it is.
	documentTitle = pattern.New(`(?i)(?:接口|api|文档|规范|协议|手册|说明书?|指南|方案|specification|reference|manual|guide|protocol)(?:\s*[（(]?v?[\d.]+[)）]?)?$`)
	// versionLine is a line that says the version of a document: 版本：V1.2, 2026-10-08.
	versionLine = pattern.New(`(?i)^\W*(?:文档|当前|接口)?(?:版本号?|version)\s*[:：]?\s*([a-z]{0,2}\d{0,2}v?\d+(?:\.\d+){0,3})(?:[\s,(/]+(\d{4}\s*[-/.年]\s*\d.*?))?\W*$`)
)

// longestTitle is how many letters the title of a document has at most.
const longestTitle = 40

// OfDocument is what a document calls itself: its only heading of the highest level, in front of
// all others, or a first line that says so. It is empty where it does not; isGeneric says of a
// text that every document has it.
func OfDocument(doc *document.Document, isGeneric func(string) bool) string {
	var first, top *document.Block
	tops := 0
	for _, b := range doc.Blocks {
		switch {
		case b.Level > 0 && (top == nil || b.Level < top.Level):
			if top != nil {
				return ""
			}
			top, tops = b, 1
		case b.Level > 0 && b.Level == top.Level:
			tops++
		}
		if first == nil && b.Table == nil && !b.Code {
			first = b
		}
	}
	isSheet := path.Ext(doc.Name) == ".xlsx" // its headings are the names of sheets
	for _, b := range []*document.Block{top, first} {
		if b == nil || isSheet || b == top && tops > 1 || b != top && !documentTitle.MatchString(strings.TrimSpace(b.Text)) {
			continue
		}
		text := strings.TrimSpace(b.Text)
		if text != "" && len([]rune(text)) <= longestTitle && !strings.Contains(text, "\n") && EndpointOf(text).Path == "" && !isGeneric(text) {
			return text
		}
	}
	return ""
}

// VersionOf is the version that a document says in a line of its own, in front of its tables,
// and the date of that version, where it is beside it.
func VersionOf(doc *document.Document) (version, date string) {
	for _, b := range doc.Blocks {
		if b.Table != nil {
			return "", ""
		}
		for line := range strings.SplitSeq(b.Text, "\n") {
			if m := versionLine.FindStringSubmatch(norm.NFKC.String(line)); m != nil && !b.Code {
				return m[1], wording.DateOf(m[2])
			}
		}
	}
	return "", ""
}

package document

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/spec"
)

// DOCX is the document of a system as a Word file. The same system gives the same bytes.
func DOCX(s *spec.System) ([]byte, error) {
	blocks, err := blocksOf(s)
	if err != nil {
		return nil, err
	}
	var body strings.Builder
	for _, one := range blocks {
		switch {
		case one.level > 0:
			fmt.Fprintf(&body, `<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr>%s</w:p>`, one.level, run(one.text))
		case one.rows != nil:
			wordTable(&body, one.rows)
		case one.code:
			fmt.Fprintf(&body, `<w:p><w:pPr><w:pStyle w:val="Code"/></w:pPr>%s</w:p>`, run(one.text))
		default:
			fmt.Fprintf(&body, `<w:p>%s</w:p>`, run(one.text))
		}
	}
	return disk.Zip(map[string][]byte{
		"[Content_Types].xml":          []byte(contentTypes),
		"_rels/.rels":                  []byte(relations("officeDocument", "word/document.xml")),
		"word/document.xml":            []byte(wordHead + `<w:document ` + wordSpace + `><w:body>` + body.String() + wordPage + `</w:body></w:document>`),
		"word/styles.xml":              []byte(wordHead + `<w:styles ` + wordSpace + `>` + wordStyles() + `</w:styles>`),
		"word/_rels/document.xml.rels": []byte(relations("styles", "styles.xml")),
	})
}

const (
	wordHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	// A4, lying, so that tables of seven columns have room.
	wordPage = `<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>` +
		`<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`
	contentTypes = wordHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`
)

// relations is a file of one relation.
func relations(kind, target string) string {
	return wordHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
		`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + target + `"/></Relationships>`
}

// wordStyles are the fonts, the headings with their levels, code and tables.
func wordStyles() string {
	var b strings.Builder
	b.WriteString(`<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="宋体" w:cs="Calibri"/>` +
		`<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="80"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for level, size := range []int{0, 36, 30, 26, 23} {
		if level > 0 {
			fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="Heading%d"><w:name w:val="heading %d"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>`+
				`<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="%d"/></w:pPr><w:rPr><w:b/><w:sz w:val="%d"/></w:rPr></w:style>`,
				level, level, level-1, size)
		}
	}
	b.WriteString(`<w:style w:type="paragraph" w:styleId="Code"><w:name w:val="Code"/><w:basedOn w:val="Normal"/>` +
		`<w:pPr><w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/></w:pPr><w:rPr><w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/><w:sz w:val="18"/></w:rPr></w:style>`)
	return b.String()
}

// run is a text with its line breaks. A character that XML cannot hold is left out.
func run(text string) string {
	var b strings.Builder
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			b.WriteString(`<w:r><w:br/></w:r>`)
		}
		if line != "" {
			b.WriteString(`<w:r><w:t xml:space="preserve">` + escaped(line) + `</w:t></w:r>`)
		}
	}
	return b.String()
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return strings.ReplaceAll(b.String(), "\uFFFD", "")
}

// wordTable writes a table with borders whose head repeats on every page.
func wordTable(b *strings.Builder, rows [][]string) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="808080"/>`, side)
	}
	b.WriteString(`</w:tblBorders></w:tblPr><w:tblGrid>` + strings.Repeat(`<w:gridCol w:w="2000"/>`, len(rows[0])) + `</w:tblGrid>`)
	for n, row := range rows {
		head, shade := "", ""
		if n == 0 {
			head, shade = `<w:trPr><w:tblHeader/></w:trPr>`, `<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/></w:tcPr>`
		}
		b.WriteString(`<w:tr>` + head)
		for _, cell := range row {
			fmt.Fprintf(b, `<w:tc>%s<w:p>%s</w:p></w:tc>`, shade, run(strings.TrimSpace(cell)))
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl><w:p/>`)
}

package message

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// maxParts bounds the parts of a multipart body.
const maxParts = 128

// Multipart reads a multipart/form-data body whose Content-Type is contentType.
func (t *Tree) Multipart(contentType string, src []byte) error {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return errors.New("the Content-Type has no boundary")
	}
	t.begin(src, Object)
	r := multipart.NewReader(bytes.NewReader(src), params["boundary"])
	last := int32(0)
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) && last != 0 {
			return nil
		}
		if err != nil || n == maxParts {
			return errors.New("no well-formed multipart body")
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return errors.New("no well-formed multipart body")
		}
		last = t.child(0, last, Node{
			Name: []byte(part.FormName()), Text: text, Raw: text, File: part.FileName(), Type: part.Header.Get("Content-Type"),
		})
	}
}

// Part is one part of a multipart body.
type Part struct {
	Name string
	File string // name of the file, empty: a text
	Type string // of a file, default application/octet-stream
	Body []byte
}

// AppendMultipart appends a multipart body with that boundary.
func AppendMultipart(dst []byte, boundary string, parts []Part) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	w := multipart.NewWriter(b)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if strings.ContainsAny(p.Name+p.File+p.Type, "\r\n") {
			return nil, errors.New("a part's name with a line break")
		}
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", multipart.FileContentDisposition(p.Name, p.File))
		if p.File == "" {
			h.Set("Content-Disposition", `form-data; name="`+quote(p.Name)+`"`)
		}
		if p.Type != "" {
			h.Set("Content-Type", p.Type)
		}
		one, err := w.CreatePart(h)
		if err != nil {
			return nil, err
		}
		_, _ = one.Write(p.Body) // a buffer takes everything
	}
	err := w.Close()
	return b.Bytes(), err
}

// quote escapes a text in quotes of a header.
func quote(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

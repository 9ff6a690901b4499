package message

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/textproto"
	"strings"
)

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
var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace

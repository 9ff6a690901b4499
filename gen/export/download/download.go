// Package download lists the formats that other tools read, and keeps each of them beside
// the documents of a system, from where its site offers them.
package download

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/collection"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// ErrUncalled is the error of a system that has notifications alone.
var ErrUncalled = errors.New("the system has no calls")

// Format writes one system for tools of others.
type Format struct {
	Name, Short string // of jiekou export
	Ending      string // of a file: "openapi.json"
	Title       string // for partners
	Write       func(s *spec.System) ([]byte, error)
	Scripts     bool // its calls are sealed by scripts
}

// Formats are the formats, in the order in which they are offered.
func Formats() []Format {
	calls := func(write func(*call.Set) ([]byte, error)) func(*spec.System) ([]byte, error) {
		return func(s *spec.System) ([]byte, error) {
			set, err := call.Of(s)
			if err != nil {
				return nil, err
			}
			if len(set.Calls) == 0 {
				return nil, ErrUncalled
			}
			return write(set)
		}
	}
	return []Format{
		{"jsonschema", "JSON Schemas of requests, replies and notifications, as one bundle", "schemas.json", "请求、应答和通知的 JSON Schema", schema.Bundle, false},
		{"openapi", "OpenAPI 3.1, with the notifications as webhooks", "openapi.json", "OpenAPI 3.1，通知作为 webhooks", api.OpenAPI, false},
		{"asyncapi", "AsyncAPI 3.0 of the notifications", "asyncapi.json", "通知的 AsyncAPI 3.0", api.AsyncAPI, false},
		{"postman", "a collection for Postman, with scripts that seal and open", "postman.json", "Postman 集合，自带按协议收发的脚本", calls(collection.Postman), true},
		{"apifox", "the same for Apifox, which imports it as Postman", "", "", calls(collection.Postman), true},
		{"docx", "the interface document as a Word file", "docx", "Word 文档", document.DOCX, false},
		{"md", "the interface document as Markdown", "md", "Markdown 文档", document.Markdown, false},
		{"bruno", "a collection for Bruno with the same scripts, as a zip of its folder", "bruno.zip", "Bruno 集合，自带同样的脚本", calls(collection.Bruno), true},
		{"yapi", "YApi's own JSON, without scripts: to read, not to call", "yapi.json", "YApi 的 JSON，没有脚本，只供阅读", calls(collection.YApi), false},
	}
}

// Files are the exports of a system below its documents, as an artefact of gen. What is an
// archive is kept as its parts, so that a revision shows in a diff of them.
func Files(_ string, s *spec.System) (map[string][]byte, error) {
	if s.Protocol == nil {
		return nil, nil
	}
	out := map[string][]byte{}
	var list []portal.Download
	for _, f := range Formats() {
		if f.Title == "" {
			continue
		}
		text, err := f.Write(s)
		if errors.Is(err, api.ErrSilent) || errors.Is(err, ErrUncalled) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		one := portal.Download{File: s.Name + "." + f.Ending, Title: f.Title, Archive: bytes.HasPrefix(text, []byte("PK"))}
		if f.Name == "postman" {
			one.Title = "Postman、Apifox 集合，自带按协议收发的脚本"
		}
		name := one.File
		if one.Archive {
			name += ".parts.json"
			if text, err = parts(text); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		out[path.Join(s.Name, "docs", portal.DownloadFolder, name)] = text
		list = append(list, one)
	}
	text, err := indented(list)
	out[path.Join(s.Name, "docs", portal.DownloadsFile)] = text
	return out, err
}

// parts are the files of an archive as JSON.
func parts(archive []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		out[f.Name] = string(text)
	}
	return indented(out)
}

// indented is JSON on lines, as generated files have it.
func indented(data any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(data)
	return b.Bytes(), err
}

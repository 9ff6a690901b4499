package portal

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The generated files for other tools, beside DataFile.
const (
	DownloadsFile  = "downloads.json" // its list of Download
	DownloadFolder = "download"
)

// Download is a file for a tool of others.
type Download struct {
	File  string `json:"file"`
	Title string `json:"title"`
	// Archive is a zip: what is kept is File with .parts.json behind it, names and texts.
	Archive bool `json:"archive,omitempty"`
}

// plainHost are the names and addresses of servers that need no escaping in a page.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:_\[\]-]+$`)

// plainAddress is an address of a server that needs no escaping either; it may have a path.
var plainAddress = regexp.MustCompile(`^https?://[A-Za-z0-9.:_\[\]-]+(/[A-Za-z0-9._~%-]+)*/?$`)

// Address reads the address of a server as people write it, for Options.Host and Send;
// empty: there is none.
func Address(text string) (string, error) {
	if text != "" && !plainAddress.MatchString(text) {
		return "", fmt.Errorf("%q is no address of a server", text)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// opened is the address that a request was sent to, as a proxy in front of the server says.
func opened(r *http.Request) string {
	if !plainHost.MatchString(r.Host) {
		return SampleHost
	}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// download is a file for other tools, with the address of a server.
func (one *systemPages) download(d Download, host string) ([]byte, error) {
	name := DownloadFolder + "/" + d.File
	if d.Archive {
		name += ".parts.json"
	}
	text, err := one.read(name)
	if err != nil {
		return nil, err
	}
	text = []byte(strings.ReplaceAll(string(text), SampleHost, host))
	if !d.Archive {
		return text, nil
	}
	var files map[string]string
	if err := json.Unmarshal(text, &files); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return packed(files)
}

// packed is a zip of files: the same for the same files.
func packed(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(files[name])); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

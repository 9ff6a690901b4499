// Package lsp is the language server: it tells an editor what check finds while
// somebody types, completes keys and names, leads to definitions, explains, renames and
// offers the fixes that hints propose. It speaks the Language Server Protocol 3.17 over
// a stream.
package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
)

// Options says which project is served.
type Options struct {
	Root    string // the folder that holds spec/
	Disk    fs.FS  // its files as they are saved
	Version string // of the program
	// Check reads and checks the systems below spec/ of a file system, as jiekou check
	// does. An error says that they cannot be read at all.
	Check func(fsys fs.FS) (spec.Findings, error)
	// Say says a text in the language of an editor's locale, such as zh-cn; "" is an editor
	// that names none. Default: English.
	Say func(locale, text string) string
	// Quiet is how long nobody types before the YAML is checked. Default: 150 ms.
	Quiet time.Duration
}

// Serve talks to an editor until it says exit, the stream ends or the context is done.
func Serve(ctx context.Context, stream io.ReadWriteCloser, o Options) error {
	if o.Quiet == 0 {
		o.Quiet = 150 * time.Millisecond
	}
	s := &server{Options: o, workspace: newWorkspace(o.Root, o.Disk), found: map[string][]diagnostic{}, dirty: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn := jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(stream, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(s.handle))
	var checking sync.WaitGroup
	checking.Go(func() { s.checks(ctx, conn) })
	select {
	case <-conn.DisconnectNotify():
	case <-ctx.Done():
		_ = conn.Close()
	}
	cancel()
	checking.Wait()
	return nil
}

// server is one conversation.
type server struct {
	Options
	*workspace
	dirty chan struct{}

	known sync.Mutex
	found map[string][]diagnostic // by file, as the editor was told
}

// textDocument names a document, with its text where the message has it.
type textDocument struct {
	URI  string `json:"uri"`
	Text string `json:"text"`
}

// params are the parameters of the messages that are understood.
type params struct {
	Locale         string       `json:"locale"`
	TextDocument   textDocument `json:"textDocument"`
	Position       position     `json:"position"`
	Range          textRange    `json:"range"`
	NewName        string       `json:"newName"`
	ContentChanges []struct {
		Text string `json:"text"`
	} `json:"contentChanges"`
	Context struct {
		IncludeDeclaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

// handle answers one message.
func (s *server) handle(_ context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	var p params
	if r.Params != nil {
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
		}
	}
	name := s.name(p.TextDocument.URI)
	switch r.Method {
	case "initialize":
		if s.Say != nil {
			s.say = func(text string) string { return s.Say(p.Locale, text) }
		}
		return s.capabilities(), nil
	case "initialized", "textDocument/didSave", "workspace/didChangeWatchedFiles":
		s.touch()
		return nil, nil
	case "shutdown":
		return nil, nil
	case "exit":
		return nil, conn.Close()
	case "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose":
		s.edited(r.Method, name, p)
		return nil, nil
	}
	if result, ok := s.ask(r.Method, name, p); ok {
		return result, nil
	}
	if r.Notif {
		return nil, nil
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: r.Method + " is not understood"}
}

// ask answers a question about a document.
func (s *server) ask(method, name string, p params) (any, bool) {
	switch method {
	case "textDocument/completion":
		return s.complete(name, p.Position), true
	case "textDocument/hover":
		return s.hover(name, p.Position, s.findings(name)), true
	case "textDocument/definition":
		return s.located(s.references(name, p.Position), func(m mention) bool { return m.defines }), true
	case "textDocument/references":
		return s.located(s.references(name, p.Position), func(m mention) bool { return !m.defines || p.Context.IncludeDeclaration }), true
	case "textDocument/rename":
		return s.rename(name, p.Position, p.NewName), true
	case "textDocument/codeAction":
		return s.fixes(name, s.findings(name), p.Range), true
	case "textDocument/formatting":
		return s.formatted(name), true
	}
	return nil, false
}

// findings are those of a file, as the editor was told.
func (s *server) findings(name string) []diagnostic {
	s.known.Lock()
	defer s.known.Unlock()
	return s.found[name]
}

// capabilities is what the server can do.
func (s *server) capabilities() any {
	const wholeText = 1
	return map[string]any{
		"capabilities": map[string]any{
			"textDocumentSync":           map[string]any{"openClose": true, "change": wholeText, "save": true},
			"completionProvider":         map[string]any{"triggerCharacters": []string{" ", "{", "[", ","}},
			"hoverProvider":              true,
			"definitionProvider":         true,
			"referencesProvider":         true,
			"renameProvider":             true,
			"codeActionProvider":         map[string]any{"codeActionKinds": []string{"quickfix"}},
			"documentFormattingProvider": true,
		},
		"serverInfo": map[string]any{"name": "jiekou", "version": s.Version},
	}
}

// edited takes over what the editor has.
func (s *server) edited(method, name string, p params) {
	switch n := len(p.ContentChanges); {
	case name == "":
		return
	case method == "textDocument/didOpen":
		s.set(name, p.TextDocument.Text)
	case method == "textDocument/didClose":
		s.drop(name)
	case n > 0:
		s.set(name, p.ContentChanges[n-1].Text)
	}
	s.touch()
}

// formatted is the edit that formats a document; none when it cannot be read.
func (s *server) formatted(name string) []edit {
	src := s.text(name)
	out, err := format.YAML([]byte(src))
	if err != nil || string(out) == src {
		return []edit{}
	}
	all := split(src)
	return []edit{{textRange{End: position{Line: len(all)}}, string(out)}}
}

// touch asks for a check.
func (s *server) touch() {
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

// checks checks after each change, once nobody has typed for a while.
func (s *server) checks(ctx context.Context, conn *jsonrpc2.Conn) {
	quiet := time.NewTimer(time.Hour)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.dirty:
			quiet.Reset(s.Quiet)
		case <-quiet.C:
			s.publish(ctx, conn)
		}
	}
}

// publish tells the editor what is found in each file, and of what is clean again that
// it is.
func (s *server) publish(ctx context.Context, conn *jsonrpc2.Conn) {
	findings, err := s.Check(s.fs())
	if err != nil && !errors.As(err, &findings) {
		_ = conn.Notify(ctx, "window/logMessage", map[string]any{"type": 1, "message": err.Error()}) // the editor has gone
		return
	}
	now := map[string][]diagnostic{}
	for _, f := range findings {
		if _, done := now[f.Pos.File]; !done {
			now[f.Pos.File] = s.diagnosed(f.Pos.File, findings)
		}
	}
	s.known.Lock()
	for name := range s.found {
		if _, still := now[name]; !still {
			now[name] = []diagnostic{}
		}
	}
	s.found = now
	s.known.Unlock()
	for name, list := range now {
		if conn.Notify(ctx, "textDocument/publishDiagnostics", map[string]any{"uri": s.uri(name), "diagnostics": list}) != nil {
			return
		}
	}
}

// Package importer drafts YAML from the documents of partners: it finds interfaces,
// tables of parameters and codes by the words of their heads, and carries over what
// it reads as it was printed. It knows no document: every rule is about a kind of
// table, and the words it looks for are in the tables of package wording.
package importer

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/paste"
	"github.com/jiekou-dev/jiekou/spec/importer/signature"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Options say how documents are read.
type Options struct {
	Words *wording.Words // nil: those that come with the program
}

// From drafts the files of one document, in their order.
func From(docs []*document.Document, o Options) (*draft.Draft, error) {
	words := o.Words
	if words == nil {
		var err error
		if words, err = wording.New(); err != nil {
			return nil, err
		}
	}
	docs = slices.Clone(docs)
	d := &drafter{draft: &draft.Draft{}, words: words, structs: map[string]*structure{}, blocks: map[naming.Endpoint]*draft.Interface{}, items: item.New(words), several: len(docs) > 1}
	for n, one := range docs {
		d.file = path.Base(filepath.ToSlash(one.Name))
		plain := *one
		plain.Blocks = d.unboxed(one.Blocks)
		docs[n] = &plain
		d.read(d.items.Tables(paste.Regroup(plain.Blocks, words)))
	}
	if len(docs) == 1 {
		d.draft.Title = naming.OfDocument(docs[0], words.IsGeneric)
		d.draft.Said(naming.VersionOf(docs[0]))
	}
	d.finish()
	d.draft.Signature = signature.Read(docs, params(d.draft))
	if !d.draft.Signature.Declared() { // a signed body has names beside the payload
		d.lists()
	}
	if d.draft.Signature.Declared() && len(d.draft.Decisions) > 0 {
		d.draft.Decisions[0].Text = "system.yaml declares the signature, and neither a window of time nor a frame of replies: declare the rest as the document says (docs/protocol.md)"
	}
	return d.draft, nil
}

// params are the names of all parameters of requests, common ones first.
func params(d *draft.Draft) []string {
	var out []string
	for _, s := range d.Shared {
		for _, f := range s.Fields {
			out = append(out, f.Name())
		}
	}
	for _, i := range d.Interfaces {
		for _, f := range i.Request {
			out = append(out, f.Name())
		}
	}
	return out
}

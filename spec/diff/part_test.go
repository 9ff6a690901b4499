package diff_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// told are the parts of the model of which no revision says anything, with why not.
// Whole structs stand under their own name.
var told = map[string]string{
	"Known": "a proof, of which no message changes", "Change": "what a document says of its revisions", "Demo": "rows to try things with",
	"DemoApp": "an app to try things with", "DemoRows": "rows to try things with", "LedgerEntry": "what carries a sentence, not what it does",
	"Carriage": "follows from the text of the protocol", "Item": "follows from the text of the protocol", "Origin": "a place in the text",
	"Endpoint": "follows from the text of the protocol", "Reply": "follows from the text of the protocol", "Pair": "compared where it is one of a list",
	"Migration": "SQL that a draft wrote", "ErrorGroup": "a heading", "Group.Name": "a folder: what moves are the interfaces in it",

	"System.Endpoint": "Endpoint", "System.Reply": "Reply", "System.Changes": "Change", "System.Known": "Known", "System.Ledger": "LedgerEntry", "System.Demo": "Demo",
	"System.Groups": "one that comes or goes is told by its interfaces", "System.Enums": "compared at the fields that have them", "System.Mappings": "compared where they are used",
	"System.Digits": "compared at the fields that they match", "System.Migrations": "Migration", "System.Released": "Migration",
	"System.Unread": "of a draft", "System.Protocol": "a system without one was not read",

	"Protocol.Text": "TestEveryWord", "Protocol.Origins": "places in the text", "Protocol.Carriage": "follows from the text",
	"Protocol.Carriages": "follows from the text", "Protocol.Once": "follows from the text", "Protocol.Values": "follows from the text",
	"Protocol.Codes": "follows from the text", "Protocol.Statuses": "follows from the text", "Protocol.Answer": "follows from the text",
	"Protocol.Accepted": "why a finding of check stays",

	"Interface.System": "where it is", "Interface.Was": "says which one it was", "Interface.Ours": "a mark for the ledger",
	"Interface.Since": "goes with the version", "Interface.DocPath": "how the document writes it", "Interface.Origin": "where the document has it",
	"Interface.Note": "compared where it is written; TestEdits has it", "Interface.Errata": "Erratum", "Interface.Frame": "follows from the text of the protocol", "Interface.MessageType": "a word of the document that is not sent",
	"Interface.Publish": "a command of operators", "Interface.Answer": "what has none says so by its status, or is an earlier revision",

	"Field.Was": "says which one it was", "Field.DocPath": "how the document writes it", "Field.Flat": "how the document writes it",
	"Field.Origin": "where the document has it", "Field.Path": "follows from the names", "Field.Since": "goes with the version", "Field.Parent": "follows from the tree",
	"Field.Followed": "a place", "Field.Document": "where it is another than what is followed, a decision says so", "Field.Errata": "Erratum",
	"Field.Ours": "a mark for the ledger", "Field.SpelledType": "how the document writes it",
	"Field.SpelledLength": "how the document writes it", "Field.Untyped": "how the document writes it", "Field.Unchecked": "why a condition stays in words",
	"Field.ReadOnly": "a word of the document from which nothing follows", "Field.KeepAbsent": "follows from the answer", "Field.Asks": "follows from the answer", "Field.Replied": "where it is",
	"Rules.Condition": "wording: the machine form is compared", "EnumBy.Name": "each case has it", "EnumCase.Enum": "each case has one", "Enum.Name": "how the list is found",
	"Match.Number": "follows from the field that decides",

	"ErrorCode.Reserved": "why nothing answers with it", "ErrorCode.Ours": "a mark for the ledger", "ErrorCode.Used": "follows from the rest",
	"Erratum.Title": "wording", "Erratum.Says": "wording", "Erratum.Why": "wording", "Erratum.Since": "when it was decided",
	"Erratum.Section": "where the document has it", "Erratum.Where": "who is pointed to it", "Erratum.Named": "follows from the rest",
	"Example.Errata": "Erratum", "Scope.Title": "wording",

	"Table.System": "where it is", "Table.Was": "says which one it was", "Table.Title": "wording of what partners do not see",
	"Table.Note": "wording of what partners do not see", "Table.Since": "which migration makes it", "Table.Users": "follows from the interfaces",
	"Column.Was": "says which one it was", "Column.Label": "wording of what partners do not see",
	"Column.Since": "which migration makes it", "Index.Since": "which migration makes it",
	"Revision.Granted": "with a field, that chooses",
}

// TestEveryPart changes each part of a model, one at a time, in place, and wants a change
// said: what diff does not compare changes unseen.
func TestEveryPart(t *testing.T) {
	t.Parallel()
	type pair struct{ before, after *spec.Set }
	pairs := []pair{
		{model(t, base(t)), model(t, base(t))},
		{examples(t), examples(t)},
	}
	said, unsaid := map[string]bool{}, map[string]string{}
	for _, p := range pairs {
		each(reflect.ValueOf(p.after), "", map[any]bool{}, func(name, at string, v reflect.Value) {
			if said[name] {
				return
			}
			for _, other := range others(v) {
				kept := reflect.New(v.Type()).Elem()
				kept.Set(v)
				v.Set(other)
				if len(diff.Diff(p.before, p.after)) > 0 {
					said[name] = true
				} else if unsaid[name] == "" {
					unsaid[name] = fmt.Sprintf("%s: %.60v becomes %.60v", at, kept, other)
				}
				v.Set(kept)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(unsaid)) {
		if !said[name] {
			t.Errorf("%s is not compared: %s", name, unsaid[name])
		}
	}
	if len(said) < 130 {
		t.Errorf("%d parts were changed", len(said))
	}
}

// examples are the systems in which each key of the language stands.
func examples(t *testing.T) *spec.Set {
	t.Helper()
	set, findings, err := load.Draft(os.DirFS("../reference"), "example")
	if err != nil {
		t.Fatal(err, findings)
	}
	return set
}

// each visits the exported parts of structs of package spec, each struct once.
func each(v reflect.Value, at string, seen map[any]bool, visit func(name, at string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] || !strings.HasSuffix(v.Type().Elem().PkgPath(), "jiekou/spec") {
			return
		}
		seen[v.Interface()] = true
		each(v.Elem(), at, seen, visit)
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), fmt.Sprintf("%s[%d]", at, i), seen, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() && !f.Anonymous || f.Name == "Places" || f.Name == "Pos" || f.Type == reflect.TypeFor[spec.Pos]() || f.Type == reflect.TypeFor[spec.Places]() {
				continue
			}
			name := v.Type().Name() + "." + f.Name
			if told[name] != "" || told[v.Type().Name()] != "" {
				continue
			}
			if !f.Anonymous || f.Type.Kind() != reflect.Struct {
				visit(name, at+"."+f.Name, v.Field(i))
			}
			each(v.Field(i), at+"."+f.Name, seen, visit)
		}
	}
}

// others are values that a part may have instead.
func others(v reflect.Value) (out []reflect.Value) {
	put := func(x any) { out = append(out, reflect.ValueOf(x).Convert(v.Type())) }
	switch x := v.Interface().(type) {
	case spec.Type:
		if x == spec.String {
			put(spec.Int)
		} else {
			put(spec.String)
		}
		return out
	case spec.Required:
		if x == spec.Yes {
			put(spec.No)
		} else {
			put(spec.Yes)
		}
		return out
	case spec.Limit:
		put(spec.Limit{N: x.N + 1, Set: true})
		return out
	}
	switch v.Kind() {
	case reflect.String:
		put(v.String() + "1")
		if v.String() != "" {
			put("")
		}
	case reflect.Bool:
		put(!v.Bool())
	case reflect.Int, reflect.Int64:
		put(v.Int() + 1)
	case reflect.Slice:
		if v.Len() > 0 {
			out = append(out, v.Slice(0, v.Len()-1))
		} else if e := v.Type().Elem(); e.Kind() == reflect.String {
			put([]string{"x"})
		} else if e == reflect.TypeFor[spec.Match]() {
			put([]spec.Match{{Name: "x", Value: "y"}})
		}
	case reflect.Pointer:
		if t := v.Type(); !v.IsNil() && t != reflect.TypeFor[*spec.Group]() && t != reflect.TypeFor[*spec.Interface]() {
			out = append(out, reflect.Zero(v.Type())) // an interface has its group, a revision the later interface
		}
	case reflect.Map:
		if v.Len() > 0 {
			out = append(out, reflect.Zero(v.Type()))
		}
	}
	return out
}

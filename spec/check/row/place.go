package row

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Headers wants names of headers, queries and cookies that HTTP can tell apart and send.
func Headers(d *spec.Collector, x *spec.Interface) {
	outer(d, x.Request)
	outer(d, x.Response)
}

// outer compares the names of rows outside of the body.
func outer(d *spec.Collector, list spec.Fields) {
	seen := map[string]*spec.Field{}
	for _, f := range list {
		if f.In != "header" && f.In != "query" && f.In != "cookie" {
			continue
		}
		name := f.In + "." + f.Outer()
		if f.In == "header" {
			name = strings.ToLower(name)
		}
		if o := seen[name]; o != nil {
			hint := "keep one of the two: letter case means nothing in names of headers"
			if f.In != "header" {
				hint = "keep one of the two"
			}
			d.Add("JK0231", f.Pos, hint, "the %s %s is already there as %s", f.In, f.Outer(), o.Name)
		}
		seen[name] = f
		if f.In != "query" && !spec.IsHeaderName(f.Outer()) {
			d.Add("JK0231", f.Pos, "take its name from the document with name:, in letters, digits and hyphens", "%s is no name of a %s", f.Outer(), f.In)
		}
		if f.In == "header" && spec.IsHeaderOfHTTP(f.Outer(), f.Replied) {
			d.Add("JK0231", f.Pos, "leave it out: HTTP and the protocol say it", "the header %s is not the interface's", f.Outer())
		}
	}
}

// Headed holds a row in a header of what we send against what headers can be.
func Headed(d *spec.Collector, f *spec.Field) {
	if len(f.Alias) > 0 {
		d.Add("JK0232", f.At("alias"), "remove it: further names are read in JSON bodies only", "%s is in the header and has an alias", f.Name)
	}
}

// Whole holds rows that are all of a body or payload against what else is said of it.
func Whole(d *spec.Collector, x *spec.Interface) {
	for _, list := range []spec.Fields{x.Request, x.Response} {
		f := list.Whole()
		if f == nil {
			continue
		}
		at, sent := f.At("in"), f.Replied || x.Kind == spec.Notify
		for _, other := range list {
			if other != f && (other.In == "body" || other.In == "form") {
				d.Add("JK0244", other.Pos, "remove in: whole from "+f.Name+", or put "+other.Name+" into a header", "%s is beside %s, which is all of the payload", other.Name, f.Name)
			}
		}
		switch {
		case x.Form && !f.Replied:
			d.Add("JK0244", at, "remove body: form, or in: whole", "a form has names, and %s has none", f.Name)
		case len(f.Alias) > 0:
			d.Add("JK0244", f.At("alias"), "remove it: the value has no name", "%s is all of the payload and has an alias", f.Name)
		case sent && !f.IsRequired() && !f.Nullable:
			d.Add("JK0244", at, "required: true, as a list that may be empty is, or nullable: true", "%s is all that we send, and it may be nothing", f.Name)
		case f.Type == spec.Object && len(f.Fields) > 0 && !f.AsText && !f.Nullable:
			d.Add("JK0244", at, "write its members as rows of their own", "%s is an object, and all of its members are the payload's", f.Name)
		}
	}
	shared(d, x)
}

// shared holds a revision that comes to the URL of another interface against what is all
// of the payload there: the choice is made within the payload as that one has it.
func shared(d *spec.Collector, x *spec.Interface) {
	if !x.Revision.Shares() {
		return
	}
	name := func(list spec.Fields) string {
		if f := list.Whole(); f != nil {
			return f.Name
		}
		return ""
	}
	if of := x.Revision.Of; name(x.Request) != name(of.Request) {
		d.Add("JK0244", x.Revision.Pos, "give it a path of its own", "%s comes to the URL of %s, and their requests have not the same row with in: whole", x.Cmd, of.Cmd)
	}
}

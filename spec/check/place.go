package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/row"
)

func checkBody(d *checked, x *spec.Interface) {
	body, at := x.Written("body").Text, x.At("body")
	switch {
	case d.Unread["system"]:
	case body == "xml":
		d.Add("JK0228", at, "agree on JSON or a form with the partner, or turn XML into JSON in a proxy before jiekoud",
			"XML bodies are not supported")
	case body != "" && body != "json" && body != "form":
		d.Add("JK0228", at, spec.OneOf(body, []string{"json", "form"}), "unknown form %q of the body", body)
	case x.Has("body") && !d.HasPaths():
		d.Add("JK0228", at, "remove it: a sealed message has its own form", "body belongs to systems with a signature")
	}
	if written := d.Protocol.Carries(x).Body; x.Form && x.Kind != spec.Notify && (written == "json" || written == "xml") {
		d.Add("JK0228", at, "remove it, or give the interface a variant of the request with form: {\"*\": \"{payload}\"}",
			"the protocol writes the body of %s as %s", x.Cmd, strings.ToUpper(written))
	}
	if !d.HasPaths() || x.Kind == spec.Notify || !x.IsBodyless() {
		return
	}
	if x.Form {
		d.Add("JK0229", at, "make it POST, or remove body: form and add in: query to the fields", "a %s has no body", x.Method)
		return
	}
	for _, f := range x.Request {
		if f.In == "body" && !d.elsewhere(x) {
			d.Add("JK0229", f.Pos, "add in: query, or make it POST", "a %s has no body for %s", x.Method, f.Name)
		}
	}
}

// elsewhere reports whether the fields of a body are in the query or in a header.
func (d *checked) elsewhere(x *spec.Interface) bool {
	c := d.Protocol.Carries(x)
	return c.Apart || c.Bodyless
}

// apart reports whether the fields of a body are in a place of their own.
func (d *checked) apart(x *spec.Interface) bool {
	return d.Protocol.Carries(x).Apart
}

var (
	pathName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	pathPart = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=:@%-]*$`)
)

func checkPathNames(d *checked, x *spec.Interface) {
	if x.Path == "" {
		return
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(x.Path, "/") {
		name, open := strings.CutPrefix(part, "{")
		name, shut := strings.CutSuffix(name, "}")
		switch {
		case !open && !shut && pathPart.MatchString(part):
		case !open || !shut || !pathName.MatchString(name):
			d.Add("JK0230", d.Inside(x.At("path"), part, 0), "write whole parts between slashes, like /customer/{customerId}",
				"%q is not allowed in a path", part)
		case seen[name]:
			d.Add("JK0230", d.Inside(x.At("path"), part, 1), "", "%s comes twice in the path", part)
		default:
			seen[name] = true
			if !x.Sends("path", name) {
				d.Add("JK0230", d.Inside(x.At("path"), part, 0), "add the field "+name+" with in: path",
					"the request has no field %q in the path", name)
			}
		}
	}
	for _, f := range x.Request {
		if f.In == "path" && !seen[f.Name] {
			d.Add("JK0230", f.At("in"), "add {"+f.Name+"} to path", "the path has no {%s}", f.Name)
		}
	}
}

// checkIn compares in: of fields with the places that the method and the body have.
func checkIn(d *checked, x *spec.Interface) {
	if d.Unread["system"] {
		return
	}
	for f := range slices.Concat(x.Request, x.Response).All() {
		if f.Sent != "" && (f.Parent != nil || f.In != "header" && f.In != "query" && f.In != "cookie") {
			d.Add("JK0137", f.At("name"), "remove it; in a body the row is called as on the wire",
				"%s is not in a header, a query or a cookie, and has another name there", f.Name)
		}
	}
	for f := range x.Request.All() {
		in, at := f.Has("in"), f.At("in")
		switch {
		case f.Parent != nil:
			if in {
				d.Add("JK0232", at, "remove it: members travel with "+f.Top().Name+", outside of a JSON body as JSON text",
					"%s is a member and has the place of %s", f.Name, f.Top().Name)
			}
		case in && x.Kind == spec.Notify && f.In == "header":
			row.Headed(d.Collector, f)
		case in && f.In != "body" && (!d.HasPaths() || x.Kind == spec.Notify):
			d.Add("JK0232", at, "remove it", "%s is not allowed in the %s: the message is sealed", f.Name, f.In)
		case f.In == "form" && !x.Form:
			d.Add("JK0232", at, "add body: form to the interface, or remove it", "the body is JSON, not a form")
		case in && f.In == "body" && !f.Whole && x.Form && !d.apart(x):
			d.Add("JK0232", at, "remove it, or write in: form", "the body is a form, not JSON")
		case f.In == "path" && f.IsNested():
			d.Add("JK0232", at, "put it into the query or the body", "an %s is not allowed in the path", f.Type)
		case f.In != "body" && len(f.Alias) > 0:
			d.Add("JK0232", f.At("alias"), "remove it: further names are read in JSON bodies only",
				"%s is in the %s and has an alias", f.Name, f.In)
		}
	}
	for f := range x.Response.All() {
		switch place := f.Written("in").Text; {
		case place == "" || place == "payload" || place == "frame":
		case f.Parent != nil:
			d.Add("JK0232", f.At("in"), "remove it: members travel with "+f.Top().Name, "%s is a member and has the place of %s", f.Name, f.Top().Name)
		case place == "header":
			row.Headed(d.Collector, f)
		case place != "whole":
			d.Add("JK0232", f.At("in"), "in: header, or remove it", "a response has no %s for %s", place, f.Name)
		}
	}
}

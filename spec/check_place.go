package spec

import (
	"regexp"
	"slices"
	"strings"
)

func checkSignatureName(d *draft, x *Interface) {
	if x.Signature == "" || d.broken["system"] {
		return
	}
	var names []string
	for _, g := range d.Signatures {
		names = append(names, g.Name)
	}
	if !slices.Contains(names, x.Signature) {
		d.add("JK0523", x.At("signature"), oneOrNone(x.Signature, names, "system.yaml has no signatures"),
			"unknown signature %q", x.Signature)
	}
}

func checkBody(d *draft, x *Interface) {
	at := d.drafts[x].get("body")
	switch {
	case d.broken["system"]:
	case at != nil && at.text == "xml":
		d.add("JK0228", at.pos, "agree on JSON or a form with the partner, or turn XML into JSON in a proxy before jiekoud",
			"XML bodies are not supported")
	case at != nil && at.text != "json" && at.text != "form":
		d.add("JK0228", at.pos, oneOf(at.text, []string{"json", "form"}), "unknown form %q of the body", at.text)
	case at != nil && !d.Plain():
		d.add("JK0228", at.pos, "remove it: a sealed message has its own form", "body belongs to systems with a signature")
	}
	if !d.Plain() || x.Kind == Notify || !bodyless(x.Method) {
		return
	}
	if x.Form {
		d.add("JK0229", at.pos, "make it POST, or remove body: form and add in: query to the fields", "a %s has no body", x.Method)
		return
	}
	apart, _ := Value(x.Signed().Apart())
	for _, f := range x.Request {
		if f.In == "body" && apart != "query" && apart != "header" {
			d.add("JK0229", f.Pos, "add in: query, or make it POST", "a %s has no body that %s could stand in", x.Method, f.Name)
		}
	}
}

var (
	pathName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	pathPart = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=:@%-]*$`)
)

func checkPathNames(d *draft, x *Interface) {
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
			d.add("JK0230", d.inside(x.At("path"), part, 0), "write whole parts between slashes, like /customer/{customerId}",
				"%q can stand in no path", part)
		case seen[name]:
			d.add("JK0230", d.inside(x.At("path"), part, 1), "", "%s stands twice in the path", part)
		default:
			seen[name] = true
			if !x.sends("path", name) {
				d.add("JK0230", d.inside(x.At("path"), part, 0), "add the field "+name+" with in: path",
					"the request has no field %q in the path", name)
			}
		}
	}
	for _, f := range x.Request {
		if f.In == "path" && !seen[f.Name] {
			d.add("JK0230", f.At("in"), "add {"+f.Name+"} to path", "the path has no {%s}", f.Name)
		}
	}
}

func checkHeaders(d *draft, x *Interface) {
	seen := map[string]*Field{}
	for _, f := range x.Request {
		if f.In != "header" {
			continue
		}
		name := strings.ToLower(f.Name)
		if o := seen[name]; o != nil {
			d.add("JK0231", f.Pos, "keep one of the two: letter case means nothing in names of headers",
				"the header %s is already there as %s", f.Name, o.Name)
		}
		seen[name] = f
	}
}

// checkIn holds in: of fields against what can carry them.
func checkIn(d *draft, x *Interface) {
	if d.broken["system"] {
		return
	}
	for f := range walk(x.Request) {
		at := d.source[f].get("in")
		switch {
		case f.Parent != nil:
			if at != nil {
				d.add("JK0232", at.pos, "remove it: members travel with "+top(f).Name+", outside of a JSON body as JSON text",
					"%s is a member and stands where %s does", f.Name, top(f).Name)
			}
		case at != nil && f.In != "body" && (!d.Plain() || x.Kind == Notify):
			d.add("JK0232", at.pos, "remove it", "%s cannot stand in the %s: the message is sealed", f.Name, f.In)
		case f.In == "form" && !x.Form:
			d.add("JK0232", at.pos, "add body: form to the interface, or remove it", "the body is JSON, not a form")
		case at != nil && f.In == "body" && x.Form && x.Signed().Apart() == "":
			d.add("JK0232", at.pos, "remove it, or write in: form", "the body is a form, not JSON")
		case f.In == "path" && f.Nested():
			d.add("JK0232", at.pos, "put it into the query or the body", "an %s cannot stand in the path", f.Type)
		case f.In != "body" && len(f.Alias) > 0:
			d.add("JK0232", d.source[f].get("alias").pos, "remove it: further names are read in JSON bodies only",
				"%s stands in the %s and has an alias", f.Name, f.In)
		}
	}
	for f := range walk(x.Response) {
		if at := d.source[f].get("in"); at != nil {
			d.add("JK0232", at.pos, "remove it", "a response is JSON; %s cannot stand elsewhere", f.Name)
		}
	}
}

// top is the field of the request that a member belongs to.
func top(f *Field) *Field {
	for f.Parent != nil {
		f = f.Parent
	}
	return f
}

package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// secrets are the values of an app that an envelope may use.
var secrets = []string{"token", "appkey", "secret"}

// checkReferences checks the names of values in the envelope and the endpoint.
func checkReferences(d *checked) {
	e := &d.Envelope
	d.reference(e.App, e.At("app"))
	d.reference(e.Message, e.At("message"))
	d.reference(d.Endpoint.Dispatch, d.Endpoint.At("dispatch"))
	for _, s := range e.Steps {
		for _, name := range s.Over {
			d.reference(name, s.At("over"))
		}
		d.reference(s.To, s.At("to"))
		d.reference(s.Value, s.At("value"))
		for key, name := range map[string]string{"key": s.Key, "with": s.With} {
			if name != "" && !slices.Contains(secrets, name) {
				d.Add("JK0501", s.At(key), spec.OneOf(name, secrets), "an app has no secret %q", name)
			}
		}
	}
}

// reference checks one name of a value: header.x, query.x, a secret, or the
// member with the payload.
func (d *checked) reference(name string, at spec.Pos) {
	known := append([]string{d.Envelope.Data}, secrets...)
	for _, f := range d.Envelope.Header {
		known = append(known, "header."+f.Name)
	}
	if name == "" || strings.HasPrefix(name, "query.") || slices.Contains(known, name) {
		return
	}
	known = slices.DeleteFunc(known, func(s string) bool { return s == "" })
	d.Add("JK0501", at, spec.OneOf(name, known), "the envelope has no value %q", name)
}

// algorithms by operation.
func algorithms(op string) []string {
	switch op {
	case "encrypt":
		return []string{"rc4"}
	case "encode":
		return []string{"base64"}
	case "digest":
		return []string{"sha1"}
	}
	return nil
}

func checkAlgorithms(d *checked) {
	for _, s := range d.Envelope.Steps {
		if list := algorithms(s.Op); list != nil && !slices.Contains(list, s.Algorithm) {
			d.Add("JK0502", s.At("algorithm"), spec.OneOf(s.Algorithm, list), "unknown algorithm %q to %s", s.Algorithm, s.Op)
		}
	}
}

func checkApp(d *checked) {
	if d.Unread["system"] {
		return
	}
	for _, g := range d.AllSignatures() {
		if g.App == "" {
			d.Add("JK0503", g.Pos, "add app: header.appId, or its place", "nothing names the calling app")
		}
	}
	if d.Envelope.App == "" && !d.Plain() {
		d.Add("JK0503", d.Envelope.Pos, "add envelope: {app: header.appid}, or its place; for signed requests a signature",
			"nothing names the calling app")
	}
}

func checkReply(d *checked) {
	if d.Unread["system"] {
		return
	}
	for key, name := range map[string]string{"code": d.Reply.Code, "message": d.Reply.Message} {
		if d.Reply.Fields.Named(name) == nil {
			d.Add("JK0504", d.Reply.At(key), "add it to reply.fields", "reply.fields has no row for %q", name)
		}
	}
}

func checkDispatch(d *checked) {
	e := &d.Endpoint
	switch {
	case e.Path != "" && e.Dispatch == "":
		d.Add("JK0506", e.At("path"), "add dispatch: header.cmd, or its place",
			"one path for all, and nothing names the interface")
	case e.Path == "" && e.Dispatch != "":
		d.Add("JK0506", e.At("dispatch"), "add path, or remove dispatch", "dispatch needs a path")
	}
}

func checkGroups(d *checked) {
	if fault := spec.SystemFault(d.Name); fault != "" && !d.Unread["system"] {
		d.Add("JK0509", d.At("system"), fault, "%q cannot name a system", d.Name)
	}
	for _, g := range d.Groups {
		if slices.Contains(spec.Reserved(), g.Name) || !packageForm.MatchString(g.Name) {
			d.Add("JK0509", g.Pos, "small letters and digits, and none of "+strings.Join(spec.Reserved(), ", "),
				"%q cannot name a group", g.Name)
		} else if !spec.IsPackage(g.Name) {
			d.Add("JK0509", g.Pos, "Go keeps the name for itself; choose another", "%q cannot name a group", g.Name)
		}
	}
}

func checkCodeType(d *checked) {
	if d.Reply.CodeType != "int" || d.Unread["system"] {
		return
	}
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			if !wholeForm.MatchString(e.Code) {
				d.Add("JK0510", e.Pos, "make reply.code_type: string", "the code %s is no int", e.Code)
			}
		}
	}
}

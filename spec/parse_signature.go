package spec

import (
	"cmp"
	"time"
)

// readSignatures reads the signature of a plain system and the further ones.
func (d *reader) readSignatures(v *value) {
	if at := v.get("signature"); at != nil {
		d.Signature = d.signature("", at)
	}
	for _, m := range v.each("signatures") {
		d.Signatures = append(d.Signatures, d.signature(m.name, m.value))
	}
	if d.Signature == nil && len(d.Signatures) > 0 {
		d.add("JK0511", d.Signatures[0].Pos, "add signature: for the interfaces that name none",
			"further signatures stand without the system's own")
		d.Unread["system"] = true
	}
}

func (d *reader) signature(name string, v *value) *Signature {
	g := &Signature{Places: v.places(v.pos), Name: name, App: v.str("app"), Payload: v.str("payload")}
	if at := v.get("time"); at != nil {
		g.Time = &SignTime{
			Places: at.places(at.pos), Value: at.str("value"), Unit: at.str("unit"), Window: d.duration(at.get("window")),
			Else: at.str("else"),
		}
	}
	if at := v.get("nonce"); at != nil {
		g.Nonce = &SignNonce{Places: at.places(at.pos), Value: at.str("value"), Else: at.str("else")}
	}
	for _, item := range v.list("steps") {
		op := item.members[0]
		g.Steps = append(g.Steps, &SignStep{
			Places: op.places(op.pos), Op: op.name, Value: op.str("value"), Accept: op.strs("accept"), With: op.str("with"),
			Algorithm: op.str("algorithm"), Key: op.str("key"), Derive: op.str("derive"), IV: op.str("iv"),
			Over: op.str("over"), Params: signParams(op.get("params")), To: op.str("to"), Encoding: op.str("encoding"),
			Else: op.str("else"),
		})
	}
	for _, item := range v.list("vectors") {
		g.Vectors = append(g.Vectors, signVector(item))
	}
	return g
}

func signParams(v *value) *SignParams {
	if v == nil {
		return nil
	}
	return &SignParams{
		Places: v.places(v.pos), From: v.strs("from"), Except: v.strs("except"), Order: v.str("order"),
		Pair: v.str("pair"), Join: v.str("join"), Values: v.flag("values"), Empty: v.flag("empty"), URL: v.flag("url"),
	}
}

func signVector(v *value) *SignVector {
	r := v.get("request")
	out := &SignVector{
		Places: v.places(v.pos), Name: v.str("name"), Now: v.str("now"), App: v.str("app"), Secrets: v.pairs("secrets"),
		Method: cmp.Or(r.str("method"), "GET"), URL: r.str("url"), Header: r.pairs("header"), Body: r.str("body"),
		Expect: v.pairs("expect"), Again: v.flag("again"),
	}
	if at := v.get("refused"); at != nil {
		out.Refused = &SignRefusal{Places: at.places(at.pos), Step: at.str("step"), Code: at.str("code")}
	}
	return out
}

// duration reads a time span such as 5m; what is none is reported.
func (d *reader) duration(v *value) time.Duration {
	if v == nil {
		return 0
	}
	span, err := time.ParseDuration(v.text)
	if err != nil || span <= 0 {
		d.add("JK0519", v.pos, "write a number with its unit, like 5m or 90s", "%q is no time span", v.text)
		return 0
	}
	return span
}

// linkSignatureCodes marks the codes that signatures answer with.
func (d *linker) linkSignatureCodes() {
	use := func(code string, at Pos) {
		if code != "" {
			d.useCode(code, at)
		}
	}
	for _, g := range d.AllSignatures() {
		if g.Time != nil {
			use(g.Time.Else, g.Time.At("else"))
		}
		if g.Nonce != nil {
			use(g.Nonce.Else, g.Nonce.At("else"))
		}
		for _, s := range g.Steps {
			use(s.Else, s.At("else"))
		}
	}
}

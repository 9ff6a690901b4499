package read

import (
	"cmp"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readSignatures reads the signature of a signed system and its named ones.
func (d *reader) readSignatures(v *yamltree.Value) {
	if at := v.Get("signature"); at != nil {
		d.Signature = d.signature("", at)
	}
	for _, m := range v.Each("signatures") {
		d.Signatures = append(d.Signatures, d.signature(m.Name, m.Value))
	}
	if d.Signature == nil && len(d.Signatures) > 0 {
		d.Add("JK0511", d.Signatures[0].Pos, "add signature: for the interfaces that name none",
			"named signatures need the system's own")
		d.Unread["system"] = true
	}
}

func (d *reader) signature(name string, v *yamltree.Value) *spec.Signature {
	g := &spec.Signature{Places: v.Places(v.Pos), Name: name, App: v.Str("app"), Payload: v.Str("payload")}
	if at := v.Get("time"); at != nil {
		g.Time = &spec.SignTime{
			Places: at.Places(at.Pos), Value: at.Str("value"), Unit: at.Str("unit"), Window: d.duration(at.Get("window")),
			Else: at.Str("else"),
		}
	}
	if at := v.Get("nonce"); at != nil {
		g.Nonce = &spec.SignNonce{Places: at.Places(at.Pos), Value: at.Str("value"), Else: at.Str("else")}
	}
	for _, item := range v.List("steps") {
		op := item.Members[0]
		g.Steps = append(g.Steps, &spec.SignStep{
			Places: op.Places(op.Pos), Op: op.Name, Value: op.Str("value"), Accept: op.Strs("accept"), With: op.Str("with"),
			Algorithm: op.Str("algorithm"), Key: op.Str("key"), Derive: op.Str("derive"), IV: op.Str("iv"),
			Over: op.Str("over"), Params: signParams(op.Get("params")), To: op.Str("to"), Encoding: op.Str("encoding"),
			Else: op.Str("else"),
		})
	}
	for _, item := range v.List("vectors") {
		g.Vectors = append(g.Vectors, signVector(item))
	}
	return g
}

func signParams(v *yamltree.Value) *spec.SignParams {
	if v == nil {
		return nil
	}
	return &spec.SignParams{
		Places: v.Places(v.Pos), From: v.Strs("from"), Except: v.Strs("except"), Order: v.Str("order"),
		Pair: v.Str("pair"), Join: v.Str("join"), Values: v.Flag("values"), Empty: v.Flag("empty"), URL: v.Flag("url"),
	}
}

func signVector(v *yamltree.Value) *spec.SignVector {
	r := v.Get("request")
	out := &spec.SignVector{
		Places: v.Places(v.Pos), Name: v.Str("name"), Now: v.Str("now"), App: v.Str("app"), Secrets: v.Pairs("secrets"),
		Method: cmp.Or(r.Str("method"), "GET"), URL: r.Str("url"), Header: r.Pairs("header"), Body: r.Str("body"),
		Expect: v.Pairs("expect"), Again: v.Flag("again"),
	}
	if at := v.Get("refused"); at != nil {
		out.Refused = &spec.SignRefusal{Places: at.Places(at.Pos), Step: at.Str("step"), Code: at.Str("code")}
	}
	return out
}

// duration reads a time span such as 5m, and reports any other text.
func (d *reader) duration(v *yamltree.Value) time.Duration {
	if v == nil {
		return 0
	}
	span, err := time.ParseDuration(v.Text)
	if err != nil || span <= 0 {
		d.Add("JK0519", v.Pos, "write a number with its unit, like 5m or 90s", "%q is no time span", v.Text)
		return 0
	}
	return span
}

// linkSignatureCodes marks the codes that signatures answer with.
func (d *linker) linkSignatureCodes() {
	use := func(code string, at spec.Pos) {
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

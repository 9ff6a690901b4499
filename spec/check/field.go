package check

import (
	"cmp"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/row"
)

func checkLength(d *checked, p place) {
	for _, one := range []struct {
		rules *spec.Rules
		where spec.Places
	}{{&p.Document, p.Places}, {&p.Rules, p.Followed}} {
		if !one.where.Has("length") || one.rules.Length == 0 || !one.rules.IsNested() {
			continue
		}
		kind := "an " + string(one.rules.Type)
		switch isMap := one.rules.Type == spec.Map; {
		case p.Of == spec.String || p.Of.IsFraction():
			continue
		case isMap && p.Of != "":
			kind = "a map of " + string(p.Of)
		case isMap:
			kind = "a map"
		case p.Of != "":
			kind = "an array of " + string(p.Of)
		}
		d.Add("JK0103", one.where.At("length"), "write doc_length: it is kept and shown, and there is nothing to count", "length %d is not allowed on %s", one.rules.Length, kind)
	}
}

func checkRange(d *checked, p place) {
	if p.Min == "" || p.Max == "" {
		return
	}
	least, ok := new(big.Rat).SetString(p.Min)
	most, ok2 := new(big.Rat).SetString(p.Max)
	if ok && ok2 && least.Cmp(most) > 0 {
		d.Add("JK0104", p.Where("min"), "swap the two", "min %s is greater than max %s", p.Min, p.Max)
	}
}

func checkRangeType(d *checked, p place) {
	for _, one := range []struct{ key, text string }{{"min", p.Min}, {"max", p.Max}} {
		if one.text == "" {
			continue
		}
		if typ := p.Item(); !typ.IsNumber() && typ != spec.Epoch {
			d.Add("JK0122", p.Where(one.key), "for text there are length and pattern",
				"%s is not allowed on %s", one.key, typ)
		} else if _, ok := new(big.Rat).SetString(one.text); !ok {
			d.Add("JK0122", p.Where(one.key), "write a decimal number", "%s %q is no number", one.key, one.text)
		}
	}
}

func checkDefault(d *checked, p place) {
	switch at := p.Where("default"); {
	case p.Default == "":
	case !p.Takes(p.Default):
		d.Add("JK0105", at, "write a value of the field's type", "default %q is no %s", p.Default, p.Type)
	case p.IsClosed() && p.Separator == "" && !p.Enum.Lists(p.Default):
		d.Add("JK0105", at, spec.OneOf(p.Default, p.Enum.Texts()), "default %q is not in the enum", p.Default)
	}
}

func checkExample(d *checked, p place) {
	switch at, shown := p.Where("example"), p.Example; {
	case shown == "":
	case p.Type == spec.Any:
	case p.Type.IsNested():
		if !json.Valid([]byte(shown)) {
			d.Add("JK0138", at, "write it as JSON, in a text", "example %q is no JSON", shown)
		}
	case !p.Takes(shown):
		d.Add("JK0138", at, "write a value of the row's type", "example %q is no %s", shown, p.Type)
	case p.IsClosed() && p.Separator == "" && !p.Enum.Lists(shown):
		d.Add("JK0138", at, spec.OneOf(shown, p.Enum.Texts()), "example %q is not in the enum", shown)
	case p.IsText() && p.Length > 0 && utf8.RuneCountInString(shown) > p.Length:
		d.Add("JK0138", at, "write a value that is short enough", "example %q is longer than %d", shown, p.Length)
	}
}

func checkPattern(d *checked, p place) {
	if p.Pattern == "" {
		return
	}
	if _, err := regexp.Compile(p.Pattern); err != nil {
		d.Add("JK0106", p.Where("pattern"), "patterns are RE2: no look-ahead, no back references", "%s", err)
		return
	}
	if _, err := spec.SharedPattern(p.Pattern); err != nil {
		d.Add("JK0131", p.Where("pattern"), "say it without (?m), \\b and \\B: a pattern is about the whole text", "%s", err)
	}
}

func checkFormat(d *checked, p place) {
	formats, other := spec.Formats(), spec.Layouts()
	form := false
	switch typ := p.Item(); typ {
	case spec.Datetime:
		formats, other, form = other, formats, spec.IsWritten(p.Format)
	case spec.Date:
		formats, other, form = nil, slices.Concat(formats, other), spec.IsWritten(p.Format) && !strings.Contains(p.Format, "HH")
	case spec.Epoch:
		formats, other = []string{"seconds", "millis"}, slices.Concat(formats, other)
	case spec.String:
		form = spec.IsClock(p.Format)
	}
	switch at := p.Where("format"); {
	case p.Format == "" || form || slices.Contains(formats, p.Format):
	case slices.Contains(other, p.Format):
		d.Add("JK0107", at, cmp.Or(timeHint(p), formatHint(p.Item(), formats)), "format %s is not allowed on a %s", p.Format, p.Type)
	default:
		d.Add("JK0107", at, cmp.Or(timeHint(p), spec.Meant(p.Format, formats), formatHint(p.Item(), formats)), "unknown format %q", p.Format)
	}
	for _, m := range p.FormatIf {
		if p.Decider(m.Name) == nil || row.LooksIn(m.Name) {
			d.Add("JK0123", m.Pos, p.Nearest(m.Name), "there is no field %q beside %s", m.Name, p.Name)
		}
	}
	if len(p.FormatIf) > 0 && p.Format == "" {
		d.Add("JK0123", p.Where("format_if"), "add format", "format_if needs format")
	}
}

// timeHint is the hint for a form of times on a text or a date; empty: it is no such form.
func timeHint(p place) string {
	if typ := p.Item(); typ != spec.String && typ != spec.Date || !spec.IsWritten(p.Format) && !slices.Contains(spec.Layouts(), p.Format) {
		return ""
	}
	if strings.Contains(p.Format, "HH") || slices.Contains(spec.Layouts(), p.Format) {
		return "write type: datetime, and the document's own type as doc_type"
	}
	return "write type: date, and the document's own type as doc_type"
}

// formatHint lists the formats of a type.
func formatHint(typ spec.Type, formats []string) string {
	forms := map[spec.Type]string{spec.Datetime: "yyyy/MM/dd HH:mm", spec.Date: "yyyyMMdd", spec.String: "HH:mm:ss"}
	if form := forms[typ]; form != "" {
		formats = append(slices.Clone(formats), "or a form such as "+form)
	}
	return "of a " + string(typ) + ": " + strings.Join(formats, ", ")
}

func checkStartsWith(d *checked, p place) {
	if p.StartsWith == "" {
		return
	}
	at, other := p.Where("starts_with"), p.Siblings.Named(p.StartsWith)
	switch {
	case p.Type != spec.String:
		d.Add("JK0126", at, "make it a string", "starts_with is not allowed on %s", p.Type)
	case other == nil || other == p.Field:
		d.Add("JK0126", at, p.Nearest(p.StartsWith), "there is no field %q beside %s", p.StartsWith, p.Name)
	case other.Type != spec.String:
		d.Add("JK0126", at, "name a string", "%s is of type %s and begins no text", other.Name, other.Type)
	}
}

func checkEnum(d *checked, p place) {
	for _, rules := range []*spec.Rules{&p.Document, &p.Rules} {
		if rules.Enum == nil || rules == &p.Rules && p.Enum == p.Document.Enum && p.Type == p.Document.Type {
			continue
		}
		typ := rules.Item(p.Of)
		if typ.IsNested() {
			d.Add("JK0113", p.Where("enum"), "put the enum on the members", "an enum is not allowed on %s", typ)
			continue
		}
		checkEnumValues(d, p, rules.Enum, typ)
	}
}

// checkEnumValues wants values that the type takes. A fault in a named enum is
// reported at the field, where the enum may be right for others.
func checkEnumValues(d *checked, p place, enum *spec.Enum, typ spec.Type) {
	if typ.IsWhole() && p.Separator == spec.Sum {
		if _, ok := enum.Bits(); !ok {
			d.Add("JK0113", p.Where("enum"), "list 1, 2, 4, 8 …, or remove separator", "the values of %s cannot be told from their sum", p.Name)
		}
	}
	for _, v := range enum.Values {
		if typ.Takes(v.Value) || typ.IsNumber() && v.Range() != nil {
			continue
		}
		at := v.Pos
		if enum.Name != "" {
			at = p.Where("enum")
		}
		d.Add("JK0113", at, "change the type of the field, or the enum", "enum value %q is no %s", v.Value, typ)
	}
}

func checkAlias(d *checked, p place) {
	for n, item := range p.List("alias") {
		if slices.Index(p.Alias, item.Text) < n {
			d.Add("JK0115", item.Pos, "remove one of the two", "the alias %q is listed twice", item.Text)
		}
		for _, o := range p.Siblings {
			if o.Name == item.Text || o != p.Field && slices.Contains(o.Alias, item.Text) {
				d.Add("JK0115", item.Pos, "remove the alias", "the name %q already belongs to %s", item.Text, o.Name)
			}
		}
	}
}

func checkMembers(d *checked, p place) {
	switch members := p.Fields != nil; {
	case (p.Type == spec.Array || p.Type == spec.Map) && members && p.Of != "":
		d.Add("JK0116", p.At("of"), "keep one of the two", "the %s %s has both of and fields", p.Type, p.Name)
	case p.Type != spec.Array && p.Type != spec.Map && p.Of != "":
		d.Add("JK0120", p.Where("of"), "make it an array or a map", "of is not allowed on %s", p.Type)
	case p.Type != spec.Array && p.Type != spec.Object && p.Type != spec.Map && members:
		d.Add("JK0120", p.At("fields"), "make it an array, a map or an object", "fields is not allowed on %s", p.Type)
	}
}

const maxFields = 256 // of one object: presence is kept in fixed bits

func checkCount(d *checked, list spec.Fields, _ bool) {
	if len(list) > maxFields {
		d.Add("JK0117", list[maxFields].Pos, "split the object", "there are more than %d fields on one level", maxFields)
	}
}

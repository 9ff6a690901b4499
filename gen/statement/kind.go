package statement

import "github.com/jiekou-dev/jiekou/spec"

type kind int

const (
	kindString kind = iota
	kindInt
	kindDecimal
	kindBool
	kindTime
	kindDate
	kindEpoch
	kindList
	kindTexts
	kindObject
	kindRaw
)

func kindOf(f *spec.Field) kind {
	switch f.Type {
	case "int", "long":
		return kindInt
	case "number", "double", "float", "decimal":
		return kindDecimal
	case "bool":
		return kindBool
	case "datetime":
		return kindTime
	case "date":
		return kindDate
	case "epoch":
		return kindEpoch
	case "array":
		if len(f.Fields) > 0 {
			return kindList
		}
		return kindTexts
	case "object":
		if len(f.Fields) > 0 {
			return kindObject
		}
		return kindRaw
	case "map":
		return kindRaw
	}
	return kindString
}

func keeps(f *spec.Field) bool { return f.Blank || f.KeepAbsent && f.Required != "yes" }

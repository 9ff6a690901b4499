package validate

import (
	"context"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// level is a field under validation that knows the structs around its own.
type level struct {
	validator.FieldLevel
	around *around
}

// check validates a field.
type check func(f level) bool

// around finds the struct in which another one is. The zero value has no struct.
type around struct {
	top    reflect.Value
	within map[place]reflect.Value // filled when it is first asked
}

// place is where a struct is: its first field may begin there too.
type place struct {
	at  uintptr
	typ reflect.Type
}

// aroundKey is the key of the structs in a context.
type aroundKey struct{}

// withLevel is a check as validator calls it.
func withLevel(c check) validator.FuncCtx {
	return func(ctx context.Context, f validator.FieldLevel) bool {
		a, _ := ctx.Value(aroundKey{}).(*around)
		return c(level{f, a})
	}
}

// named finds the field that a parameter names; the struct around the field's own has ../
// before it, once for each.
func (f level) named(name string) (reflect.Value, reflect.Kind, bool) {
	parent := f.Parent()
	for strings.HasPrefix(name, "../") {
		var ok bool
		if parent, ok = f.around.of(parent); !ok {
			return reflect.Value{}, reflect.Invalid, false
		}
		name = name[len("../"):]
	}
	other, kind, _, ok := f.GetStructFieldOKAdvanced2(parent, name)
	return other, kind, ok
}

// has reports whether the field that a parameter names has a value.
func (f level) has(name string) bool {
	other, kind, ok := f.named(name)
	switch {
	case !ok || kind == reflect.Invalid || kind == reflect.Pointer:
		return false
	case kind == reflect.String || kind == reflect.Slice:
		return other.Len() > 0
	}
	return true
}

// of is the struct in which one is.
func (a *around) of(inner reflect.Value) (reflect.Value, bool) {
	inner = reflect.Indirect(inner)
	if a == nil || !inner.CanAddr() {
		return reflect.Value{}, false
	}
	if a.within == nil {
		a.within = map[place]reflect.Value{}
		a.fill(reflect.Indirect(a.top))
	}
	outer, ok := a.within[placeOf(inner)]
	return outer, ok
}

func placeOf(v reflect.Value) place { return place{v.Addr().Pointer(), v.Type()} }

// fill notes the structs in one, which are in lists and behind pointers.
func (a *around) fill(outer reflect.Value) {
	for n := range outer.NumField() {
		switch v := outer.Field(n); {
		case !outer.Type().Field(n).IsExported():
		case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
			for i := range v.Len() {
				a.note(v.Index(i), outer)
			}
		case v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct && !v.IsNil():
			a.note(v.Elem(), outer)
		}
	}
}

func (a *around) note(inner, outer reflect.Value) {
	a.within[placeOf(inner)] = outer
	a.fill(inner)
}

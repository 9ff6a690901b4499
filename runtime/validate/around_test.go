package validate_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// order has members whose tags look at the structs around their own.
type order struct {
	Kind wire.Int `json:"kind" validate:"required"`
	Way  string   `json:"way"`
	Box  *box     `json:"box" validate:"omitempty"`
}

type box struct {
	First wire.Bool `json:"first"`
	Lines []line    `json:"lines" validate:"omitempty,dive"`
}

type line struct {
	No   string   `json:"no" validate:"needed_if=../../Kind 2 ../First true,omitempty"`
	Card string   `json:"card" validate:"omitempty,present_if=../../Kind 1;3"`
	Sub  string   `json:"sub" validate:"omitempty,among_by=../../Kind 1;a 2;b"`
	Why  string   `json:"why" validate:"needed_without=../../Way No,omitempty"`
	With wire.Int `json:"with" validate:"needed_with=../../Way,omitempty"`
	All  string   `json:"all" validate:"needed_without_all=../../Way ../First,omitempty"`
	More string   `json:"more" validate:"omitempty,absent_with=../../Way"`
	Cert string   `json:"cert" validate:"omitempty,idcard_if=../../Kind 1"`
}

func TestTagsLookAround(t *testing.T) {
	t.Parallel()
	s := structs(t)
	one := func(kind int64, way string, lines ...line) *order {
		return &order{Kind: wire.IntOf(kind), Way: way, Box: &box{First: wire.BoolOf(true), Lines: lines}}
	}
	with := wire.IntOf(0)
	for name, c := range map[string]struct {
		q    *order
		want []string
	}{
		"needed in the second line":       {one(2, "w", line{No: "1", With: with}, line{Why: "y", With: with}), []string{"box/lines/1/no"}},
		"only one of two conditions":      {one(1, "w", line{Why: "y", With: with}), nil},
		"present where it may be":         {one(3, "w", line{No: "1", Card: "c", With: with}), nil},
		"present where it may not be":     {one(4, "w", line{No: "1", Card: "c", With: with}), []string{"box/lines/0/card"}},
		"values of another kind":          {one(2, "w", line{No: "1", Sub: "a", With: with}), []string{"box/lines/0/sub"}},
		"values of the kind":              {one(1, "w", line{No: "1", Sub: "a", With: with}), nil},
		"without one of two":              {one(1, "", line{No: "1"}), []string{"box/lines/0/why"}},
		"with":                            {one(1, "w", line{No: "1"}), []string{"box/lines/0/with"}},
		"absent with":                     {one(1, "w", line{No: "1", With: with, More: "m"}), []string{"box/lines/0/more"}},
		"without all":                     {&order{Kind: wire.IntOf(1), Box: &box{Lines: []line{{Why: "y"}}}}, []string{"box/lines/0/all"}},
		"a format for another kind":       {one(2, "w", line{No: "1", With: with, Cert: "x"}), nil},
		"a format that the kind demands":  {one(1, "w", line{No: "1", With: with, Cert: "x"}), []string{"box/lines/0/cert"}},
		"nothing inside, nothing to find": {&order{Kind: wire.IntOf(2)}, nil},
	} {
		var got []string
		if found, ok := errors.AsType[*problem.Error](s.Check(c.q)); ok {
			for _, p := range found.Problems {
				got = append(got, p.At)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

package bind

import (
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// Revision is how an earlier revision is served, nil where the interface is none.
func Revision(i *spec.Interface) *route.Revision {
	r := i.Revision
	if r == nil {
		return nil
	}
	out := &route.Revision{
		Of: r.Of.Cmd, Granted: r.Granted, Request: conversion(r.Requests(i)), Reply: conversion(r.Replies(i)),
	}
	if f := r.Field; f != nil {
		out.Field, out.Absent = f.Name, !f.IsRequired()
		if f.Enum != nil {
			out.Values = f.Enum.Texts()
		}
	}
	return out
}

// conversion is a list of moves as the runtime knows it.
func conversion(moves []spec.Move) route.Conversion {
	out := route.Conversion{}
	for _, m := range moves {
		one := route.Move{To: m.To.Name}
		if m.From != nil {
			one.From, one.Alias = m.From.Name, m.From.Alias
		}
		for from, to := range m.Values {
			if one.Values == nil {
				one.Values = map[string]string{}
			}
			one.Values[from] = m.JSON(to)
		}
		if m.Fill != nil {
			one.Fill = m.JSON(*m.Fill)
		}
		if m.Inside != nil {
			one.Inside = conversion(m.Inside)
		}
		out = append(out, one)
	}
	return out
}

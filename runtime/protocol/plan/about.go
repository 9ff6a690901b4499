package plan

import "slices"

// main is the shape that a message has where no variant's conditions hold.
func (x *Exchange) main() *Form { return x.Calls[len(x.Calls)-1] }

// HasID reports whether messages have an id that their sender makes, {id}.
func (x *Exchange) HasID() bool { return x.main().MakesID }

// TakesID reports whether a text may be the id of a message, by the guards on it.
func (x *Exchange) TakesID(id string) bool {
	f := x.main()
	for i := range f.Guards {
		if g := &f.Guards[i]; g.Kind == "like" && f.Alone(g.Slot, SlotID) && !g.Match(id) {
			return false
		}
	}
	return true
}

// NamesInterface reports whether messages say which interface they are for, so that
// one URL can serve all.
func (x *Exchange) NamesInterface() bool { return x.main().Bound(SlotInterface) }

// TakesToken reports whether a message has a token that was issued to its sender.
func (x *Exchange) TakesToken() bool { return x.main().Issued(-1) }

// Keeps reports whether what was issued with a token, or itself, signs without being sent.
func (x *Exchange) Keeps() bool {
	return slices.ContainsFunc(x.Calls, func(f *Form) bool {
		return slices.ContainsFunc(f.Guards, func(g Guard) bool { return g.Unsent >= 0 })
	})
}

// Beside is the name of the value that is issued with a token, and signs without being
// sent; empty where there is none.
func (x *Exchange) Beside() string {
	for _, g := range x.main().Guards {
		if g.Kind == "issued" && g.With != "" {
			return g.With
		}
	}
	return ""
}

// Inputs lists the values that their sender has to be given, for they are sent as
// nothing: {send: ""}. A token that was issued is none of them.
func (x *Exchange) Inputs() []string {
	var names []string
	for _, f := range x.Calls {
		for _, it := range f.Items {
			if it.Given() && !f.Issued(it.Slot) && !slices.Contains(names, it.Name) {
				names = append(names, it.Name)
			}
		}
	}
	return names
}

// HasPath reports whether the protocol says the path of messages, not the interface.
func (x *Exchange) HasPath() bool { return x.main().Path != nil }

// Verified reports whether something proves who sent the replies of success.
func (x *Exchange) Verified() bool {
	return slices.ContainsFunc(x.Replies, func(f *Form) bool { return f.Proves })
}

// IDName is the name of the value that names a message: of Admitted.MessageID. It is
// empty where there is none.
func (x *Exchange) IDName() string {
	f := x.main()
	if f.Effect < 0 {
		return ""
	}
	return f.Infos[f.Effect].Name
}

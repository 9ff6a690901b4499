package check

import "slices"

// waivable are the rules that are about what a document leaves out, about what the team
// wants to say, and about what nobody uses: everything can be generated and works as
// the YAML says while they are broken.
var waivable = []string{
	"JK0111", "JK0121", "JK0124", "JK0131", "JK0205", "JK0209", "JK0210", "JK0219", "JK0220", "JK0221", "JK0223", "JK0226",
	"JK0308", "JK0416", "JK0437", "JK0602", "JK0604", "JK0605", "JK0609", "JK0612", "JK0613", "JK0615", "JK0705", "JK0706",
}

// Waivable says whether a comment may let findings of a rule stay.
func Waivable(id string) bool { return slices.Contains(waivable, id) }

// Planned says whether only a database finds what breaks a rule. A comment may let it stay,
// and whether one is needed is known there.
func Planned(id string) bool {
	return slices.ContainsFunc(planRules, func(r Rule) bool { return r.ID == id })
}

// Tried says whether only requests that are made find what breaks a rule. A comment may let it
// stay.
func Tried(id string) bool { return id == "JK0712" }

// Known says whether there is a rule of that id.
func Known(id string) bool {
	return slices.ContainsFunc(Rules(), func(r Rule) bool { return r.ID == id })
}

// AboutUse says whether a rule finds what nothing uses, see Unused.
func AboutUse(id string) bool {
	return slices.ContainsFunc(unusedRules, func(r Rule) bool { return r.ID == id })
}

package project

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// Explained are what the commands about revisions find, which check does not, each with its
// page.
func Explained() []check.Rule {
	return []check.Rule{
		{
			ID: "JD0001", Title: "an entry accepts no change",
			Why: "Entries of accepted.yaml name changes by their ids, and an id changes with the values of the change. One that matches nothing was taken back, " +
				"or its values are other ones now, which nobody has agreed to.",
			Wrong: "# jiekou diff no longer prints this id\n1b7804de39eb: {reason: agreed in the mail of the 3rd, date: 2026-11-28}",
			Right: "# the id that it prints\n9f16accc18e2: {reason: agreed in the mail of the 3rd, date: 2026-11-28}",
		},
		{
			ID: "JD0002", Title: "was: names nothing of the revision before",
			Why: "was: says which field, interface, table or column of the revision before something is. A name that was not there, or that is there still, " +
				"would make one change of two, or hide one.",
			Wrong: "# the revision before has mobile\nphone: {was: mobil, type: string, length: 11}",
			Right: "phone: {was: mobile, type: string, length: 11}",
		},
		{
			ID: "JM0001", Title: "a change of tables that needs a word",
			Why: "A draft writes nothing that loses data, gives rows a value that nobody chose, or cannot run beside the servers of before. " +
				"The hint names the word that allows it, or the two revisions in which it can be done.",
			Wrong: "# the column fax is gone from the YAML\njiekou migrate draft --name leaner",
			Right: "# its values may go\njiekou migrate draft --name leaner --drop customer.fax",
		},
		{
			ID: "JM0002", Title: "a draft that is not released yet",
			Why:   "A draft begins where the released migrations end. A second one beside a draft that no database has would have to guess which of them comes first.",
			Wrong: "jiekou migrate draft --name source\njiekou migrate draft --name phone",
			Right: "jiekou migrate draft --name source\njiekou migrate release\njiekou migrate draft --name phone",
		},
		{
			ID: "JM0003", Title: "the database lacks something that the YAML has",
			Why: "A table with existing: is there without jiekou, which neither makes nor changes it. Statements name its columns, and rely on its unique sets and " +
				"on types that hold what the YAML allows; without one of them they fail, or store another value.",
			Wrong: "# crm.t_customer has no column mobile\nexisting: crm.t_customer\ncolumns:\n  mobile: {type: string, length: 16}",
			Right: "existing: crm.t_customer\ncolumns:\n  phone: {type: string, length: 16}",
		},
	}
}

// Kind is everything about a kind of change, for people. say puts it into another language.
func Kind(r diff.Rule, say func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", r.ID, say(r.Title))
	for _, one := range []struct {
		what string
		diff.Level
	}{
		{"to a caller or receiver of yesterday", r.Levels.Wire},
		{"to what signs, seals and reads frames and codes", r.Levels.Protocol},
		{"to what a team wrote against generated names and types", r.Levels.Code},
		{"to what is stored", r.Levels.Data},
	} {
		if one.Level > diff.None {
			fmt.Fprintf(&b, "%s: %s\n", say(one.what), one.Level)
		}
	}
	calls := map[diff.Refusal]string{diff.NoCall: "no call of yesterday is refused", diff.SomeCalls: "calls that hold what is right no more are refused", diff.EveryCall: "every call of yesterday is refused"}
	b.WriteString(say(calls[r.Refuses]) + "\n" + say("A change may matter less than its kind; it says so.") + "\n\n")
	fmt.Fprintf(&b, "%s: %s\n", say("the reverse change"), r.Mirror)
	if r.Opposite != "" {
		fmt.Fprintf(&b, "%s: %s\n", say("the same where the message goes the other way"), r.Opposite)
	}
	return b.String()
}

// Code says of an error code what the documents of the project say of it; empty where none
// has it, or they are not read.
func (p Project) Code(code string, english bool) string {
	set, err := p.Load()
	if err != nil {
		return ""
	}
	return docs.Lookup(set.Systems, code, english)
}

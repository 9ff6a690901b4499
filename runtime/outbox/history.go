package outbox

// History is a table whose rows are tasks: each asks for the history of
// notifications. Rows are worked on in the order of their column created.
type History struct {
	System string
	Table  string
	Key    string // column that names a task

	// What a task asks for, by column.
	App           string
	Name          string
	Notifications string // their names, with Separator between them
	Separator     string
	Since, Until  string
	Scope         []string // columns that bound the history where they are not empty
	ScopeFields   []string // by Scope: what partners call the column

	// What becomes of a task, by column.
	Status            string // null until it has ended
	Done, Failed      int    // values of Status; a task that was done in part has failed
	Started, Finished string
	Remark            string
	RemarkLength      int    // characters that the remark holds; 0: any number
	Modified          string // time of the last change; empty: the table has none
	Result            string // notification of what became of it, filled from its row

	Texts HistoryTexts
}

// HistoryTexts are what a remark is made of, in the words of the document.
type HistoryTexts struct {
	Done    string // {count}
	Partly  string // {count}, {reasons}
	Failed  string // {reasons}
	Nothing string // no notification is named
	Join    string // between two reasons

	// Reasons, each behind the name of a notification.
	NoHistory, NoScope, NoApp, NoGrant, NoSubscription, BadData string // {field} in NoScope
}

package check

// proofRules are about what is generated from YAML that keeps every other rule. The
// room prove of the generator finds them.
var proofRules = []Rule{
	{
		"JK0701",
		"generated Go that does not compile",
		"check type-checks all that would be generated. A name that the document gives may be one that Go or the generated code " +
			"needs for itself.",
		"two names that become one in Go", "another name for one of them", nil,
	},
	{
		"JK0702",
		"table that PostgreSQL refuses",
		"check --database makes every table in a scratch database. What its rules cannot know, such as a limit of PostgreSQL, is " +
			"found there and not when the server starts.",
		"unique: [[a, b, …]]  # of 33 columns", "unique: [[digest]]", nil,
	},
	{
		"JK0703",
		"statement that PostgreSQL refuses",
		"check --database prepares every statement of the answers and notifications. Only PostgreSQL knows whether the SQL that a " +
			"person wrote names real columns and fits its types.",
		"sql: select nam from shop.goods", "sql: select name from shop.goods", nil,
	},
	{
		"JK0704",
		"one path for two",
		"All systems are served by one listener, which tells them apart by the path alone, and has pages of its own. With two " +
			"of one shape it would not start.",
		"path: /orders/{id}  # and /orders/{no} in another system", "path: /shop/orders/{id}", nil,
	},
	{
		"JK0712",
		"rules that no request can keep",
		"check makes a request of each interface with all of its rows, and one with those that must be there, and holds them against the " +
			"rules. Where even they are refused, rules contradict each other, and nobody can call the interface.",
		"code: {type: string, length: 4, pattern: \"[A-Z]{6}\"}", "code: {type: string, length: 6, pattern: \"[A-Z]{6}\"}", nil,
	},
}

// planRules are about statements that PostgreSQL accepts. The room prove finds them, in a
// database.
var planRules = []Rule{
	{
		"JK0710",
		"filter or order that no index serves",
		"check --database plans every statement as PostgreSQL does with large tables. One that reads all rows to find a few is fast while " +
			"the table is small, and holds everybody up when it is not. The hint has the index; a table that stays small is waived.",
		"where: [mobile]  # and the table has index: [[created]]", "index: [[created], [mobile]]", nil,
	},
}

// unusedRules are about what is said and has no effect.
var unusedRules = []Rule{
	{
		"JK0705",
		"field of a query without effect",
		"A caller who sends a filter and gets rows that do not match it takes them for matching ones. Where the document itself leaves " +
			"the field without a meaning, an erratum or a row of the ledger says so.",
		"where: [sku]  # and a field sku_list", "where: [sku, sku_list]", everyInterface(checkFilters),
	},
	{
		"JK0706",
		"declaration that nothing uses",
		"An enum, a mapping or a table that nothing names is forgotten, or its name is misspelt where it was meant.",
		"enums: {colour: {1: 红}}  # and no field of that enum", "color: {type: int, enum: colour}", checkUnused,
	},
	{
		"JK0707",
		"write that fills no column",
		"Fields fill the columns of their names. A step that writes and fills nothing would store a row that tells nothing of the request.",
		"insert: goods  # and no field is called like a column", "insert: goods\nset: {name: title}", everyStep(checkFilled),
	},
}

// waiverRules are about findings that are let stay.
var waiverRules = []Rule{
	{
		"JK0708",
		"waiver that holds nothing back",
		"# waive JK0225 until 2027-06-30: the reason — lets a finding of the next row stay. One that matches no finding is a leftover, " +
			"and would hide a fault that comes later. Rules without which nothing can be generated cannot be waived.",
		"# waive JK0225: later", "# waive JK0225 until 2027-06-30: the nightly load fills it", nil,
	},
	{
		"JK0709",
		"waiver that has ended",
		"A waiver with until is good up to that day. check says so from the next day on; generate and all other commands go on.",
		"# waive JK0225 until 2026-01-31: the reason", "# waive JK0225 until 2027-01-31: the reason", nil,
	},
}

package check

// answerRules are about answers: sources and completeness.
var answerRules = []Rule{
	{
		"JK0401",
		"unknown request field",
		"A source in set and where is a field of the request, or one of the forms in braces.",
		"set: {customer_name: cstNam}", "set: {customer_name: cstName}", nil,
	},
	{
		"JK0402",
		"unknown error code",
		"Every code of our answers is in errors.yaml, with the document's text.",
		"missing: 2999", "missing: 2001", nil,
	},
	{
		"JK0403",
		"response field without a source",
		"A response field takes the column of its name. If there is none, return names the source.",
		"cstGUID: {type: string}  # the table has guid", "return: {cstGUID: guid}", nil,
	},
	{
		"JK0404",
		"required column unfilled",
		"A new row needs a value in each required column: from a field, from set or from its default.",
		"mobile: {type: string, required: true}  # and no field mobile", "set: {mobile: phone}", everyStep(checkMayLack),
	},
	{
		"JK0405", "get without where", "It would return any row.",
		"get: customer", "get: customer\nwhere: [mobile]", everyStep(checkRowsNamed),
	},
	{
		"JK0406",
		"paging without its fields",
		"A paged list needs the page and its size from the request, and gives the number of pages or of rows.",
		"page: true  # without pageSize", "pageSize: {type: int}", nil,
	},
	{
		"JK0407",
		"column too short",
		"A value that passes the field's rules must fit into the column, or the answer is an internal error.",
		"mobile: {type: string, length: 16}  # column with length 11",
		"mobile: {type: string, length: 16}  # column with length 16",
		everyStep(checkColumnLength),
	},
	{
		"JK0408", "unknown mapping", "Mappings are in system.yaml and are used by name.",
		"set: {status: {map: folowStatus, of: followType}}",
		"set: {status: {map: followStatus, of: followType}}",
		nil,
	},
	{
		"JK0409",
		"mapping with gaps",
		"A value that the mapping does not know would have no result. Either the field's enum is closed and " +
			"covered, or the mapping has else.",
		"followStatus: {values: {2: 2}}",
		"followStatus: {values: {2: 2}, else: 8}",
		everyAssign(checkMapping),
	},
	{
		"JK0410", "unknown response field", "return, into, page and since name fields of the response.",
		"return: {cstID: guid}", "return: {cstGUID: guid}", nil,
	},
	{
		"JK0411", "unknown step", "A source may take a column of an earlier step, by the step's name.",
		"set: {cst_guid: {step: custmer, column: guid}}", "set: {cst_guid: {step: customer, column: guid}}", nil,
	},
	{
		"JK0412",
		"step name twice",
		"Later steps and the reply refer to steps by name, which is the table's unless as: gives another.",
		"steps: [{insert: lead}, {insert: lead}]", "steps: [{insert: lead}, {as: second, insert: lead}]", nil,
	},
}

// storageRules are about verbs.
var storageRules = []Rule{
	{
		"JK0413",
		"list without a place",
		"The rows of a list go into one array of the response. With several arrays, into names it.",
		"list: project  # and two arrays", "list: project\ninto: list", nil,
	},
	{
		"JK0414",
		"not exactly one verb",
		"A step does one thing. Several things are a list of steps, done in order in one transaction.",
		"insert: customer\nupdate: lead", "steps: [{insert: customer}, {update: lead, where: {guid: leadGUID}}]", nil,
	},
	{
		"JK0415", "key without meaning", "The verb has no use for this key, so it would be silently ignored.",
		"get: customer\nset: {mobile: phone}", "update: customer\nset: {mobile: phone}", nil,
	},
	{
		"JK0416",
		"code that never answers",
		"The code of unique is given when the database refuses the value, which it does only with a unique set.",
		"unique: {mobile: 2003}  # and no unique set", "unique: [[mobile]]  # in the table", nil,
	},
	{
		"JK0417", "each of no array", "each walks over an array of the request: one row for each member.",
		"each: mobile", "each: attachs/items", nil,
	},
	{
		"JK0418",
		"replace without match",
		"replace first removes the rows whose match columns equal those of the new ones.",
		"replace: customer_trait\neach: items",
		"replace: customer_trait\neach: items\nmatch: [cst_guid]",
		everyStep(checkReplace),
	},
	{
		"JK0419",
		"upsert without its key",
		"upsert finds the row by the table's key, or by the unique columns of match; all of them must be filled.",
		"upsert: customer  # guid is not filled", "upsert: customer\nmatch: [mobile]", everyStep(checkUpsert),
	},
	{
		"JK0420", "update without where", "It would change every row.",
		"update: customer", "update: customer\nwhere: {guid: cstGUID}", nil,
	},
	{
		"JK0421", "source with none or several forms", "A source says one thing.",
		"created: {now: true, value: 1}", "created: {now: true}", nil,
	},
	{
		"JK0422", "SQL with an unknown field", "A :name in SQL is a field of the request; it is bound, never pasted.",
		`{sql: "upper(:cstWil)"}`, `{sql: "upper(:cstWill)"}`, nil,
	},
	{
		"JK0423", "exists without a place", "The yes or no of exists goes into one field of the response.",
		"exists: customer", "exists: customer\ninto: exist", nil,
	},
	{
		"JK0424", "children without a place", "children are named after the nested array that they fill.",
		"children: {units: {list: unit, on: {building_guid: guid}}}",
		"children: {buildUnit: {list: unit, on: {building_guid: guid}}}",
		nil,
	},
	{
		"JK0425",
		"field and column of unlike types",
		"Numbers may be kept as text; text, times and nested values cannot be kept as something else.",
		"birthday: {type: datetime}  # into an int column", "birthday: {type: datetime}  # into a datetime column",
		everyAssign(checkStorable),
	},
	{
		"JK0426",
		"column that the field cannot show",
		"A number needs a number column, a time a time column; everything but nested values " +
			"can be shown as text.", "followTime: {type: int}  # from a datetime column",
		"followTime: {type: int, follow: {type: epoch, erratum: seconds}}", everyAssign(checkShown),
	},
	{
		"JK0427",
		"calling app where nobody calls",
		"{app: true} is the id of the app whose message is answered. Responses and notifications are filled from rows, " +
			"which outlive the message.",
		"fill: {sourceApp: {app: true}}", "fill: {sourceApp: source_app}  # and set: {source_app: {app: true}} where it is stored", nil,
	},
	{
		"JK0428",
		"report that reads before it writes",
		"The writes of a report are one statement. Steps that read come after them, in the same transaction, and show what " +
			"was left; what they do not find is our own fault and has no code.",
		"steps: [{as: now, get: customer, where: [guid]}, {update: customer, where: [guid]}]",
		"steps: [{update: customer, where: [guid]}, {as: now, get: customer, where: [guid]}]",
		everyInterface(checkReadLast),
	},
	{
		"JK0429",
		"token where none is issued",
		"An answer that issues a token does that and nothing else. Its return has the token's value and its seconds.",
		"return: {access_token: {token: value}}  # without token", "token: 2h\nreturn: {access_token: {token: value}}", nil,
	},
	{
		"JK0430",
		"drop that no member has",
		"drop names a field of the members of each, with the value that deletes their row.",
		"drop: {updateFlg: D}", "drop: {updateFlag: D}", everyStep(checkDrop),
	},
	{
		"JK0431",
		"one row for all members",
		"upsert with each finds the row of each member by its key. Where no column of the key comes from the member, all " +
			"members would change the same row.",
		"upsert: ext_info\neach: extInfoList\nmatch: [cust_guid]",
		"upsert: ext_info\neach: extInfoList\nmatch: [cust_guid, ext_name]",
		everyStep(checkEachKey),
	},
	{
		"JK0432",
		"constant of another type",
		"A constant is written into SQL as the column's type has it, and what a mapping of numbers gives as a number.",
		"set: {amount: {value: many}}", "set: {amount: {value: 3}}", checkConstants,
	},
	{
		"JK0433",
		"handler that is not alone",
		"What a handler answers it answers in Go, the checks included. Only a handler says its codes.",
		"answer: {handler: true, insert: customer}", "answer: {handler: true, codes: [4001]}", everyInterface(checkHandler),
	},
	{
		"JK0435",
		"construct that cannot be generated",
		"Only the generator knows what its SQL and Go can say, so check generates everything in memory: what it refuses is found " +
			"with its place, and generate never stops at it.",
		"return: {goods/name: name}  # of a report", "return: {name: name}", nil,
	},
	{
		"JK0436",
		"number that its column would change",
		"PostgreSQL rounds a number with more places than its column, and refuses one with more digits in front of the point. Both " +
			"sides say how many there are, and rounded: true says that the rest may go.",
		"request: {price: {type: decimal}}  # the column is a decimal(18,2)", "request: {price: {type: \"decimal(18,2)\"}}",
		func(d *checked) { everyStep(checkStored)(d); everyInterface(checkReturned)(d) },
	},
	{
		"JK0437",
		"number of pages for a number of rows",
		"total is the number of pages. Most documents count rows, and a caller that takes one for the other reads a tenth of the list.",
		"page: {page: p, size: s, total: count}  # count is 总条数", "page: {page: p, size: s, rows: count}", nil,
	},
	{
		"JK0439",
		"page whose fields cannot say it",
		"A page begins at one place, and each of its fields has a type and a length for what it says. The first page has no cursor, the " +
			"last no next, and behind a value only a list in the order of that value can go on.",
		"page: {cursor: cursor, next: next}  # next: {type: string, required: true}",
		"page: {cursor: cursor, next: next}  # next: {type: string, required: true, blank: true}", nil,
	},
	{
		"JK0440", "condition that a column or a step cannot have", "A range is one of numbers or of times, a part one of a text, and only list and exists look for many rows.",
		"where: {title: {from: low}}  # both are texts", "where: {price: {from: low}}", nil,
	},
	{
		"JK0441", "order that nothing chooses", "sort gives each value that its field lists the columns of one order, so that no other column can be asked for.",
		"sort: {by: orderBy, of: {price: price}}  # orderBy: {type: string}", "sort: {by: orderBy, of: {price: price}}  # orderBy: {type: string, enum: [price]}", nil,
	},
}

// takenRules are about codes for values that are taken.
var takenRules = []Rule{
	{
		"JK0438",
		"values that may be taken, without a code",
		"PostgreSQL refuses a second row with the values of a key or a unique set. Where they come from messages, unique says which of " +
			"the document's codes answers; without it the caller would get the code for internal errors.",
		"insert: trade  # its key is filled from the request", "insert: trade\n  unique: {trade_no: 2002}", everyStep(checkTaken),
	},
}

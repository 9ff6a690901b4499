package check

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/addressee"
)

// interfaceRules are about interfaces as a whole.
var interfaceRules = []Rule{
	{
		"JK0201",
		"cmd twice",
		"cmd is the key of an interface within its system: routes, files and Go names come from it.",
		"interface: cst_get  # in two groups", "interface: cst_info_get", checkCmds,
	},
	{
		"JK0202",
		"file named otherwise",
		"An interface is in <cmd>.yaml, and the generated file is named after it.",
		"interface: cst_get  # in cst_info_get.yaml", "interface: cst_info_get", nil,
	},
	{
		"JK0203",
		"unknown group",
		"A folder of interfaces is a group of system.yaml, which gives its title and chapter.",
		"spec/lianfa/custmer/", "spec/lianfa/customer/", nil,
	},
	{
		"JK0205", "section twice", "Each interface has its own section; two of the same are a slip of copying.",
		"section: 4.2.6  # in two files", "section: 4.2.7", checkSections,
	},
	{
		"JK0206", "notification with an answer", "We send notifications. row and fill give their contents.",
		"kind: notify\nanswer: {insert: customer}", "kind: notify\nrow: customer", everyInterface(checkAnswered),
	},
	{
		"JK0207",
		"active without an answer",
		"A caller of an active interface gets an answer. One that nobody has built is unimplemented.",
		"kind: query  # and no answer", "kind: query\nstatus: unimplemented", nil,
	},
	{
		"JK0208", "query that writes", "Queries may be repeated, cached and sent by GET, so they only read.",
		"kind: query\nanswer: {insert: customer}",
		"kind: report\nanswer: {insert: customer}",
		everyInterface(checkWrites),
	},
	{
		"JK0209",
		"report that writes nothing",
		"A report hands data over. An answer that only reads is a query, or forgets something.",
		"kind: report\nanswer: {get: customer, where: [mobile]}",
		"kind: query\nanswer: {get: customer, where: [mobile]}",
		nil,
	},
	{
		"JK0210", "deprecated without a successor", "Its callers must learn which interface to call instead.",
		"status: deprecated", "status: deprecated\nsuccessor: s_lead_notify", everyInterface(checkStatus),
	},
	{
		"JK0211", "unknown successor", "The successor is an interface of the same system.",
		"successor: s_led_notify", "successor: s_lead_notify", nil,
	},
	{
		"JK0212", "unknown notification", "notify names notifications of the same system.",
		"notify: [cst_info_notfy]", "notify: [cst_info_notify]", nil,
	},
	{
		"JK0213", "notifying by no notification", "Only interfaces of kind notify are sent by us.",
		"notify: [cst_info_get]", "notify: [cst_info_notify]", nil,
	},
	{
		"JK0214",
		"notification without its row",
		"A notification is filled from a row that the interface has just written.",
		"answer: {insert: lead}\nnotify: [cst_info_notify]", "answer: {insert: customer}\nnotify: [cst_info_notify]",
		everyInterface(checkNotify),
	},
	{
		"JK0215",
		"method and path out of place",
		"Where the protocol has no path, each interface has its own; where it has one, none may.",
		"interface: customer_get  # and no method and path", "method: GET\npath: /api/customer/get", checkPaths,
	},
	{
		"JK0216", "method and path twice", "Two interfaces at one address cannot be distinguished.",
		"path: /api/customer/get  # in two files", "path: /api/customer/list", nil,
	},
	{
		"JK0217", "key of notifications", "row, fill, message_type, on, by, scope and to say how a notification is made.",
		"kind: report\nrow: customer", "kind: notify\nrow: customer", everyInterface(checkNotifyKeys),
	},
	{
		"JK0218",
		"notification field without a source",
		"A required field of a notification takes the column of its name, or the source in fill.",
		"cstGUID: {type: string, required: true}  # the row has guid", "fill: {cstGUID: guid}", nil,
	},
	{
		"JK0219",
		"successor of an active interface",
		"A successor is the interface to call instead of a deprecated one.",
		"successor: s_lead_notify", "status: deprecated\nsuccessor: s_lead_notify", nil,
	},
	{
		"JK0220", "unknown version", "since names a version of changelog.yaml.",
		"since: V3.11", "since: V3.1", everyInterface(checkSince),
	},
	{
		"JK0221", "section of another chapter", "A group is a chapter. Its interfaces have sections below it.",
		"section: 4.3.1  # in group customer, 4.2", "section: 4.2.1", nil,
	},
	{
		"JK0222", "malformed cmd", "cmd becomes a file's name, a Go name and part of URLs.",
		"interface: cst/get", "interface: cst.get", nil,
	},
	{
		"JK0223",
		"change without its notification",
		"Subscribers of a notification expect every change of its row, whichever interface made it. " +
			"A notification that is sent by a command or by background work only says on: explicit.",
		"answer: {update: customer, where: {guid: cstGUID}}  # and no notify",
		"answer: {update: customer, where: {guid: cstGUID}}\nnotify: [cst_info_notify]",
		everyInterface(checkTriggers),
	},
	{
		"JK0224",
		"rows grouped by a column that may be empty",
		"by names the columns in whose order history is walked, with the last values as the place to go on from. " +
			"An empty value has no place in that order, so its rows would be left out.",
		"by: [opp_guid]  # the column is not required", "opp_guid: {type: string, length: 64, required: true}", nil,
	},
	{
		"JK0225",
		"required field that comes blank",
		"A required field whose source has no value is sent as \"\" or 0. A receiver that does not know refuses " +
			"the notification, and with it all that follow. blank: true says so to receivers, schemas and docs.",
		"homeTel: {type: string, length: 16, required: true}  # the column home_tel is not required",
		"homeTel: {type: string, length: 16, required: true, follow: {blank: true, erratum: notice-required}}",
		everyInterface(checkBlankSources),
	},
	{
		"JK0226",
		"blank that never comes",
		"If the source always has a value, blank would have receivers prepare for a case that never happens, " +
			"and take a mistake for the truth.",
		"cstGUID: {type: string, length: 64, required: true, blank: true}  # from the required column guid",
		"cstGUID: {type: string, length: 64, required: true}", nil,
	},
	{
		"JK0227",
		"notification of no known project",
		"Where a system has project, subscriptions may be bound to some projects, so each notification that is sent " +
			"says which one it is about: a column, SQL over the row t, or the value \"\" where it is about none and goes to all.",
		"row: lead  # and no scope", "row: lead\nscope: {proj_guid: proj_guid}", everyInterface(func(d *checked, x *spec.Interface) { addressee.Project(d.Collector, x) }),
	},
	{
		"JK0245", "notification that reaches nobody, or anybody",
		"to names the column with the app that gets a notification, and the one with the URL that the request gave for it. " +
			"What writes the row fills both: the app is the one that calls, since the message is signed with its keys, and the URL is " +
			"that of a server, which the field's rules say: format: weburl and a length of at most 2048.",
		"to: {app: mch, url: notify_url}  # and notify_url: {type: string}", "notify_url: {type: string, length: 256, format: weburl}",
		everyInterface(func(d *checked, x *spec.Interface) { addressee.Check(d.Collector, x) }),
	},
}

// tableRules are about stored data.
var tableRules = []Rule{
	{
		"JK0301", "unknown table", "A table is in table/<name>.yaml.",
		"insert: custmer", "insert: customer", nil,
	},
	{
		"JK0302",
		"unknown column",
		"Columns are those of the table's file. They are snake_case: projGUID is proj_guid.",
		"where: {mobil: mobile}", "where: {mobile: mobile}", nil,
	},
	{
		"JK0303", "table's file named otherwise", "A table is in <name>.yaml.",
		"table: customer  # in client.yaml", "table: client", nil,
	},
	{
		"JK0305",
		"malformed name of a table or column",
		"Names are used in SQL without quotes that people must remember.",
		"projGUID: {type: string}", "proj_guid: {type: string}", everyTable(checkTableNames),
	},
	{
		"JK0306", "unknown column type", "Columns have fewer types than fields.",
		"guid: {type: text}", "guid: {type: string}", everyTable(checkColumnTypes),
	},
	{
		"JK0307", "length or places that a column cannot have",
		"A string has a length in characters, a decimal one in digits, some of them behind its point.",
		"zy_num: {type: int, length: 10}", "zy_num: {type: int}", nil,
	},
	{
		"JK0308",
		"updated table without modified",
		"Incremental lists read rows by the time of their last change, so every change sets it.",
		"update: customer  # without a column modified", "modified: {type: datetime, default: now, required: true}",
		everyStep(checkModified),
	},
	{
		"JK0309",
		"default of another type",
		"guid makes an id (string), now takes the time (datetime, date); everything else is a literal, which no column has whose values are unique.",
		"created: {type: datetime, default: guid}", "created: {type: datetime, default: now}", nil,
	},
	{
		"JK0310",
		"rule that a column cannot keep",
		"enum is for string and int, format for string, min and max for numbers, hash for a string without length, " +
			"blank for a required string outside the key. A rule on another column would never hold.",
		"name: {type: string, min: 1}", "level: {type: int, min: 1}", everyTable(checkColumnRules),
	},
	{
		"JK0311",
		"tasks that cannot be worked on",
		"The server works on the rows of a table with history: it reads who asks for what, from the oldest task on, " +
			"writes what became of it, and sends the result.",
		"history: {since: task_name, …}", "history: {since: time_range_start, …}", everyTable(checkHistory),
	},
	{
		"JK0312",
		"value that a text does not have",
		"The texts of a remark name values in braces; others would be sent as they are written.",
		"texts: {done: 共{rows}条, …}", "texts: {done: 共{count}条, …}", nil,
	},
	{
		"JK0313", "named by a word of SQL", "Systems, tables, columns and steps are named in SQL without quotes.",
		"table: order", "table: orders", checkWords,
	},
	{
		"JK0314",
		"one name for two in the database",
		"Tables, keys, unique sets and indexes are named after tables and columns, all in one schema: an index of the column " +
			"line of the table goods is goods_line. The migration of two with one name would fail.",
		"table: goods_line  # and index: [[line]] on goods", "table: goods_lines", checkRelations,
	},
	{
		"JK0315",
		"tables without their migration",
		"Once a system was released, its tables change by migrations in its folder sql. The last of them must lead to the tables " +
			"that the YAML has, or servers would start on others.",
		"wechat: {type: string}  # and nothing in sql/", "jiekou migrate draft", nil,
	},
	{
		"JK0316",
		"released migration that was edited",
		"Databases know a migration by its checksum, and a server refuses one that differs from what was applied. So a released " +
			"file keeps its name and its bytes, and its system the name by which databases know its tables; a change is another migration.",
		"alter table …  # in 0001_tables.sql, after its release", "0002_….sql", nil,
	},
	{
		"JK0317",
		"malformed migration",
		"Migrations are applied in the order of their numbers, each by the marks in its text.",
		"sql/2-wechat.sql", "sql/0002_wechat.sql", nil,
	},
	{
		"JK0318",
		"table of somebody else",
		"jiekou reads and writes a table with existing, and neither makes nor renames it; the names of its constraints are the database's.",
		"existing: crm.customer\nwas: client", "existing: crm.customer", everyTable(checkExisting),
	},
}

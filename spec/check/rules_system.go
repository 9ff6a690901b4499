package check

// systemRules are about system.yaml.
var systemRules = []Rule{
	{
		"JK0506",
		"messages that name nothing",
		"With one path for all interfaces something in the message names the interface; without it method and path do.",
		`request: {path: /lianfa/api, json: "{payload}"}`,
		`request: {path: /lianfa/api, json: {cmd: "{interface}", data: "{payload}"}}`,
		nil,
	},
	{
		"JK0507", "folder named otherwise", "A system is in the folder of its name.",
		"system: lianfa  # in spec/lianfaa", "system: lianfa  # in spec/lianfa", nil,
	},
	{
		"JK0509", "malformed name of a group or system", "A group and a system are each a folder and a Go package; a system is a schema of the database, too.",
		"groups: {Sales: {title: 销售}}", "groups: {sales: {title: 销售}}", checkGroups,
	},
	{
		"JK0510",
		"code of another type",
		"A reply that writes its code as a number needs codes that are numbers.",
		`reply: {json: {code: "{code|raw}"}}  # and a code E01`, `reply: {json: {code: "{code}"}}`,
		checkCodeType,
	},
}

// demoRules are about what a server with demo data shows.
var demoRules = []Rule{
	{
		"JK0528",
		"demo data of nothing",
		"What serve --demo shows is loaded and called when it starts, so it must fit the system.",
		"demo/orders.csv  # and no table orders", "demo/order.csv", checkDemo,
	},
}

// protocolRules are about the protocol of a system. Its compiler finds them, which
// package spec does not know.
var protocolRules = []Rule{
	{
		"JK0529",
		"protocol that cannot hold",
		"What is sent must be made, and what comes must be read and verified, from what each side knows. The protocol is " +
			"compiled as the server does it; docs/protocol.md explains every word.",
		`header: {sign: "{sing}"}`, `header: {sign: "{sign}"}`, nil,
	},
	{
		"JK0530",
		"protocol that is probably not meant",
		"It works, and a value is used nowhere, or nothing secret covers what the interface acts on. Where the document " +
			"has it so, say it: errata: [id] in the message.",
		`request: {query: {app_key: "{app}", token: "{token}"}, guards: [{issued: token}]}`,
		`request: {query: {app_key: "{app}", token: "{token}"}, guards: [{issued: token}], errata: [token-alone]}`, nil,
	},
	{
		"JK0531",
		"known answer that begins with nothing",
		"like names an answer above, and change a text of its message.",
		"- {name: late, like: god}", "- {name: late, like: good}", nil,
	},
	{
		"JK0532",
		"known answer that is false",
		"Partners hold their own code against the known answers. check admits each message as the server does, compares " +
			"what names hold, and sends it once more: the bytes must be the same.",
		"- {name: good, values: {sign: 5d41402a}}  # and the sign is 5d41402b", "- {name: good, values: {sign: 5d41402b}}", nil,
	},
	{
		"JK0533",
		"example that contradicts its table",
		"The document's example and its table are about one interface. Where they differ somebody must decide which is " +
			"right: the table is corrected, or an erratum says what is followed.",
		`example: {response: '{"mobile": 138}'}  # and mobile is a string`,
		`example: {response: '{"mobile": 138}', errata: [mobile-text]}`, nil,
	},
	{
		"JK0534",
		"notification that is never sent",
		"The protocol says how notifications are carried, protected and answered; without that nothing can send one.",
		"protocol: {request: …, reply: …}  # and an interface of kind: notify",
		`protocol: {request: …, reply: …, push: {like: request, answer: …}}`, nil,
	},
	{
		"JK0535",
		"notifications that cannot be told apart",
		"A subscriber may give one URL for all notifications, so some part of the message must say which one it is.",
		`push: {json: "{payload}"}  # and two interfaces of kind: notify`, `push: {json: {event: "{interface}", "*": "{payload}"}}`, nil,
	},
}

// carriedRules are about members that a protocol has no place for.
var carriedRules = []Rule{
	{
		"JK0539",
		"members that nothing carries",
		"The protocol says what the body is, and {payload} is nowhere in it: the members of the interface would be neither sent nor read, and nobody " +
			"would be told. \"*\": \"{payload}\" takes all members that no other name takes; a field with in: has a place of its own. Or they are pairs of a form, a query or " +
			"multipart, which have one text each, and a field is an array, an object or a map: flat gives what is in it names of its own, as: text makes it JSON as text.",
		`request: {json: {app: "{app}", sign: "{sign}"}}  # and an interface with members`,
		`request: {json: {app: "{app}", sign: "{sign}", "*": "{payload}"}}`, nil,
	},
}

// errorRules are about errors.yaml and errata.yaml.
var errorRules = []Rule{
	{
		"JK0601", "unknown erratum", "A decision is in errata.yaml once, and is named where it applies.",
		"follow: {length: 64, erratum: id-lenght}", "follow: {length: 64, erratum: id-length}", nil,
	},
	{
		"JK0602",
		"erratum that nothing names",
		"A decision that nothing names is forgotten or done. One whose section lies outside " +
			"the chapters of the groups is about the document as a whole and needs no name.",
		"id-length: {title: …}  # and no field names it", "id-length: {title: …, where: [cst_info_get]}", checkErrata,
	},
	{
		"JK0603", "erratum on an unknown interface", "where names interfaces of the same system, or * for all.",
		"where: [cst_info_gett]", "where: [cst_info_get]", nil,
	},
	{
		"JK0604",
		"code that nothing answers with",
		"Every code of the document is given by a rule or an answer, or it is said why not.",
		"3001: {text: 房间不存在}", "3001: {text: 房间不存在, reserved: no interface takes a room}", checkReachable,
	},
	{
		"JK0605", "reserved code in use", "reserved says that nothing of ours answers with the code.",
		"1001: {text: …, reserved: none}  # and required: 1001", "1001: {text: …}", nil,
	},
	{
		"JK0606", "unknown rule", "The rules are those of the runtime; a code for another would never be given.",
		"rules: {requird: 1001}", "rules: {required: 1001}", checkRuleNames,
	},
	{
		"JK0607", "code twice", "The second text would never be sent.",
		"0: {text: 成功}  # in two groups", "0: {text: 成功}", checkCodes,
	},
	{
		"JK0608",
		"no code for our own faults",
		"When something of ours breaks the caller still gets a code of the document.",
		"rules: {required: 1001}", "rules: {required: 1001, internal: 1005}", nil,
	},
	{
		"JK0609",
		"open sentence of the document",
		"A condition that the document states in prose is kept by a rule, by the answer, by a decision, or it is " +
			"said why not. A row of the ledger without exactly one of these is work that is not done.",
		"- {section: 4.2.8, field: remark, says: default 案场跟进上报}",
		"- {section: 4.2.8, field: remark, says: default 案场跟进上报, rule: default}", checkLedger,
	},
	{
		"JK0610",
		"row of the ledger about nothing",
		"A row names the section, the interface or the field that states the condition; after a revision it must " +
			"still be there.",
		"- {section: 4.2.88, says: …}", "- {section: 4.2.8, says: …}", checkLedgerPlaces,
	},
	{
		"JK0611",
		"carrier that is not there",
		"A row names rules that its field has, parts that its answer has, or the note of its interface. When one of " +
			"these goes away the sentence is open again.",
		"- {section: 4.2.8, field: remark, says: …, rule: defualt}",
		"- {section: 4.2.8, field: remark, says: …, rule: default}", checkCarriers,
	},
	{
		"JK0612",
		"interface that the ledger forgets",
		"Once a ledger is kept every interface of the document has a row, be it that it states no condition: an " +
			"interface without one was not read.",
		"interface: cst_info_get  # and no row of ledger.yaml",
		"- {section: 4.2.5, says: by the mobile number, answer: where mobile}", checkLedgerWhole,
	},
	{
		"JK0613", "row of the ledger out of order", "The ledger is read beside the document, from its first section to its last.",
		"- {section: 4.2.8, …}  # below 4.2.9", "- {section: 4.2.8, …}  # above 4.2.9", nil,
	},
	{
		"JK0614",
		"rule without a code",
		"A value that breaks a rule is answered with the rule's code. Without one the caller hears of a fault of ours, and tries again.",
		"qty: {type: int, max: 100}  # and no range in rules", "rules: {range: 1002}", checkAnswers,
	},
	{
		"JK0615",
		"decision that nothing carries",
		"Where an erratum lets a required value that we send be \"\" or [], the field says so with blank: else the proxy, " +
			"the fixtures and the docs take an ordinary message for a fault.",
		"password: {type: string, required: true, errata: [password-blank]}  # follow: 返回\"\"",
		"password: {type: string, required: true, follow: {blank: true, erratum: password-blank}}",
		everyInterface(checkBlankDecisions),
	},
	{
		"JK0617", "text that the code does not have", "A code of several texts lists them; a rule picks one of them.",
		"rules: {auth: {code: -1, text: 签名错}}", "rules: {auth: {code: -1, text: 签名错误}}", nil,
	},
}

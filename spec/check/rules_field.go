package check

import "github.com/jiekou-dev/jiekou/spec/check/row"

// fileRules are found while files are read.
var fileRules = []Rule{
	{
		"JK0001",
		"a file cannot be read",
		"A system needs system.yaml and errors.yaml. Without them nothing in it can be checked.",
		"spec/lianfa/ without errors.yaml", "spec/lianfa/errors.yaml with groups and rules", nil,
	},
	{
		"JK0002", "no YAML", "The text is not well-formed. Nothing else in this file was checked.",
		"code: [1, 2", "code: [1, 2]", nil,
	},
	{
		"JK0003",
		"a key twice",
		"YAML parsers disagree on which of the two counts. A row that is lost this way is hard to find.",
		"mobile: {type: string, type: int}", "mobile: {type: string}", nil,
	},
	{
		"JK0004",
		"not part of the language",
		"Tags, keys that are no text, and values too deep or too many would not survive jiekou fmt, " +
			"or would stop it.", "length: !!int 64", "length: 64", nil,
	},
	{
		"JK0005", "unknown key", "A misspelt key would be a rule that is never checked.",
		"mobile: {type: string, lenght: 16}", "mobile: {type: string, length: 16}", nil,
	},
	{
		"JK0006", "missing key", "Without this key the file says too little to be used.",
		"mobile: {length: 16}", "mobile: {type: string, length: 16}", nil,
	},
	{
		"JK0007",
		"another kind of value",
		"The key takes a value of another kind, for example a number and not text.",
		"min_length: two", "min_length: 2", nil,
	},
	{
		"JK0008", "unknown value", "The key takes one of a few words.",
		"kind: upload", "kind: report", nil,
	},
	{
		"JK0009",
		"another shape",
		"The value has the right kind and cannot be meant: a date that is none, a number below its least.",
		"date: 2016.5.26", "date: 2016-05-26", nil,
	},
	{
		"JK0010", "a file that nothing reads", "A misspelt file name would leave its whole content out, and nobody would see it.",
		"spec/lianfa/eratta.yaml", "spec/lianfa/errata.yaml", nil,
	},
	{
		"JK0011",
		"another version of the language",
		"A jiekou reads one version of the language. It reads nothing of a system in another one, since its words may mean something else there; jiekou fmt --migrate brings older YAML along.",
		"language: 1", "language: 2", nil,
	},
}

// fieldRules are about rows of tables of parameters.
var fieldRules = []Rule{
	{
		"JK0101",
		"unknown type",
		"Every type has a decoder, a column and a schema. The documents' spellings (String, varchar, jsonArray) " +
			"are understood.", "age: {type: strng}", "age: {type: string}", nil,
	},
	{
		"JK0102", "unknown enum", "A shared enum is written once, in system.yaml, and used by name.",
		"gender: {type: int, enum: gendr}", "gender: {type: int, enum: gender}", nil,
	},
	{
		"JK0103",
		"length on nested values",
		"A length counts characters of text. On an array, an object or a map there are none to count.",
		"items: {type: object, length: 64}", "items: {type: object}", everyField(checkLength),
	},
	{
		"JK0104", "min above max", "No value would be accepted.",
		"page: {type: int, min: 100, max: 10}", "page: {type: int, min: 10, max: 100}", everyField(checkRange),
	},
	{
		"JK0105",
		"default that is refused",
		"A default is used when the field is absent, so it must pass the field's own rules.",
		"gender: {type: int, enum: {1: 男}, default: 2}",
		"gender: {type: int, enum: {1: 男}, default: 1}",
		everyField(checkDefault),
	},
	{
		"JK0138",
		"example that is refused",
		"The example of a row is shown to partners, in pages, schemas and exports, and they send it.",
		"gender: {type: int, enum: {1: 男}, example: 3}",
		"gender: {type: int, enum: {1: 男}, example: 1}",
		everyField(checkExample),
	},
	{
		"JK0106",
		"pattern that does not compile",
		"Patterns run in Go, which has RE2: every pattern ends in time, and look-ahead is left out.",
		`code: {type: string, pattern: "(?=a)"}`, `code: {type: string, pattern: "a.*"}`, everyField(checkPattern),
	},
	{
		"JK0107",
		"unknown format",
		"A format is a named rule of the runtime. A pattern can say what no format does.",
		"mobile: {type: string, format: phone}", "mobile: {type: string, format: mobile}", everyField(checkFormat),
	},
	{
		"JK0108",
		"condition on an unknown field",
		"A condition names fields beside its own, behind ../ beside its object, or as payer/kind in an object there; another name would never be present.",
		"phone: {type: string, required_without: leadID}", "phone: {type: string, required_without: leadGUID}",
		everyRow(row.Condition),
	},
	{
		"JK0109",
		"condition on itself",
		"A field that decides whether it is required itself is always or never required.",
		"phone: {type: string, required_without: phone}", "phone: {type: string, required_without: leadGUID}", nil,
	},
	{
		"JK0110",
		"condition only in words",
		"The document's words are for people. A request is checked by required_if, required_unless, required_with, required_without or " +
			"required_without_all. Where nothing in the request decides, unchecked says why, and no rule is made up.", "phone: {type: string, condition: leadGUID不存在时必须}",
		"phone: {type: string, condition: leadGUID不存在时必须, required_without: leadGUID}", everyRow(row.Conditional),
	},
	{
		"JK0111",
		"follow without effect",
		"follow says where we differ from the document. A decision that changes no rule is named with errata.",
		"id: {type: string, length: 64, follow: {length: 64, erratum: id-length}}",
		"id: {type: string, length: 16, follow: {length: 64, erratum: id-length}}", nil,
	},
	{
		"JK0113",
		"enum value of another type",
		"A value that cannot be written in the field's type would never be met.",
		"gender: {type: int, enum: {男: 男}}", "gender: {type: string, enum: {男: 男}}", everyField(checkEnum),
	},
	{
		"JK0114", "enum value twice", "One of the two labels would be lost.",
		"oldOwner: {type: string, enum: [是, 是]}", "oldOwner: {type: string, enum: [是, 否]}", nil,
	},
	{
		"JK0115",
		"alias that is taken",
		"An alias is a further name on input. Where the name belongs to a field beside it, nobody could say " +
			"which is meant.",
		"Mobile: {type: string, alias: [phone]}  # beside phone",
		"Mobile: {type: string, alias: [mobile]}",
		everyField(checkAlias),
	},
	{
		"JK0116",
		"array with two kinds of members",
		"The members of an array are scalars (of) or objects (fields). Without either they may be anything, as those of an object " +
			"without fields.", "items: {type: array, of: string, fields: {no: {type: string}}}", "items: {type: array, of: string}", everyField(checkMembers),
	},
	{
		"JK0117", "too many fields", "Which fields are present is kept in 256 bits for each object.",
		"an object with 257 fields", "two objects", everyList(checkCount),
	},
	{
		"JK0118",
		"one Go name for two",
		"Go names keep letters and digits only and raise the first letter, so that mobile, Mobile and mo-bile would be one. " +
			"Objects have types, called after the interface and the fields that lead to them.",
		"mobile: {type: string}\nMobile: {type: string}",
		"Mobile: {type: string, alias: [mobile]}",
		checkNames,
	},
	{
		"JK0119", "several conditions", "Two machine forms on one field can be read as and or as or. Say one.",
		"phone: {type: string, required_with: a, required_without: b}",
		"phone: {type: string, required_without: b}",
		nil,
	},
	{
		"JK0120", "members on a scalar", "Only arrays, maps and objects hold other values.",
		"mobile: {type: string, of: int}", "mobile: {type: array, of: int}", nil,
	},
	{
		"JK0121",
		"open without enum",
		"open says that other values than those of the enum are accepted. Without an enum everything is.",
		"type: {type: string, open: true}", "type: {type: string, enum: [a, b], open: true}", nil,
	},
	{
		"JK0122", "min or max on no number", "Ranges compare numbers.",
		"name: {type: string, max: 64}", "name: {type: string, length: 64}", everyField(checkRangeType),
	},
	{
		"JK0123", "format_if without a match", "format_if limits a format to values of a field beside it.",
		"certNum: {type: string, format: idcard, format_if: {certtype: 1}}",
		"certNum: {type: string, format: idcard, format_if: {certType: 1}}", nil,
	},
	{
		"JK0124",
		"condition that is never met",
		"The other field never has this value, so the condition would be dead.",
		"id: {type: string, required_if: {gender: 3}}  # gender is 1 or 2",
		"id: {type: string, required_if: {gender: 2}}",
		nil,
	},
	{
		"JK0125",
		"blank that has no place",
		"blank says that a required field of a notification or a response may come as \"\", 0 or, in a response, []. " +
			"An optional value is left out instead, objects and epochs have no such value, and a default or a bound would refuse it.",
		"homeTel: {type: string, length: 16, blank: true}",
		"homeTel: {type: string, length: 16, required: true, blank: true}",
		checkBlank,
	},
	{
		"JK0126",
		"starts_with without a text beside it",
		"starts_with compares two texts of one level. If either is absent, it holds.",
		"tradeSeq: {type: string, starts_with: tenant}", "tradeSeq: {type: string, starts_with: tenantId}",
		everyField(checkStartsWith),
	},
	{
		"JK0127",
		"empty without a reason or an effect",
		"Whether \"\" clears what is stored is a decision: an erratum records it. It matters where an update changes a column.",
		"phone: {type: string, empty: clear}", "phone: {type: string, empty: clear, errata: [empty-clears]}",
		everyInterface(checkEmpty),
	},
	{
		"JK0128",
		"rule that the type cannot keep",
		"Every rule of a field is kept by what is generated. One that this type has no check for would be dropped in silence.",
		"count: {type: int, pattern: \"[0-9]+\"}", "count: {type: int, min: 0}", everyInterface(checkKept),
	},
	{
		"JK0129",
		"whole number in another form",
		"YAML, JSON, SQL and Go read 010, 1e3 and 0.5 differently, or not at all.",
		"kind: {type: int, enum: {\"01\": 新}}", "kind: {type: int, enum: {1: 新}}", everyInterface(checkWholes),
	},
	{
		"JK0130",
		"condition on what it cannot look at",
		"A condition compares a text, a number, true or false. Times have several forms, and arrays none.",
		"two: {type: string, required_if: {day: 2026-01-02}}  # day is a date", "two: {type: string, required_if: {kind: 5}}",
		everyInterface(checkConditionTypes),
	},
	{
		"JK0131",
		"pattern that only Go reads",
		"Partners hold their requests against the JSON Schema, whose patterns ECMAScript and Python read. What they lack, such as \\p{Han} " +
			"or (?i), is written in other words for them. Limits of lines and of words differ between the engines.",
		`code: {type: string, pattern: '\bA[0-9]+\b'}`, `code: {type: string, pattern: "A[0-9]+"}`, nil,
	},
	{
		"JK0132",
		"digits or characters that a value cannot have",
		"places and rounded are about numbers with a fraction, min_length is about texts, and the least is not above the most.",
		"price: {type: int, places: 2}", "price: {type: decimal, places: 2}", everyField(checkSizes),
	},
	{
		"JK0133",
		"field that may not be there, and always is",
		"A blank value and a place in the path put a field where present_if, absent_if or absent_with forbid it. A default is filled in where " +
			"they allow it, if what decides is beside the field and nothing depends on the field itself.",
		"card: {type: string, in: path, present_if: {pay: card}}", "card: {type: string, present_if: {pay: card}, default: none}",
		everyRow(row.Barred),
	},
	{
		"JK0134",
		"group that is none",
		"one_of, any_of and together name a group of rows beside each other, which are there together or instead of each other.",
		"mobile: {type: string, one_of: contact}  # no other row has it",
		"mobile: {type: string, one_of: contact}\nemail: {type: string, one_of: contact}", nil,
	},
	{
		"JK0139",
		"values that depend on nothing",
		"enum_by names one field beside the row, and lists values of the row for values of that field.",
		"kind: {type: int}\nsub: {type: int, enum_by: {kinds: {1: [11, 12], 2: [21]}}}",
		"kind: {type: int}\nsub: {type: int, enum_by: {kind: {1: [11, 12], 2: [21]}}}", everyRow(row.EnumBy),
	},
	{
		"JK0140",
		"names of a map that nothing can hold",
		"keys has a pattern, a list or a length for the names in a map; those in an object are its rows.",
		"tags: {type: object, keys: {length: 8}}", "tags: {type: map, keys: {length: 8}}", everyRow(row.Keys),
	},
	{
		"JK0135",
		"shared rows that nobody shares",
		"structs and common are written once, in system.yaml. A struct is named as a type, ends somewhere, and except names rows that " +
			"are shared.",
		"except: [timestmp]", "except: [timestamp]", nil,
	},
	{
		"JK0136",
		"row of the payload or of the frame",
		"A row of a response that is called like a member of the reply's frame may be the frame's own or another member of the payload.",
		"code: {type: string, label: 优惠券编号}", "code: {type: string, in: payload, label: 优惠券编号}", nil,
	},
	{
		"JK0137",
		"name of a row in a body",
		"name: is for a header or a query parameter that is called like another row, for example a timestamp that " +
			"travels in the header and in the body. What is in a body, in a path or in a reply is called as it is written.",
		"sentAt: {type: long, name: timestamp}", "sentAt: {type: long, in: header, name: timestamp}", nil,
	},
}

package check

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/row"
)

// placeRules are about the places of fields in signed requests.
var placeRules = []Rule{
	{
		"JK0228",
		"body of another form",
		"A body is JSON or a form. XML would need rules of its own for attributes, name spaces and order, which no " +
			"document here asks for. The protocol says which: a form under a protocol that writes JSON would be signed and read as JSON.",
		"body: xml", "body: form", everyInterface(checkBody),
	},
	{
		"JK0229",
		"body where there is none",
		"Proxies and clients drop the body of a GET or DELETE, so its fields would never arrive.",
		"method: GET  # and id: {type: string}", "id: {type: string, in: query}", nil,
	},
	{
		"JK0230",
		"path and fields differ",
		"{name} in a path is the value of a field with in: path. One without the other would be filled from nowhere, " +
			"or never read. It is alone between two slashes.",
		"path: /customer/{id}  # and customerId: {in: path}", "path: /customer/{customerId}", everyInterface(checkPathNames),
	},
	{
		"JK0231", "header named twice", "The names of headers are the same in any letter case, so one value would fill both.",
		"appId: {in: header}\nAppId: {in: header}", "appId: {in: header}", everyInterface(func(d *checked, x *spec.Interface) { row.Headers(d.Collector, x) }),
	},
	{
		"JK0232",
		"field in the wrong place",
		"in is the place of a field of a signed request. Sealed messages have one place, a body is JSON or a form, and " +
			"members have the place of their object: outside a JSON body it is JSON text. Rows of replies and notifications may be in headers.",
		"lines: {type: array, fields: {no: {type: int, in: query}}}", "lines: {type: array, in: query, fields: {no: {type: int}}}",
		everyInterface(checkIn),
	},
	{
		"JK0233",
		"notification that operators cannot send",
		"jiekoud TABLE publish KEY sends a notification for the row with that key: there must be one key, one " +
			"notification a table, and no other command of that name.",
		"by: [proj_guid, user_guid]\npublish: true", "publish: true", everyInterface(checkPublish),
	},
	{
		"JK0239",
		"sunset that cannot be",
		"A deprecated interface may say the last day on which it is answered. diff lets a revision move it to later only, also where it is active in between: so it keeps the day.",
		"status: unimplemented\nsunset: 2027-03-01", "status: deprecated\nsuccessor: order_update\nsunset: 2027-03-01", nil,
	},
	{
		"JK0240",
		"revision of an unknown interface",
		"A line of changelog.yaml may name the interfaces that it changed: their pages show it.",
		"interfaces: [order_creat]", "interfaces: [order_create]", checkChanges,
	},
}

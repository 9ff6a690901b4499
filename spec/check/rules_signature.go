package check

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/signing"
)

// signed turns a check of signatures into a check of a system.
func signed(check func(*spec.Collector, *spec.System)) func(*checked) {
	return func(d *checked) { check(d.Collector, d.System) }
}

// signatureRules are about the signatures of signed systems.
var signatureRules = []Rule{
	{
		"JK0511",
		"sealed and signed at once",
		"A system has sealed messages, with envelope and one endpoint for all, or signed requests, with a signature and " +
			"method and path for each interface.",
		"envelope: {…}\nsignature: {…}", "signature: {…}", signed(signing.Guard),
	},
	{
		"JK0512",
		"unknown value in a signature",
		"Values are named by their places: method, path, query, body, header.x, query.x, form.x, body.x; every other " +
			"word is a secret of the app.",
		`over: "{header:timestamp}"`, `over: "{header.timestamp}"`, signed(signing.Values),
	},
	{
		"JK0513",
		"template that cannot be filled",
		"Both sides must build the same string byte by byte. A brace without its other half, or {params} of which " +
			"nobody says how they are written, leaves it open.",
		`over: "{params}{appkey}"  # and no params`, `over: "{params}{appkey}"` + "\nparams: {from: [query]}",
		signed(signing.Templates),
	},
	{
		"JK0514", "unknown filter", "A filter is part of the runtime: a hash with its encoding, lower, upper or url.",
		"{body:sha265}", "{body:sha256}", nil,
	},
	{
		"JK0515", "unknown secret of a signature", "An app has two secrets, token and appkey, as app add prints them.",
		"key: appSecret", "key: appkey", signed(signing.Secrets),
	},
	{
		"JK0516",
		"unknown algorithm of a signature",
		"An algorithm is part of the runtime, proven by known answers. Algorithms with a private and a public key are " +
			"not: an app would need keys and certificates beside its two secrets.",
		"algorithm: rsa-sha256", "algorithm: hmac-sha256", signed(signing.Algorithms),
	},
	{
		"JK0517",
		"signature without a secret",
		"A hash that everybody can compute proves nothing about the caller. A key belongs in hmac-*, or in the string.",
		`sign: {algorithm: md5, over: "{params}"}`, `sign: {algorithm: md5, over: "{params}&key={appkey}"}`, nil,
	},
	{
		"JK0518",
		"signature over itself",
		"The result would have to be known before it is made. {params} leaves it out by itself.",
		`sign: {over: "{body}{appkey}", to: body.sign}`, `sign: {over: "{params}{appkey}", params: {from: [body]}, to: body.sign}`,
		nil,
	},
	{
		"JK0519",
		"time that cannot be read",
		"1464229800 is a time in seconds and one in milliseconds of January 1970. The unit says which, the window how old a " +
			"request may be, a day at most.",
		"time: {value: header.timestamp}", "time: {value: header.timestamp, unit: ms, window: 5m}", signed(signing.Times),
	},
	{
		"JK0520",
		"nonce without time",
		"A nonce is remembered for as long as the time of a request would still be accepted. Without a time that is for " +
			"ever, and the table of nonces would only grow.",
		"nonce: {value: header.nonce}", "nonce: {value: header.nonce}\ntime: {value: header.timestamp, unit: ms}",
		signed(signing.Nonce),
	},
	{
		"JK0521",
		"vector that proves nothing",
		"A known answer has the time of the request, the result of each step, or the step that refuses it. One that expects " +
			"nothing can never fail.",
		"- {name: one, request: {url: /a}}", `- {name: one, request: {url: /a}, expect: {"header.sign": 5d41…}}`,
		signed(signing.Vectors),
	},
	{
		"JK0522",
		"value that is never sent",
		"A signed value must be in the request. A value that no interface has a field for would be empty on both sides, " +
			"or on one.",
		`over: "{query.customerID}"  # and the field is customerId`, `over: "{query.customerId}"`, signed(signing.Sent),
	},
	{
		"JK0523",
		"unknown signature",
		"An interface names one of the further signatures of system.yaml, and one that no interface names is forgotten.",
		"signature: logn", "signature: login", everyInterface(checkSignatureName),
	},
	{
		"JK0524",
		"payload beside the cipher text",
		"The result of encrypt is the payload: the text there is the JSON of the fields.",
		"payload: body.content\nsteps: [encrypt: {to: body.data, …}]", "steps: [encrypt: {to: body.data, …}]",
		signed(signing.Payload),
	},
	{
		"JK0525", "result with two meanings", "Two steps that write one place leave only the second result.",
		"- sign: {to: header.sign, …}\n- sign: {to: header.sign, …}", "- sign: {to: header.sign2, …}",
		signed(signing.Results),
	},
	{
		"JK0526",
		"refusal without a code",
		"A step without else is refused with the code of a rule: auth, of encrypt json, of nonce repeated.",
		"compare: {value: query.token, with: token}  # and no rule auth", "rules: {auth: 1009}", signed(signing.Refusals),
	},
	{
		"JK0527",
		"time or nonce that nobody signs",
		"Anybody who sees a request could send it again with a new time or nonce: only signed values are the caller's own. " +
			"Each form of one sign step must be over it, or the nonce is the signature itself.",
		`time: {value: header.timestamp, unit: ms}` + "\n" + `over: "{method}{path}"`,
		`time: {value: header.timestamp, unit: ms}` + "\n" + `over: "{method}{path}{header.timestamp}"`, signed(signing.Covered),
	},
}

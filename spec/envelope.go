package spec

// Envelope says how a message is sealed and opened. Steps are listed in the
// order of sealing; opening undoes them from the last to the first.
type Envelope struct {
	Places
	Header  Fields // fields of the envelope's header, in order
	Data    string // name of the member that carries the sealed payload, for example "data"
	Head    string // name of the member that carries the header, for example "header"
	App     string // value that names the calling app: "header.appid", "query.app_key"
	Message string // value that names the message (sid); empty when the system has none
	Sender  string // our own app id in messages that we send, for example "100"
	Version string // constant for the header field "version"
	Steps   []*Step
	Vectors []*Vector // known answers, run as tests
}

// Step is one declared operation of an envelope.
type Step struct {
	Places
	Op        string // encrypt | encode | digest | compare
	Algorithm string // rc4 | base64 | sha1
	Key       string // secret that encrypt uses: "appkey"
	Over      []string
	To        string   // the place of the result: "data", "header.dataCode"
	Order     string   // of Over when sending: listed (default) | sorted (by value, bytewise)
	Accept    []string // further orders that are accepted on receipt
	Value     string   // compare: the caller's value, for example "query.token"
	With      string   // compare: the app's secret, for example "token"
	Else      string   // code of the refusal when opening fails
}

// Vector is a known answer: payload, values and every intermediate result.
type Vector struct {
	Places
	Name    string
	Section string // of the document that shows it; empty: none does
	Values  []Pair // header values and secrets: appid, sid, token, appkey, …
	Plain   string // the payload before sealing
	Expect  []Pair // "cipher" (hex), "data", "header.dataCode", "header.authCode"
}

package panel

import "github.com/jiekou-dev/jiekou/runtime/problem"

// sentence says what a broken rule means for the partner who broke it.
func sentence(rule problem.Rule) string {
	if s, ok := sentences[rule]; ok {
		return s
	}
	return "A check of the interface did not pass: what the message says does not fit the rows that there are. The page of the interface lists its checks."
}

// sentences explain rules; "" stands for a code without one.
var sentences = map[problem.Rule]string{
	problem.Required:    "A field that must be there is missing, null or blank. The partner has to send it.",
	problem.Type:        "A value is of another JSON type, or its text is no number or time. The partner has to send it as the document writes it.",
	problem.Length:      "A text is longer than its field may be. The partner has to shorten it.",
	problem.Enum:        "A value is none of those that the document lists for its field.",
	problem.Range:       "A number is below the least or above the greatest value of its field.",
	problem.Format:      "A text does not have the form of its field, such as that of a date or an id.",
	problem.Condition:   "A field is missing that another field's value makes necessary.",
	problem.Mobile:      "A mobile number is none: eleven digits that begin with 1 are wanted.",
	problem.IDCard:      "An identity card number does not hold: its length, its date or its check digit is wrong.",
	problem.Method:      "The request has an HTTP method that is not served at this URL.",
	problem.JSON:        "The message is no well-formed JSON of the document's shape, or it cannot be decrypted with the app's key: compare keys and cipher.",
	problem.Size:        "The message, or the list that it asks for, is larger than what is allowed. The partner has to ask for less.",
	problem.Empty:       "The message has no contents, and the interface needs fields.",
	problem.Interface:   "There is no such interface, or it is not served: compare the name with the document.",
	problem.Auth:        "The signature, digest or token does not hold: the keys differ, the clock is off, or the message was changed on its way. jiekou explain-signature says which, from a capture.",
	problem.Grant:       "The app was not granted the interface. Grant it on the page of the app, if it should have it.",
	problem.App:         "No app has this id, or it is disabled. Enable it on its page, if it should be.",
	problem.Sid:         "The message id does not have the document's form, or its date is too long ago.",
	problem.Repeated:    "The message id was used before. Where the first message was carried out, the partner may take this for success.",
	problem.NotFound:    "There is no such record, or it lies outside of what the app is bound to.",
	problem.Unavailable: "The database could not be reached in time, or the app sent more than it may at a time. The same message may be sent again.",
	problem.Internal:    "It failed by our fault. The log has the cause, at the time and interface shown.",
}

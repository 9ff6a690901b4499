package gate

import (
	"strings"
	"time"
)

// sidMonths is how long message ids are kept; store.SidMonths is the same.
const sidMonths = 13

// sidForm is how a message id writes its time.
const sidForm = "060102150405"

// outdated reports whether a message id is older than all recorded ids, so that its
// use cannot be known. Only ids in the document's own form have a date: the
// caller's id, yyMMddHHmmss, further digits; 20 characters in all. Ids of any other
// form, or with no time in that place, are kept for good.
func outdated(app, sid string, now time.Time) bool {
	digits, own := strings.CutPrefix(sid, app)
	if len(sid) != 20 || !own || len(digits) < len(sidForm) {
		return false
	}
	digits = digits[:len(sidForm)]
	return isTime(digits) && digits < now.AddDate(0, -sidMonths, 0).Format(sidForm)
}

// isTime reports whether yyMMddHHmmss has a month, a day, an hour, a minute and a
// second. It is as strict as the deletion of old ids, and no stricter: a 31st of
// February is a time here and there.
func isTime(digits string) bool {
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	in := func(at int, from, to string) bool { return digits[at:at+2] >= from && digits[at:at+2] <= to }
	return in(2, "01", "12") && in(4, "01", "31") && in(6, "00", "23") && in(8, "00", "59") && in(10, "00", "59")
}

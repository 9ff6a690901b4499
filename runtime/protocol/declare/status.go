package declare

// StatusOf is the HTTP status of an outcome: of its code, of success, or of all
// others.
func StatusOf(list []Status, code string, ok bool) *Status {
	out, others := &Status{Status: 200}, 0
	for i := range list {
		one := &list[i]
		switch {
		case one.Code == code && code != "":
			return one
		case one.Code == "success" && ok:
			out, others = one, -1
		case one.Code == "*" && others == 0:
			out = one
		}
	}
	return out
}

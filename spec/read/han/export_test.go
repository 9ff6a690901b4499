package han

// Pairs are the words and characters that are read otherwise.
func Pairs() map[string]string {
	out := map[string]string{}
	for n := 0; n+1 < len(load().pairs); n += 2 {
		out[load().pairs[n]] = load().pairs[n+1]
	}
	return out
}

package document

// byNumbers gives headings the levels that their numbers say, where their looks contradict them: 2. is above
// 2.1 although it is set in smaller letters.
func byNumbers(blocks []*Block) {
	highest, lowest := map[int]int{}, map[int]int{} // of the headings whose numbers have so many parts
	for _, b := range blocks {
		if depth := chapterLevel(b.Text); b.Level > 0 && depth > 0 {
			if highest[depth] == 0 || b.Level < highest[depth] {
				highest[depth] = b.Level
			}
			lowest[depth] = max(lowest[depth], b.Level)
		}
	}
	if highest[1] == 0 || highest[2] == 0 || lowest[1] < highest[2] {
		return
	}
	top := min(highest[1], highest[2])
	for _, b := range blocks {
		if depth := chapterLevel(b.Text); b.Level > 0 && depth > 0 {
			b.Level = min(top+depth-1, 6)
		}
	}
}

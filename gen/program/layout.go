package program

import (
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// named are the layouts that have names, as package step has them.
func named() map[string][]string {
	return map[string][]string{
		"datetime": {"yyyy-MM-dd HH:mm:ss"}, "compact": {"yyyyMMddHHmmss"}, "date": {"yyyy-MM-dd"},
		"iso":     {"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05-0700"},
		"rfc1123": {"Mon, 02 Jan 2006 15:04:05 GMT"},
		"rfc2822": {"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 GMT"},
	}
}

// words of layouts in letters and in Go's way, the longer ones first.
func words() []struct{ letters, own, word string } {
	return []struct{ letters, own, word string }{
		{"yyyy", "2006", "yyyy"},
		{"yy", "06", "yy"},
		{"MMM", "Jan", "Jan"},
		{"MM", "01", "MM"},
		{"dd", "02", "dd"},
		{"HH", "15", "HH"},
		{"hh", "03", "hh"},
		{"mm", "04", "mm"},
		{"SSSSSSSSS", "000000000", "SSSSSSSSS"},
		{"SSSSSS", "000000", "SSSSSS"},
		{"SSS", "000", "SSS"},
		{"ss", "05", "ss"},
		{"XXX", "Z07:00", "ZZ"},
		{"xx", "-0700", "Z"},
		{"EEE", "Mon", "Mon"},
		{"", "Jan", "Jan"},
		{"", "2", "d"},
	}
}

// layouts are the layouts of a step time as lists of words, of which the first is written
// and any is read, and the minutes of their zone.
func layouts(use declare.Use) (lists List, minutes int, ok bool) {
	list := named()[use.Args[0]]
	if list == nil {
		list = []string{use.Args[0]}
	}
	minutes = 8 * 60
	switch zone := use.Named["zone"]; {
	case slices.Contains([]string{"utc", "UTC", "GMT"}, zone) || use.Args[0] == "rfc1123":
		minutes = 0
	case !slices.Contains([]string{"", "china", "Asia/Shanghai"}, zone):
		t, err := time.Parse("-07:00", zone)
		if err != nil {
			return List{}, 0, false
		}
		_, east := t.Zone()
		minutes = east / 60
	}
	lists.Of = "layout"
	for _, one := range list {
		lists.Items = append(lists.Items, List{Of: "word", Items: cut(one)})
	}
	return lists, minutes, true
}

// cut takes a layout apart.
func cut(layout string) []Node {
	own := strings.Contains(layout, "2006") || strings.Contains(layout, "15") || strings.Contains(layout, "06")
	var out []Node
	text := ""
	flush := func() {
		if text != "" {
			out = append(out, Word{text, true})
		}
		text = ""
	}
	quoted := false
	for layout != "" {
		word, n := "", 1
		for _, w := range words() {
			form := w.letters
			if own {
				form = w.own
			}
			if form != "" && !quoted && strings.HasPrefix(layout, form) {
				word, n = w.word, len(form)
				break
			}
		}
		switch {
		case word != "":
			flush()
			out = append(out, Word{word, false})
		case !own && (layout[0] == '\'' || layout[0] == '"'):
			quoted = !quoted
		default:
			text += layout[:1]
		}
		layout = layout[n:]
	}
	flush()
	return out
}

package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestLevels holds how much edits matter where the kind of the change alone does not say
// it: what a new field demands, what nothing is held to, and the messages that we write.
func TestLevels(t *testing.T) {
	t.Parallel()
	before := model(t, base(t))
	const phone, wire = "  at:     {type: datetime, label: 时间}\n", "wire breaking"
	for _, c := range []struct{ file, before, after, want string }{
		{"order/order_create", phone, phone + "  to: {type: string, required_if: {state: \"1\"}, label: 收}\n", "request-field-added " + wire},
		{"order/order_create", phone, phone + "  to: {type: string, required: conditional, condition: 自提时, unchecked: 看不出, label: 收}\n", "request-field-added wire warning"},
		{"order/order_create", phone, phone + "  to: {type: string, required: true, default: 店, label: 收}\n", "request-required-field-added wire info"},
		{"order/order_create", phone, phone + "  to: {type: string, label: 收}\n", "request-field-added wire info"},
		{"order/order_create", "default: 无, pattern", "default: 无, required: true, pattern", "request-required-demanded wire info"},
		{"order/order_create", "amount: {type: int, min: 1", "amount: {type: int, length: 4, min: 1", "request-length-lowered wire warning"},
		{"order/order_create", "length: 10, places: 2", "length: 8, places: 2", "request-length-lowered " + wire},
		{"order/order_create", "places: 2, label", "places: 2, rounded: true, label", "request-rounding-allowed wire info"},
		{"system", "X-Time: \"{time}\"", "X-Time: \"{time}\", X-More: \"1\"", "protocol-place-added wire breaking, protocol breaking"},
		{"system", "text: \"{text}\", data", "text: \"{text}\", more: \"1\", data", "protocol-place-added wire info, protocol warning"},
		{"system", "text: \"{text}\", data", "data", "protocol-place-removed wire breaking, protocol breaking"},
		{"system", "header: {X-Sign: \"{sign}\"}", "header: {X-Sign: \"{sign}\", X-More: \"1\"}", "protocol-place-added wire info, protocol warning"},
		{"system", "text: \"{word}\"", "header: {X-Word: \"{word}\"}\n      text: \"{word}\"", "protocol-place-added wire breaking, protocol breaking"},
		{"system", "    status: 200\n", "    status: 200\n    variants:\n      - {when: {code: E404}, json: {error: \"{code}\"}}\n", "protocol-variant-added wire breaking, protocol breaking"},
		{"system", `success: {code: "0"}`, `success: {code: ["0", "1"]}`, "protocol-outcome-loosened wire info, protocol info"},
		{"system", `success: {code: "0"}`, `success: {code: ["1", "0"]}`, "protocol-outcome-changed wire breaking, protocol breaking"},
		{"system", "success: {word: ok}", "success: {word: [done, ok]}", "protocol-outcome-loosened wire info, protocol info"},
		{"system", "success: {word: ok}", "success: {word: done}", "protocol-outcome-changed wire breaking, protocol breaking"},
		{"system", "status: 200", "status: {\"*\": [200, 204]}", "protocol-status-loosened wire info, protocol info"},
		{"system", "    status: 200\n", "", "protocol-status-changed wire info, protocol info"},
		{"system", "status: 200", "status: {success: 200, \"*\": 500}", "protocol-status-changed wire breaking, protocol breaking"},
		{"system", "data?: \"{payload}\"", "data: \"{payload}\"", "protocol-place-demanded wire info, protocol info"},
		{"system", "X-Trace?: ", "X-Trace: ", "protocol-place-demanded wire breaking, protocol breaking"},
		{"system", "{X-App: \"{app}\"", "{X-App?: \"{app}\"", "protocol-place-waived wire info, protocol info"},
		{"system", "code: \"{code}\"", "code?: \"{code}\"", "protocol-place-waived wire breaking, protocol breaking"},
		{"system", "data?: \"{payload}\"", "body?: \"{payload}\"", "protocol-optional-place-removed wire breaking, protocol breaking"},
		{"system", "    json: \"{payload}\"\n    values:\n      time", "    values:\n      time", "protocol-place-removed wire warning, protocol breaking"},
	} {
		list := diff.Diff(before, model(t, edited(t, c.file, c.before, c.after)))
		var got []string
		for _, one := range list {
			levels := []string{}
			for _, l := range []struct {
				name string
				diff.Level
			}{{"wire", one.Levels.Wire}, {"protocol", one.Levels.Protocol}, {"code", one.Levels.Code}, {"data", one.Levels.Data}} {
				if l.Level > diff.None {
					levels = append(levels, fmt.Sprint(l.name, " ", l.Level))
				}
			}
			got = append(got, one.Rule+" "+strings.Join(levels, ", "))
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("%s: %q becomes %q: %q, want %q", c.file, c.before, c.after, got, c.want)
		}
	}
}

// TestDefaultGone holds that a required field whose default goes asks something of those
// who left it out, and an optional one nothing.
func TestDefaultGone(t *testing.T) {
	t.Parallel()
	with := edited(t, "order/order_create", "default: 无, pattern", "default: 无, required: true, pattern")
	without := edited(t, "order/order_create", "default: 无, pattern", "required: true, pattern")
	list := diff.Diff(model(t, with), model(t, without))
	if len(list) != 1 || list[0].Rule != "request-default-removed" || list[0].Levels.Wire != diff.Breaking {
		t.Errorf("%+v", list)
	}
}

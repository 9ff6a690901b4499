// Package kind lists the kinds of changes: their rules, with the mirror of each and what it
// means for whom.
package kind

import "slices"

// Side is who writes a message: in which direction its changes are weighed.
type Side string

// The sides.
const (
	Request      Side = "request"      // partners send it
	Reply        Side = "reply"        // we answer with it
	Notification Side = "notification" // we send it
	Answer       Side = "answer"       // receivers answer a notification with it
)

// Sides lists the sides of fields.
func Sides() []Side { return []Side{Request, Reply, Notification, Answer} }

// Comes reports whether partners write the messages of a side, and we read them.
func (s Side) Comes() bool { return s == Request || s == Answer }

// opposite is the side that goes the other way in the same exchange.
func (s Side) opposite() Side {
	return map[Side]Side{Request: Reply, Reply: Request, Notification: Answer, Answer: Notification}[s]
}

// said is what a message of the side is called.
func (s Side) said() string {
	return map[Side]string{Request: "a request", Reply: "a reply", Notification: "a notification", Answer: "an answer to a notification"}[s]
}

// effect is what a change does to the set of messages that are right.
type effect int

const (
	same    effect = iota // the same messages, said otherwise
	wider                 // more of them
	tighter               // fewer of them
	other                 // others
)

// Rule is one kind of change.
type Rule struct {
	ID     string `json:"id"`     // request-length-lowered
	Title  string `json:"title"`  // in English
	ZH     string `json:"zh"`     // in Chinese
	Levels Levels `json:"levels"` // as a rule; a change may matter less, and says so
	// Mirror is the rule of the reverse change: of the same part the other way.
	Mirror string `json:"mirror"`
	// Opposite is the rule of the same change on the other side of the wire; empty where
	// there is none, and Alone says why.
	Opposite string `json:"opposite,omitempty"`
	Alone    string `json:"alone,omitempty"`
	// Refuses is how many calls of yesterday the change refuses where it matters most.
	Refuses Refusal `json:"refuses,omitempty"`
}

// Rules returns all rules, sorted by area: interfaces, fields, codes, protocol, tables.
func Rules() []Rule {
	list := slices.Concat(interfaceRules(), storageRules(), fieldRules(), systemRules(), protocolRules(), tableRules())
	for i := range list {
		list[i].Refuses = list[i].refuses()
	}
	return list
}

// kind is a change of one attribute with the reverse change.
type kind struct {
	part, partZH string // "length", "长度"
	there, back  action
}

// action is one direction of a change.
type action struct {
	name, zh string
	effect   effect
	// code and data are what the change does beside the wire.
	code, data Level
	// mild lowers what the effect says by one level: receivers of our time live with it.
	mild bool
}

// level is what an effect does on a side.
func (a action) level(s Side) Level {
	l := Breaking
	switch {
	case a.effect == same:
		return Info
	case a.effect == wider && s.Comes(), a.effect == tighter && !s.Comes():
		return Info
	}
	if a.mild {
		l--
	}
	return l
}

// fieldKinds are the changes of a field, on each side.
func fieldKinds() []kind {
	return []kind{
		{"field", "参数", action{name: "added", zh: "新增", effect: tighter, mild: true}, action{name: "removed", zh: "删除", effect: other, code: Breaking}},
		{"required-field", "必填参数", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "删除", effect: other, code: Breaking}},
		{"field", "参数", action{name: "renamed", zh: "改名", effect: other, code: Breaking}, action{name: "renamed", zh: "改名", effect: other, code: Breaking}},
		{"required", "必填", action{name: "demanded", zh: "改为必填", effect: tighter}, action{name: "waived", zh: "改为非必填", effect: wider}},
		{"condition", "必填条件", action{name: "added", zh: "增加", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"condition", "必填条件", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"condition", "必填条件", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"type", "类型", action{name: "widened", zh: "放宽", effect: wider, code: Breaking}, action{name: "narrowed", zh: "收窄", effect: tighter, code: Breaking}},
		{"type", "类型", action{name: "changed", zh: "改变", effect: other, code: Breaking}, action{name: "changed", zh: "改变", effect: other, code: Breaking}},
		{"length", "长度", action{name: "raised", zh: "加大", effect: wider}, action{name: "lowered", zh: "缩短", effect: tighter}},
		{"min-length", "最小长度", action{name: "raised", zh: "加大", effect: tighter}, action{name: "lowered", zh: "减小", effect: wider}},
		{"decimals", "小数位数", action{name: "raised", zh: "增加", effect: wider}, action{name: "lowered", zh: "减少", effect: tighter}},
		{"min", "最小值", action{name: "raised", zh: "加大", effect: tighter}, action{name: "lowered", zh: "减小", effect: wider}},
		{"max", "最大值", action{name: "raised", zh: "加大", effect: wider}, action{name: "lowered", zh: "减小", effect: tighter}},
		{"enum-value", "枚举值", action{name: "added", zh: "新增", effect: wider}, action{name: "removed", zh: "删除", effect: tighter}},
		{"enum-label", "枚举值说明", action{name: "changed", zh: "改变", effect: same}, action{name: "changed", zh: "改变", effect: same}},
		{"enum", "枚举", action{name: "opened", zh: "改为可取其他值", effect: wider}, action{name: "closed", zh: "改为只取所列值", effect: tighter}},
		{"enum", "枚举", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"dependence", "取值的关联", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"dependence", "取值的关联", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"dependence", "取值的关联", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"pattern", "格式", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"pattern", "格式", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"pattern", "格式", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"format", "格式", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"format", "格式", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"format", "格式", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"default", "缺省值", action{name: "added", zh: "新增", effect: wider, mild: true}, action{name: "removed", zh: "取消", effect: tighter, mild: true}},
		{"default", "缺省值", action{name: "changed", zh: "改变", effect: other, mild: true}, action{name: "changed", zh: "改变", effect: other, mild: true}},
		{"blank", "空值", action{name: "allowed", zh: "允许", effect: wider}, action{name: "forbidden", zh: "不再允许", effect: tighter}},
		{"layout", "时间格式", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"place", "位置", action{name: "moved", zh: "改变", effect: other}, action{name: "moved", zh: "改变", effect: other}},
		{"alias", "别名", action{name: "added", zh: "新增", effect: wider}, action{name: "removed", zh: "取消", effect: tighter}},
		{"spelling", "写法", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"null", "null", action{name: "allowed", zh: "允许", effect: wider}, action{name: "forbidden", zh: "不再允许", effect: tighter}},
		{"separator", "分隔符", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"clearing", "清空规则", action{name: "changed", zh: "改变", effect: other, mild: true, data: Warning}, action{name: "changed", zh: "改变", effect: other, mild: true, data: Warning}},
		{"keys", "键名的限制", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"keys", "键名的限制", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"keys", "键名的限制", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"min-items", "最少成员数", action{name: "raised", zh: "加大", effect: tighter}, action{name: "lowered", zh: "减小", effect: wider}},
		{"max-items", "最多成员数", action{name: "raised", zh: "加大", effect: wider}, action{name: "lowered", zh: "减小", effect: tighter}},
		{"rounding", "多余小数位的舍入", action{name: "allowed", zh: "允许", effect: wider}, action{name: "forbidden", zh: "不再允许", effect: tighter}},
		{"number", "以数字书写", action{name: "allowed", zh: "允许", effect: wider}, action{name: "forbidden", zh: "不再允许", effect: tighter}},
		{"prefix", "开头的限制", action{name: "added", zh: "新增", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"prefix", "开头的限制", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"exclusion", "出现条件", action{name: "added", zh: "增加", effect: tighter}, action{name: "removed", zh: "取消", effect: wider}},
		{"exclusion", "出现条件", action{name: "changed", zh: "改变", effect: other}, action{name: "changed", zh: "改变", effect: other}},
		{"exclusion", "出现条件", action{name: "loosened", zh: "放宽", effect: wider}, action{name: "tightened", zh: "收紧", effect: tighter}},
		{"unit", "单位", action{name: "changed", zh: "改变", effect: other, mild: true}, action{name: "changed", zh: "改变", effect: other, mild: true}},
		{"pii", "个人信息标记", action{name: "marked", zh: "新增", effect: same}, action{name: "unmarked", zh: "取消", effect: same, data: Warning}},
		{"field", "参数", action{name: "deprecated", zh: "停用", effect: same}, action{name: "restored", zh: "恢复使用", effect: same}},
		{"note", "备注", action{name: "changed", zh: "改变", effect: same}, action{name: "changed", zh: "改变", effect: same}},
		{"example", "示例", action{name: "changed", zh: "改变", effect: same}, action{name: "changed", zh: "改变", effect: same}},
		{"label", "说明", action{name: "changed", zh: "改变", effect: same}, action{name: "changed", zh: "改变", effect: same}},
	}
}

var sideZH = map[Side]string{Request: "请求", Reply: "应答", Notification: "通知", Answer: "通知应答"}

// fieldRules are the changes of fields, on all sides.
func fieldRules() []Rule {
	var out []Rule
	for _, s := range Sides() {
		for _, k := range fieldKinds() {
			out = append(out, fieldRule(s, k, k.there, k.back))
			if k.back.name != k.there.name {
				out = append(out, fieldRule(s, k, k.back, k.there))
			}
		}
	}
	return out
}

// fieldRule is one change of an attribute, and back the reverse one.
func fieldRule(s Side, k kind, a, back action) Rule {
	id := func(s Side, name string) string { return string(s) + "-" + k.part + "-" + name }
	r := Rule{
		ID: id(s, a.name), Mirror: id(s, back.name), Opposite: id(s.opposite(), a.name),
		Title: "the " + k.part + " of a field of " + s.said() + " was " + a.name, ZH: sideZH[s] + "参数的" + k.partZH + a.zh,
		Levels: Levels{Wire: a.level(s), Code: a.code, Data: a.data},
	}
	if k.part == "field" || k.part == "required-field" {
		r.Title, r.ZH = "a "+k.part+" of "+s.said()+" was "+a.name, sideZH[s]+k.partZH+a.zh
	}
	adjust(s, k.part, a.name, &r.Levels)
	return r
}

// adjust corrects what the effect alone says.
func adjust(s Side, part, name string, l *Levels) {
	switch {
	case part == "field" && name == "added":
		l.Wire = Info // who does not know it leaves it out, or reads over it
	case part == "required-field" && name == "added" && !s.Comes():
		l.Wire = Info
	case part == "required-field" && name == "removed" && s.Comes():
		l.Wire = Warning // it is read over, so what it said is lost
	case part == "field" && name == "removed":
		l.Wire = Warning // it could be absent before, or is read over
	case slices.Contains([]string{"default", "alias", "rounding", "number"}, part) && !s.Comes():
		l.Wire = Info // nothing that we write changes
	case part == "enum-label":
		l.Wire = Warning // the same value means something else, or is only said better
	case part == "clearing" && s != Request:
		l.Wire, l.Data = Info, None
	}
}

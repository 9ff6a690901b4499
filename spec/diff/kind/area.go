package kind

// row is a rule that is written out: id, its mirror, texts, levels, and why it has no
// opposite.
func row(id, mirror, title, zh string, l Levels, alone string) Rule {
	return Rule{ID: id, Mirror: mirror, Title: title, ZH: zh, Levels: l, Alone: alone}
}

// facing is a rule of what may matter on the wire, whose reverse is itself and which has
// another one on the other side.
func facing(id, opposite, title, zh string) Rule {
	return Rule{ID: id, Mirror: id, Opposite: opposite, Title: title, ZH: zh, Levels: Levels{Wire: Warning}}
}

// Why rules have no rule on the other side of the wire.
const (
	whole     = "an interface is both sides"
	both      = "both sides share it"
	stored    = "nothing of it is on the wire"
	described = "it is said, not sent"
)

// interfaceRules are the changes of interfaces.
func interfaceRules() []Rule {
	return []Rule{
		row("interface-added", "interface-removed", "an interface was added", "新增接口", Levels{Wire: Info, Code: Info}, whole),
		row("interface-removed", "interface-added", "an interface was removed", "删除接口", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("notification-added", "notification-removed", "a notification was added", "新增通知", Levels{Wire: Info, Code: Info}, whole),
		row("notification-removed", "notification-added", "a notification was removed", "删除通知", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("interface-renamed", "interface-renamed", "an interface has another name", "接口改名", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("interface-deprecated", "interface-restored", "an interface is deprecated", "接口停止维护", Levels{Wire: Warning}, whole),
		row("interface-restored", "interface-deprecated", "an interface is no longer deprecated", "接口恢复维护", Levels{Wire: Info}, whole),
		row("interface-sunset-set", "interface-sunset-cleared", "a deprecated interface has a last day", "停止服务日期确定", Levels{Wire: Warning}, whole),
		row("interface-sunset-cleared", "interface-sunset-set", "a deprecated interface has no last day any more: one that is set again could be earlier", "取消停止服务日期", Levels{Wire: Breaking}, whole),
		row("interface-sunset-later", "interface-sunset-earlier", "the last day of a deprecated interface is later", "停止服务日期推迟", Levels{Wire: Info}, whole),
		row("interface-sunset-earlier", "interface-sunset-later", "the last day of a deprecated interface is earlier", "停止服务日期提前", Levels{Wire: Breaking}, whole),
		row("interface-deprecation-dated", "interface-deprecation-undated", "it is said since when an interface is deprecated", "停止维护日期确定", Levels{Wire: Info}, described),
		row("interface-deprecation-undated", "interface-deprecation-dated", "it is no longer said since when an interface is deprecated", "取消停止维护日期", Levels{Wire: Info}, described),
		row("interface-deprecation-moved", "interface-deprecation-moved", "an interface is deprecated since another day", "停止维护日期改变", Levels{Wire: Info}, described),
		row("revision-added", "revision-removed", "an interface is an earlier revision, which another one answers", "接口改为其他接口的早期版本", Levels{Wire: Warning, Code: Breaking}, whole),
		row("revision-removed", "revision-added", "an interface is no longer an earlier revision of another one", "接口不再是其他接口的早期版本", Levels{Wire: Warning, Code: Breaking}, whole),
		row("revision-of-changed", "revision-of-changed", "another interface answers an earlier revision", "早期版本由其他接口应答", Levels{Wire: Warning}, whole),
		row("revision-choice-changed", "revision-choice-changed", "an earlier revision is chosen in another way", "选择早期版本的方式改变", Levels{Wire: Breaking}, whole),
		facing("revision-request-changed", "revision-response-changed", "requests of an earlier revision are converted in another way", "早期版本请求的转换改变"),
		facing("revision-response-changed", "revision-request-changed", "replies to an earlier revision are converted in another way", "早期版本应答的转换改变"),
		row("interface-refused", "interface-served", "an interface is no longer answered", "接口不再提供", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("interface-served", "interface-refused", "an interface is answered", "接口开始提供", Levels{Wire: Info, Code: Info}, whole),
		row("interface-kind-changed", "interface-kind-changed", "an interface has another kind", "接口类型改变", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("interface-method-changed", "interface-method-changed", "an interface has another HTTP method", "请求方式改变", Levels{Wire: Breaking}, whole),
		row("interface-path-changed", "interface-path-changed", "an interface has another path", "请求地址改变", Levels{Wire: Breaking}, whole),
		row("interface-form-changed", "interface-form-changed", "a body is carried in another form", "报文格式改变", Levels{Wire: Breaking}, whole),
		row("interface-frame-changed", "interface-frame-changed", "an interface has another frame", "应答格式改变", Levels{Wire: Breaking, Protocol: Breaking}, whole),
		row("interface-group-moved", "interface-group-moved", "an interface is in another group", "接口移到其他章", Levels{Wire: None, Code: Breaking}, described),
		row("interface-section-moved", "interface-section-moved", "an interface has another section or number", "接口章节或编号改变", Levels{Wire: Info}, described),
		row("interface-title-changed", "interface-title-changed", "an interface has another title", "接口名称改变", Levels{Wire: Info}, described),
		row("interface-successor-changed", "interface-successor-changed", "another interface replaces a deprecated one", "替代接口改变", Levels{Wire: Info}, described),
		row("interface-example-changed", "interface-example-changed", "an interface has another example", "示例改变", Levels{Wire: Info}, described),
		row("interface-sends-added", "interface-sends-removed", "a report sends a further notification", "上报后增加通知", Levels{Wire: Info}, whole),
		row("interface-sends-removed", "interface-sends-added", "a report no longer sends a notification", "上报后不再通知", Levels{Wire: Breaking}, whole),
		row("interface-reply-added", "interface-reply-removed", "an interface answers with members", "应答增加内容", Levels{Wire: Info}, whole),
		row("interface-reply-removed", "interface-reply-added", "an interface no longer answers with members", "应答不再有内容", Levels{Wire: Breaking, Code: Breaking}, whole),
		row("interface-by-hand", "interface-by-declaration", "an interface is answered by Go", "接口改由程序应答", Levels{Code: Breaking}, stored),
		row("interface-by-declaration", "interface-by-hand", "an interface is no longer answered by Go", "接口改由声明应答", Levels{Code: Breaking}, stored),
		row("interface-note-changed", "interface-note-changed", "an interface has another note", "接口备注改变", Levels{Wire: Info}, described),
		row("interface-code-changed", "interface-code-changed", "another code answers the same refusal", "同一情形的错误码改变", Levels{Wire: Warning, Protocol: Breaking}, whole),
		row("interface-code-added", "interface-code-removed", "an interface may answer with a further code", "接口增加错误码", Levels{Wire: Warning}, whole),
		row("interface-code-removed", "interface-code-added", "an interface no longer answers with a code", "接口取消错误码", Levels{Wire: Info}, whole),
		row("notification-on-its-own", "notification-named", "a notification is sent whenever its row changes", "通知改为自动发送", Levels{Wire: Warning}, whole),
		row("notification-named", "notification-on-its-own", "a notification is sent only where it is named", "通知改为指定时发送", Levels{Wire: Breaking}, whole),
		row("notification-scope-changed", "notification-scope-changed", "subscriptions to a notification are bound by another value: others may get it", "通知的限定范围改变", Levels{Wire: Warning}, whole),
		row("notification-source-changed", "notification-source-changed", "a notification is filled from something else", "通知内容的来源改变", Levels{Wire: Warning}, whole),
	}
}

// systemRules are the changes of a system as a whole.
func systemRules() []Rule {
	return []Rule{
		row("system-added", "system-removed", "a system was added", "新增系统", Levels{Wire: Info, Code: Info}, whole),
		row("system-removed", "system-added", "a system was removed", "删除系统", Levels{Wire: Breaking, Code: Breaking, Data: Breaking}, whole),
		row("system-version-changed", "system-version-changed", "the document has another version", "文档版本改变", Levels{Wire: Info}, described),
		row("system-title-changed", "system-title-changed", "the document has another title", "文档名称改变", Levels{Wire: Info}, described),
		row("system-date-changed", "system-date-changed", "the document of the same version has another date", "同一版本的文档日期改变", Levels{Wire: Info}, described),
		row("group-title-changed", "group-title-changed", "a group of interfaces has another title", "章节名称改变", Levels{Wire: Info}, described),
		row("group-section-moved", "group-section-moved", "a group of interfaces is another chapter", "章节编号改变", Levels{Wire: Info}, described),
		row("system-clearing-changed", "system-clearing-changed", "an empty text does something else to what is stored", "空值的处理改变", Levels{Wire: Warning, Data: Warning}, whole),
		row("system-project-changed", "system-project-changed", "subscriptions are bound by another scope", "订阅的限定范围改变", Levels{Wire: Warning}, whole),
		row("scope-added", "scope-removed", "apps may be bound to rows of some values", "新增数据范围", Levels{Wire: Info}, whole),
		row("scope-removed", "scope-added", "apps are no longer bound to rows of some values", "取消数据范围", Levels{Wire: Warning}, whole),
		row("scope-changed", "scope-changed", "apps are bound to other rows", "数据范围改变", Levels{Wire: Warning}, whole),
		row("client-generated", "client-dropped", "a Go client is generated", "新增Go客户端", Levels{Code: Info}, described),
		row("client-dropped", "client-generated", "no Go client is generated any more", "取消Go客户端", Levels{Code: Breaking}, described),
		row("system-zone-changed", "system-zone-changed", "times without a zone are of another zone", "时区改变", Levels{Wire: Breaking, Data: Breaking}, both),
		row("system-times-changed", "system-times-changed", "times are written in another way", "时间写法改变", Levels{Wire: Breaking}, both),
		row("system-body-raised", "system-body-lowered", "requests may be larger", "请求长度上限加大", Levels{Wire: Info}, "we send replies without a bound of their own"),
		row("system-body-lowered", "system-body-raised", "requests may only be smaller", "请求长度上限减小", Levels{Wire: Breaking}, "we send replies without a bound of their own"),
		row("system-depth-raised", "system-depth-lowered", "requests may be nested deeper", "嵌套层数上限加大", Levels{Wire: Info}, "the fields of a reply bound its depth"),
		row("system-depth-lowered", "system-depth-raised", "requests may be nested less deep", "嵌套层数上限减小", Levels{Wire: Breaking}, "the fields of a reply bound its depth"),
		row("system-elements-raised", "system-elements-lowered", "arrays of requests may have more members", "数组成员上限加大", Levels{Wire: Info}, "pages bound the arrays of a reply"),
		row("system-elements-lowered", "system-elements-raised", "arrays of requests may only have fewer members", "数组成员上限减小", Levels{Wire: Breaking}, "pages bound the arrays of a reply"),
		row("code-added", "code-removed", "an error code was added", "新增错误码", Levels{Protocol: Info}, both),
		row("code-removed", "code-added", "an error code was removed", "删除错误码", Levels{Protocol: Warning}, both),
		row("code-text-changed", "code-text-changed", "an error code has another text", "错误码说明改变", Levels{Protocol: Info}, described),
		row("rule-text-changed", "rule-text-changed", "a broken rule is answered with another text", "规则的错误说明改变", Levels{Protocol: Info}, described),
		row("rule-code-changed", "rule-code-changed", "another code answers a broken rule", "规则的错误码改变", Levels{Protocol: Breaking}, both),
		row("rule-code-added", "rule-code-removed", "a code of its own answers a broken rule", "规则增加错误码", Levels{Protocol: Warning}, both),
		row("rule-code-removed", "rule-code-added", "no code of its own answers a broken rule any more", "规则取消错误码", Levels{Protocol: Warning}, both),
		row("erratum-added", "erratum-removed", "a decision was added", "新增勘误", Levels{Wire: Info}, described),
		row("erratum-removed", "erratum-added", "a decision was dropped", "删除勘误", Levels{Wire: Info}, described),
		row("erratum-changed", "erratum-changed", "a decision follows something else", "勘误改变", Levels{Wire: Info}, described),
	}
}

// protocolRules are the changes of the block protocol.
func protocolRules() []Rule {
	p := func(wire, protocol Level) Levels { return Levels{Wire: wire, Protocol: protocol} }
	return []Rule{
		row("protocol-key-added", "protocol-key-removed", "the protocol has a further key", "新增密钥", p(Breaking, Breaking), both),
		row("protocol-key-removed", "protocol-key-added", "the protocol no longer has a key", "取消密钥", p(Info, Warning), both),
		row("protocol-key-changed", "protocol-key-changed", "a key is of another kind", "密钥类型改变", p(Breaking, Breaking), both),
		row("protocol-place-added", "protocol-place-removed", "a message has a further place", "报文新增成员", p(Breaking, Breaking), both),
		row("protocol-optional-place-added", "protocol-optional-place-removed", "a message has a further place that may be absent", "报文新增可选成员", p(Info, Info), both),
		row("protocol-place-removed", "protocol-place-added", "a message no longer has a place", "报文取消成员", p(Warning, Breaking), both),
		row("protocol-optional-place-removed", "protocol-optional-place-added", "a message no longer has a place that could be absent", "报文取消可选成员", p(Warning, Warning), both),
		row("protocol-place-demanded", "protocol-place-waived", "a place of a message may no longer be absent", "报文成员不可再省略", p(Breaking, Breaking), both),
		row("protocol-place-waived", "protocol-place-demanded", "a place of a message may be absent now", "报文成员可以省略", p(Info, Info), both),
		row("protocol-place-changed", "protocol-place-changed", "a place of a message holds something else", "报文成员的内容改变", p(Breaking, Breaking), both),
		row("protocol-value-added", "protocol-value-removed", "a value was added", "新增签名或取值", p(Breaking, Breaking), both),
		row("protocol-value-removed", "protocol-value-added", "a value was removed", "取消签名或取值", p(Warning, Breaking), both),
		row("protocol-value-changed", "protocol-value-changed", "a value is made in another way", "签名或取值的算法改变", p(Breaking, Breaking), both),
		row("protocol-value-loosened", "protocol-value-tightened", "a value may be made in more ways", "签名或取值放宽", p(Info, Info), both),
		row("protocol-value-tightened", "protocol-value-loosened", "a value may be made in fewer ways", "签名或取值收紧", p(Breaking, Breaking), both),
		row("protocol-form-accepted", "protocol-form-refused", "a further form of a value is accepted", "新增可接受的写法", p(Info, Info), both),
		row("protocol-form-refused", "protocol-form-accepted", "a form of a value is no longer accepted", "取消可接受的写法", p(Breaking, Breaking), both),
		row("protocol-refusal-changed", "protocol-refusal-changed", "another code refuses a message", "拒绝时的错误码改变", p(Warning, Breaking), both),
		row("protocol-guard-added", "protocol-guard-removed", "messages must keep a further rule", "新增校验", p(Breaking, Breaking), both),
		row("protocol-guard-removed", "protocol-guard-added", "messages need no longer keep a rule", "取消校验", p(Info, Info), both),
		row("protocol-guard-tightened", "protocol-guard-loosened", "a rule of messages takes less", "校验收紧", p(Breaking, Breaking), both),
		row("protocol-guard-loosened", "protocol-guard-tightened", "a rule of messages takes more", "校验放宽", p(Info, Info), both),
		row("protocol-guard-changed", "protocol-guard-changed", "a rule of messages is another one", "校验改变", p(Breaking, Breaking), both),
		row("protocol-variant-added", "protocol-variant-removed", "a message may have a further shape", "新增报文形式", p(Info, Info), both),
		row("protocol-variant-removed", "protocol-variant-added", "a message may no longer have a shape", "取消报文形式", p(Breaking, Breaking), both),
		row("protocol-variant-changed", "protocol-variant-changed", "a shape of a message is another one", "报文形式改变", p(Breaking, Breaking), both),
		row("protocol-outcome-changed", "protocol-outcome-changed", "success or failure is said in another way", "成功或失败的表示改变", p(Breaking, Breaking), both),
		row("protocol-outcome-loosened", "protocol-outcome-tightened", "success or failure may be said in more ways", "成功或失败的表示放宽", p(Info, Info), both),
		row("protocol-outcome-tightened", "protocol-outcome-loosened", "success or failure may be said in fewer ways", "成功或失败的表示收紧", p(Breaking, Breaking), both),
		row("protocol-status-loosened", "protocol-status-tightened", "replies may have more HTTP statuses", "HTTP状态放宽", p(Info, Info), both),
		row("protocol-status-tightened", "protocol-status-loosened", "replies may have fewer HTTP statuses", "HTTP状态收紧", p(Breaking, Breaking), both),
		row("protocol-status-changed", "protocol-status-changed", "replies have another HTTP status", "HTTP状态改变", p(Breaking, Breaking), both),
		row("protocol-message-added", "protocol-message-removed", "notifications can be sent", "新增通知报文", p(Info, Info), both),
		row("protocol-message-removed", "protocol-message-added", "notifications can no longer be sent", "取消通知报文", p(Breaking, Breaking), both),
		row("protocol-changed", "protocol-changed", "the protocol differs in something else", "报文协议的其他改变", p(Breaking, Breaking), both),
	}
}

// tableRules are the changes of what is stored.
func tableRules() []Rule {
	d := func(l Level) Levels { return Levels{Data: l} }
	var out []Rule
	for _, one := range []struct {
		id, mirror, title, zh string
		l                     Level
	}{
		{"table-added", "table-removed", "a table was added", "新增表", Info},
		{"table-removed", "table-added", "a table was removed", "删除表", Breaking},
		{"table-renamed", "table-renamed", "a table has another name", "表改名", Breaking},
		{"column-added", "column-removed", "a column was added", "新增列", Info},
		{"column-added-required", "column-removed-required", "a column was added that must have a value and has no default", "新增必填列", Breaking},
		{"column-removed", "column-added", "a column was removed", "删除列", Breaking},
		{"column-removed-required", "column-added-required", "a required column was removed", "删除必填列", Breaking},
		{"column-renamed", "column-renamed", "a column has another name", "列改名", Breaking},
		{"column-type-widened", "column-type-narrowed", "a column takes more types of values", "列类型放宽", Warning},
		{"column-type-narrowed", "column-type-widened", "a column takes fewer types of values", "列类型收窄", Breaking},
		{"column-type-changed", "column-type-changed", "a column has another type", "列类型改变", Breaking},
		{"column-length-raised", "column-length-lowered", "a column may be longer", "列长度加大", Info},
		{"column-length-lowered", "column-length-raised", "a column may only be shorter", "列长度缩短", Breaking},
		{"column-decimals-raised", "column-decimals-lowered", "a column has more places", "列小数位增加", Warning},
		{"column-decimals-lowered", "column-decimals-raised", "a column has fewer places", "列小数位减少", Breaking},
		{"column-required-demanded", "column-required-waived", "a column must have a value", "列改为必填", Breaking},
		{"column-required-waived", "column-required-demanded", "a column may have no value", "列改为可空", Info},
		{"column-default-changed", "column-default-changed", "a column has another default", "列缺省值改变", Info},
		{"column-enum-value-added", "column-enum-value-removed", "a column takes a further value", "列枚举值新增", Info},
		{"column-enum-value-removed", "column-enum-value-added", "a column no longer takes a value", "列枚举值删除", Breaking},
		{"column-rules-changed", "column-rules-changed", "a column is held to other rules", "列校验规则改变", Warning},
		{"column-hashed", "column-unhashed", "a column is kept as a hash", "列改为散列存储", Breaking},
		{"column-unhashed", "column-hashed", "a column is no longer kept as a hash", "列不再散列存储", Breaking},
		{"column-pii-marked", "column-pii-unmarked", "a column is about a person", "列标为个人信息", Info},
		{"column-pii-unmarked", "column-pii-marked", "a column is no longer about a person: logs and prechecks may name its values", "列不再标为个人信息", Warning},
		{"table-existing-changed", "table-existing-changed", "a table is another one of the database", "对应的数据库表改变", Breaking},
		{"history-changed", "history-changed", "rows of a table ask for history in another way", "历史数据任务改变", Warning},
		{"constraint-renamed", "constraint-renamed", "a constraint has another name", "约束改名", Warning},
		{"key-changed", "key-changed", "a table has another key", "主键改变", Breaking},
		{"unique-added", "unique-removed", "columns must be unique", "新增唯一约束", Breaking},
		{"unique-removed", "unique-added", "columns need no longer be unique", "取消唯一约束", Warning},
		{"index-added", "index-removed", "an index was added", "新增索引", Info},
		{"index-removed", "index-added", "an index was removed", "取消索引", Info},
	} {
		out = append(out, row(one.id, one.mirror, one.title, one.zh, d(one.l), stored))
	}
	return out
}

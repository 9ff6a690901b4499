package kind

// storageRules are the changes of what an interface does with what is stored.
func storageRules() []Rule {
	r := func(id, mirror, title, zh string, wire, data Level) Rule {
		return row("storage-"+id, "storage-"+mirror, title, zh, Levels{Wire: wire, Data: data}, whole)
	}
	return []Rule{
		r("step-added", "step-removed", "an answer has a further step", "处理增加步骤", Warning, Warning),
		r("step-removed", "step-added", "an answer no longer has a step", "处理减少步骤", Warning, Warning),
		r("steps-moved", "steps-moved", "the steps of an answer have another order", "处理步骤的次序改变", Warning, Warning),
		r("verb-changed", "verb-changed", "an answer does something else with rows", "对数据的操作改变", Warning, Warning),
		r("table-changed", "table-changed", "an answer is about another table", "所处理的表改变", Warning, Warning),
		r("where-added", "where-removed", "rows must meet a further condition", "取数条件增加", Warning, None),
		r("where-removed", "where-added", "rows need no longer meet a condition", "取数条件减少", Warning, None),
		r("where-changed", "where-changed", "rows must meet another condition", "取数条件改变", Warning, None),
		r("order-changed", "order-changed", "rows come in another order", "排序改变", Warning, None),
		r("set-added", "set-removed", "a further column is written", "写入的列增加", Info, Warning),
		r("set-removed", "set-added", "a column is no longer written", "写入的列减少", Info, Warning),
		r("set-changed", "set-changed", "something else is written into a column", "写入列的内容改变", Info, Warning),
		r("return-added", "return-removed", "a further member is filled from what is stored", "由数据填写的成员增加", Info, None),
		r("return-removed", "return-added", "a member is no longer filled from what is stored", "由数据填写的成员减少", Warning, None),
		r("return-changed", "return-changed", "a member is filled from something else", "成员的数据来源改变", Warning, None),
		r("check-added", "check-removed", "a request must pass a further check", "增加数据检查", Warning, None),
		r("check-removed", "check-added", "a request need no longer pass a check", "取消数据检查", Info, None),
		r("check-changed", "check-changed", "a check asks for something else", "数据检查改变", Warning, None),
		r("checks-moved", "checks-moved", "checks are made in another order: another one may answer first", "数据检查的次序改变", Warning, None),
		r("unique-added", "unique-removed", "a taken value has a code of its own", "重复值的错误码增加", Warning, None),
		r("unique-removed", "unique-added", "a taken value no longer has a code of its own", "重复值的错误码取消", Warning, None),
		r("match-changed", "match-changed", "the row that is there is found by other columns", "查找已有数据的列改变", Warning, Warning),
		r("keep-set", "keep-unset", "a row that is there stays as it is", "已有数据保持不变", Warning, Warning),
		r("keep-unset", "keep-set", "a row that is there is written over", "已有数据被更新", Warning, Warning),
		r("each-changed", "each-changed", "rows are written for another array", "按其他数组写入", Warning, Warning),
		r("drop-changed", "drop-changed", "other members delete their rows", "删除数据的成员改变", Warning, Warning),
		r("into-changed", "into-changed", "rows come in another member", "数据所在的成员改变", Warning, None),
		r("page-changed", "page-changed", "a list has its pages in another way", "分页方式改变", Warning, None),
		r("since-changed", "since-changed", "what changed since a time is found in another way", "增量条件改变", Warning, None),
		r("sort-changed", "sort-changed", "a request chooses the order of a list in another way", "可选的排序改变", Warning, None),
		r("child-added", "child-removed", "the rows of a list have a further array", "列表数据增加子数组", Info, None),
		r("child-removed", "child-added", "the rows of a list no longer have an array", "列表数据减少子数组", Warning, None),
		r("child-changed", "child-changed", "an array of the rows of a list is filled from something else", "列表数据的子数组改变", Warning, None),
		r("sql-changed", "sql-changed", "a statement is another one", "SQL语句改变", Warning, Warning),
		r("token-raised", "token-lowered", "a token lasts longer", "令牌有效期加长", Info, None),
		r("token-lowered", "token-raised", "a token lasts shorter", "令牌有效期缩短", Warning, None),
	}
}

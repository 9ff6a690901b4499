// Package document writes a system as the interface document of a partner: chapters,
// tables of parameters in the document's own words, samples and codes. jiekou import
// reads what it writes.
package document

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
)

// block is one part of a document: a heading, a paragraph, a table or code.
type block struct {
	level int // of a heading
	text  string
	rows  [][]string // of a table; the first is its head
	code  bool
}

// builder collects blocks.
type builder struct {
	s       *spec.System
	blocks  []block
	method  func(i *spec.Interface) (method, path string)
	sampler *bind.Sampler // nil: the protocol cannot be made
	framed  map[bool]bool // the rows of all replies were written, and (true) those of notifications
}

func (b *builder) heading(level int, text string) {
	b.blocks = append(b.blocks, block{level: level, text: oneLine(text)})
}

func (b *builder) say(format string, args ...any) {
	if text := strings.TrimSpace(fmt.Sprintf(format, args...)); text != "" {
		b.blocks = append(b.blocks, block{text: text})
	}
}

func (b *builder) table(rows [][]string) { b.blocks = append(b.blocks, block{rows: rows}) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// blocksOf is the document of a system, without what is ours.
func blocksOf(s *spec.System) ([]block, error) {
	b := &builder{s: s, method: endpoints(s)}
	b.sampler, _ = bind.NewSampler(s) // nil where none can be made
	b.heading(1, s.Title)
	b.say("版本 %s %s", s.Version, s.Date)
	if len(s.Changes) > 0 {
		rows := [][]string{{"版本", "日期", "修改人", "内容"}}
		for _, c := range s.Changes {
			rows = append(rows, []string{c.Version, c.Date, c.Author, c.Text})
		}
		b.heading(2, "变更记录")
		b.table(rows)
	}
	b.frames()
	for _, g := range s.Groups {
		list := slices.DeleteFunc(s.InGroup(g), func(i *spec.Interface) bool { return i.Ours })
		if len(list) == 0 {
			continue
		}
		b.heading(2, fmt.Sprintf("%s %s（%s）", g.Section, g.Title, g.Name)) // import reads its name there
		for _, i := range list {
			if err := b.interfaceOf(i); err != nil {
				return nil, fmt.Errorf("%s: %w", i.Cmd, err)
			}
		}
	}
	b.codes()
	return b.blocks, nil
}

// frames are chapters of the rows that all replies have around what is their own, and all
// answers to notifications.
func (b *builder) frames() {
	b.framed = map[bool]bool{}
	replies, answers := frameOf(b.s, false), frameOf(b.s, true)
	if b.framed[false] = replies != nil; replies != nil {
		b.heading(2, "返回参数的公共部分")
		b.fields(replies, false)
		if holder := b.holder(); holder != "" {
			b.row("object", holder, "各接口自己的返回参数")
		}
	}
	if b.framed[true] = answers != nil; answers != nil && !slices.Equal(answers, replies) {
		b.heading(2, "通知返回参数的公共部分")
		b.fields(answers, false)
	}
}

// holder is the member that all replies have their own members in; empty where there is none.
func (b *builder) holder() string {
	found := ""
	for _, i := range b.s.Interfaces {
		if i.Ours || i.Kind == spec.Notify || len(i.Response.Inside()) == 0 {
			continue
		}
		_, holder, ok := b.whole(i)
		if !ok || holder == "" || found != "" && holder != found {
			return ""
		}
		found = holder
	}
	return found
}

// row adds a row of a name to the table before it.
func (b *builder) row(kind, name, label string) {
	table := &b.blocks[len(b.blocks)-1]
	row := make([]string, len(table.rows[0]))
	for n, head := range table.rows[0] {
		row[n] = map[string]string{"参数": name, "类型": kind, "说明": label}[head]
	}
	table.rows = append(table.rows, row)
}

// frameOf are the rows that the replies of all interfaces have around what is their own, or
// those of notifications; nil where there are none, fewer than two interfaces to say it of,
// others in one of them, or rows of their own in them.
func frameOf(s *spec.System, notify bool) spec.Fields {
	var frame spec.Fields
	n := 0
	for _, i := range s.Interfaces {
		if i.Ours || (i.Kind == spec.Notify) != notify {
			continue
		}
		rows := slices.DeleteFunc(slices.Clone(i.Frame), func(f *spec.Field) bool { return f.Ours })
		if n++; n == 1 {
			frame = rows
		}
		if !slices.Equal(rows, frame) {
			return nil
		}
	}
	if len(frame) == 0 {
		return nil
	}
	return frame
}

// endpoints finds the method and the path of an interface: its own, or those of the
// protocol.
func endpoints(s *spec.System) func(i *spec.Interface) (method, path string) {
	p, err := bind.Protocol(s)
	return func(i *spec.Interface) (method, path string) {
		method, path = i.Method, i.Path
		if err != nil || p.Call == nil || i.Kind == spec.Notify {
			return method, path
		}
		for _, door := range p.Call.Doors(i.Cmd, i.FrameName, i.Method) {
			method, path = cmp.Or(method, door.Method), cmp.Or(path, door.Path)
		}
		return method, path
	}
}

// interfaceOf is the section of one interface.
func (b *builder) interfaceOf(i *spec.Interface) error {
	state := map[spec.Status]string{spec.Deprecated: "（已作废）", spec.Unimplemented: "（未实现）"}[i.Status]
	heading := fmt.Sprintf("%s %s %s", i.Section, i.Code, i.Title)
	if plain := !strings.ContainsAny(i.Cmd, "_.-"); plain {
		b.heading(3, heading+state)
		b.say("接口标识：%s", i.Cmd)
	} else {
		b.heading(3, heading+"（"+i.Cmd+"）"+state)
	}
	method, path := b.method(i)
	if path != "" {
		b.say("请求地址：%s", path)
	}
	if method != "" {
		b.say("请求方式：%s", method)
	}
	if i.Kind == spec.Notify {
		b.say("推送方式：由提供方发送到接收方的地址")
	}
	b.say("%s", i.Note)
	if i.MessageType != "" {
		b.say("消息类型：%s", i.MessageType)
	}
	b.heading(4, "请求参数")
	b.fields(i.Request, i.Path != "" || len(i.Outside()) > 0)
	rows := i.Response
	if !b.framed[i.Kind == spec.Notify] {
		rows = append(slices.Clone(i.Frame), rows...)
	}
	if i.Kind != spec.Notify || len(rows) > 0 {
		b.heading(4, "返回参数")
		b.fields(rows, slices.ContainsFunc(rows, func(f *spec.Field) bool { return f.Place() != "body" }))
	}
	return b.samples(i)
}

// fields is a table of parameters; placed has a column for their places.
func (b *builder) fields(list spec.Fields, placed bool) {
	head := []string{"参数", "类型", "长度", "是否必须", "取值", "默认值", "说明"}
	shown := slices.ContainsFunc(slices.Collect(list.All()), func(f *spec.Field) bool { return f.Example != "" })
	if shown {
		head = append(head, "示例")
	}
	if placed {
		head = slices.Insert(head, 1, "位置")
	}
	rows := [][]string{head}
	var add func(list spec.Fields, above string)
	add = func(list spec.Fields, above string) {
		for _, f := range list {
			if f.Ours {
				add(f.Fields, "") // the document has its members without it
				continue
			}
			name := f.DocPath
			if above != "" && !strings.HasPrefix(name, above+"/") {
				name = above + "/" + name[strings.LastIndexByte(name, '/')+1:]
			}
			row := []string{name, kind(f), length(f), required(f.Document), values(f.Document.Enum), f.Document.Default, about(f)}
			if shown {
				row = append(row, f.Example)
			}
			if placed {
				row = slices.Insert(row, 1, map[string]string{"body": "请求体", "query": "query", "header": "header", "cookie": "cookie", "path": "path", "form": "form", "whole": "整个请求体"}[f.Place()])
			}
			rows = append(rows, row)
			add(f.Fields, name)
		}
	}
	add(list, "")
	if len(rows) == 1 {
		b.say("无。")
		return
	}
	b.table(rows)
}

// kind is the type as the document writes it.
func kind(f *spec.Field) string {
	switch {
	case f.Untyped:
		return ""
	case f.SpelledType != "":
		return f.SpelledType
	case f.Type == spec.Array && f.Of != "":
		return "array<" + string(f.Of) + ">"
	}
	return string(f.Document.Type)
}

// unitOf is what a length counts, where it is not characters.
func unitOf(d spec.Rules) string {
	if d.LengthIn == "" {
		return ""
	}
	unit, _ := d.LengthUnit()
	return strings.TrimPrefix(unit, "个")
}

// length is the length as the document writes it.
func length(f *spec.Field) string {
	d := f.Document
	switch {
	case f.SpelledLength != "":
		return f.SpelledLength
	case d.Decimals.Set && d.Length > 0:
		return fmt.Sprintf("%d,%d", d.Length, d.Decimals.N)
	case d.MinLength > 0 && d.Length > 0:
		return fmt.Sprintf("%d-%d", d.MinLength, d.Length) + unitOf(d)
	case d.Length > 0:
		return strconv.Itoa(d.Length) + unitOf(d)
	}
	return ""
}

// required is the mark of the document.
func required(r spec.Rules) string {
	switch r.Required {
	case spec.Yes:
		return "是"
	case spec.Conditional:
		return strings.TrimSuffix("条件："+cmp.Or(oneLine(r.Condition), when(r)), "：")
	case spec.Unstated:
		return ""
	}
	return "否"
}

// when says a condition that the document has no words for, where one sentence does.
func when(r spec.Rules) string {
	equal := func(list []spec.Match) string {
		if len(list) != 1 || list[0].Order != "" || strings.Contains(list[0].Name, "/") {
			return ""
		}
		return strings.Join(append([]string{list[0].Value}, list[0].Or...), "或")
	}
	one := func(list []string, how string) string {
		if len(list) != 1 || strings.Contains(list[0], "/") {
			return ""
		}
		return list[0] + how
	}
	if values := equal(r.RequiredIf); values != "" {
		return r.RequiredIf[0].Name + "为" + values + "时必填"
	}
	if values := equal(r.RequiredUnless); values != "" {
		return r.RequiredUnless[0].Name + "不为" + values + "时必填"
	}
	return cmp.Or(one(r.RequiredWith, "不为空时必填"), one(r.RequiredWithout, "为空时必填"))
}

// values lists an enumeration, a value a line.
func values(e *spec.Enum) string {
	if e == nil {
		return ""
	}
	var out []string
	labelled := slices.ContainsFunc(e.Values, func(v spec.EnumValue) bool { return v.Label != "" && v.Label != v.Value })
	for _, v := range e.Values {
		if labelled {
			out = append(out, v.Value+":"+cmp.Or(v.Label, v.Value))
		} else {
			out = append(out, v.Value)
		}
	}
	apart := labelled || slices.ContainsFunc(out, func(v string) bool { return strings.ContainsAny(v, "、/|") })
	return strings.Join(out, map[bool]string{true: "\n", false: "、"}[apart])
}

// about is what else the document says of a field.
func about(f *spec.Field) string {
	parts := []string{f.Label}
	if bare := []string{"array", "list", "map", "数组", "列表", "集合", "字典"}; f.Of != "" && slices.Contains(bare, strings.ToLower(f.SpelledType)) {
		parts = append(parts, "元素类型 "+string(f.Of))
	}
	if d := f.Document; d.Enum != nil && !d.Enum.Open {
		parts = append(parts, "取值仅限所列")
	}
	if d := f.Document; d.Format != "" {
		parts = append(parts, "格式 "+d.Format)
	}
	if d := f.Document; d.Pattern != "" {
		parts = append(parts, "须匹配 "+d.Pattern)
	}
	if d := f.Document; d.Min != "" || d.Max != "" {
		parts = append(parts, fmt.Sprintf("范围 [%s, %s]", d.Min, d.Max))
	}
	return strings.Join(append(append(parts, told(f)...), f.Note), "\n")
}

// codes are the tables of error codes.
func (b *builder) codes() {
	if len(b.s.Errors) == 0 {
		return
	}
	b.heading(2, "错误码")
	for _, g := range b.s.Errors {
		rows := [][]string{{"错误码", "描述"}}
		for _, e := range g.Errors {
			if !e.Ours {
				rows = append(rows, []string{e.Code, e.Text})
			}
		}
		if len(rows) > 1 {
			b.heading(3, g.Section+" "+g.Title)
			b.table(rows)
		}
	}
}

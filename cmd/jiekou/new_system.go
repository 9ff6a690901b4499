package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// newSystemCommand begins a system.
func newSystemCommand(t *tool) *cobra.Command {
	title, version, plain := "", "", false
	cmd := &cobra.Command{
		Use:   "system NAME",
		Short: "Begin a system: system.yaml and errors.yaml",
		Long: `new system writes spec/NAME/system.yaml and errors.yaml, and the language's JSON
Schema for editors. There are two kinds. A sealed system has one URL, and messages in
an envelope: RC4, base64 and two SHA-1 codes in one POST. With --plain requests are
plain HTTP, each interface has its own method and path, and a signature in the header
is an HMAC-SHA256 over method, path, query, app, time and body. Change it to what the
document says. The first system of a project needs --dir: it makes that folder the
project.`,
		Example: `  jiekou new system acme --title 开放接口规范 --document V1.0
  jiekou new system u8 --title 基础档案 --plain
  jiekou new system first --title 接口 --dir .`,
		Args: cobra.ExactArgs(1),
		RunE: action(func(_ *cobra.Command, args []string) error {
			return t.newSystem(args[0], title, version, plain)
		}),
	}
	cmd.Flags().StringVar(&title, "title", "", "title of the document")
	cmd.Flags().StringVar(&version, "document", "V1.0", "version of the document")
	cmd.Flags().BoolVar(&plain, "plain", false, "plain signed requests, a path for each interface")
	_ = cmd.MarkFlagRequired("title")
	return cmd
}

func (t *tool) newSystem(name, title, version string, plain bool) error {
	if err := named(systemOK, "a system", name); err != nil {
		return err
	}
	var before spec.Findings
	p, err := t.project()
	switch {
	case err != nil && t.dir == "":
		return misused("jiekou new system "+name+" --title … --dir . begins a project here", "no project here or above")
	case err != nil: // the first system of a project
		root, absErr := filepath.Abs(t.dir)
		if absErr != nil {
			return absErr
		}
		if !isFolder(root) {
			return misused("", "no folder %s", t.dir)
		}
		p = project{root: root, fsys: os.DirFS(root)}
	default:
		_, before, err = load.Draft(p.fsys, specFolder)
		if err != nil && !errors.Is(err, load.ErrNoSystem) {
			return err
		}
	}
	text := sealedSystem
	if plain {
		text = plainSystem
	}
	text = strings.NewReplacer("NAME", name, "TITLE", scalar(title), "VERSION", scalar(version)).Replace(text)
	folder := specFolder + "/" + name
	drafts := []draft{
		{path: folder + "/system.yaml", text: head(1) + text},
		{path: folder + "/errors.yaml", text: head(1) + firstErrors},
	}
	schema := specFolder + "/" + schemaName
	if _, err := os.Stat(filepath.Join(p.root, filepath.FromSlash(schema))); err != nil {
		drafts = append(drafts, draft{path: schema, text: string(spec.LanguageSchema())})
	}
	return t.begin(p, before, drafts, "jiekou new group "+name+"/customer --title 客户数据接口")
}

// sealedSystem is a system of one URL and sealed messages.
const sealedSystem = `system: NAME
title: TITLE
version: VERSION
zone: Asia/Shanghai
endpoint: {path: /NAME/api, methods: [POST, GET], dispatch: header.cmd}
groups: {}

envelope:
  head: header
  data: data
  header:
    appid:     {type: string, length: 16, required: true, label: 应用标识}
    timestamp: {type: int, required: true, label: 时间戳，UTC秒值}
    sid:       {type: string, length: 20, required: true, pattern: "[0-9]{16,20}", label: 消息ID}
    authCode:  {type: string, required: true, label: 认证校验码}
    cmd:       {type: string, required: true, label: 接口名称}
    version:   {type: string, required: true, label: 版本}
    dataCode:  {type: string, required: true, label: 数据校验码}
  app: header.appid
  message: header.sid
  sender: "100"
  version: "1.0"
  steps:
    - encrypt: {algorithm: rc4, key: appkey, else: 1004}
    - encode: {algorithm: base64, to: data, else: 1004}
    - digest: {algorithm: sha1, over: [data], to: header.dataCode, else: 1009}
    - digest:
        algorithm: sha1
        over: [header.appid, header.sid, token, header.dataCode]
        order: sorted
        to: header.authCode
        else: 1009

reply:
  code: errcode
  code_type: int
  message: errmsg
  payload: content
  success: 0
  fields:
    errcode: {type: int, length: 10, required: true, label: 错误码}
    errmsg:  {type: string, length: 64, required: true, label: 错误描述}
`

// plainSystem is a system of plain requests with a signature in the header.
const plainSystem = `system: NAME
title: TITLE
version: VERSION
zone: Asia/Shanghai
endpoint: {}
groups: {}

signature:
  app: header.appId
  time: {value: header.timestamp, unit: ms, window: 5m, else: 1009}
  nonce: {value: header.sign, else: 1013}
  steps:
    - sign:
        algorithm: hmac-sha256
        key: appkey
        over: "{method}\n{path}\n{query}\n{header.appId}\n{header.timestamp}\n{body:sha256}"
        to: header.sign
        else: 1009

reply:
  code: errcode
  code_type: int
  message: errmsg
  success: 0
  fields:
    errcode: {type: int, required: true, label: 错误码}
    errmsg:  {type: string, required: true, label: 错误描述}
`

// firstErrors is a catalogue in which every rule has its code.
const firstErrors = `groups:
  - title: 系统错误码
    errors:
      0: {text: 成功}
      1001: {text: "缺少必须参数[%s]"}
      1002: {text: "参数类型错误[%s]"}
      1003: {text: 不支持的请求方式}
      1004: {text: 请求数据格式错误}
      1005: {text: 系统处理失败}
      1006: {text: 请求数据过大}
      1007: {text: 请求数据缺失}
      1008: {text: 不支持的接口请求}
      1009: {text: 接入验证失败}
      1010: {text: 接口权限验证失败}
      1011: {text: 未知业务应用}
      1012: {text: 查询的记录不存在}
      1013: {text: 消息序列号重复}
      1015: {text: 消息序列号错误}

rules:
  required: 1001
  type: 1002
  length: 1002
  enum: 1002
  range: 1002
  format: 1002
  condition: 1001
  mobile: 1002
  idcard: 1002
  method: 1003
  json: 1004
  size: 1006
  empty: 1007
  interface: 1008
  auth: 1009
  grant: 1010
  app: 1011
  sid: 1015
  repeated: 1013
  notfound: 1012
  internal: 1005
  unavailable: 1005
`

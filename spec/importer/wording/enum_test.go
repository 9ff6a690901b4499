package wording_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// TestEnumOf reads lists of values in the spellings of documents, and none where a text
// only looks like one.
func TestEnumOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1:男 2:女":         "1=男 2=女",
		"性别,1：男；2：女":      "1=男 2=女",
		"[1]男 [2]女":       "1=男 2=女",
		"【1】男【2】女":        "1=男 2=女",
		"1-男 2-女":         "1=男 2=女",
		"1=男；2=女；":        "1=男 2=女",
		"0男 1女":           "0=男 1=女",
		"是否出租,0 否 1 是":    "0=否 1=是",
		"险，0-不投保，1国产，2进口": "0=不投保 1=国产 2=进口",
		"类型 -1没有 国产0 进口1": "-1=没有 0=国产 1=进口",
		"状态，-1=未报价， 0=报价失败，>0报价成功":              "-1=未报价 0=报价失败 >0=报价成功",
		"险，0-不投保，>0投保(具体金额)\n2，000；\n5，000":     "0=不投保 >0=投保(具体金额)",
		"是否展示0（默认）:否  1：是":                      "0=否 1=是 default 0",
		"邮箱：1：是 0：否（默认）":                        "1=是 0=否 default 0",
		"1. biz 2. consensus":                   "biz= consensus=",
		"1. user(默认) 2. domain":                 "user= domain= default user",
		"bd类型(system/contract/assets)":          "system= contract= assets=",
		"类型：`system`、`contract`，如果值为`system`表示": "system= contract=",
		`必选，（"personal"，"enterprise"）`:          "personal= enterprise=",
		"证件类型（居民身份证：0 统一社会信用代码：7）":              "0=居民身份证 7=统一社会信用代码",
		"证书类型（个人证书：1 企业证书：2|临时证书：7） 必选":         "1=个人证书 2=企业证书 7=临时证书",
		"SYNC/ASYNC":       "SYNC= ASYNC=",
		"0,1,2":            "0= 1= 2=",
		"支付方式(A:支付宝;W:微信)": "A=支付宝 W=微信",
		"Y-是 N-否":          "Y=是 N=否",
		"类型\n1：客车（默认），\n2：货车（仅人保），":                       "1=客车 2=货车(仅人保) default 1",
		"3:移动端(微信，QQ等)\n4:监控系统":                           "3=移动端(微信,QQ等) 4=监控系统",
		"2=未到期（无需）,\n3=人工审核中（核保中，无需再单独核保，这个依赖于系统）\n4=未核保": "2=未到期(无需) 3=人工审核中 4=未核保",
		"success：成功；fail：失败":                              "success=成功 fail=失败",
		"SUCCESS-成功，FAIL-失败":                              "SUCCESS=成功 FAIL=失败",
		"1为是，0为否":                                         "1=是 0=否",
		"1表示男，2表示女":                                       "1=男 2=女",
		`"1":"男","2":"女"`:                                 "1=男 2=女",
		"01 身份证 02 护照":                                    "01=身份证 02=护照",
		"1、男 2、女":                                         "1=男 2=女",
		"1->上架,2->下架":                                     "1=上架 2=下架",
		"true：是，false：否":                                  "true=是 false=否",
		"1:男\n2:女\n3:未知(默认)":                              "1=男 2=女 3=未知 default 3",
		"男:1,女:2":                                         "1=男 2=女",
		"取值为 asc 或 desc":                                  "asc= desc=",

		"状态：1有效0无效":                         "1=有效 0=无效",
		"是否陪同上门（1是0否）":                      "1=是 0=否",
		"操作类型:1 Add、2 Modi 3 delete":        "1=Add 2=Modi 3=delete",
		"客户类型：个人/公司":                        "个人= 公司=",
		"关闭原因：作废、换房、退房 等等":                  "作废= 换房= 退房=",
		"老业主：是/否":                           "是= 否=",
		"客户类别：\n员工\n老业主\n老带新":               "员工= 老业主= 老带新=",
		"客户意向(单选) 候选项:  A B C D E \nA的等级最高": "A= B= C= D= E=",
		"销售状态：销控 待售 签约 认购":                  "销控= 待售= 签约= 认购=",
		"地址：省、市、区":                          "",
		"说明：见下表/附录":                         "",
		"2018年3月":                           "",
		"共3位，2位小数":                          "",
		"支付网关, 例: alipay、weixin":            "",
		"Apple/Google收据":                    "",
		"长度1-20":                            "",
		"保留2位小数，最多10位":                      "",
		"格式 yyyy-MM-dd":                     "",
		"格式：yyyy/MM/dd HH:mm:ss":            "",
		"2018-01-01 12:00:00":               "",
		"1.根据车牌号进行续保的用户可以这样使用 2.根据车架号和发动机号进行续保的用户": "",
		"见 http://a.test/b/c": "",
		"3天内，5次以上":            "",
		"单位元，精确到2位小数，如1.00":   "",
		"身份证号":                "",
		`{"a": 1, "b": 2}`:    "",
		"1,000-1,000,000":     "",
		"sha256 hash值":        "",
		`要使用UTF-8格式，如果不是请先转换。ASP：server.URLEncode("短信内容") PHP：urlencode("短信内容")`: "",
		"YYYYMMDD":                             "",
		"不超过64位":                               "",
		"88727550-c800-59a7-9801-497831ec17b7": "",
	} {
		got := ""
		if l := wording.EnumOf(text); l != nil {
			var parts []string
			for _, v := range l.Values {
				parts = append(parts, v.Value+"="+v.Label)
			}
			if l.Default != "" {
				parts = append(parts, "default "+l.Default)
			}
			got = strings.Join(parts, " ")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

package bench

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/go-faster/jx"
)

// handRequest is cst_info_create as somebody would write it for speed, without a
// runtime: one struct, one decoder, the checks in line.
type handRequest struct {
	ProjGUID, CustomerName, Mobile, HomeTel, CertNum, Address, UserGUID, HomeArea, HomeCase string
	WorkTrade, WorkJob, WorkArea, CstType, FromArea, OldOwner, CstClass                     string
	Gender, CertType, ZyNum                                                                 handInt
}

// handInt is a number that may be absent.
type handInt struct {
	value int64
	set   bool
}

func (n handInt) arg() any {
	if !n.set {
		return nil
	}
	return n.value
}

// handFault is one broken rule.
type handFault struct{ field, rule string }

var errHand = errors.New("not readable")

// handDecoder is kept and used again.
type handDecoder struct {
	dec    jx.Decoder
	faults []handFault
	others []string
}

func handAlias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// decode reads a body: exact keys, no duplicates, UTF-8, no U+0000 and no lone
// surrogates, bytes behind the end, every fault of every field.
func (h *handDecoder) decode(data []byte, q *handRequest) error {
	h.faults, h.others = h.faults[:0], h.others[:0]
	if !utf8.Valid(data) || bytes.Contains(data, []byte(`\u`)) && !handEscapes(data) {
		return errHand
	}
	d := &h.dec
	d.ResetBytes(data)
	if d.Next() != jx.Object {
		return errHand
	}
	iter, err := d.ObjIter()
	if err != nil {
		return err
	}
	var seen uint32
	once := func(i int) bool {
		was := seen&(1<<i) != 0
		seen |= 1 << i
		return !was
	}
	str := func(i int, name string, dst *string) error {
		if !once(i) {
			return errHand
		}
		switch d.Next() {
		case jx.String:
			b, err := d.StrBytes()
			*dst = handAlias(b)
			return err
		case jx.Null:
			return d.Null()
		}
		h.faults = append(h.faults, handFault{name, "type"})
		return d.Skip()
	}
	num := func(i int, name string, dst *handInt) error {
		if !once(i) {
			return errHand
		}
		var text string
		switch d.Next() {
		case jx.Number:
			raw, err := d.Raw()
			if err != nil {
				return err
			}
			text = handAlias(raw)
		case jx.String:
			b, err := d.StrBytes()
			if err != nil {
				return err
			}
			text = handAlias(b)
		case jx.Null:
			return d.Null()
		default:
			h.faults = append(h.faults, handFault{name, "type"})
			return d.Skip()
		}
		if text == "" {
			return nil
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || text[0] == '+' || text[0] == '0' && len(text) > 1 {
			h.faults = append(h.faults, handFault{name, "type"})
			return nil
		}
		*dst = handInt{n, true}
		return nil
	}
	for iter.Next() {
		var err error
		switch string(iter.Key()) {
		case "projGUID":
			err = str(0, "projGUID", &q.ProjGUID)
		case "customerName":
			err = str(1, "customerName", &q.CustomerName)
		case "gender":
			err = num(2, "gender", &q.Gender)
		case "mobile":
			err = str(3, "mobile", &q.Mobile)
		case "homeTel":
			err = str(4, "homeTel", &q.HomeTel)
		case "certNum":
			err = str(5, "certNum", &q.CertNum)
		case "address":
			err = str(6, "address", &q.Address)
		case "certType":
			err = num(7, "certType", &q.CertType)
		case "userGUID":
			err = str(8, "userGUID", &q.UserGUID)
		case "homeArea":
			err = str(9, "homeArea", &q.HomeArea)
		case "homeCase":
			err = str(10, "homeCase", &q.HomeCase)
		case "workTrade":
			err = str(11, "workTrade", &q.WorkTrade)
		case "workJob":
			err = str(12, "workJob", &q.WorkJob)
		case "workArea":
			err = str(13, "workArea", &q.WorkArea)
		case "cstType":
			err = str(14, "cstType", &q.CstType)
		case "fromArea":
			err = str(15, "fromArea", &q.FromArea)
		case "zyNum":
			err = num(16, "zyNum", &q.ZyNum)
		case "oldOwner":
			err = str(17, "oldOwner", &q.OldOwner)
		case "cstClass":
			err = str(18, "cstClass", &q.CstClass)
		default:
			key := string(iter.Key())
			if slices.Contains(h.others, key) {
				return errHand
			}
			h.others = append(h.others, key)
			err = d.Skip()
		}
		if err != nil {
			return err
		}
	}
	if err := iter.Err(); err != nil {
		return err
	}
	if d.Next() != jx.Invalid || !errors.Is(d.Skip(), io.EOF) { // bytes behind the end
		return errHand
	}
	return nil
}

// handEscapes looks at \u escapes; the bodies of the benchmarks have none.
func handEscapes(data []byte) bool {
	return !bytes.Contains(data, []byte(`\u0000`)) && !bytes.Contains(bytes.ToLower(data), []byte(`\ud`))
}

// check adds every broken rule to the faults.
func (h *handDecoder) check(q *handRequest) {
	need := func(name, s string) {
		if strings.Trim(s, "\t\n\v\f\r \u00a0\u3000") == "" {
			h.fault(name, "required")
		}
	}
	most := func(name, s string, n int) {
		if len(s) > n && utf8.RuneCountInString(s) > n {
			h.fault(name, "length")
		}
	}
	need("projGUID", q.ProjGUID)
	most("projGUID", q.ProjGUID, 64)
	need("customerName", q.CustomerName)
	most("customerName", q.CustomerName, 64)
	if !q.Gender.set {
		h.fault("gender", "required")
	} else if q.Gender.value != 1 && q.Gender.value != 2 {
		h.fault("gender", "enum")
	}
	need("mobile", q.Mobile)
	most("mobile", q.Mobile, 16)
	if q.Mobile != "" && !handMobile(q.Mobile) {
		h.fault("mobile", "mobile")
	}
	most("homeTel", q.HomeTel, 64)
	most("certNum", q.CertNum, 64)
	if q.CertNum != "" && (!q.CertType.set || q.CertType.value == 1) && !handIDCard(q.CertNum) {
		h.fault("certNum", "idcard")
	}
	most("address", q.Address, 150)
	if t := q.CertType; t.set && (t.value < 1 || t.value > 10) && t.value != 9999 {
		h.fault("certType", "enum")
	}
	need("userGUID", q.UserGUID)
	most("userGUID", q.UserGUID, 64)
	most("homeArea", q.HomeArea, 64)
	most("homeCase", q.HomeCase, 64)
	most("workTrade", q.WorkTrade, 64)
	most("workJob", q.WorkJob, 64)
	switch q.WorkJob {
	case "", "中层管理人员", "一般管理人员/职员/公务员", "核心业务技术人员", "其他", "个体", "党政军干部",
		"跨国企业领导者(老板/董事/股东)", "副总经理等高层管理人员", "国、央企领导者(老板/董事/股东)":
	default:
		h.fault("workJob", "enum")
	}
	most("workArea", q.WorkArea, 64)
	most("cstType", q.CstType, 64)
	switch q.CstType {
	case "", "个人", "公司", "1", "2":
	default:
		h.fault("cstType", "enum")
	}
	most("fromArea", q.FromArea, 32)
	most("oldOwner", q.OldOwner, 32)
	switch q.OldOwner {
	case "", "是", "否":
	default:
		h.fault("oldOwner", "enum")
	}
	most("cstClass", q.CstClass, 32)
	switch q.CstClass {
	case "", "员工", "老业主", "老带新", "关系户", "广告来访":
	default:
		h.fault("cstClass", "enum")
	}
}

// fault notes the first fault of a field.
func (h *handDecoder) fault(field, rule string) {
	for _, f := range h.faults {
		if f.field == field {
			return
		}
	}
	h.faults = append(h.faults, handFault{field, rule})
}

func handMobile(s string) bool {
	if len(s) != 11 || s[0] != '1' || s[1] < '3' {
		return false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// handIDCard knows the form of 18 characters, which the benchmarks send.
func handIDCard(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i, w := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		if s[i]-'0' > 9 {
			return false
		}
		sum += int(s[i]-'0') * w
	}
	year, _ := strconv.Atoi(s[6:10])
	month, _ := strconv.Atoi(s[10:12])
	day, _ := strconv.Atoi(s[12:14])
	if year < 1850 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return s[17] == "10X98765432"[sum%11]
}

package bench

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/jiekou-dev/jiekou/generated/lianfa/customer"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// ours decodes and validates with the generated code and returns the number of
// problems, -1 for an unreadable body.
func ours(in *wire.Reader, data []byte, q *customer.CstInfoCreateRequest) int {
	in.Reset(data, zone, limits)
	q.Decode(in)
	if in.Close() != nil {
		return -1
	}
	q.Check(&in.List)
	return in.List.Len()
}

// byHand does the same with the decoder of this package.
func byHand(h *handDecoder, data []byte, q *handRequest) int {
	if h.decode(data, q) != nil {
		return -1
	}
	h.check(q)
	return len(h.faults)
}

// naiveRequest is the struct for the standard library and validator.
type naiveRequest struct {
	ProjGUID     string `json:"projGUID" validate:"required,max=64"`
	CustomerName string `json:"customerName" validate:"required,max=64"`
	Gender       *int64 `json:"gender" validate:"required,oneof=1 2"`
	Mobile       string `json:"mobile" validate:"required,len=11,numeric,startswith=1"`
	HomeTel      string `json:"homeTel" validate:"max=64"`
	CertNum      string `json:"certNum" validate:"max=64"`
	Address      string `json:"address" validate:"max=150"`
	CertType     *int64 `json:"certType" validate:"omitempty,oneof=1 2 3 4 5 6 7 8 9 10 9999"`
	UserGUID     string `json:"userGUID" validate:"required,max=64"`
	HomeArea     string `json:"homeArea" validate:"max=64"`
	HomeCase     string `json:"homeCase" validate:"max=64"`
	WorkTrade    string `json:"workTrade" validate:"max=64"`
	WorkJob      string `json:"workJob" validate:"omitempty,oneof=中层管理人员 一般管理人员/职员/公务员 核心业务技术人员 其他 个体 党政军干部 跨国企业领导者(老板/董事/股东) 副总经理等高层管理人员 国、央企领导者(老板/董事/股东)"`
	WorkArea     string `json:"workArea" validate:"max=64"`
	CstType      string `json:"cstType" validate:"omitempty,oneof=个人 公司 1 2"`
	FromArea     string `json:"fromArea" validate:"max=32"`
	ZyNum        *int64 `json:"zyNum"`
	OldOwner     string `json:"oldOwner" validate:"omitempty,oneof=是 否"`
	CstClass     string `json:"cstClass" validate:"omitempty,oneof=员工 老业主 老带新 关系户 广告来访"`
}

func naively(v *validator.Validate, data []byte, q *naiveRequest) int {
	if json.Unmarshal(data, q) != nil {
		return -1
	}
	found, _ := errors.AsType[validator.ValidationErrors](v.Struct(q))
	return len(found)
}

// TestSameWork: the hand-written decoder finds the same problems as the generated
// one.
func TestSameWork(t *testing.T) {
	t.Parallel()
	in, h := new(wire.Reader), new(handDecoder)
	for _, data := range []string{
		body, faulty, `{}`, `[]`, body + "x", `{"gender":1,"gender":1}`, `{"x":1,"x":2}`, `{"mobile":5}`, `{"gender":"2","zyNum":{}}`,
		"{\"mobile\":\"\xff\"}", `{"mobile":"\u0000"}`, `{"certNum":"110105194912310020"}`, `{"workJob":"x","cstType":"x","oldOwner":"x","cstClass":"x","certType":11}`,
	} {
		var q customer.CstInfoCreateRequest
		var r handRequest
		if a, b := ours(in, []byte(data), &q), byHand(h, []byte(data), &r); a != b {
			t.Errorf("%.80s: %d problems, by hand %d", data, a, b)
		} else if a >= 0 && (q.Mobile != r.Mobile || q.Gender.Value != r.Gender.value || q.CstClass != r.CstClass) {
			t.Errorf("%.80s: %+v and %+v", data, q, r)
		}
	}
}

func BenchmarkDecodeValidate(b *testing.B) {
	for _, c := range []struct {
		name, data string
		faults     int
	}{{"valid", body, 0}, {"faults", faulty, 4}} {
		data := []byte(c.data)
		in, h, v := new(wire.Reader), new(handDecoder), validator.New(validator.WithRequiredStructEnabled())
		generated := func() int {
			var q customer.CstInfoCreateRequest
			return ours(in, data, &q)
		}
		hand := func() int {
			var q handRequest
			return byHand(h, data, &q)
		}
		naive := func() int {
			var q naiveRequest
			return naively(v, data, &q)
		}
		run := func(name string, f func() int, want int) {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if n := f(); want >= 0 && n != want {
						b.Fatalf("%d problems, want %d", n, want)
					}
				}
			})
		}
		run("generated", generated, c.faults)
		run("hand", hand, c.faults)
		run("encoding-json-validator", naive, -1)
		b.Run(c.name+"/ratio", func(b *testing.B) {
			const batch = 200
			var took [2][]time.Duration
			for b.Loop() {
				for i, f := range []func() int{generated, hand} {
					start := time.Now()
					for range batch {
						f()
					}
					took[i] = append(took[i], time.Since(start)/batch)
				}
			}
			mine, reference := quartile(took[0]), quartile(took[1])
			b.ReportMetric(mine/reference, "x-hand")
			b.ReportMetric(mine, "generated-ns")
			b.ReportMetric(reference, "hand-ns")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// quartile is the lower one, in ns, which a busy machine disturbs least.
func quartile(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/4].Nanoseconds())
}

// BenchmarkList is a message of many members, each with several problems.
func BenchmarkList(b *testing.B) {
	for b.Loop() {
		var list problem.List
		for i := range 1000 {
			list.Enter("items", 0, i)
			list.Add(problem.Required, "itemGUID", 0)
			list.Leave()
		}
		if list.Err() == nil {
			b.Fatal("no problem")
		}
	}
}

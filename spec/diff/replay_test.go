package diff_test

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// edit takes one row, or one file, back to what it was.
type edit struct{ file, is, was string }

// revision is one line of the change log of 联发地产开放接口规范, with what takes the
// document back to the version before, as far as the log says what was there, and with what
// diff then says of it.
type revision struct {
	version string
	back    []edit
	want    []string // rule, interface, path
	// silent is what the log says and the tables of V3.10 do not show: there log and tables
	// disagree.
	silent []string
}

// replayed are lines of the log, the newest first.
var replayed = []revision{
	{
		version: "V3.10",
		back: []edit{
			// The log corrects the type; the table has the format as text, with milliseconds
			// that the log does not have.
			{"agent/cst_identify", "followTime:    {type: string,", "followTime:    {type: int,"},
			{"customer/cst_follow_update", "followType:    {type: int, length: 2,", "type:          {type: int, length: 2,"},
		},
		want: []string{
			"reply-type-changed cst_identify list/followTime",
			"request-required-field-added cst_follow_update followType",
			"request-required-field-removed cst_follow_update type",
			"storage-set-added cst_follow_update follow_up.follow_type", // it reads the field under its new name
		},
		silent: []string{"followTime has the format yyyy-MM-dd HH:mm:ss in the log and yyyy-MM-dd HH:mm:ss[.SSS] in the table"},
	},
	{
		version: "V3.9",
		back: []edit{
			{"customer/proj_attach_list_v2", "attachType:\n        type: int\n        length: 4\n", "attachType:\n        type: int\n        length: 4\n        required: true\n"},
			{"customer/proj_attach_list_v2", "        enum: {1: 全局系统级, 4: 项目组织级, 16: 公司级}\n", ""},
			{"customer/proj_attach_list_v2", "\n          scopeGUID:\n", "\n          scopejGUID:\n"},
		},
		want: []string{
			"reply-enum-added proj_attach_list_v2 attachs/attachLevel",
			"reply-required-field-added proj_attach_list_v2 attachs/items/scopeGUID",
			"reply-required-field-removed proj_attach_list_v2 attachs/items/scopejGUID",
			"reply-required-waived proj_attach_list_v2 attachs/attachType",
		},
		silent: []string{
			"attachs/category is not required any more and not supported in the log; in the table it is required, and attachType is not supported",
			"1 is 集团级 and 4 项目级 in the log; in the table they are 全局系统级 and 项目组织级",
		},
	},
	{
		version: "V3.8",
		back:    []edit{{"notice/notify_proj_cst_update", "", ""}},
		want: []string{
			"interface-sends-added agent_recommend ", "interface-sends-added cst_info_create ", "interface-sends-added cst_info_update ",
			"notification-added notify_proj_cst_update ",
		},
		silent: []string{"the descriptions of the states of cst_order_notify and cst_contract_notify changed; what they were is not said"},
	},
	{
		version: "V3.5",
		back:    []edit{{"notice/notify_proj_publish", "", ""}},
		want:    []string{"notification-added notify_proj_publish "},
	},
	{
		version: "V3.4",
		back:    []edit{{"base/sync_request", "", ""}, {"notice/notify_request_result", "", ""}},
		want:    []string{"interface-added sync_request ", "notification-added notify_request_result "},
	},
	{
		version: "V3.3",
		back:    []edit{{"sales/opportunity_partner_update", "partners: {type: string, length: 300,", "partners: {type: string, length: 300, required: true,"}},
		want:    []string{"request-required-waived opportunity_partner_update partners"},
	},
}

// TestReplay takes the document back through its change log, and wants diff to say of each
// version what the log says of it.
func TestReplay(t *testing.T) {
	t.Parallel()
	after := fstest.MapFS{}
	err := fs.WalkDir(spec.Embedded(), "spec/lianfa", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(spec.Embedded(), name)
		after[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	now := model(t, after)
	log := map[string]string{}
	for _, c := range now.Systems[0].Changes {
		log[c.Version] = c.Text
	}
	for _, r := range replayed {
		before := maps.Clone(after)
		for _, e := range r.back {
			name := "spec/lianfa/" + e.file + ".yaml"
			if e.is == "" {
				delete(before, name)
				continue
			}
			if n := bytes.Count(before[name].Data, []byte(e.is)); n != 1 {
				t.Fatalf("%s: %s has %q %d times", r.version, e.file, e.is, n)
			}
			before[name] = &fstest.MapFile{Data: bytes.Replace(before[name].Data, []byte(e.is), []byte(e.was), 1)}
		}
		var got []string
		was := model(t, before)
		for _, c := range diff.Diff(was, now) {
			got = append(got, c.Rule+" "+c.Interface+" "+c.Path)
		}
		slices.Sort(got)
		if d := cmp.Diff(r.want, got); d != "" {
			t.Errorf("%s: the log says %s (-want +got):\n%s", r.version, log[r.version], d)
		}
		t.Logf("%s %s\n  %s", r.version, log[r.version], strings.Join(got, "\n  "))
		for _, s := range r.silent {
			t.Logf("  log and tables disagree: %s", s)
		}
		after, now = before, was
	}
}

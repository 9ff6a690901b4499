package api_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// TestBare reads the description of a system whose payloads are lists and texts, and that
// has rows in headers of replies and notifications, and in a cookie.
func TestBare(t *testing.T) {
	t.Parallel()
	set, err := loadtest.Archive("../../testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text, err := api.OpenAPI(set.Systems[0])
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	put := doc.Paths.Find("/goods").Post
	body := put.RequestBody.Value.Content["application/json"].Schema.Value
	if item := body.Items; item == nil || item.Value.Properties["code"] == nil {
		t.Errorf("the body of goods_put is %+v", body)
	}
	list := doc.Paths.Find("/goods").Get.Responses.Status(200).Value
	if h := list.Headers["X-Total-Count"]; h == nil || h.Value.Schema == nil {
		t.Errorf("the headers of goods_list are %+v", list.Headers)
	}
	if cookie := doc.Paths.Find("/goods/find").Post.Parameters.GetByInAndName("cookie", "shop-id"); cookie == nil {
		t.Error("goods_find has no cookie shop-id")
	}
	hook := doc.Webhooks["goods_changed"].Post
	if code := hook.Parameters.GetByInAndName("header", "X-Code"); code == nil || !code.Required {
		t.Errorf("the header of goods_changed is %+v", code)
	}
	if told := hook.RequestBody.Value.Content["application/json"].Schema.Value; told.Properties != nil {
		t.Errorf("the body of goods_changed is %+v", told)
	}
}

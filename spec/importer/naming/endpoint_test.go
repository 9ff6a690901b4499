package naming_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/naming"
)

// TestBlankInURL: a name behind a blank is of the URL, a method is not.
func TestBlankInURL(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]naming.Endpoint{
		"请求URL: http://server:8080/ findPassword?data=x": {Path: "/findPassword?data=x"},
		"http://api.example/ api/v1/order":               {Path: "/api/v1/order"},
		"http://api.example/ GET":                        {Method: "GET", Path: "/"},
		"http://api.example/ 登录":                         {Path: "/"},
	} {
		if got := naming.EndpointOf(line); got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}

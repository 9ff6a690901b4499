package systems_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// written is a folder with the site of documents, as jiekou docs writes it for a server.
func written(t *testing.T, host string) (dir string) {
	t.Helper()
	var sources []portal.Source
	for _, s := range generated.Systems() {
		sources = append(sources, portal.Source{Name: s.Name, Read: func(page string) ([]byte, error) { return fs.ReadFile(s.Docs, "docs/"+page) }})
	}
	site, err := portal.New(sources, portal.Options{Host: host, Send: host})
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, name := range site.Names() {
		text, err := site.Page(name)
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err == nil {
			err = os.MkdirAll(filepath.Dir(file), 0o750)
		}
		if err == nil {
			err = os.WriteFile(file, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestElsewhere calls a server out of pages that lie at another origin: where a setting names
// that origin, they send, verify and see the server's clock as its own pages do; where none
// does, they say what to do.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	v := visit(t)
	w := setup(t)
	pages := func(host string) (url, dir string) {
		dir = written(t, host)
		s := httptest.NewServer(http.FileServer(http.Dir(dir)))
		t.Cleanup(s.Close)
		return s.URL, dir
	}
	taking := httptest.NewUnstartedServer(nil) // its pages must be written before it can name their origin
	origin, _ := pages("http://" + taking.Listener.Addr().String())
	taking.Config.Handler = w.Another(t, func(c *server.Config) { c.Origins = []string{origin} })
	taking.Start()
	t.Cleanup(taking.Close)
	refusing, dir := pages(w.URL) // without the setting

	caller, cust, u8 := w.App(t, "300"), w.Signer(t, "custservice", "401"), w.Signer(t, "u8", "501")
	lianfa := []string{"app", "300", "token", caller.Token, "appkey", caller.AppKey, "mobile", "13800138000"}
	changing := []string{"app", "401", "appkey", cust.AppKey, "customerId", "c-0002"}
	erp := []string{"app", "501", "token", u8.Token, "id", "0000000017"}

	v.open(origin+"/lianfa/cst_info_get.html", lianfa...)
	v.wants("lianfa", v.send(), "成功", "应答已验证", customer1)
	v.enter("token", "wrong")
	v.wants("a wrong key", v.send(), "被拒绝", "1009", "秒，不是原因")
	v.open(origin+"/custservice/customer_update.html", changing...)
	v.wants("custservice", v.send(), "成功", "10000")
	v.open(origin+"/u8/customer_get.html", erp...)
	v.wants("u8", v.send(), "成功")

	ask := "JIEKOU_ORIGINS=" + refusing
	v.open(refusing+"/lianfa/cst_info_get.html", lianfa...)
	v.wants("lianfa, not named", v.send(), w.URL+" 在运行", ask, "报文没有送出", "authCode")
	v.open(refusing+"/custservice/customer_update.html", changing...)
	v.wants("custservice, not named", v.send(), ask, "报文没有送出")
	v.open(refusing+"/u8/customer_get.html", erp...)
	v.wants("u8, not named", v.send(), ask, "报文已经送出")
	v.open("file://"+dir+"/lianfa/cst_info_get.html", lianfa...)
	v.wants("a disk", v.send(), "从磁盘打开的网页", "!JIEKOU_ORIGINS")

	taking.Close()
	v.open(origin+"/lianfa/cst_info_get.html", lianfa...)
	v.wants("a server that is down", v.send(), "连不上 "+taking.URL, "!JIEKOU_ORIGINS")
}

package importer

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	verb      = `(?i:GET|POST|PUT|DELETE|PATCH)`
	methodURL = regexp.MustCompile(`(?:^|[^A-Za-z])(` + verb + `)\s*[:：]?\s*((?:https?://[^\s/]+)?/?[A-Za-z0-9_{}$.\-~:/@]*[A-Za-z0-9}][A-Za-z0-9_{}$.\-~:/@?=&]*)`)
	anURL     = regexp.MustCompile(`https?://[^\s/"'<>，。；）)]+(/[^\s"'<>，。；）)]*)`)
	aPath     = regexp.MustCompile(`(?:^|[\s:：-])((?:/[A-Za-z0-9_{}$.\-]+)+(?:\?[^\s]*)?)`)
	urlWord   = regexp.MustCompile(`(?i)请求(地址|url|路径|uri)|接口(地址|url|路径|uri)|调用(地址|url)|服务地址|访问(地址|路径)|\burl\b|\buri\b|链接|endpoint`)
	verbWord  = regexp.MustCompile(`(?i)请求(方式|方法|类型)|http\s*(方法|method|请求方式)|提交方式|\bmethod\b|调用方式|访问方式|传输方式`)
	aVerb     = regexp.MustCompile(`(?i)\b(GET|POST|PUT|DELETE|PATCH)\b`)
)

// endpoint is a method and a path, either of which may be missing.
type endpoint struct{ method, path string }

// endpointOf finds what a line says of a method and a path.
func endpointOf(line string) endpoint {
	line = norm.NFKC.String(line)
	line = strings.NewReplacer("`", "", "“", "", "”", "", "\"", "").Replace(line)
	if m := methodURL.FindStringSubmatch(line); m != nil && strings.Contains(m[2], "/") {
		return endpoint{strings.ToUpper(m[1]), cleanPath(m[2])}
	}
	e := endpoint{}
	if m := anURL.FindStringSubmatch(line); m != nil {
		e.path = cleanPath(m[1])
	} else if m := aPath.FindStringSubmatch(line); m != nil {
		e.path = cleanPath(m[1])
	}
	if m := aVerb.FindStringSubmatch(line); m != nil {
		e.method = strings.ToUpper(m[1])
	}
	return e
}

var host = regexp.MustCompile(`^https?://[^/]+`)

// cleanPath is a path without host and ends that are no part of it.
func cleanPath(p string) string {
	p = host.ReplaceAllString(p, "")
	return strings.TrimRight(p, ".,;:")
}

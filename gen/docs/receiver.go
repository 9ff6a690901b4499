package docs

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// receiver says where a notification goes that belongs to one app.
func receiver(b *strings.Builder, i *spec.Interface) {
	if i.To == nil {
		return
	}
	var given []string
	for _, x := range i.System.Interfaces {
		for _, f := range x.Giving(i) {
			given = append(given, interfaceLink(x)+"的`"+f.Path+"`")
		}
	}
	b.WriteString("\n只发给写入这条数据的应用")
	switch {
	case len(given) > 0:
		b.WriteString("，地址由" + strings.Join(given, "、") + "给出，没有给出时用订阅的地址")
	case i.To.URL != "":
		b.WriteString("，地址随数据给出，没有给出时用订阅的地址")
	}
	b.WriteString("。\n")
}

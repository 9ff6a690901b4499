// Package loadtest loads the small systems of test cases, which share a base and need
// not use all that it declares.
package loadtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// Systems is load.Systems without the findings about what nothing uses, and about values
// that may be taken.
func Systems(fsys fs.FS, root string) (*spec.Set, error) {
	set, findings, err := load.Draft(fsys, root)
	if err != nil {
		return nil, err
	}
	findings = slices.DeleteFunc(findings, func(f spec.Finding) bool { return slices.Contains([]string{"JK0438", "JK0705", "JK0706"}, f.ID) })
	if len(findings) > 0 {
		return nil, findings
	}
	return set, nil
}

// Archive loads the systems of a case of the generator, a file of txtar that stands on no
// base.
func Archive(file string) (*spec.Set, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "spec/") {
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return Systems(files, "spec")
}

// Vendor is a system with one interface under the protocol of a file, as those of the engine's
// tests, called like the file.
func Vendor(file string) (*spec.System, error) {
	raw, err := os.ReadFile(file) //nolint:gosec // a test's own
	if err != nil {
		return nil, err
	}
	var of struct {
		Protocol yaml.Node `yaml:"protocol"`
	}
	if err := yaml.Unmarshal(raw, &of); err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(map[string]any{"protocol": &of.Protocol})
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(file), ".yaml")
	folder := "spec/" + strings.ReplaceAll(name, "-", "")
	set, _, err := load.Draft(fstest.MapFS{
		folder + "/system.yaml": {Data: []byte("system: " + strings.ReplaceAll(name, "-", "") + "\ntitle: " + name + "\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" + string(text))},
		folder + "/errors.yaml": {Data: []byte("groups: []\nrules: {}\n")},
		folder + "/order/order_query.yaml": {Data: []byte("interface: order_query\ntitle: 查\nsection: \"1.1\"\nkind: query\nmethod: POST\npath: /order/query\n" +
			"request:\n  orderId: {type: string, length: 64, required: true, label: 单号}\n  说明: {type: string, length: 64, label: 文}\n" +
			"response:\n  orderId: {type: string, length: 64, required: true, label: 单号}\n  说明: {type: string, length: 64, label: 文}\nanswer: {handler: true}\n")},
	}, "spec")
	if err == nil && (len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1) {
		err = fmt.Errorf("%s cannot be read", name)
	}
	if err != nil {
		return nil, err
	}
	return set.Systems[0], nil
}

package tamper

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Profiled is the protocol of the apps that have a profile: its guards are further ones
// of every request, so that cases follow from them like from the others.
func Profiled(p *protocol.Protocol, name string) (*protocol.Protocol, error) {
	d := *p.Declaration()
	var names []string
	for _, one := range d.Profiles {
		if names = append(names, one.Name); one.Name == name && d.Request != nil {
			request := *d.Request
			request.Guards = slices.Concat(request.Guards, one.Guards)
			d.Request, d.Profile, d.Profiles = &request, "", nil
			return protocol.Compile(&d)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the protocol has no profiles")
	}
	return nil, fmt.Errorf("there is no profile %q: %s", name, strings.Join(names, ", "))
}

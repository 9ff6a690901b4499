package bind

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
)

// Path is where a client calls an interface, {field} in place of a field: what the protocol
// writes, where it writes a path, else what the document says.
func Path(p *protocol.Protocol, i *spec.Interface) string {
	if i.Kind == spec.Notify || !p.Call.HasPath() {
		return i.Path
	}
	return p.Call.Doors(i.Cmd, i.FrameName, "")[0].Path
}

// Package keyset makes the keys of an app ready for the steps of one protocol, and says
// which keys a side needs.
package keyset

import (
	"errors"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// ErrMissing is the error of a step whose key an edition does not have.
var ErrMissing = errors.New("the key is not there")

// Edition is one set of an app's keys; during a rotation there are two.
type Edition struct {
	Secrets  [][]byte     // by position among the keys of the protocol, nil: none
	Pairs    []*step.Pair // likewise
	Prepared []any        // by position among the steps that prepare a secret
	Errs     []error      // why one of these is not prepared
}

// Secrets are the texts of an app's keys by their names. Several texts of one name
// are editions of it: what is sent takes the first, what comes may be made with any.
// Texts at one place belong together; where a list is shorter, its last text stands
// for the rest. An empty text is a key that its edition does not have.
type Secrets map[string][]string

// Editions makes all editions ready. It refuses text that is no key of its kind.
func Editions(p *plan.Protocol, s Secrets) ([]Edition, error) {
	n := 1
	for _, k := range p.Keys {
		n = max(n, len(s[k.Name]))
	}
	var out []Edition
	for i := range n {
		e, err := edition(p, i, s)
		if err != nil {
			return nil, err
		}
		out = append(out, *e)
	}
	return out, nil
}

func edition(p *plan.Protocol, at int, s Secrets) (*Edition, error) {
	e := &Edition{Secrets: make([][]byte, len(p.Keys)), Pairs: make([]*step.Pair, len(p.Keys))}
	for i, k := range p.Keys {
		texts := s[k.Name]
		if len(texts) == 0 {
			continue
		}
		text := texts[min(at, len(texts)-1)]
		if text == "" {
			continue
		}
		var err error
		if step.IsPair(k.Kind) {
			e.Pairs[i], err = step.ParsePair(k.Kind, text)
		} else {
			e.Secrets[i], err = step.Secret(k.Kind, text)
		}
		if err != nil {
			return nil, fmt.Errorf("protocol: key %s: %w", k.Name, err)
		}
	}
	e.Prepared, e.Errs = make([]any, len(p.Preps)), make([]error, len(p.Preps))
	for i, one := range p.Preps {
		if e.Secrets[one.Key] == nil {
			e.Errs[i] = ErrMissing
			continue
		}
		if e.Prepared[i], e.Errs[i] = one.Do.Prepare(e.Secrets[one.Key]); e.Errs[i] != nil {
			return nil, fmt.Errorf("protocol: key %s: %s: %w", p.Keys[one.Key].Name, one.Do.Name, e.Errs[i])
		}
	}
	return e, nil
}

// Needs lists the keys that a side needs: the server, which admits calls and sends
// notifications, or the client.
func Needs(p *plan.Protocol, server bool) []key.Need {
	var out []key.Need
	for i, k := range p.Keys {
		d, steps := p.Demands[i]
		need := key.Need{Name: k.Name, Kind: k.Kind, System: k.System, Lengths: d.Lengths, Most: d.Most, Steps: steps}
		if !need.Pair() {
			out = append(out, need)
			continue
		}
		switch halves := p.Halves(i, server); {
		case halves[step.Private]: // it brings the public one
			need.Half = step.Private
		case halves[step.Public]:
			need.Half = step.Public
		default:
			continue
		}
		out = append(out, need)
	}
	return out
}

package notify

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// errBlocked is the error of an address that must not be called.
var errBlocked = errors.New("notify: the address is not public, and no allow list names it")

// guard validates addresses at dialling, so that it also covers names that resolve
// to other addresses over time, and redirects of any kind.
type guard struct {
	allow   []netip.Prefix
	special []netip.Prefix
}

// newGuard returns a guard that lets public addresses pass, and allow.
func newGuard(allow []netip.Prefix) *guard {
	g := &guard{allow: allow}
	for _, text := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		// IPv6: of 2000::/3, all else being refused below
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		g.special = append(g.special, netip.MustParsePrefix(text))
	}
	return g
}

// control is the Control of a net.Dialer.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !g.passes(to.Addr()) {
		return errBlocked
	}
	return nil
}

// passes reports whether an address may be called. Forms of IPv6 that hold an
// IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) do not pass.
func (g *guard) passes(a netip.Addr) bool {
	within := func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) }
	switch {
	case !a.IsValid():
		return false
	case slices.ContainsFunc(g.allow, within):
		return true
	case a.Is4In6(), a.Zone() != "", slices.ContainsFunc(g.special, within):
		return false
	}
	return a.Is4() || netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20}), 3).Contains(a)
}

// ParseAllow reads an allow list: addresses and CIDRs with commas or blanks
// between them.
func ParseAllow(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(one)
		if a, e := netip.ParseAddr(one); e == nil && a.Zone() == "" {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("notify: allow list: %q is no address and no CIDR such as 10.1.0.0/16", one)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

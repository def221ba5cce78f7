"""Which addresses of the internet a stranger's URL may lead to.

Source: the IANA special-purpose address registries (RFC 6890 and its updates). Written out,
because `ipaddress.is_global` differs between Python releases and lets the tunnels through: an
IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) leads where that one leads.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_CLOSED_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers; Alibaba's metadata
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # Azure's virtual platform: public by number, internal by use
        "169.254.0.0/16",  # link-local; the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_V6: Final = IPv6Network("2000::/3")
"""All that is global unicast. NAT64, mapped, local, link-local and multicast lie outside."""
_CLOSED_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols; Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
_ISATAP: Final = (0x00005EFE, 0x02005EFE)
"""The third quarter of an address whose last quarter is an IPv4 address. RFC 5214."""


def is_public(address: str) -> bool:
    """Whether it is a global unicast address of the internet, v4 or v6. False for no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if not isinstance(parsed, IPv6Address):
        return not any(parsed in network for network in _CLOSED_V4)
    if parsed not in _OPEN_V6 or any(parsed in network for network in _CLOSED_V6):
        return False
    return (int(parsed) >> 32) & 0xFFFFFFFF not in _ISATAP

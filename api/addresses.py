"""Where an exchange comes from, as far as that can be believed."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

UNKNOWN: Final = "unknown"
IPV6_PREFIX: Final = 64
"""One line to the internet has this many addresses to choose from; they count as one."""
_MAX_HOPS: Final = 20


def address_of(scope: Scope, trusted: Sequence[Network]) -> str:
    """The client's address: the peer's, or behind trusted proxies the last one that they do not own.

    Args:
        scope: The exchange.
        trusted: Networks of proxies whose X-Forwarded-For is believed.
    """
    client = scope.get("client")
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for") if trusted else b""
    return _address(client[0] if client else "", forwarded, tuple(trusted))


@lru_cache(maxsize=4_096)
def _address(peer: str, forwarded: bytes, trusted: tuple[Network, ...]) -> str:
    found = peer
    hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",")][-_MAX_HOPS:]
    while hops and _is_in(found, trusted):
        hop = hops.pop()
        if _parsed(hop) is None:
            break  # nobody can say who wrote that
        found = hop
    return _counted(found)


def _counted(text: str) -> str:
    address = _parsed(text)
    if address is None:
        return UNKNOWN
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    address = _parsed(text)
    return address is not None and any(address in network for network in networks)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None

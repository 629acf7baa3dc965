"""Where a language model may be asked: at the configured host alone, and never at an address of the inside by accident.

A name is looked up for every connection, every address it stands for is checked, and the connection goes to the very
address that was checked, so that a name which changes its mind between the two gains nothing (OWASP API7).
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from core.errors import ConfigurationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_METADATA: Final = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")))
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)


class AddressRefused(Exception):
    """The host stands for an address that must not be asked."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked base URL."""

    url: str
    host: str
    port: int
    allow_private: bool


def endpoint_of(base_url: str, *, allow_private: bool) -> Endpoint:
    """Check what the operator set.

    Args:
        base_url: `https://host[:port]/path`; plain http only with `allow_private`.
        allow_private: Loopback and private addresses may be asked too.

    Raises:
        ConfigurationError: It is no such URL; the text names the setting and what is allowed.
    """
    try:
        parts = urlsplit(base_url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError as error:
        raise _refused(f"is not a URL ({error})") from error
    if parts.scheme not in ({"https", "http"} if allow_private else {"https"}):
        raise _refused("must begin with https:// (http:// only with DMA_LLM_ALLOW_PRIVATE=true)")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise _refused("must hold no user, password, query or fragment")
    _require_host(host, allow_private=allow_private)
    return Endpoint(base_url.rstrip("/"), host, port or (443 if parts.scheme == "https" else 80), allow_private)


def _require_host(host: str, *, allow_private: bool) -> None:
    if (address := _literal(host)) is not None:
        if not is_allowed(address, allow_private=allow_private):
            raise _refused("names a private or reserved address (see DMA_LLM_ALLOW_PRIVATE)")
        return
    # What is no dotted quad but still a number to the C library: 2130706433, 0x7f.1, 127.1
    if not _HOST.fullmatch(host) or re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)", host.rsplit(".", 1)[-1]):
        raise _refused("must name a host by its name or by a whole IP address")


def is_allowed(address: Address, *, allow_private: bool) -> bool:
    """May this address be asked? Link-local ones, where clouds keep credentials, never; private ones on request."""
    inner = _inner(address)
    if inner in _METADATA or inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return False
    if inner.is_global:
        return True
    return allow_private and (inner.is_loopback or inner.is_private)


def resolve(host: str, port: int, *, allow_private: bool, seconds: float, look_up: "LookUp | None" = None) -> str:
    """The address to connect to.

    Raises:
        AddressRefused: One of the addresses of the host must not be asked; then none is.
        TimeoutError: Nobody said in time what the name stands for.
        OSError: The name stands for nothing.
    """
    found = _in_time(lambda: (look_up or _look_up)(host, port), seconds)
    if not found:
        raise OSError(f"{host} stands for no address")
    for text in found:
        if not is_allowed(ipaddress.ip_address(text.partition("%")[0]), allow_private=allow_private):
            raise AddressRefused(f"{host} stands for {text}, which is private or reserved")
    return found[0]


LookUp = Callable[[str, int], list[str]]


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _in_time(call: Callable[[], list[str]], seconds: float) -> list[str]:
    """The call's answer; name servers that do not answer hold nobody longer than this."""
    outcome: list[list[str] | BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=run, name="look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise TimeoutError("the name was not looked up in time")
    if isinstance(found := outcome[0], BaseException):
        raise found
    return found


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _refused(what: str) -> ConfigurationError:
    return ConfigurationError(f"DMA_LLM_BASE_URL {what}")

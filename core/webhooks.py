"""Which addresses may be told that a request has ended: those the operator lists, and no others.

An entry of the list is the beginning of a URL: scheme, host, port and, when it has one, the path, taken by whole
segments. `https` is required but for a host that is written as a loopback address, such as `http://127.0.0.1:9000`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

MAX_URL = 2000
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Address:
    """An allowed address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_loopback(self) -> bool:
        """Whether the host is written as a loopback address; a name never is one."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


class AllowedWebhooks:
    """The operator's list.

    Args:
        entries: Beginnings of URLs; none: nobody is ever told.

    Raises:
        ValueError: An entry is not one; the text says which and why.
    """

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self._allowed = tuple(_entry(one) for one in entries)

    def __bool__(self) -> bool:
        return bool(self._allowed)

    def check(self, url: str) -> Address:
        """The address of a URL that is allowed.

        Raises:
            ValueError: It is none, or not allowed; the text says what is.
        """
        address = address_of(url)
        if not any(_covers(allowed, address) for allowed in self._allowed):
            raise ValueError("must begin with an address that the operator of this installation allows")
        return address


def address_of(url: str) -> Address:
    """Take a URL apart.

    Raises:
        ValueError: It is not an absolute URL without user, password and fragment, or not safe to send to.
    """
    if len(url) > MAX_URL or any(character <= " " or character in "\x7f\\" for character in url):
        raise ValueError(f"must be a URL of at most {MAX_URL} characters, without blanks")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("must be a URL such as https://example.org/hook") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ValueError("must be a URL such as https://example.org/hook, without user, password and fragment")
    address = Address(parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme], _target(parts))
    if address.scheme != "https" and not address.is_loopback:
        raise ValueError("must be https, but for a loopback address")
    return address


def _entry(text: str) -> Address:
    try:
        return address_of(text.strip())
    except ValueError as error:
        raise ValueError(f"{text.strip()!r} {error}") from error


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    if "/.." in path or "/./" in path or "%2e" in path.lower() or "%2f" in path.lower():
        raise ValueError("must have a path without dots")
    return f"{path}?{parts.query}" if parts.query else path


def _covers(allowed: Address, asked: Address) -> bool:
    same = (allowed.scheme, allowed.host, allowed.port) == (asked.scheme, asked.host, asked.port)
    path = asked.path.partition("?")[0]
    return same and (path == allowed.path or path.startswith(allowed.path.rstrip("/") + "/"))

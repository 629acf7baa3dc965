"""Only the configured host may be asked, and no inside address by accident (OWASP API7)."""

import ipaddress
import threading

import pytest

from core.errors import ConfigurationError
from tests.support.stopwatch import Stopwatch
from workers.llm.address import AddressRefused, endpoint_of, is_allowed, resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/v1",
        "ftp://api.example.com",
        "https://user:pass@api.example.com/v1",
        "https://api.example.com/v1?api_base=http://evil",
        "https://api.example.com/v1#x",
        "https://",
        "https://api.example.com:99999/v1",
        "https://127.0.0.1/v1",
        "https://[::1]/v1",
        "https://[::ffff:127.0.0.1]/v1",
        "https://[64:ff9b::7f00:1]/v1",
        "https://10.0.0.7/v1",
        "https://169.254.169.254/latest",
        "https://2130706433/v1",
        "https://0x7f.1/v1",
        "https://0177.0.0.1/v1",
        "https://127.1/v1",
        "https://exa mple.com/v1",
        "https://ex\u0430mple.com/v1",
        "not a url",
    ],
)
def test_address_that_may_not_be_asked_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DMA_LLM_BASE_URL"):
        endpoint_of(url, allow_private=False)


def test_local_model_needs_to_be_allowed() -> None:
    endpoint = endpoint_of("http://127.0.0.1:8080/v1/", allow_private=True)

    assert ("http://127.0.0.1:8080/v1", "127.0.0.1", 8080) == (endpoint.url, endpoint.host, endpoint.port)


def test_public_address_needs_nothing() -> None:
    endpoint = endpoint_of("https://api.openai.com/v1", allow_private=False)

    assert ("api.openai.com", 443, False) == (endpoint.host, endpoint.port, endpoint.allow_private)


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.215.14", True, True),
        ("127.0.0.1", False, True),
        ("192.168.1.9", False, True),
        ("fd12::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
    ],
)
def test_addresses_are_judged_by_where_they_lead(address: str, *, public: bool, private: bool) -> None:
    found = ipaddress.ip_address(address)

    assert (public, private) == (is_allowed(found, allow_private=False), is_allowed(found, allow_private=True))


def test_name_with_one_inside_address_among_others_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        resolve("x.example", 443, allow_private=False, seconds=1, look_up=lambda *_: ["93.184.215.14", "10.0.0.1"])


def test_name_server_that_hangs_holds_nobody() -> None:
    never = threading.Event()

    with Stopwatch() as took, pytest.raises(TimeoutError):
        resolve("x.example", 443, allow_private=False, seconds=0.05, look_up=lambda *_: [str(never.wait(5))])

    never.set()
    assert took.seconds < 3


def test_name_that_stands_for_nothing_is_an_error() -> None:
    with pytest.raises(OSError, match="no address"):
        resolve("x.example", 443, allow_private=False, seconds=1, look_up=lambda *_: [])

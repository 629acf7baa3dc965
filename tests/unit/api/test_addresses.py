"""Where an exchange comes from, and whom to believe about it."""

from ipaddress import ip_network

import pytest

from api.addresses import address_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("192.0.2.7", [], (), "192.0.2.7"),
        ("192.0.2.7", [b"198.51.100.1"], (), "192.0.2.7"),
        ("192.0.2.7", [b"198.51.100.1"], PROXIES, "192.0.2.7"),
        ("10.0.0.1", [b"198.51.100.1"], PROXIES, "198.51.100.1"),
        ("10.0.0.1", [b"203.0.113.9, 198.51.100.1, 10.0.0.2"], PROXIES, "198.51.100.1"),
        ("10.0.0.1", [b"203.0.113.9", b"198.51.100.1"], PROXIES, "198.51.100.1"),
        ("10.0.0.1", [b"10.0.0.5"], PROXIES, "10.0.0.5"),
        ("10.0.0.1", [b"198.51.100.1, nonsense"], PROXIES, "10.0.0.1"),
        ("10.0.0.1", [b""], PROXIES, "10.0.0.1"),
        ("10.0.0.1", [b"," * 10_000], PROXIES, "10.0.0.1"),
        ("::1", [b"2001:db8:1:2:3:4:5:6"], PROXIES, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", [], (), "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", [], (), "192.0.2.7"),
        ("fe80::1%eth0", [], (), "fe80::/64"),
        ("/run/dma.sock", [], (), "unknown"),
        (None, [], PROXIES, "unknown"),
    ],
)
def test_an_address_is_the_peers_or_what_a_trusted_proxy_says(peer, forwarded, trusted, expected) -> None:
    headers = [(b"x-forwarded-for", value) for value in forwarded]
    scope = {"client": (peer, 1) if peer else None, "headers": headers}
    assert expected == address_of(scope, trusted)

"""Which addresses may be told of an end."""

import pytest

from core.webhooks import AllowedWebhooks

ALLOWED = AllowedWebhooks(["https://hooks.example.org/dma", "https://other.example.org:8443", "http://127.0.0.1:9000"])


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/dma",
        "https://hooks.example.org/dma/party?table=3",
        "https://HOOKS.example.org:443/dma/x",
        "https://other.example.org:8443/anything",
        "http://127.0.0.1:9000/hook",
    ],
)
def test_what_begins_as_the_operator_allows_is_allowed(url: str) -> None:
    assert ALLOWED.check(url).host


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/dmabc",
        "https://hooks.example.org/dma/../admin",
        "https://hooks.example.org/dma/%2e%2e/admin",
        "https://hooks.example.org.evil.net/dma",
        "https://hooks.example.org:444/dma",
        "https://hooks.example.org@evil.net/dma",
        "https://evil.net/#https://hooks.example.org/dma",
        "https://evil.net\\@hooks.example.org/dma",
        "http://hooks.example.org/dma",
        "http://127.0.0.1:9001/hook",
        "http://localhost:9000/hook",
        "https://other.example.org/anything",
        "https://other.example.org:8443/a b",
        "https://other.example.org:99999/",
        "file:///etc/passwd",
        "//hooks.example.org/dma",
        "hooks",
        "https://other.example.org:8443/" + "x" * 2000,
    ],
)
def test_everything_else_is_refused_with_what_would_be_allowed(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        ALLOWED.check(url)


@pytest.mark.parametrize("entry", ["http://hooks.example.org", "hooks.example.org", "https://user@example.org"])
def test_a_list_that_would_not_be_safe_is_refused_whole(entry: str) -> None:
    with pytest.raises(ValueError, match="must"):
        AllowedWebhooks([entry])


def test_without_a_list_nothing_is_allowed() -> None:
    assert not AllowedWebhooks()
    with pytest.raises(ValueError, match="operator"):
        AllowedWebhooks().check("https://hooks.example.org/dma")

"""What about the settings is not safe enough to start with, unless on a DM's own machine (there it is a warning)."""

import ipaddress
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from core.settings import Settings

SHORTEST_KEY: Final = 32
FEWEST_CHARACTERS: Final = 10
"""Different ones in a secret key; 32 random hexadecimal digits have fewer than ten once in ten thousand times."""
PUBLISHED: Final = frozenset(
    {"local_development_key", "dev_local_token_123", "changeme", "change-me", "secret", "password", "postgres", "dma",
     "admin", "root", "test", "redis", "example", "dma_password", "dmapassword"}
)  # fmt: skip
"""What stands in documents and examples, and is tried first."""
_OTHER_PROOFS: Final = frozenset({"passfile", "service", "sslcert", "password"})
"""Parameters of a database URL that prove the user in another way than by the password before the @."""


def faults_of(settings: "Settings") -> Iterator[str]:
    """Each fault as a sentence that names the variable and what is allowed; never the value."""
    yield from _faults_of_key(settings.secret_key)
    if settings.dev_token is not None:
        yield "DEV_TOKEN is for DMA_ENVIRONMENT=local only; unset it"
    if not settings.auth_enabled:
        yield "AUTH_ENABLED=false is for DMA_ENVIRONMENT=local only; unset it"
    yield from _faults_of_database(settings.database_url)
    yield from _faults_of_redis(settings.redis_url)


def faults_of_local(settings: "Settings") -> Iterator[str]:
    """What a local start should be told of: the same, but for what makes it a local one."""
    # Secrets that were made here are good; a token of one's own choice is somebody's to guess.
    yield from _faults_of_key(settings.secret_key)
    if settings.dev_token is not None and _is_published(settings.dev_token):
        yield "DEV_TOKEN is one that stands in a document; unset it, and a random one is made"
    yield from _faults_of_database(settings.database_url)
    yield from _faults_of_redis(settings.redis_url)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches this name or address; a path is a socket of this machine."""
    if host in {"", "localhost"} or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _faults_of_key(key: SecretStr | None) -> Iterator[str]:
    text = key.get_secret_value() if key else ""
    if len(text) < SHORTEST_KEY:
        yield f"SECRET_KEY must be set to at least {SHORTEST_KEY} random characters outside local mode"
    elif len(set(text)) < FEWEST_CHARACTERS or any(word in text.lower() for word in ("local_development", "changeme")):
        yield "SECRET_KEY is no random text; make one with: openssl rand -hex 32"


def _faults_of_database(url: SecretStr | None) -> Iterator[str]:
    if url is None:
        return
    parts = urlsplit(url.get_secret_value())
    if parts.password and unquote(parts.password).lower() in PUBLISHED:
        yield "DATABASE_URL has a password that stands in documents; choose a random one"
    proofs = _OTHER_PROOFS & set(parse_qs(parts.query))
    has_proof = parts.password or proofs or os.environ.get("PGPASSWORD") or os.environ.get("PGPASSFILE")
    if not has_proof and not is_loopback(parts.hostname or ""):
        yield "DATABASE_URL has no password; a server on another machine needs one"


def _faults_of_redis(url: SecretStr | None) -> Iterator[str]:
    if url is None:
        return
    parts = urlsplit(url.get_secret_value())
    if parts.scheme == "unix":
        return
    if parts.password and unquote(parts.password).lower() in PUBLISHED:
        yield "REDIS_URL has a password that stands in documents; choose a random one"
    if not parts.password and "password" not in parse_qs(parts.query) and not is_loopback(parts.hostname or ""):
        yield "REDIS_URL has no password; a server on another machine needs one"


def _is_published(secret: SecretStr) -> bool:
    return secret.get_secret_value().lower() in PUBLISHED

"""Where settings come from, and what is refused."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.settings import Environment, kept_secret, load_settings
from core.start_checks import faults_of_local

STRONG = "0123456789abcdef" * 3
STAGED = {"DMA_ENVIRONMENT": "staging", "SECRET_KEY": STRONG}


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the repository and no variable of the caller's shell."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEV_TOKEN", "AUTH_ENABLED", "DMA_ENVIRONMENT", "DMA_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_a_laptop_needs_nothing_set() -> None:
    settings = load_settings()

    assert Environment.LOCAL is settings.environment
    assert settings.uses_embedded_postgres
    assert settings.uses_embedded_redis
    assert len(settings.secret_key.get_secret_value()) >= 43


def test_secrets_are_made_once_and_readable_by_their_owner_only() -> None:
    first, second = load_settings(), load_settings()

    assert first.secret_key == second.secret_key
    assert first.dev_token != first.secret_key
    for name in ("secret_key", "dev_token"):
        assert 0o600 == stat.S_IMODE((first.home / name).stat().st_mode)
    assert 0o700 == stat.S_IMODE(first.home.stat().st_mode)


def test_processes_that_start_at_once_agree_on_a_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as starts:
        secrets = set(starts.map(lambda _: kept_secret(tmp_path / "home" / "secret_key"), range(64)))

    assert 1 == len(secrets)
    assert ["secret_key"] == [path.name for path in (tmp_path / "home").iterdir()]


def test_the_environment_wins_over_env_and_env_over_env_local(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env.local").write_text("DMA_POOL_THREADS=1\nDMA_PORT=1111\nDEV_TOKEN=dev_local_token_123\n")
    Path(".env").write_text("DMA_POOL_THREADS=2\nDMA_PORT=2222\n")
    monkeypatch.setenv("DMA_PORT", "3333")

    settings = load_settings()

    assert (2, 3333, "dev_local_token_123") == (
        settings.pool_threads,
        settings.port,
        settings.dev_token.get_secret_value(),
    )


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DMA_PORT": "many"}, "port"),
        ({"DMA_PORT": "70000"}, "port"),
        ({"DMA_ENVIRONMENT": "moon"}, "environment"),
        ({"DMA_ENVIRONMENT": "production"}, "SECRET_KEY"),
        ({"DMA_ENVIRONMENT": "production", "SECRET_KEY": "local_development_key"}, "SECRET_KEY"),
        ({"DMA_ENVIRONMENT": "production", "SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"DMA_ENVIRONMENT": "production", "SECRET_KEY": "Changeme" + STRONG}, "SECRET_KEY"),
        (STAGED | {"DATABASE_URL": "postgresql://dma:postgres@db/dma"}, "DATABASE_URL has a password that stands"),
        (STAGED | {"DATABASE_URL": "postgresql://dma@db/dma"}, "DATABASE_URL has no password"),
        (STAGED | {"REDIS_URL": "redis://cache:6379/0"}, "REDIS_URL has no password"),
        (STAGED | {"REDIS_URL": "redis://:changeme@cache:6379/0"}, "REDIS_URL has a password that stands"),
        ({"DMA_HOST": "0.0.0.0"}, "DMA_PUBLISHED_ON_LOOPBACK"),
        ({"DMA_HOST": "0.0.0.0", "AUTH_ENABLED": "false"}, "DMA_HOST"),
        ({"DMA_TRUSTED_PROXIES": "10.0.0.0/8, somewhere"}, "trusted_proxies"),
        ({"DMA_RATE_LIMIT_PER_MINUTE": "0"}, "rate_limit_per_minute"),
        ({"DMA_ENVIRONMENT": "staging", "SECRET_KEY": STRONG, "DEV_TOKEN": "x"}, "DEV_TOKEN"),
        ({"DMA_ENVIRONMENT": "staging", "SECRET_KEY": STRONG, "AUTH_ENABLED": "false"}, "AUTH_ENABLED"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=named):
        load_settings()


def test_production_starts_with_a_strong_key_and_writes_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DMA_ENVIRONMENT", "production")
    monkeypatch.setenv("SECRET_KEY", STRONG)

    settings = load_settings()

    assert settings.dev_token is None
    assert not settings.home.exists()


@pytest.mark.parametrize(
    "variables",
    [
        STAGED,
        STAGED | {"DATABASE_URL": "postgresql://dma:8f3b0c@db/dma", "REDIS_URL": "rediss://:77aa0f@cache/0"},
        STAGED | {"DATABASE_URL": "postgresql://dma@127.0.0.1/dma", "REDIS_URL": "redis://[::1]:6379/0"},
        STAGED | {"DATABASE_URL": "postgresql:///dma?host=/run/postgresql", "REDIS_URL": "unix:///run/redis.sock"},
        STAGED | {"DATABASE_URL": "postgresql://dma@db/dma?sslcert=/run/client.pem"},
        STAGED | {"DMA_HOST": "0.0.0.0"},
        {"DMA_HOST": "0.0.0.0", "DMA_PUBLISHED_ON_LOOPBACK": "true"},
        {"DMA_HOST": "localhost", "AUTH_ENABLED": "false", "SECRET_KEY": "local_development_key"},
    ],
)
def test_what_is_safe_starts(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    load_settings()


def test_limits_are_out_of_reach_locally_and_modest_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    local = load_settings()
    for name, value in (
        STAGED | {"DMA_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "DMA_ALLOWED_HOSTS": "DMA.example"}
    ).items():
        monkeypatch.setenv(name, value)
    staged = load_settings()

    assert (6_000_000, 30_000_000, 1_000) == (
        local.calls_per_minute,
        local.calls_per_minute_of_address,
        local.streams_allowed,
    )
    assert (1_200, 6_000, 20) == (staged.calls_per_minute, staged.calls_per_minute_of_address, staged.streams_allowed)
    assert (("10.0.0.0/8", "::1/128"), ("dma.example",)) == (tuple(map(str, staged.proxies)), staged.host_names)


def test_a_local_start_is_told_of_what_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [] == list(faults_of_local(load_settings()))
    for name, value in {
        "SECRET_KEY": "local_development_key",
        "DEV_TOKEN": "dev_local_token_123",
        "DATABASE_URL": "postgresql://dma:password@db/dma",
        "REDIS_URL": "redis://cache",
    }.items():
        monkeypatch.setenv(name, value)
    told = list(faults_of_local(load_settings()))
    assert ["SECRET_KEY", "DEV_TOKEN", "DATABASE_URL", "REDIS_URL"] == [line.split()[0] for line in told]
    assert not [line for line in told if "dev_local_token_123" in line or "local_development_key" in line]

"""Settings: read from the environment, then `.env`, then `.env.local`, then the defaults here.

Importing this module reads nothing; `load_settings()` does, and only `main.py` files and `create_app` call it. On a
local start without `SECRET_KEY` or `DEV_TOKEN`, random ones are made once and kept in `DMA_HOME`, readable by their
owner only.
"""

import secrets
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigurationError
from core.start_checks import faults_of, is_loopback
from core.webhooks import AllowedWebhooks

VERSION = "2.0.0"
"""The version of the application, as every metric and trace carries it (R65)."""

DEFAULT_CAMPAIGN_ID = "00000000-0000-4000-8000-000000000001"
"""The campaign that a first local start creates."""


class Environment(StrEnum):
    """Where this installation runs; anything but local refuses insecure settings."""

    LOCAL = "local"
    STAGING = "staging"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything that can be set from outside. The user's own names have no prefix; ours begin with DMA_."""

    model_config = SettingsConfigDict(
        env_file=(".env.local", ".env"), env_prefix="DMA_", extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: Annotated[SecretStr | None, Field(validation_alias=AliasChoices("DATABASE_URL", "database_url"))] = (
        None
    )
    redis_url: Annotated[SecretStr | None, Field(validation_alias=AliasChoices("REDIS_URL", "redis_url"))] = None
    auth_enabled: Annotated[bool, Field(validation_alias=AliasChoices("AUTH_ENABLED", "auth_enabled"))] = True
    dev_token: Annotated[SecretStr | None, Field(validation_alias=AliasChoices("DEV_TOKEN", "dev_token"))] = None
    secret_key: Annotated[SecretStr | None, Field(validation_alias=AliasChoices("SECRET_KEY", "secret_key"))] = None

    home: Path = Path(".dma")
    environment: Environment = Environment.LOCAL
    host: str = "127.0.0.1"
    port: Annotated[int | None, Field(ge=0, le=65535)] = None
    """None: 8000, or the next free port when 8000 is taken. A port that is set is used or refused."""

    published_on_loopback: bool = False
    """That a container's port is published on 127.0.0.1 only, so that a local start may listen everywhere inside."""

    log_level: str = "INFO"
    log_format: Annotated[str, Field(pattern="^(json|console)$")] = "json"
    log_prompts: bool = False
    """Whether logs tell what people wrote; else its length and a hash."""
    log_files: bool | None = None
    """Whether each process keeps its lines in a file under DMA_HOME/logs; None: on a local start."""
    otlp_endpoint: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint"), pattern=r"^(https?://\S+)?$"
        ),
    ] = None
    """Where spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318; None: nothing is traced."""
    pool_threads: Annotated[int, Field(ge=1, le=64)] = 4
    """Threads of each worker pool's process; the World Designer has twice as many."""
    embedding_model: Path | None = None
    """A folder with a sentence-transformers model of 384 dimensions, instead of the packaged one."""
    vector_index_above: Annotated[int, Field(ge=1)] = 50_000
    """Entities in a campaign from which on it gets a vector index of its own."""
    intent_model: Path | None = None
    """A directory with a transformers text-classification model that says what prompts ask for; None: the shipped."""
    openai_api_key: Annotated[
        SecretStr | None, Field(validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"))
    ] = None
    """Alone it switches nothing on: many shells have one."""
    llm_model: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """The model that words the World Designer's prose; None: no model is asked."""
    llm_base_url: Annotated[str, Field(max_length=500)] = "https://api.openai.com/v1"
    llm_allow_private: bool = False
    """Lets the address above be a private one, or plain http: for a model on this machine or in this network."""
    llm_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    """How long one step waits for the model at most, retries included."""
    llm_concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    """Calls at once of one process; fewer than `pool_threads`, so that a hanging model leaves threads to others."""
    llm_tokens_per_day: Annotated[int, Field(ge=0)] = 200_000
    """Of the whole installation, by UTC days."""
    llm_tokens_per_campaign: Annotated[int, Field(ge=0)] = 50_000
    """Of one campaign, by UTC days."""
    llm_breaker_failures: Annotated[int, Field(ge=1)] = 5
    llm_breaker_seconds: Annotated[float, Field(gt=0)] = 60.0
    rate_limit_per_minute: Annotated[int | None, Field(ge=1, le=1_000_000_000)] = None
    """Tokens a minute for each principal (api/rate_costs.py: what calls cost). None: 1200, on a local start 6000000."""
    rate_limit_per_minute_per_address: Annotated[int | None, Field(ge=1, le=1_000_000_000)] = None
    """Exchanges a minute for each address. None: five times the principal's."""
    streams_per_principal: Annotated[int | None, Field(ge=1, le=100_000)] = None
    """Answers that go on for long, open at a time, in one API process. None: 20, on a local start 1000."""
    trusted_proxies: str = ""
    """Addresses and networks, with commas between, of proxies whose X-Forwarded-For is believed."""
    allowed_hosts: str = ""
    """Names, with commas between, that the Host header may hold. Locally beside localhost; else empty means any."""
    webhook_allow: str = ""
    """Beginnings of the URLs that may be told of a request's end, with commas between; empty: nobody is told."""
    webhook_secret: SecretStr | None = None
    """Signs what they are told; at least 32 characters, or `whsec_` and Base64."""
    strict_http_preconditions: Annotated[
        bool, Field(validation_alias=AliasChoices("STRICT_HTTP_PRECONDITIONS", "strict_http_preconditions"))
    ] = False
    """412 instead of 409 for a stale If-Match (C16)."""

    @property
    def allowed_webhooks(self) -> AllowedWebhooks:
        """The list, read; `load_settings` has checked it."""
        return AllowedWebhooks([one for one in self.webhook_allow.split(",") if one.strip()])

    @property
    def is_local(self) -> bool:
        """True on a DM's own machine."""
        return self.environment is Environment.LOCAL

    @property
    def log_folder(self) -> Path | None:
        """Where lines of the log and spans are kept, for the story of a request; None: nowhere."""
        keeps = self.is_local if self.log_files is None else self.log_files
        return self.home / "logs" if keeps else None

    @property
    def calls_per_minute(self) -> int:
        """Tokens a minute for each principal."""
        return self.rate_limit_per_minute or (6_000_000 if self.is_local else 1_200)

    @property
    def calls_per_minute_of_address(self) -> int:
        """Tokens a minute for each address."""
        return self.rate_limit_per_minute_per_address or min(1_000_000_000, 5 * self.calls_per_minute)

    @property
    def streams_allowed(self) -> int:
        """Open streams of one principal."""
        return self.streams_per_principal or (1_000 if self.is_local else 20)

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted proxies."""
        return tuple(ip_network(part, strict=False) for part in _parts(self.trusted_proxies))

    @property
    def host_names(self) -> tuple[str, ...]:
        """The allowed hosts, in small letters."""
        return tuple(part.lower() for part in _parts(self.allowed_hosts))

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in _parts(value):
            ip_network(part, strict=False)  # a ValueError tells what is wrong
        return value

    @property
    def uses_embedded_postgres(self) -> bool:
        """True when no DATABASE_URL was given."""
        return self.database_url is None

    @property
    def uses_embedded_redis(self) -> bool:
        """True when no REDIS_URL was given."""
        return self.redis_url is None


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def load_settings(**overrides: object) -> Settings:
    """Read the settings, completing a local installation's secrets from DMA_HOME.

    Raises:
        ConfigurationError: A value is not allowed, or a secret is missing outside local mode; the text names the
            variable and what is allowed.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ConfigurationError(f"a setting is not allowed: {lines}") from error
    settings = settings.model_copy(update={"home": settings.home.expanduser().absolute()})
    _check_webhooks(settings)
    if not settings.is_local:
        if faults := list(faults_of(settings)):
            raise ConfigurationError("; ".join(faults))
        return settings
    if not (is_loopback(settings.host) or settings.published_on_loopback):
        raise ConfigurationError(
            "DMA_HOST must be an address of this machine alone, such as 127.0.0.1, with DMA_ENVIRONMENT=local, whose "
            "DEV_TOKEN lets everybody in who has it; in a container whose port is published on 127.0.0.1 only, say so "
            "with DMA_PUBLISHED_ON_LOOPBACK=true"
        )
    made = {
        name: SecretStr(kept_secret(settings.home / name))
        for name in ("secret_key", "dev_token")
        if getattr(settings, name) is None
    }
    return settings.model_copy(update=made)


def _check_webhooks(settings: Settings) -> None:
    try:
        allowed = settings.allowed_webhooks
    except ValueError as error:
        raise ConfigurationError(f"DMA_WEBHOOK_ALLOW: {error}") from error
    if allowed and (settings.webhook_secret is None or len(settings.webhook_secret.get_secret_value()) < 32):
        raise ConfigurationError("DMA_WEBHOOK_SECRET must have at least 32 characters when DMA_WEBHOOK_ALLOW is set")


def kept_secret(path: Path) -> str:
    """Return the secret in this file, making the file (mode 0600) with 256 random bits on the first call.

    Several processes may start at once: the one whose link succeeds wins, and all read the same file.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(32) + "\n")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return path.read_text().strip()

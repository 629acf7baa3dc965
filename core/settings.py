"""Settings: read from the environment, then `.env`, then `.env.local`, then the defaults here.

Importing this module reads nothing; `load_settings()` does, and only `main.py` files and `create_app` call it. On a
local start without `SECRET_KEY` or `DEV_TOKEN`, random ones are made once and kept in `DMA_HOME`, readable by their
owner only.
"""

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigurationError
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

    log_level: str = "INFO"
    log_format: Annotated[str, Field(pattern="^(json|console)$")] = "json"
    pool_threads: Annotated[int, Field(ge=1, le=64)] = 4
    """Threads of each worker pool's process."""
    embedding_model: Path | None = None
    """A folder with a sentence-transformers model of 384 dimensions, instead of the packaged one."""
    vector_index_above: Annotated[int, Field(ge=1)] = 50_000
    """Entities in a campaign from which on it gets a vector index of its own."""
    intent_model: Path | None = None
    """A directory with a transformers text-classification model that says what prompts ask for; None: the shipped."""
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
    def uses_embedded_postgres(self) -> bool:
        """True when no DATABASE_URL was given."""
        return self.database_url is None

    @property
    def uses_embedded_redis(self) -> bool:
        """True when no REDIS_URL was given."""
        return self.redis_url is None


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
        if settings.secret_key is None or len(settings.secret_key.get_secret_value()) < 32:
            raise ConfigurationError("SECRET_KEY must be set to at least 32 random characters outside local mode")
        if settings.dev_token is not None:
            raise ConfigurationError("DEV_TOKEN is for DMA_ENVIRONMENT=local only; unset it")
        if not settings.auth_enabled:
            raise ConfigurationError("AUTH_ENABLED=false is for DMA_ENVIRONMENT=local only; unset it")
        return settings
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

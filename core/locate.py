"""Where Postgres and Redis are: what the settings say, else what the services process of this home announces.

Order of events: the services process locks `services.lock` and writes a fresh nonce into it; when both servers answer
and the schema is current it writes `services.json` with the same nonce. Readers believe the file only while the lock is
held and the nonces agree, so what an earlier run left behind is never used.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from core.errors import ConfigurationError, DependencyUnavailable
from core.locks import is_held, lock_facts
from core.settings import Settings

POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Both URLs, passwords included; they stay out of `repr`, and so out of logs."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What `services.json` holds (mode 0600)."""

    nonce: str
    pid: int
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)

    def to_json(self) -> str:
        """The text of the file."""
        return json.dumps(asdict(self), indent=2) + "\n"


def services_lock_path(home: Path) -> Path:
    """The lock that the services process of this home holds while it lives."""
    return home / "services.lock"


def announcement_path(home: Path) -> Path:
    """Where the services process announces both URLs."""
    return home / "services.json"


def service_urls(settings: Settings, *, wait_seconds: float = 60.0) -> ServiceUrls:
    """Find both servers, waiting for embedded ones to come up; blocks, so async callers use a thread.

    Args:
        settings: `database_url` and `redis_url` win where they are set; `home` says whose services to wait for.
        wait_seconds: How long the services process may take.

    Raises:
        ConfigurationError: The home belongs to somebody else.
        DependencyUnavailable: Nothing was announced in time.
    """
    database_url, redis_url = settings.database_url, settings.redis_url
    if database_url is not None and redis_url is not None:
        return ServiceUrls(database_url.get_secret_value(), redis_url.get_secret_value())
    announced = _await_announcement(settings.home, wait_seconds)
    return ServiceUrls(
        announced.database_url if database_url is None else database_url.get_secret_value(),
        announced.redis_url if redis_url is None else redis_url.get_secret_value(),
    )


def read_announcement(home: Path) -> Announcement | None:
    """What the living services process of this home announces; None before it does or when there is none.

    Raises:
        ConfigurationError: The file cannot be read by this user.
    """
    lock = services_lock_path(home)
    try:
        announced = Announcement(**json.loads(announcement_path(home).read_text()))
        is_current = announced.nonce == lock_facts(lock).get("nonce") and is_held(lock)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    except PermissionError as error:
        raise ConfigurationError(
            f"{announcement_path(home)} belongs to another user: run DMA as that user, or set DMA_HOME"
        ) from error
    return announced if is_current else None


def _await_announcement(home: Path, wait_seconds: float) -> Announcement:
    deadline = time.monotonic() + wait_seconds
    while True:
        if (announced := read_announcement(home)) is not None:
            return announced
        if time.monotonic() >= deadline:
            raise DependencyUnavailable(_why_not(home, wait_seconds))
        time.sleep(POLL_SECONDS)


def _why_not(home: Path, wait_seconds: float) -> str:
    if is_held(services_lock_path(home)):
        return (
            f"the services process of {home} did not bring up Postgres and Valkey within {wait_seconds:g} s; "
            f"its output and {home / 'logs'} say why"
        )
    return (
        f"no services process runs over {home} (waited {wait_seconds:g} s): start everything with `make run`, "
        "or set DATABASE_URL and REDIS_URL"
    )

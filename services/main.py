"""The services process of the Procfile: `python -m services.main`.

Order of a start: lock the home, start what no setting replaces, bring the schema up to date, make the first campaign,
announce both URLs (`core.locate` reads them), then watch. Order of a stop: wait until the other processes of this home
have ended, so that none loses its server while it finishes, then stop Postgres and Valkey.
"""

import os
import secrets
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final
from uuid import UUID

import redis

from core.errors import EXIT_CONFIGURATION, DependencyUnavailable, DmaError, NotFound
from core.locate import Announcement, announcement_path, services_lock_path
from core.locks import HeldLock, is_held, lock_holder
from core.readiness import tell_ready
from core.settings import DEFAULT_CAMPAIGN_ID, Settings, load_settings
from services.backoff import Backoff
from services.errors import ServerDidNotStart
from services.postgres import EmbeddedPostgres
from services.server import EmbeddedServer
from services.terminal import say
from services.valkey import EmbeddedValkey
from store.campaigns import ensure_campaign
from store.database import Database
from store.migrate import migrate

POLL_SECONDS: Final = 0.2
OTHERS_SECONDS: Final = 4.1
"""How long a stop waits for the other processes; their supervisors kill them after 4 s."""
EXTERNAL_SECONDS: Final = 30.0
FIRST_CAMPAIGN: Final = "My campaign"
FIRST_OWNER: Final = "user:dm"


@dataclass(slots=True)
class Watched:
    """One embedded server, and when it may be started again."""

    server: EmbeddedServer
    backoff: Backoff = field(default_factory=Backoff)
    start_at: float | None = None


class Services:
    """Runs the embedded servers of one home until told to stop.

    Args:
        settings: DATABASE_URL and REDIS_URL each replace an embedded server.
        nonce: What the lock file of this run carries.
    """

    def __init__(self, settings: Settings, nonce: str) -> None:
        self._settings = settings
        self._nonce = nonce
        self._stopping = False
        limits = {"max_connections": str(connections_needed(settings.pool_threads))}
        self._postgres = EmbeddedPostgres(settings.home, settings=limits) if settings.uses_embedded_postgres else None
        self._valkey = EmbeddedValkey(settings.home) if settings.uses_embedded_redis else None
        self._watched = [Watched(server) for server in (self._postgres, self._valkey) if server is not None]

    def run(self) -> None:
        """Start, announce, watch until SIGTERM or SIGINT, stop.

        Raises:
            DmaError: A start failed; `retryable` says whether another try can help.
        """
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, self._note_stop)
        announcement_path(self._settings.home).unlink(missing_ok=True)
        try:
            self._start_all()
            if not self._stopping:
                self._prepare_database()
                self._announce()
                tell_ready()
            while not self._stopping:
                self._restart_the_fallen()
                time.sleep(POLL_SECONDS)
            await_others(self._settings.home, seconds=OTHERS_SECONDS)
        finally:
            for watched in self._watched:
                watched.server.stop()

    def _start_all(self) -> None:
        for watched in self._watched:
            if not self._stopping:
                self._start(watched)
        if self._settings.redis_url is not None:
            require_redis(self._settings.redis_url.get_secret_value(), seconds=EXTERNAL_SECONDS)

    def _start(self, watched: Watched) -> None:
        watched.backoff.started()
        watched.server.start()
        watched.backoff.worked()
        say(watched.server.describe())

    def _prepare_database(self) -> None:
        migrate(self._database_url())
        if self._settings.is_local:
            create_first_campaign(self._database_url())

    def _announce(self) -> None:
        announced = Announcement(self._nonce, os.getpid(), self._database_url(), self._redis_url())
        path = announcement_path(self._settings.home)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(announced.to_json())
        draft.replace(path)

    def _restart_the_fallen(self) -> None:
        for watched in self._watched:
            if not watched.server.is_running:
                self._restart(watched)

    def _restart(self, watched: Watched) -> None:
        now = time.monotonic()
        if watched.start_at is None:
            seconds = watched.backoff.ended()
            watched.start_at = now + seconds
            say(f"{watched.server.title} has ended; it is started again in {seconds:g} s")
        if now < watched.start_at:
            return
        watched.start_at = None
        try:
            self._start(watched)
        except ServerDidNotStart as error:
            say(str(error))

    def _database_url(self) -> str:
        if self._postgres is not None:
            return self._postgres.url()
        assert self._settings.database_url is not None  # noqa: S101 - else there is an embedded one
        return self._settings.database_url.get_secret_value()

    def _redis_url(self) -> str:
        if self._valkey is not None:
            return self._valkey.url
        assert self._settings.redis_url is not None  # noqa: S101 - else there is an embedded one
        return self._settings.redis_url.get_secret_value()

    def _note_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True


def connections_needed(pool_threads: int) -> int:
    """How many connections the processes of the Procfile can hold open, with some to spare for a person with psql.

    Each of the four pools holds two more than it has threads, and the World Designer has twice as many threads. The API
    and the services take about a dozen.
    """
    return max(60, 5 * pool_threads + 4 * 2 + 30)


def create_first_campaign(database_url: str) -> None:
    """Make the campaign that a first local start comes with; one that exists is left as it is."""
    database = Database(database_url, application_name="dma-services", max_size=1)
    database.open()
    try:
        with database.transaction() as tx:
            ensure_campaign(tx, UUID(DEFAULT_CAMPAIGN_ID), FIRST_CAMPAIGN, FIRST_OWNER)
    except NotFound:
        say(f"the campaign {DEFAULT_CAMPAIGN_ID} belongs to somebody else, and stays so")
    finally:
        database.close()


def require_redis(url: str, *, seconds: float) -> None:
    """Wait until the server of REDIS_URL answers; other URLs than of one server are the bus's to judge.

    Raises:
        DependencyUnavailable: It did not answer in time.
    """
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
        while True:
            try:
                client.ping()
            except redis.RedisError as error:
                if time.monotonic() >= deadline:
                    raise DependencyUnavailable(f"the server of REDIS_URL does not answer: {error}") from error
                time.sleep(POLL_SECONDS)
            else:
                return


def await_others(home: Path, *, seconds: float) -> None:
    """Wait until no other supervised process of this home is left, at most this long."""
    deadline = time.monotonic() + seconds
    ours = os.getppid()
    while time.monotonic() < deadline:
        locks = (home / "run").glob("*.lock")
        if not any(is_held(lock) and lock_holder(lock) != ours for lock in locks):
            return
        time.sleep(0.1)


def main() -> int:
    """Run the services of the settings; returns the exit status, 78 when another try cannot help."""
    nonce = secrets.token_hex(16)
    try:
        settings = load_settings()
        with HeldLock(services_lock_path(settings.home), what=f"the home {settings.home}", facts={"nonce": nonce}):
            Services(settings, nonce).run()
    except DmaError as error:
        say(str(error))
        return 1 if error.retryable else EXIT_CONFIGURATION
    return 0


if __name__ == "__main__":
    sys.exit(main())

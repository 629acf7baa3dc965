"""Bring a backup into an empty installation: `python -m services.restore FILE` (`make restore FILE=...`).

Nothing else may run over it. Embedded servers are started for it and stopped again. Order of events: look at the file,
look whether the installation is empty, load the database, raise its schema to this version's, put the dead letters
back. What was unfinished is published again by the sweeper at the next start, or ends as timed out when its deadline
has passed.
"""

import base64
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from dramatiq.errors import BrokerError

from contracts.queues import Queue
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.locate import ServiceUrls, services_lock_path
from core.locks import HeldLock
from core.settings import Settings, load_settings
from orchestrator.broker import build_broker
from services.archive import DUMP, STANDARD, read_letters, read_manifest, run, run_on, unpacked
from services.errors import BackupUnusable, NotEmpty
from services.postgres import EmbeddedPostgres
from services.valkey import EmbeddedValkey
from store.migrate import migrate, read_schema

_OTHERS: Final = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database() AND "
_ARE_OURS: Final = "application_name LIKE 'dma-%'"
_HAS_TABLES: Final = "SELECT to_regclass('public.requests') IS NOT NULL"
_IS_USED: Final = (
    "SELECT EXISTS (SELECT FROM requests) OR EXISTS (SELECT FROM entities) OR (SELECT count(*) > 1 FROM campaigns)"
)
_CLEAR: Final = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
_FORGET_BUS: Final = "UPDATE installation SET bus_epoch = NULL, bus_run_id = NULL"


def restore(database_url: str, redis_url: str, source: Path | None) -> dict[str, Any]:
    """Load a backup; returns its manifest. None reads standard input.

    Raises:
        BackupUnusable: The file is damaged, or was made by a newer version.
        NotEmpty: There is something that would be lost, or a process of DMA runs.
        ToolFailed: pg_restore says why; the database is empty then.
    """
    with unpacked(source) as folder:
        manifest = read_manifest(folder)
        if manifest["schema_version"] > read_schema().version:
            raise BackupUnusable(
                f"it has schema version {manifest['schema_version']}, this version knows {read_schema().version}: "
                "restore it with the version that made it"
            )
        letters = read_letters(folder)
        _clear(database_url)
        _load(database_url, folder)
    migrate(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_FORGET_BUS)
    _put_letters_back(redis_url, letters)
    return manifest


def _load(database_url: str, folder: Path) -> None:
    """Everything in the dump but comments on extensions, which may belong to the server's administrator."""
    contents = run("pg_restore", "--list", str(folder / DUMP)).splitlines()
    wanted = folder / "wanted"
    wanted.write_text("\n".join(line for line in contents if " COMMENT - EXTENSION " not in line) + "\n")
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--use-list={wanted}")
    run_on(database_url, "pg_restore", *options, str(folder / DUMP))


def _clear(database_url: str) -> None:
    """Take away the empty schema, if there is one, the first campaign of a first start perhaps with it."""
    with psycopg.connect(database_url, autocommit=True, connect_timeout=10) as connection:
        others = connection.execute(_OTHERS + _ARE_OURS).fetchall()
        if others:
            raise NotEmpty(f"stop DMA first; connected are: {', '.join(name for (name,) in others)}")
        if not _is_true(connection, _HAS_TABLES):
            return
        if _is_true(connection, _IS_USED):
            raise NotEmpty("the database holds campaigns already: set another DMA_HOME or DATABASE_URL")
        connection.execute(_CLEAR)


def _is_true(connection: psycopg.Connection[Any], query: Any) -> bool:
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _put_letters_back(redis_url: str, letters: Sequence[dict[str, Any]]) -> None:
    """Messages of another database mean nothing here: the queues begin empty but for the dead letters."""
    broker = build_broker(redis_url)
    try:
        broker.flush_all()
        for queue in Queue:
            mine = [letter for letter in letters if letter["queue"] == queue.value]
            broker.import_dead_letters(queue.value, [(letter["id"], _fields(letter)) for letter in mine])
    finally:
        broker.close()


def _fields(letter: dict[str, Any]) -> dict[bytes, bytes]:
    return {name.encode(): base64.b64decode(value) for name, value in letter["fields"].items()}


@contextmanager
def started(settings: Settings) -> Iterator[ServiceUrls]:
    """Both servers of an installation that does not run; embedded ones are started for the block.

    Raises:
        AlreadyRunning: It runs.
        ServerDidNotStart: With the end of the server's log.
    """
    with ExitStack() as stack:
        stack.enter_context(HeldLock(services_lock_path(settings.home), what=f"the home {settings.home}"))
        database_url, redis_url = settings.database_url, settings.redis_url
        return_urls = []
        for url, server in ((database_url, EmbeddedPostgres), (redis_url, EmbeddedValkey)):
            return_urls.append(url.get_secret_value() if url is not None else _run(stack, server(settings.home)))
        yield ServiceUrls(*return_urls)


def _run(stack: ExitStack, server: EmbeddedPostgres | EmbeddedValkey) -> str:
    server.start()
    stack.callback(server.stop)
    return server.url() if isinstance(server, EmbeddedPostgres) else server.url


def main(arguments: Sequence[str] | None = None) -> int:
    """Restore; 78 for a wrong setting or file, 1 when a server fails."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if len(given) != 1 or not given[0]:
            raise ConfigurationError("name the file: make restore FILE=dma.backup")
        with started(load_settings()) as urls:
            manifest = restore(urls.database_url, urls.redis_url, None if given[0] == STANDARD else Path(given[0]))
    except (DmaError, BrokerError, OSError, psycopg.Error) as error:
        print(f"DMA: nothing was restored: {error}", file=sys.stderr)
        return EXIT_CONFIGURATION if isinstance(error, DmaError) and not error.retryable else 1
    counts = ", ".join(f"{number} {name}" for name, number in manifest["counts"].items())
    print(f"DMA: restored {counts}, saved at {manifest['made_at']} by version {manifest['version']}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

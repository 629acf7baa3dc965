"""Save everything into one file, while everything runs: `python -m services.backup FILE` (`make backup FILE=...`).

    pg_dump of the whole database: one snapshot, so no request is half in it
    the dead letters of every queue, from Redis

Secrets of the installation (SECRET_KEY, DEV_TOKEN, passwords) are not in it: they belong to where it runs. `-` instead
of a file writes to standard output.
"""

import base64
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from dramatiq.errors import BrokerError

from bus import StreamsBroker
from contracts.queues import Queue
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.locate import service_urls
from core.settings import VERSION, load_settings
from orchestrator.broker import build_broker
from services.archive import DUMP, STANDARD, hand_over, pack, run_on
from store.database import Database
from store.migrate import require_current, schema_version

WAIT_SECONDS: Final = 5.0
"""For servers that are not there: a backup is made while everything runs."""
_COUNTED: Final = ("campaigns", "entities", "requests")


def back_up(database_url: str, redis_url: str, target: str) -> dict[str, Any]:
    """Write the backup; returns its manifest.

    Raises:
        ConfigurationError: The file exists.
        DatabaseUnavailable, dramatiq's connection errors: A server does not answer.
        ToolFailed: pg_dump says why.
    """
    if target != STANDARD and Path(target).exists():
        raise ConfigurationError(f"{target} exists; name another file")
    place = None if target == STANDARD else Path(target).absolute().parent
    with tempfile.TemporaryDirectory(prefix=".dma-backup-", dir=place) as folder:
        manifest = _manifest(database_url)
        run_on(database_url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder}/{DUMP}")
        finished = Path(folder, "finished")
        pack(Path(folder), manifest, _letters(redis_url), finished)
        hand_over(finished, target)
    return manifest


def _manifest(database_url: str) -> dict[str, Any]:
    """What is in it, about: the counts are of a moment before."""
    database = Database(database_url, application_name="dma-backup", max_size=1)
    database.open()
    try:
        with database.transaction() as tx:
            require_current(tx)
            counts = {}
            for table in _COUNTED:
                query = psycopg.sql.SQL("SELECT count(*) AS n FROM {}").format(psycopg.sql.Identifier(table))
                row = tx.execute(query).fetchone()
                counts[table] = row["n"] if row else 0
            return {
                "version": VERSION,
                "schema_version": schema_version(tx),
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "counts": counts,
            }
    finally:
        database.close()


def _letters(redis_url: str) -> Iterator[dict[str, Any]]:
    broker = build_broker(redis_url)
    try:
        for queue in Queue:
            yield from _letters_of(broker, queue)
    finally:
        broker.close()


def _letters_of(broker: StreamsBroker, queue: Queue) -> Iterator[dict[str, Any]]:
    for letter_id, fields in broker.export_dead_letters(queue.value):
        written = {name.decode(): base64.b64encode(value).decode() for name, value in fields.items()}
        yield {"queue": queue.value, "id": letter_id, "fields": written}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the backup; 78 for a wrong setting or file name, 1 when a server or pg_dump fails."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if len(given) != 1 or not given[0]:
            raise ConfigurationError("name the file: make backup FILE=dma.backup")
        urls = service_urls(load_settings(), wait_seconds=WAIT_SECONDS)
        manifest = back_up(urls.database_url, urls.redis_url, given[0])
    except ConfigurationError as error:
        print(f"DMA: {error}", file=sys.stderr)
        return EXIT_CONFIGURATION
    except (DmaError, BrokerError, OSError) as error:
        print(f"DMA: no backup was made: {error}", file=sys.stderr)
        return 1
    counts = ", ".join(f"{number} {name}" for name, number in manifest["counts"].items())
    print(f"DMA: saved {counts} (schema {manifest['schema_version']}) to {given[0]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

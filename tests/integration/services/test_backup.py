"""Everything in one file, made while it is written to, and brought into an empty installation."""

import json
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import psycopg
import pytest
import redis

from bus import StreamsBroker
from contracts.entities import EntityType
from contracts.queues import Queue
from core.ids import new_uuid
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from services import backup, drain, restore
from services.postgres import EmbeddedPostgres
from store.campaigns import ensure_campaign
from store.database import Database
from store.endings import cancel_request
from store.entities import create_entity
from store.migrate import migrate
from tests.support.installation import wait_until
from tests.support.jobs import PRINCIPAL, accepted
from tests.support.servers import FAST_POSTGRES, temporary_home

TABLES = ("campaigns", "memberships", "requests", "steps", "transitions", "entities", "entity_versions")


@pytest.fixture
def broker(redis_url: str) -> Iterator[StreamsBroker]:
    made = build_broker(redis_url)
    yield made
    made.close()


@pytest.fixture
def other_database(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """An empty database, without a schema."""
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE brought_back")
        yield postgres_server.url("brought_back")
        connection.execute("DROP DATABASE brought_back WITH (FORCE)")


@pytest.fixture
def other_redis(valkey_server) -> str:
    url = valkey_server.database_url(63)
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


def rows(url: str) -> dict[str, set[str]]:
    """Every row as text, by table."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        return {
            table: {row[0] for row in connection.execute(f"SELECT t::text FROM {table} t")}  # type: ignore[call-overload]
            for table in TABLES
        }


def bury(broker: StreamsBroker, queue: str, number: int) -> None:
    """A dead letter, as the bus writes one."""
    broker.enqueue(dramatiq.Message(queue, f"{queue}.embed_entities", (str(number),), {}, {}))
    consumer = broker.consume(queue, timeout=2000)
    message = next(consumer)
    assert message is not None
    message.stuff_exception(RuntimeError(f"letter {number} \N{SNOWMAN}"))
    message.fail()
    consumer.nack(message)
    consumer.close()


class Load:
    """Writes requests and entities as fast as it can, each in one transaction, until it is stopped."""

    def __init__(self, database: Database) -> None:
        self.campaign = new_uuid()
        self.made = 0
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._write()

    def _write(self) -> None:
        accepted(self._database, steps=2, timeout_ms=60_000, campaign=self.campaign)
        with self._database.transaction() as tx:
            ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)
            name = f"Mera {self.made}"
            create_entity(tx, campaign_id=self.campaign, type=EntityType.NPC, name=name, principal=PRINCIPAL)
        self.made += 1


def test_backup_under_load_is_one_moment_of_everything_and_work_goes_on_from_it(
    database: Database,
    database_url: str,
    redis_url: str,
    broker: StreamsBroker,
    other_database: str,
    other_redis: str,
    tmp_path: Path,
) -> None:
    for number in range(3):
        bury(broker, "scribe", number)
    file = tmp_path / "dma.backup"
    with Load(database) as load:
        before = rows(database_url)
        made_before = load.made
        manifest = backup.back_up(database_url, redis_url, str(file))
        made_after = load.made
    after = rows(database_url)
    assert made_after > made_before
    assert 0o600 == file.stat().st_mode & 0o777

    migrate(other_database)  # as after a first start
    assert {"format": 1, **manifest} == restore.restore(other_database, other_redis, file)
    found = rows(other_database)
    for table in TABLES:
        assert before[table] <= found[table] <= after[table], table
    assert 2 * len(found["requests"]) == len(found["steps"])
    assert len(found["entities"]) == len(found["entity_versions"])

    restored_bus = build_broker(other_redis)
    assert broker.dead_letters("scribe") == restored_bus.dead_letters("scribe")
    assert 3 == restored_bus.queue_stats("scribe").dead
    restored = Database(other_database, application_name="dma-tests")
    restored.open()
    publisher = Publisher(restored_bus, TokenSigner("x" * 32))
    sweeper = Sweeper(restored, restored_bus, publisher, Finisher(restored))

    def is_published_again() -> bool:
        sweeper.sweep()  # takes what was accepted two seconds ago and more
        return restored_bus.unfinished("world_designer") >= min(200, len(found["requests"]))

    wait_until(is_published_again, 30)
    restored.close()
    bury(restored_bus, "scribe", 4)
    assert "letter 4" in restored_bus.dead_letters("scribe", count=1)[0].error
    restored_bus.close()


def test_backup_is_restored_into_an_empty_home_and_into_nothing_that_is_used(
    database: Database, database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    request = accepted(database)
    file = tmp_path / "dma.backup"

    def settings(home: Path, **urls: str) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DMA_HOME", str(home))
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.setenv(name, urls[name]) if name in urls else monkeypatch.delenv(name, raising=False)

    settings(tmp_path / "home", DATABASE_URL=database_url, REDIS_URL=redis_url)
    assert 0 == backup.main([str(file)]), capfd.readouterr().err
    assert "saved 1 campaigns, 0 entities, 1 requests" in capfd.readouterr().err
    assert 78 == backup.main([str(file)])
    assert "exists; name another file" in capfd.readouterr().err
    assert 78 == restore.main([str(file)])
    assert "stop DMA first; connected are: dma-tests" in capfd.readouterr().err
    database.close()
    assert 78 == restore.main([str(file)])
    assert "the database holds campaigns already" in capfd.readouterr().err

    with temporary_home() as place:
        home = place / "home"
        settings(home)
        monkeypatch.setattr(EmbeddedPostgres.__init__, "__kwdefaults__", _fast(), raising=True)
        assert 0 == restore.main([str(file)]), capfd.readouterr().err
        assert "restored 1 campaigns" in capfd.readouterr().err
        server = EmbeddedPostgres(home)
        server.start()
        with psycopg.connect(server.url()) as connection:
            assert [(request,)] == connection.execute("SELECT id FROM requests").fetchall()
        server.stop()


def _fast() -> dict[str, object]:
    """The embedded server of this test writes nothing to disk before it says so."""
    return {**(EmbeddedPostgres.__init__.__kwdefaults__ or {}), "settings": FAST_POSTGRES}


def rewritten(file: Path, **manifest: object) -> Path:
    """The same backup with something else in its manifest."""
    target = file.with_name("other.backup")
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            if member.name == "manifest.json":
                path = file.with_name("manifest.json")
                path.write_text(json.dumps(json.load(content) | manifest))
                new.add(path, member.name)
            elif manifest:
                new.addfile(member, content)
    return target


def test_file_that_is_no_whole_backup_of_this_or_an_older_version_changes_nothing(
    database: Database, database_url: str, redis_url: str, other_database: str, other_redis: str, tmp_path: Path, capfd
) -> None:
    accepted(database)
    file = tmp_path / "dma.backup"
    backup.back_up(database_url, redis_url, str(file))
    half = tmp_path / "half"
    half.write_bytes(file.read_bytes()[:-20_000])
    (tmp_path / "text").write_text("no backup")
    cases = {
        half: "it cannot be read|it lacks",
        tmp_path / "text": "it cannot be read",
        tmp_path / "absent": "it cannot be read",
        rewritten(file): "it lacks database.dump, dead_letters.jsonl",
    }
    for path, reason in cases.items():
        with pytest.raises(restore.BackupUnusable, match=reason):
            restore.restore(other_database, other_redis, path)
    for change, reason in ({"format": 9}, "it has format 9"), ({"schema_version": 9999}, "with the version that made"):
        with pytest.raises(restore.BackupUnusable, match=reason):
            restore.restore(other_database, other_redis, rewritten(file, **change))
    with psycopg.connect(other_database) as connection:
        assert (None,) == connection.execute("SELECT to_regclass('requests')::text").fetchone()


def test_backup_that_cannot_be_made_says_why_and_leaves_no_file(
    database_url: str, valkey_server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    file = tmp_path / "dma.backup"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DMA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert 1 == backup.main([str(file)])
    assert "no backup was made" in capfd.readouterr().err
    assert 78 == backup.main([])
    assert "name the file" in capfd.readouterr().err
    assert [] == [path.name for path in tmp_path.iterdir() if path.name != "home"]


def test_drain_waits_for_requests_and_messages_and_says_what_is_left(
    database: Database,
    database_url: str,
    redis_url: str,
    broker: StreamsBroker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"DMA_HOME": str(tmp_path), "DATABASE_URL": database_url, "REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)
    request = accepted(database)
    broker.enqueue(dramatiq.Message(Queue.SCRIBE.value, "scribe.embed_entities", ("x",), {}, {}))
    assert 1 == drain.main(["--seconds", "0"])
    assert "still unfinished after 0 s: 1 requests, 1 messages of scribe" in capfd.readouterr().err
    with database.transaction() as tx:
        assert cancel_request(tx, request) is not None
    broker.flush("scribe")
    assert 0 == drain.main([])
    assert "nothing is in hand" in capfd.readouterr().err

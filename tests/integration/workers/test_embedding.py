"""Vectors are made by the Scribe's pool, asked for over the bus; what is lost on the way is asked for again."""

import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import dramatiq
import pytest
import redis
from dramatiq.errors import Retry

from contracts.entities import EntityType
from contracts.queues import Queue
from core.ids import new_uuid
from core.settings import Settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from store import campaigns
from store.database import Database
from store.embedding import BATCH, Embedder
from store.entities import create_entity
from tests.support.installation import wait_until
from workers.leases import LeaseKeeper
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.scribe.actors import declare_actors
from workers.scribe.embedding import NICENESS, EmbeddingKeeper
from workers.scribe.upkeep import Upkeep

PRINCIPAL = "user:dm"
SECRET = "s" * 40


class BrokenEmbedder:
    """A model that does not work."""

    model, dimensions = "broken", 384

    def embed(self, texts: Sequence[str]) -> Any:
        raise RuntimeError("no memory left")


class Scribe:
    """The Scribe's pool and the sweeper in this process."""

    def __init__(self, database: Database, redis_url: str, embedder: Embedder) -> None:
        self.database, self.redis_url = database, redis_url
        self.broker = build_broker(redis_url, middleware=[HandBack()])
        signer = TokenSigner(SECRET)
        publisher = Publisher(self.broker, signer)
        self.sweeper = Sweeper(database, self.broker, publisher, Finisher(database))
        self.publisher = publisher
        runner = StepRunner(
            database=database, broker=self.broker, signer=signer, leases=LeaseKeeper(database), worker="test"
        )
        self.pool = Pool(Settings(_env_file=None, vector_index_above=1), database, self.broker, signer, runner)
        declare_actors(self.pool, embedder)
        self.campaign = new_uuid()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", PRINCIPAL)
        self.worker: dramatiq.Worker | None = None

    def work(self) -> None:
        self.worker = dramatiq.Worker(self.broker, queues={Queue.SCRIBE.value}, worker_threads=2, worker_timeout=100)
        self.worker.start()

    def remember(self, *names: str) -> None:
        with self.database.transaction() as tx:
            for name in names:
                create_entity(
                    tx, campaign_id=self.campaign, type=EntityType.NPC, name=name, principal=PRINCIPAL, description="x"
                )

    def count(self, table: str) -> int:
        with self.database.transaction() as tx:
            row: Any = tx.execute(f"SELECT count(*) AS n FROM {table}").fetchone()
        return int(row["n"])

    def wait_until_embedded(self, count: int) -> None:
        wait_until(lambda: self.count("entity_embeddings") == count and not self.count("entities_to_embed"), 30)

    def asked(self) -> int:
        return self.broker.queue_stats(Queue.SCRIBE.value).ready


@pytest.fixture
def scribe(database: Database, redis_url: str, embedder: Embedder) -> Iterator[Scribe]:
    scribe = Scribe(database, redis_url, embedder)
    yield scribe
    if scribe.worker:
        scribe.worker.stop()
    scribe.broker.close()


def vector_of(scribe: Scribe, name: str) -> list[float]:
    with scribe.database.transaction() as tx:
        row: Any = tx.execute(
            "SELECT embedding::vector(384)::real[] AS v FROM entity_embeddings JOIN entities ON id = entity_id"
            " WHERE name = %s",
            (name,),
        ).fetchone()
    return list(row["v"])


def test_what_is_written_gets_the_vector_of_its_text_soon(scribe: Scribe, embedder: Embedder) -> None:
    scribe.work()
    scribe.remember(*(f"Guard {number}" for number in range(BATCH + 3)))
    scribe.sweeper.sweep()
    scribe.wait_until_embedded(BATCH + 3)

    [expected] = embedder.embed(["npc: Guard 7. x"])
    assert pytest.approx(expected.tolist(), abs=1e-3) == vector_of(scribe, "Guard 7")


def test_the_scribe_is_asked_once_however_often_the_sweeper_comes_by(scribe: Scribe) -> None:
    scribe.sweeper.sweep()
    assert 0 == scribe.asked()

    scribe.remember("Borin")
    for _ in range(3):
        scribe.sweeper.sweep()
    assert 1 == scribe.asked()

    scribe.work()
    scribe.wait_until_embedded(1)


def test_a_message_that_is_lost_with_redis_is_sent_again(scribe: Scribe) -> None:
    scribe.remember("Borin")
    scribe.sweeper.sweep()
    with redis.Redis.from_url(scribe.redis_url) as client:
        client.flushdb()

    scribe.sweeper.sweep()
    scribe.work()
    scribe.wait_until_embedded(1)


def test_a_message_whose_token_is_not_ours_is_not_heeded(scribe: Scribe) -> None:
    scribe.remember("Borin")
    elsewhere = TokenSigner("another secret, of somebody else entirely")
    Publisher(scribe.broker, elsewhere).ask_for_vectors(scribe.campaign)
    scribe.work()
    wait_until(lambda: scribe.asked() == 0, 30)
    scribe.broker.join(Queue.SCRIBE.value, timeout=10_000)

    assert 0 == scribe.count("entity_embeddings")
    scribe.sweeper.sweep()
    scribe.wait_until_embedded(1)


def test_a_model_that_fails_is_tried_again_later_and_loses_nothing(scribe: Scribe) -> None:
    scribe.remember("Borin")

    with pytest.raises(Retry) as caught:
        EmbeddingKeeper(scribe.database, BrokenEmbedder()).embed_campaign(scribe.campaign)

    assert 30_000 == caught.value.delay
    assert 1 == scribe.count("entities_to_embed")


def test_one_thread_of_a_pool_embeds_at_a_time(scribe: Scribe, embedder: Embedder) -> None:
    keeper = EmbeddingKeeper(scribe.database, embedder)
    tried: list[UUID] = []

    class Meanwhile:
        model, dimensions = "m", 384

        def embed(self, texts: Sequence[str]) -> Any:
            with pytest.raises(Retry):
                keeper.embed_campaign(scribe.campaign)
            tried.append(scribe.campaign)
            return embedder.embed(texts)

    keeper = EmbeddingKeeper(scribe.database, Meanwhile())
    scribe.remember("Borin")

    assert (1, [scribe.campaign]) == (keeper.embed_campaign(scribe.campaign), tried)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own here")
def test_the_thread_that_embeds_is_nicer_than_the_others(scribe: Scribe, embedder: Embedder) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    seen: list[int] = []

    class Observed:
        model, dimensions = embedder.model, 384

        def embed(self, texts: Sequence[str]) -> Any:
            seen.append(niceness())
            return embedder.embed(texts)

    before = niceness()
    scribe.remember("Borin")

    assert 1 == EmbeddingKeeper(scribe.database, Observed()).embed_campaign(scribe.campaign)
    assert ([max(NICENESS, before)], before) == (seen, niceness())


def test_embedding_gives_way_when_the_processors_are_wanted_by_others(scribe: Scribe, embedder: Embedder) -> None:
    calls: list[tuple[float, float, int]] = []

    class HeldUp:
        model, dimensions = embedder.model, 384

        def embed(self, texts: Sequence[str]) -> Any:
            begun = time.monotonic()
            time.sleep(0.2)  # without the processor, as on a machine where others have it
            vectors = embedder.embed(texts)
            calls.append((begun, time.monotonic(), len(texts)))
            return vectors

    embedder.embed(["so that it is loaded"])
    scribe.remember(*[f"Guard {'x' * number}" for number in range(20)])

    assert 20 == EmbeddingKeeper(scribe.database, HeldUp()).embed_campaign(scribe.campaign)
    assert [8, 8, 4] == [texts for _, _, texts in calls]
    pauses = [later[0] - earlier[1] for earlier, later in itertools.pairwise(calls)]
    assert min(pauses) >= 0.2


def test_after_a_change_of_the_model_all_vectors_are_made_anew(scribe: Scribe, embedder: Embedder) -> None:
    class Renamed:
        model, dimensions = "another", 384

        def embed(self, texts: Sequence[str]) -> Any:
            return embedder.embed(texts)

    scribe.remember("Borin", "Ulf")
    EmbeddingKeeper(scribe.database, embedder).embed_campaign(scribe.campaign)
    keeper = EmbeddingKeeper(scribe.database, Renamed())

    assert (2, 0) == (keeper.note_outdated(), keeper.note_outdated())
    assert 2 == keeper.embed_campaign(scribe.campaign)
    with scribe.database.transaction() as tx:
        assert {"another"} == {row["model"] for row in tx.execute("SELECT model FROM entity_embeddings")}


def test_upkeep_finds_what_has_no_vector_and_gives_a_large_campaign_its_index(
    scribe: Scribe, embedder: Embedder
) -> None:
    scribe.remember("Borin", "Ulf")
    EmbeddingKeeper(scribe.database, embedder).embed_campaign(scribe.campaign)
    with scribe.database.transaction() as tx:
        tx.execute("UPDATE entity_embeddings SET model = 'old'")

    assert Upkeep(scribe.pool, embedder).do_once()

    assert (2, 1) == (
        scribe.count("entities_to_embed"),
        scribe.count("pg_indexes WHERE indexname LIKE '%embeddings_of_%'"),
    )


def test_upkeep_comes_again_soon_when_postgres_does_not_answer(scribe: Scribe, embedder: Embedder) -> None:
    away = Database("postgresql://127.0.0.1:1/nothing", application_name="x", wait_seconds=0.1)
    away.open()

    assert not Upkeep(replace(scribe.pool, database=away), embedder).do_once()
    away.close()

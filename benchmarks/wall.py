"""What row level security costs: the same store calls for a principal behind the wall and beyond it, in turn."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator

from contracts.entities import EntityType
from core.ids import new_uuid
from services.postgres import EmbeddedPostgres
from store.campaigns import ensure_campaign
from store.database import Database
from store.entities import EntityChanges, create_entity, get_entity, list_entities, update_entity
from store.entity_versions import entity_history
from store.migrate import migrate
from store.relations import relate
from store.speaking import Speaker, beyond_the_wall, speaking
from store.walks import related_entities
from tests.support.servers import FAST_POSTGRES, temporary_home

DM = "user:dm"
ENTITIES = 1_000
ROUNDS = 200


def measure() -> Iterator[tuple[str, ...]]:
    """Microseconds of the middle call, behind the wall and beyond it."""
    with temporary_home() as home:
        server = EmbeddedPostgres(home, settings=FAST_POSTGRES)
        server.start()
        migrate(server.url())
        database = Database(server.url(), application_name="dma-benchmark", max_size=2)
        database.open()
        try:
            calls = make_calls(database)
            yield ("call", "behind us", "beyond us", "more us", "more %")
            for name, call in calls.items():
                yield compare(name, call)
        finally:
            database.close()
            server.stop()


def compare(name: str, call: Callable[[], object]) -> tuple[str, ...]:
    """One row: the two take turns, so that both have the same machine."""
    behind, beyond = [], []
    with speaking(Speaker("req_benchmark", DM)):
        for _ in range(ROUNDS):
            behind.append(timed(call))
            with beyond_the_wall():
                beyond.append(timed(call))
    more = statistics.median(one - other for one, other in zip(behind, beyond, strict=True))
    middle = statistics.median(beyond)
    return (name, f"{statistics.median(behind):.0f}", f"{middle:.0f}", f"{more:.0f}", f"{100 * more / middle:.0f}")


def timed(call: Callable[[], object]) -> float:
    """Microseconds of one call."""
    started = time.perf_counter()
    call()
    return 1e6 * (time.perf_counter() - started)


def make_calls(database: Database) -> dict[str, Callable[[], object]]:
    """Typical reads and writes over a campaign of some size, beside other campaigns."""
    campaign = new_uuid()
    with database.transaction() as tx:
        for number in range(20):
            ensure_campaign(tx, new_uuid() if number else campaign, "A campaign", DM)
        made = [
            create_entity(tx, campaign_id=campaign, type=EntityType.NPC, name=f"Borin {number}", principal=DM)
            for number in range(ENTITIES)
        ]
        for one, other in itertools.pairwise(made[:51]):
            relate(tx, source_id=one.id, target_id=other.id, kind="knows", principal=DM)
    database.ping()
    first = made[0].id

    def with_tx(work: Callable[..., object], *given: object, **named: object) -> Callable[[], object]:
        def call() -> object:
            with database.transaction() as tx:
                return work(tx, *given, **named)

        return call

    def read() -> object:
        with database.reading() as tx:
            return get_entity(tx, first, DM)

    changes = EntityChanges(description="A smith.")
    return {
        "read an entity": with_tx(get_entity, first, DM),
        "read an entity, no BEGIN": read,
        "list 100 entities": with_tx(list_entities, DM, campaign, EntityType.NPC),
        "walk relations": with_tx(related_entities, first, DM),
        "read a history": with_tx(entity_history, made[1].id, DM),
        "change an entity": with_tx(
            update_entity, first, DM, type=EntityType.NPC, expected_version=None, changes=changes
        ),
    }

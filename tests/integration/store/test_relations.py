"""Relationships and the walk over them (R5, C38)."""

from itertools import pairwise, permutations
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.ids import new_uuid
from store.campaigns import create_campaign
from store.database import Database
from store.entities import Entity, create_entity, delete_entity
from store.relations import relate, related_entities, unrelate
from tests.integration.store.conftest import DM, READER, STRANGER, Remember
from tests.support.stopwatch import Stopwatch


def bind(database: Database, source: Entity, target: Entity, kind: str = "knows", **given) -> None:
    with database.transaction() as tx:
        relate(tx, **{"source_id": source.id, "target_id": target.id, "kind": kind, "principal": DM} | given)


def walk(database: Database, start: Entity, depth: int = 3, kinds=None, *, by: str = DM, **given) -> dict[str, int]:
    with database.transaction() as tx:
        return {found.name: found.depth for found in related_entities(tx, start.id, by, depth, kinds, **given)}


@pytest.fixture
def line(database: Database, remember: Remember) -> list[Entity]:
    """A -> B -> C -> D -> E -> F -> G."""
    entities = [remember(name) for name in "ABCDEFG"]
    for source, target in pairwise(entities):
        bind(database, source, target)
    return entities


@pytest.mark.parametrize(("depth", "reached"), [(1, "B"), (2, "BC"), (3, "BCD"), (4, "BCDE"), (5, "BCDEF")])
def test_a_walk_goes_as_deep_as_it_was_told(database: Database, line: list[Entity], depth: int, reached: str) -> None:
    assert {name: number for number, name in enumerate(reached, start=1)} == walk(database, line[0], depth)


@pytest.mark.parametrize("depth", [0, 6, -1])
def test_other_depths_are_refused(database: Database, line: list[Entity], depth: int) -> None:
    with pytest.raises(InvalidInput):
        walk(database, line[0], depth)


def test_relationships_have_a_direction(database: Database, line: list[Entity]) -> None:
    assert {} == walk(database, line[6])
    assert {"C": 1, "B": 2, "A": 3} == walk(database, line[3], direction="incoming")
    assert {"C": 1, "E": 1} == walk(database, line[3], 1, direction="both")


def test_in_a_cycle_each_entity_is_found_once_at_its_nearest(database: Database, remember: Remember) -> None:
    a, b, c = remember("A"), remember("B"), remember("C")
    for source, target in [(a, b), (b, c), (c, a), (a, c), (b, a)]:
        bind(database, source, target)
    bind(database, a, c, "owes money to")

    assert {"B": 1, "C": 1} == walk(database, a, 5)
    with database.transaction() as tx:
        assert 2 == len(related_entities(tx, a.id, DM, 5))


def test_a_dense_campaign_is_walked_in_moments(database: Database, remember: Remember) -> None:
    """40 entities that all know each other have 39^5 paths of length 5."""
    everyone = [remember(f"Guest {number}") for number in range(40)]
    with database.transaction() as tx:
        for source, target in permutations(everyone, 2):
            relate(tx, source_id=source.id, target_id=target.id, kind="knows", principal=DM)
    with Stopwatch() as took:
        found = walk(database, everyone[0], 5)
    assert ({1}, 39) == (set(found.values()), len(found))
    assert took.seconds < 5


def test_a_walk_follows_only_the_kinds_it_was_told(database: Database, remember: Remember) -> None:
    borin, forge, vale, rival = remember("Borin"), remember("Forge"), remember("Vale"), remember("Rival")
    bind(database, borin, forge, "works at")
    bind(database, forge, vale, "lies in")
    bind(database, borin, rival, "hates")

    assert {"Forge": 1, "Vale": 2} == walk(database, borin, kinds=["works at", "lies in"])
    assert {"Rival": 1} == walk(database, borin, kinds=["hates"])


def test_deleted_entities_are_not_walked_through(database: Database, line: list[Entity]) -> None:
    with database.transaction() as tx:
        delete_entity(tx, line[2].id, DM, type=EntityType.NPC)
    assert {"B": 1} == walk(database, line[0], 5)
    with pytest.raises(NotFound):
        walk(database, line[2])


def test_the_same_relationship_again_merges_its_attributes(database: Database, remember: Remember) -> None:
    a, b = remember("A"), remember("B")
    given = {"source_id": a.id, "target_id": b.id, "kind": "knows", "principal": DM}
    with database.transaction() as tx:
        first = relate(tx, **given, attributes={"since": 1370})
        second = relate(tx, **given, attributes={"trust": "low"})
    assert (first.id, {"since": 1370, "trust": "low"}) == (second.id, second.attributes)


def test_a_relationship_can_be_removed_once(database: Database, line: list[Entity]) -> None:
    given = {"source_id": line[0].id, "target_id": line[1].id, "kind": "knows", "principal": DM}
    with database.transaction() as tx:
        assert [True, False] == [unrelate(tx, **given), unrelate(tx, **given)]
    assert {} == walk(database, line[0])


def test_a_relationship_stays_inside_its_campaign(database: Database, remember: Remember) -> None:
    here = remember("Here")
    with database.transaction() as tx:
        other = create_campaign(tx, name="My other campaign", principal=DM)
        there = create_entity(tx, campaign_id=other.id, type=EntityType.NPC, name="There", principal=DM)
    with pytest.raises(InvalidInput, match="same campaign"):
        bind(database, here, there)
    with pytest.raises(InvalidInput, match="another entity"):
        bind(database, here, here)


def test_readers_walk_but_do_not_bind_and_strangers_do_neither(database: Database, line: list[Entity]) -> None:
    assert {"B": 1} == walk(database, line[0], 1, by=READER)
    with pytest.raises(PermissionDenied):
        bind(database, line[0], line[2], principal=READER)
    with pytest.raises(NotFound):
        walk(database, line[0], by=STRANGER)
    with pytest.raises(NotFound):
        bind(database, line[0], line[2], principal=STRANGER)


def test_a_reader_is_not_told_of_a_draft_by_a_refusal(database: Database, remember: Remember) -> None:
    with pytest.raises(NotFound):
        bind(database, remember("A"), remember("B", state="draft"), principal=READER)


def test_an_unknown_end_is_not_found(database: Database, campaign: UUID, remember: Remember) -> None:
    with database.transaction() as tx, pytest.raises(NotFound):
        relate(tx, source_id=remember("A").id, target_id=new_uuid(), kind="knows", principal=DM)

"""Entities that are read at the same time are read together, and nobody sees more for it."""

import asyncio
from uuid import UUID

import pytest

from api.deps import AppServices
from api.entity_reads import Sight, entity_reads
from contracts.entities import EntityType
from core.errors import DependencyUnavailable
from core.ids import new_uuid
from store.campaigns import Role
from store.database import Database
from store.entities import Entity, create_entity, delete_entity
from store.members import add_member
from store.speaking import current_speaker
from tests.integration.api.conftest import CAMPAIGN

DM, READER, STRANGER = "user:dm", "user:player", "user:stranger"


@pytest.fixture
def spies(services: AppServices) -> list[Entity]:
    """Four of them: known to all, with a secret, a draft, and deleted."""
    with services.database.transaction() as tx:
        add_member(tx, UUID(CAMPAIGN), DM, member=READER, role=Role.READER)
        given = {"campaign_id": UUID(CAMPAIGN), "type": EntityType.NPC, "principal": DM}
        made = [
            create_entity(tx, name="Anna", **given),
            create_entity(tx, name="Bert", secret="A spy", **given),
            create_entity(tx, name="Carl", state="draft", **given),
            create_entity(tx, name="Dora", **given),
        ]
        delete_entity(tx, made[3].id, DM, type=EntityType.NPC, expected_version=None)
    return made


def sight(principal: str, *, deleted: bool = False, as_player: bool = False) -> Sight:
    return Sight(principal, include_deleted=deleted, as_player=as_player)


def test_everyone_gets_what_is_theirs_to_see(services: AppServices, spies: list[Entity]) -> None:
    async def read(seen: Sight) -> list[tuple[str, object] | None]:
        found = await asyncio.gather(*(reads.load(seen, each.id) for each in spies))
        return [(entity.name, entity.secret) if entity else None for entity in found]

    async def read_all() -> list[list[tuple[str, object] | None]]:
        return await asyncio.gather(*(read(seen) for seen in who * 5))

    reads = entity_reads(services.database)
    who = [sight(DM), sight(DM, deleted=True), sight(DM, as_player=True), sight(READER), sight(STRANGER)]
    anna, bert, carl, dora = ("Anna", None), ("Bert", "A spy"), ("Carl", None), ("Dora", None)

    assert [
        [anna, bert, carl, None],
        [anna, bert, carl, dora],
        [anna, ("Bert", None), None, None],
        [anna, ("Bert", None), None, None],
        [None, None, None, None],
    ] * 5 == asyncio.run(read_all())


def test_each_transaction_stands_behind_the_wall_of_who_looks(services: AppServices, spies: list[Entity]) -> None:
    spoke: list[str | None] = []

    class Listening(Database):
        def transaction(self):  # type: ignore[no-untyped-def]
            speaker = current_speaker()
            spoke.append(speaker.principal if speaker else None)
            return super().transaction()

    async def read() -> None:
        await asyncio.gather(*(reads.load(sight(who), spies[0].id) for who in (DM, STRANGER)))

    database = Listening(services.database.url, application_name="dma-test")
    database.open()
    try:
        reads = entity_reads(database)
        asyncio.run(read())
    finally:
        database.close()

    assert {DM, STRANGER} == set(spoke)


def test_fifty_readers_cost_few_transactions(services: AppServices, spies: list[Entity]) -> None:
    began: list[int] = []

    class Counting(Database):
        def transaction(self):  # type: ignore[no-untyped-def]
            began.append(1)
            return super().transaction()

    async def read() -> list[Entity | None]:
        return await asyncio.gather(*(reads.load(sight(DM), spies[0].id) for _ in range(50)))

    database = Counting(services.database.url, application_name="dma-test")
    database.open()
    try:
        reads = entity_reads(database)
        found = asyncio.run(read())
    finally:
        database.close()

    assert [spies[0]] * 50 == found
    assert len(began) <= 2


def test_silent_server_is_told_to_all_who_wait() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none", application_name="dma-test", wait_seconds=0.2)
    database.open()

    async def read() -> list[Entity | BaseException | None]:
        reads = entity_reads(database)
        return await asyncio.gather(*(reads.load(sight(DM), new_uuid()) for _ in range(5)), return_exceptions=True)

    try:
        found = asyncio.run(read())
    finally:
        database.close()

    assert [True] * 5 == [isinstance(each, DependencyUnavailable) for each in found]

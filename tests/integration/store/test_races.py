"""Many writers at the same rows at the same moment: nothing is lost, nothing happens twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.ids import new_uuid
from store.auth_tokens import (
    Rotation,
    create_login_code,
    family_revoked,
    issue_refresh_token,
    redeem_login_code,
    rotate_refresh_token,
)
from store.database import Database
from store.entities import EntityChanges, create_entity, entity_history, get_entity, update_entity
from store.errors import VersionConflict
from store.idempotency import claim, fingerprint_of, save
from store.relations import relate
from tests.integration.store.conftest import DM, Remember

WRITERS = 20
T = TypeVar("T")


@pytest.fixture
def wide(database_url: str) -> Iterator[Database]:
    """A database with a connection for every writer."""
    opened = Database(database_url, application_name="dma-races", max_size=WRITERS, wait_seconds=30)
    opened.open()
    yield opened
    opened.close()


def at_once(action: Callable[[int], T]) -> list[T]:
    """Call the action with 0 to 19, in as many threads that all begin together."""
    start = Barrier(WRITERS)

    def run(number: int) -> T:
        start.wait(timeout=30)
        return action(number)

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(run, range(WRITERS)))


def test_twenty_writers_with_if_match_lose_no_update_and_leave_no_gap(wide: Database, remember: Remember) -> None:
    entity = remember(attributes={"count": 0})

    def add_one(_: int) -> int:
        """Read, add one, write; begin again when somebody was faster. Returns the conflicts it met."""
        for conflicts in range(10_000):
            with wide.transaction() as tx:
                read = get_entity(tx, entity.id, DM)
            changes = EntityChanges(attributes={"count": read.attributes["count"] + 1})
            try:
                with wide.transaction() as tx:
                    update_entity(
                        tx, entity.id, DM, type=EntityType.NPC, expected_version=read.version, changes=changes
                    )
            except VersionConflict:
                continue
            return conflicts
        raise AssertionError("never got through")

    conflicts = at_once(add_one)

    with wide.transaction() as tx:
        last, history = get_entity(tx, entity.id, DM), entity_history(tx, entity.id, DM)
    assert (WRITERS + 1, WRITERS) == (last.version, last.attributes["count"])
    assert [(number + 1, number) for number in range(WRITERS + 1)] == [
        (version.version, version.attributes["count"]) for version in history
    ]
    assert sum(conflicts) > 0, "the writers never met, so this proved nothing"


def test_twenty_writers_of_any_version_each_make_one(wide: Database, remember: Remember) -> None:
    entity = remember()

    def add_key(number: int) -> int:
        changes = EntityChanges(attributes={f"key {number}": number})
        with wide.transaction() as tx:
            return update_entity(tx, entity.id, DM, type=EntityType.NPC, expected_version=None, changes=changes).version

    assert list(range(2, WRITERS + 2)) == sorted(at_once(add_key))
    with wide.transaction() as tx:
        assert {f"key {number}": number for number in range(WRITERS)} == get_entity(tx, entity.id, DM).attributes


def test_twenty_repeats_of_one_creation_create_one(wide: Database, campaign: UUID) -> None:
    entity_id = new_uuid()

    def create(_: int) -> tuple[UUID, int]:
        with wide.transaction() as tx:
            made = create_entity(
                tx, campaign_id=campaign, type=EntityType.NPC, name="Borin", principal=DM, entity_id=entity_id
            )
            return made.id, made.version

    assert [(entity_id, 1)] * WRITERS == at_once(create)
    with wide.transaction() as tx:
        assert 1 == len(entity_history(tx, entity_id, DM))


def test_twenty_repeats_of_one_relationship_make_one(wide: Database, remember: Remember) -> None:
    smith, forge = remember("Borin"), remember("The Deep Forge")

    def bind(_: int) -> UUID:
        with wide.transaction() as tx:
            return relate(tx, source_id=smith.id, target_id=forge.id, kind="works at", principal=DM).id

    assert 1 == len(set(at_once(bind)))


def test_twenty_parallel_refreshes_stay_one_family_with_one_successor(wide: Database) -> None:
    family = new_uuid()
    with wide.transaction() as tx:
        token = issue_refresh_token(tx, DM, ["prompts:write"], family)

    def refresh(_: int) -> Rotation:
        with wide.transaction() as tx:
            return rotate_refresh_token(tx, token)

    rotations = at_once(refresh)

    assert 1 == len(set(rotations))
    with wide.transaction() as tx:
        stored = tx.execute("SELECT count(*) AS tokens, count(DISTINCT family) AS families FROM refresh_tokens")
        assert {"tokens": 2, "families": 1} == stored.fetchone()
        assert not family_revoked(tx, family)


def test_a_login_code_signs_in_one_of_twenty(wide: Database) -> None:
    with wide.transaction() as tx:
        code = create_login_code(tx, DM)

    def redeem(_: int) -> str | None:
        with wide.transaction() as tx:
            return redeem_login_code(tx, code)

    assert [DM] == [subject for subject in at_once(redeem) if subject]


def test_twenty_requests_with_one_idempotency_key_have_one_effect_and_one_reply(wide: Database, campaign: UUID) -> None:
    given = (DM, "POST /v1/entities/{type}", "key-1")
    body = {"name": "Borin"}

    def post(_: int) -> dict:
        with wide.transaction() as tx:
            stored = claim(tx, *given, fingerprint_of(body))
            if stored is not None:
                return stored.body
            made = create_entity(tx, campaign_id=campaign, type=EntityType.NPC, name=body["name"], principal=DM)
            save(tx, *given, status=201, body={"id": made.public_id})
            return {"id": made.public_id}

    replies = at_once(post)

    assert 1 == len({reply["id"] for reply in replies})
    with wide.transaction() as tx:
        assert {"made": 1} == tx.execute("SELECT count(*) AS made FROM entities").fetchone()

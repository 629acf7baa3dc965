"""Which entities wait for a vector, and what becomes of those that change while theirs is made."""

from hashlib import sha256
from uuid import UUID

import pytest

from contracts.entities import EntityType
from store.database import Database
from store.embeddings import EmbeddedText, TextToEmbed, campaigns_to_embed, keep_vectors, note_outdated, texts_to_embed
from store.entities import Entity, EntityChanges, delete_entity, update_entity
from tests.integration.store.conftest import DM, Remember

FLAT = [384**-0.5] * 384


class Memory:
    """A campaign's vectors, as the Scribe sees them."""

    def __init__(self, database: Database, campaign: UUID) -> None:
        self.database, self.campaign = database, campaign

    def waiting(self, limit: int = 100) -> list[TextToEmbed]:
        with self.database.transaction() as tx:
            return texts_to_embed(tx, self.campaign, limit=limit)

    def texts(self) -> list[str]:
        return [each.text for each in self.waiting()]

    def keep(self, *texts: TextToEmbed, model: str = "m") -> int:
        with self.database.transaction() as tx:
            return keep_vectors(tx, model, [EmbeddedText(text, FLAT) for text in texts])

    def kept(self) -> set[tuple[UUID, str]]:
        with self.database.transaction() as tx:
            rows = tx.execute("SELECT entity_id, model FROM entity_embeddings").fetchall()
        return {(row["entity_id"], row["model"]) for row in rows}

    def change(self, entity: Entity, **changes: object) -> Entity:
        with self.database.transaction() as tx:
            return update_entity(
                tx, entity.id, DM, type=entity.type, expected_version=None, changes=EntityChanges(**changes)
            )

    def delete(self, entity: Entity) -> None:
        with self.database.transaction() as tx:
            delete_entity(tx, entity.id, DM, type=entity.type)


@pytest.fixture
def memory(database: Database, campaign: UUID) -> Memory:
    return Memory(database, campaign)


def test_a_new_entity_waits_with_its_type_name_and_description_as_text(memory: Memory, remember: Remember) -> None:
    note = remember("Market day", type=EntityType.SESSION_NOTE, description="Éowyn bought eels.")

    [text] = memory.waiting()

    expected = "session note: Market day. Éowyn bought eels."
    assert (note.id, expected, sha256(expected.encode()).digest()) == (text.entity_id, text.text, text.content_hash)


def test_what_has_its_vector_waits_no_longer_until_its_text_changes(memory: Memory, remember: Remember) -> None:
    borin = remember("Borin")
    assert 1 == memory.keep(*memory.waiting())
    assert ([], {(borin.id, "m")}) == (memory.waiting(), memory.kept())

    memory.change(borin, attributes={"hp": 7}, state="draft")
    assert [] == memory.waiting()

    memory.change(borin, description="A smith.")
    assert ["npc: Borin. A smith."] == memory.texts()


def test_a_vector_of_a_text_that_changed_meanwhile_is_not_kept(memory: Memory, remember: Remember) -> None:
    borin = remember("Borin")
    before = memory.waiting()
    memory.change(borin, name="Boran")

    assert 0 == memory.keep(*before)
    assert (["npc: Boran. "], set()) == (memory.texts(), memory.kept())


def test_an_entity_that_is_being_changed_is_left_for_the_next_time(memory: Memory, remember: Remember) -> None:
    borin, _ = remember("Borin"), remember("Ulf")
    texts = memory.waiting()

    with memory.database.transaction() as tx:
        tx.execute("UPDATE entities SET name = 'Boran' WHERE id = %s", (borin.id,))
        assert 1 == memory.keep(*texts)

    assert ["npc: Boran. "] == memory.texts()


def test_a_deleted_entity_neither_waits_nor_has_a_vector_even_one_that_was_under_way(
    memory: Memory, remember: Remember
) -> None:
    borin, ulf = remember("Borin"), remember("Ulf")
    texts = memory.waiting()
    memory.keep(*texts[:1])
    memory.delete(borin)
    memory.delete(ulf)

    assert 0 == memory.keep(*texts)
    assert ([], set()) == (memory.waiting(), memory.kept())


def test_an_entity_that_comes_back_waits_again(memory: Memory, remember: Remember) -> None:
    borin = remember("Borin")
    memory.delete(borin)
    with memory.database.transaction() as tx:
        tx.execute("UPDATE entities SET deleted_at = NULL WHERE id = %s", (borin.id,))

    assert ["npc: Borin. "] == memory.texts()


def test_the_oldest_wait_comes_first_and_a_batch_has_its_size(memory: Memory, remember: Remember) -> None:
    for name in ("Ada", "Bela", "Cleo"):
        remember(name)

    assert ["npc: Ada. ", "npc: Bela. "] == [each.text for each in memory.waiting(limit=2)]


def test_another_model_makes_every_entity_wait_and_takes_the_old_vectors_place(
    memory: Memory, remember: Remember
) -> None:
    borin, _ = remember("Borin"), remember("Ulf")
    memory.keep(*memory.waiting(), model="old")

    with memory.database.transaction() as tx:
        assert 0 == note_outdated(tx, "old")
        assert [1, 1, 0] == [note_outdated(tx, "new", limit=1) for _ in range(3)]
    memory.keep(*memory.waiting(limit=1), model="new")

    assert {(borin.id, "new")} < memory.kept()
    assert 1 == len(memory.waiting())


def test_a_vector_whose_text_no_trigger_saw_change_is_found_by_its_hash(memory: Memory, remember: Remember) -> None:
    borin = remember("Borin")
    memory.keep(*memory.waiting())
    with memory.database.transaction() as tx:
        tx.execute("ALTER TABLE entities DISABLE TRIGGER USER")
        tx.execute("UPDATE entities SET name = 'Boran' WHERE id = %s", (borin.id,))
        tx.execute("ALTER TABLE entities ENABLE TRIGGER USER")
        assert 1 == note_outdated(tx, "m")

    assert ["npc: Boran. "] == memory.texts()


def test_campaigns_are_named_as_long_as_something_waits_in_them(memory: Memory, remember: Remember) -> None:
    def named() -> list[UUID]:
        with memory.database.transaction() as tx:
            return campaigns_to_embed(tx)

    assert [] == named()
    remember("Borin")
    assert [memory.campaign] == named()
    memory.keep(*memory.waiting())
    assert [] == named()

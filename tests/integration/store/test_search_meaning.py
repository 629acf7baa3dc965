"""Search by meaning, and what it may find: filters, drafts, vectors of other models, and campaigns with an index."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput
from core.ids import new_uuid
from store.campaigns import ensure_campaign
from store.database import Database
from store.embedding import Embedder
from store.entities import delete_entity
from store.finder import Finder
from store.highlights import Highlight
from store.search import Filters, QueryVector, SearchResult, search_entities
from store.vector_indexes import fit_indexes, index_name
from tests.integration.store.conftest import DM, READER, Remember, make_campaign, remembering
from workers.scribe.embedding import EmbeddingKeeper

NPC, PLACE, ITEM = EntityType.NPC, EntityType.LOCATION, EntityType.ITEM

MEMORY: list[tuple[EntityType, str, str, dict[str, Any]]] = [
    (NPC, "Lysa Merrow", "Rows travellers across the river for a copper each.", {"tags": ["river", "guild"]}),
    (NPC, "Odo Brand", "Shoes horses and forges ploughs.", {"tags": ["guild"]}),
    (PLACE, "Gallows Point", "An empty lighthouse that lures ships to their doom.", {}),
    (PLACE, "Bramble House", "A tavern where the stew is always hot.", {"tags": ["river"]}),
    (ITEM, "Sunblade", "A sword that gives off light in the dark.", {}),
    (NPC, "Veiled Guest", "No boat carries this vampire in disguise.", {"state": "draft"}),
]


@pytest.fixture(scope="module")
def campaign(module_database: Database) -> UUID:
    return make_campaign(module_database)


@pytest.fixture(scope="module")
def remember(module_database: Database, campaign: UUID) -> Remember:
    return remembering(module_database, campaign)


@pytest.fixture(scope="module")
def keeper(module_database: Database, embedder: Embedder) -> EmbeddingKeeper:
    return EmbeddingKeeper(module_database, embedder)


@pytest.fixture(scope="module")
def memory(remember: Remember, keeper: EmbeddingKeeper, campaign: UUID) -> None:
    for kind, name, description, more in MEMORY:
        remember(name, type=kind, description=description, **more)
    keeper.embed_campaign(campaign)


Find = Callable[..., SearchResult]


@pytest.fixture(scope="module")
def find(module_database: Database, embedder: Embedder, campaign: UUID, memory: None) -> Find:
    finder = Finder(module_database, embedder)

    def search(query: str, *, by: str = DM, limit: int = 20, highlight: bool = False, **filters: Any) -> SearchResult:
        return finder.find(by, campaign, query, filters=Filters(**filters), limit=limit, highlight=highlight)

    return search


def names(found: SearchResult) -> list[str]:
    return [hit.name for hit in found.results]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("crossing the water", "Lysa Merrow"),
        ("blacksmith", "Odo Brand"),
        ("beacon by the sea", "Gallows Point"),
        ("where can we eat and sleep", "Bramble House"),
        ("glowing weapon", "Sunblade"),
    ],
)
def test_what_shares_no_word_with_the_query_is_found_by_what_it_means(find: Find, query: str, wanted: str) -> None:
    best = find(query).results[0]

    assert (wanted, 0.0) == (best.name, best.evidence.text)
    assert best.evidence.meaning > 0


def test_a_misspelled_name_is_found_before_what_only_means_the_like(find: Find) -> None:
    assert "Lysa Merrow" == names(find("Lisa Merow"))[0]


def test_the_score_is_what_the_evidence_adds_up_to_and_falls_along_the_list(find: Find) -> None:
    hits = find("lighthouse by the river").results

    assert len(hits) > 2
    for hit in hits:
        parts = (hit.evidence.name, hit.evidence.word, hit.evidence.text, hit.evidence.meaning)
        rest = 1.0
        for part in parts:
            assert 0 <= part <= 1
            rest *= 1 - part
        assert pytest.approx(1 - rest) == hit.score
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]


def test_one_that_has_no_vector_yet_is_found_by_name_and_text(
    find: Find, module_database: Database, remember: Remember
) -> None:
    owl = remember("Brass Owl", type=ITEM, description="Hoots when liars speak.")

    assert "Brass Owl" == names(find("bras owl"))[0] == names(find("liars"))[0]
    with module_database.transaction() as tx:
        delete_entity(tx, owl.id, DM, type=ITEM)


def test_vectors_of_another_model_are_not_compared(
    find: Find, module_database: Database, campaign: UUID, embedder: Embedder
) -> None:
    vector = embedder.embed(["the ferry woman"])[0].tolist()
    with module_database.transaction() as tx:
        found = search_entities(tx, DM, campaign, "the ferry woman", vector=QueryVector("another", vector))

    assert "Lysa Merrow" not in names(found)


def test_filters_leave_only_what_they_say(find: Find) -> None:
    query = "the ferry woman or the tavern at the river with a sword"

    assert {NPC} == {hit.entity_type for hit in find(query, types=[NPC]).results}
    assert {"Lysa Merrow", "Bramble House"} == set(names(find(query, tags=["River"])))
    assert {"Lysa Merrow"} == set(names(find(query, tags=["guild", "river"])))
    assert {"Veiled Guest"} == set(names(find("boat", state="draft")))
    assert "Veiled Guest" not in names(find("boat", state="approved"))


def test_a_tag_that_cannot_be_is_refused(find: Find) -> None:
    with pytest.raises(InvalidInput):
        find("x", tags=["x" * 51])


@pytest.mark.parametrize("seen", [{"by": READER}, {"as_player": True}])
def test_players_find_no_draft_by_name_text_or_meaning(find: Find, seen: dict[str, Any]) -> None:
    for query in ("Veiled Guest", "disguise", "somebody undead who drinks blood"):
        assert "Veiled Guest" in names(find(query))
        assert "Veiled Guest" not in names(find(query, **seen))


def test_another_campaigns_entities_are_never_found(
    find: Find, module_database: Database, embedder: Embedder, keeper: EmbeddingKeeper
) -> None:
    elsewhere = new_uuid()
    with module_database.transaction() as tx:
        ensure_campaign(tx, elsewhere, "Elsewhere", DM)
    remembering(module_database, elsewhere)("Lysa Merrow", description="Runs a ferry.")
    keeper.embed_campaign(elsewhere)

    assert 1 == names(find("Lysa Merrow")).count("Lysa Merrow")
    assert ["Lysa Merrow"] == names(Finder(module_database, embedder).find(DM, elsewhere, "the ferry woman"))


def test_highlights_say_where_the_words_stand(find: Find) -> None:
    by_name = {hit.name: hit.highlights for hit in find("lighthouses on the point", highlight=True).results}

    assert (
        Highlight("name", "Gallows Point", ((8, 13),)),
        Highlight("description", "An empty lighthouse that lures ships to their doom.", ((9, 19),)),
    ) == by_name["Gallows Point"]
    assert () == find("lighthouses").results[0].highlights


def test_of_a_long_text_the_pieces_around_the_words_are_shown(
    find: Find, module_database: Database, remember: Remember
) -> None:
    padding = "Nothing happens here for a long while. " * 10
    long = remember("Chronicle", description=f"{padding}Then the wyvern came. {padding}The wyvern left.")
    [hit] = [hit for hit in find("wyvern", highlight=True).results if hit.uuid == long.id]

    assert 2 == len(hit.highlights[0].matches)
    assert len(hit.highlights[0].text) < 400
    with module_database.transaction() as tx:
        delete_entity(tx, long.id, DM, type=NPC)


def test_marks_of_ours_in_a_text_mark_nothing(find: Find, module_database: Database, remember: Remember) -> None:
    odd = remember("Odd \ue000sign\ue001", description="\ue001A rune \ue000\ue000 of warding.")
    [hit] = [hit for hit in find("warding", highlight=True).results if hit.uuid == odd.id]
    [highlight] = hit.highlights

    assert "A rune  of warding." == highlight.text
    assert ["warding"] == [highlight.text[begin:end] for begin, end in highlight.matches]
    with module_database.transaction() as tx:
        delete_entity(tx, odd.id, DM, type=NPC)


def test_a_model_that_fails_leaves_names_and_texts(module_database: Database, campaign: UUID, memory: None) -> None:
    class Broken:
        model, dimensions = "broken", 384

        def embed(self, texts: Any) -> Any:
            raise RuntimeError("no memory left")

    assert "Sunblade" == names(Finder(module_database, Broken()).find(DM, campaign, "sunblad"))[0]


def test_the_vector_of_a_query_is_made_once(module_database: Database, campaign: UUID, embedder: Embedder) -> None:
    made: list[str] = []

    class Counting:
        model, dimensions = embedder.model, 384

        def embed(self, texts: Any) -> Any:
            made.extend(texts)
            return embedder.embed(texts)

    finder = Finder(module_database, Counting())
    for query in ("a  smith", "a smith", "a smith "):
        finder.find(DM, campaign, query)

    assert ["a smith"] == made


def plan_of(database: Database, campaign: UUID, vector: list[float]) -> str:
    """How Postgres would look for the nearest vectors of a campaign, were the table large."""
    with database.transaction() as tx:
        tx.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        rows = tx.execute(
            "EXPLAIN SELECT entity_id FROM entity_embeddings WHERE campaign_id = %s"
            " ORDER BY embedding <=> %s::halfvec(384) LIMIT 10",
            (campaign, str(vector)),
        ).fetchall()
    return "\n".join(row["QUERY PLAN"] for row in rows)


def test_a_large_campaign_gets_an_index_of_its_own_finds_the_same_with_it_and_loses_it_when_it_shrinks(
    find: Find, module_database: Database, campaign: UUID, embedder: Embedder
) -> None:
    name = index_name(campaign)
    exact = find("the ferry woman")
    assert [] == fit_indexes(module_database, above=6)

    assert [f"built {name}"] == fit_indexes(module_database, above=5)
    assert [] == fit_indexes(module_database, above=5)
    assert name in plan_of(module_database, campaign, embedder.embed(["x"])[0].tolist())
    assert name not in plan_of(module_database, new_uuid(), embedder.embed(["x"])[0].tolist())
    assert exact == find("the ferry woman")
    assert find("the ferry woman", types=[PLACE]).results[0].entity_type is PLACE

    assert [] == fit_indexes(module_database, above=11)
    assert [f"dropped {name}"] == fit_indexes(module_database, above=12)


def test_an_index_whose_building_was_broken_off_is_built_again(
    module_database: Database, campaign: UUID, memory: None
) -> None:
    fit_indexes(module_database, above=5)
    name = index_name(campaign)
    with module_database.transaction() as tx:
        tx.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", (name,))

    assert [f"dropped {name}", f"built {name}"] == fit_indexes(module_database, above=5)
    assert [f"dropped {name}"] == fit_indexes(module_database, above=1000)

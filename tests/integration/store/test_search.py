"""Search quality by example: what a DM half remembers is found, and found first (R32, R33, C37)."""

from collections.abc import Callable
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import InvalidInput
from store.database import Database
from store.entities import delete_entity
from store.search import SearchResult, search_entities
from tests.integration.store.conftest import DM, READER, Remember, make_campaign, remembering

NPC, PLACE, ITEM, QUEST = EntityType.NPC, EntityType.LOCATION, EntityType.ITEM, EntityType.QUEST

MEMORY = [
    (NPC, "Borin", "A dwarf smith who lost his left thumb to a bet.", {}),
    (NPC, "Borin Ironfist", "Captain of the bridge guard.", {}),
    (NPC, "Éowyn of the Ridge", "A shepherd who hears wolves talk.", {}),
    (NPC, "Thessaly Marr", "Runs the ferry and knows every smuggler.", {}),
    (NPC, "Old Hob", "A fisherman. Sells eels and rumours.", {"deed": "He buried the mayor's brother."}),
    (NPC, "Ser Aldous Wren", "A knight in debt to the temple.", {}),
    (NPC, "Ulf", "A trapper of few words.", {}),
    (NPC, "Mirela", "A half-elf bard with a cracked lute.", {}),
    (
        PLACE,
        "Hall of the Mountain King",
        "An ancient hall of the dwarves, sealed from inside.",
        {"location_type": "dungeon"},
    ),
    (PLACE, "The Dwarven Halls", "A long row of houses under the cliff.", {"location_type": "city"}),
    (PLACE, "Ashen Hand Hideout", "A cellar that smells of burnt oil.", {"location_type": "dungeon"}),
    (PLACE, "The Gilded Griffin", "An inn by the river with a walled garden.", {"location_type": "building"}),
    (PLACE, "Ember Row", "The street of the smiths; a great forge burns day and night.", {"location_type": "building"}),
    (PLACE, "Saltmarsh Light", "A lighthouse whose keeper never sleeps.", {"location_type": "building"}),
    (PLACE, "Whisperwood", "A forest where sound does not carry.", {"location_type": "wilderness"}),
    (PLACE, "Temple of the Quiet Moon", "Healers of the poor.", {"location_type": "building"}),
    (ITEM, "Sword of the Drowned Prince", "A blade that is always wet.", {}),
    (ITEM, "Lantern of Truth", "Shows lies as shadows.", {}),
    (ITEM, "Moonstone Ring", "Glows near undead.", {}),
    (QUEST, "The Missing Ferry", "The ferry left at dusk and never came across.", {}),
    (QUEST, "Debts of the Temple", "Someone pays the knight's debts in old coins.", {}),
]


Search = Callable[..., SearchResult]


@pytest.fixture(scope="module")
def campaign(module_database: Database) -> UUID:
    return make_campaign(module_database)


@pytest.fixture(scope="module")
def remember(module_database: Database, campaign: UUID) -> Remember:
    return remembering(module_database, campaign)


@pytest.fixture(scope="module")
def find(module_database: Database, campaign: UUID, remember: Remember) -> Search:
    for kind, name, description, attributes in MEMORY:
        remember(name, type=kind, description=description, attributes=attributes)

    def search(query: str, types: list[EntityType] | None = None, limit: int = 20, *, by: str = DM) -> SearchResult:
        with module_database.transaction() as tx:
            return search_entities(tx, by, campaign, query, types, limit)

    return search


def names(found: SearchResult) -> list[str]:
    return [hit.name for hit in found.results]


@pytest.mark.parametrize("name", [name for _, name, _, _ in MEMORY])
def test_an_exact_name_is_found_first_with_nearly_full_score(find, name: str) -> None:
    best = find(name).results[0]
    assert name == best.name
    assert best.score > 0.95


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Borrin", "Borin"),
        ("borin", "Borin"),
        ("eowyn", "Éowyn of the Ridge"),
        ("Eówin", "Éowyn of the Ridge"),
        ("dwarven hal", "The Dwarven Halls"),
        ("gilded grifin", "The Gilded Griffin"),
        ("Mountan King", "Hall of the Mountain King"),
        ("whisper wood", "Whisperwood"),
        ("Tesaly", "Thessaly Marr"),
        ("Boran", "Borin"),
        ("Mirella", "Mirela"),
        ("sord of the drownd prince", "Sword of the Drowned Prince"),
        ("moonstne ring", "Moonstone Ring"),
        ("ashen", "Ashen Hand Hideout"),
    ],
)
def test_a_misspelled_or_partial_name_is_found_first(find, query: str, wanted: str) -> None:
    assert wanted == names(find(query))[0]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("forge", "Ember Row"),
        ("smugglers", "Thessaly Marr"),
        ("lighthouse keeper", "Saltmarsh Light"),
        ("undead", "Moonstone Ring"),
        ("half-elf", "Mirela"),
        ("walled garden", "The Gilded Griffin"),
        ("mayor's brother", "Old Hob"),
        ("wilderness", "Whisperwood"),
        ("eels", "Old Hob"),
        ("Ulf", "Ulf"),
    ],
)
def test_words_of_a_text_or_an_attribute_are_found(find, query: str, wanted: str) -> None:
    assert wanted == names(find(query))[0]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("the ancient dwarven hall", "Hall of the Mountain King"),
        ("who runs the ferry across the river", "Thessaly Marr"),
        ("a ring that glows when undead are near", "Moonstone Ring"),
        ("tell me about Borrin the smith please", "Borin"),
        ("What do we know about Captain Ironfist?", "Borin Ironfist"),
        ("where is the inn with the garden", "The Gilded Griffin"),
        ("the knight who owes money to the temple", "Ser Aldous Wren"),
    ],
)
def test_a_sentence_finds_what_it_is_about_among_the_first_three(find, query: str, wanted: str) -> None:
    assert wanted in names(find(query))[:3]


def test_a_typo_in_a_sentence_still_finds_a_name_of_several_words(find) -> None:
    assert "Borin Ironfist" in names(find("did anyone speak with captain Irnfist yesterday"))[:3]


def test_scores_fall_from_1_to_0_along_the_list(find) -> None:
    scores = [hit.score for hit in find("the old hall of the dwarves and the temple").results]
    assert len(scores) > 3
    assert sorted(scores, reverse=True) == scores
    assert all(0 < score <= 1 for score in scores)


def test_what_matches_nothing_finds_nothing(find) -> None:
    found = find("zyxwvut")
    assert ([], 0) == (found.results, found.total)


def test_the_total_counts_all_matches_and_the_limit_only_cuts(find) -> None:
    everything = find("temple")
    assert 3 == everything.total == len(everything.results)
    cut = find("temple", limit=1)
    assert (names(everything)[:1], 3) == (names(cut), cut.total)


def test_only_the_types_that_were_asked_for_are_found(find) -> None:
    assert ["The Missing Ferry"] == names(find("ferry", [QUEST]))
    assert {"The Missing Ferry", "Thessaly Marr"} == set(names(find("ferry", [QUEST, NPC])))
    assert set(names(find("ferry"))) == set(names(find("ferry", [])))


def test_quoted_words_and_excluded_words_are_taken_by_the_letter(find) -> None:
    assert {"Hall of the Mountain King", "The Dwarven Halls"} <= set(names(find("hall")))
    assert ["Hall of the Mountain King"] == names(find('"ancient hall"'))
    assert ["The Dwarven Halls"] == names(find("hall -ancient"))


def test_a_minus_before_a_number_is_a_number(find, remember: Remember) -> None:
    remember("Plate of the Vale", type=ITEM, description="Gives its wearer armor class -2.")
    assert "Plate of the Vale" == names(find("armor class -2"))[0]


def test_hits_carry_prefixed_ids_and_types(find) -> None:
    hit = find("Moonstone Ring").results[0]
    assert (f"itm_{hit.uuid.hex}", ITEM, "Glows near undead.") == (hit.entity_id, hit.entity_type, hit.description)


def test_a_secret_is_found_by_nobody(find, remember: Remember) -> None:
    remember("Quiet Nell", secret="Keeps a dragon's egg in the cellar.", attributes={"secret": {"deed": "smuggling"}})

    assert ["Quiet Nell"] == names(find("Quiet Nell"))[:1]
    for query in ("dragon's egg", "smuggling", "cellar"):
        assert "Quiet Nell" not in names(find(query)) + names(find(query, by=READER))


def test_deleted_entities_are_not_found(module_database: Database, find, remember: Remember) -> None:
    owl = remember("Brass Owl", type=ITEM, description="Hoots in the presence of liars.")
    assert "Brass Owl" in names(find("Brass Owl")) + names(find("liars"))
    with module_database.transaction() as tx:
        delete_entity(tx, owl.id, DM, type=ITEM)
    assert "Brass Owl" not in names(find("Brass Owl")) + names(find("liars"))


def test_readers_find_what_editors_find(find) -> None:
    assert find("Borin") == find("Borin", by=READER)


@pytest.mark.parametrize(
    "query",
    [
        "'; DROP TABLE entities; --", "%", "_", "\\", "a & b | !c", "((", "'", '"', "-", "<->", ":*", "the", "?", "%s",
        "%(query)s", "{}", "\u202e", "🐉", "x" * 5000, "word " * 1000, "a", "- -", '"" -a', "it's", "C:\\temp",
    ],
)  # fmt: skip
def test_no_query_breaks_the_search(find, query: str) -> None:
    assert 0 <= len(find(query).results) <= 20
    assert "Borin" in names(find("Borin"))


@pytest.mark.parametrize("query", ["", "  ", "a\0b", "\ud800", "x" * 5001])
def test_a_query_that_cannot_be_is_refused(find, query: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        find(query)
    assert ["query"] == [item.field for item in caught.value.fields]

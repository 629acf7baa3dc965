import re

import pytest

import rules
from contracts.entities import LocationType
from workers.world_designer.names import make_name, sounds_like
from workers.world_designer.prose import stream
from workers.world_designer.vocabulary import lives, name_parts, occupations, peoples, spells, traits
from workers.world_designer.vocabulary.gear import OUTFITS, TRADE_WEAPONS
from workers.world_designer.vocabulary.places import CULTURES, KINDS, MOODS
from workers.world_designer.vocabulary.places.families import FAMILIES

TABLES = [
    name_parts.DWARF,
    name_parts.ELF,
    name_parts.HUMAN,
    name_parts.GNOME,
    name_parts.HALFLING,
    name_parts.GOBLINOID,
]


@pytest.mark.parametrize("parts", TABLES)
def test_each_people_has_at_least_sixty_parts_of_names_without_repeats(parts):
    assert 60 <= parts.count()
    for field in parts.__slots__:
        assert len(set(getattr(parts, field))) == len(getattr(parts, field))


@pytest.mark.parametrize("people", peoples.PEOPLES, ids=lambda people: people.key)
@pytest.mark.parametrize("gender", ["female", "male"])
def test_names_are_two_plain_words_and_nobody_elses(people, gender):
    rng = stream(1, "names", people.key, gender)
    names = [make_name(people.key, gender, rng) for _ in range(500)]

    assert 150 < len(set(names))
    assert [] == [name for name in names if not re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name)]
    assert [] == [name for name in names if re.search(r"(.)\1\1", name.lower())]
    assert [] == [name for name in names if set(name.lower().split()) & name_parts.WELL_KNOWN]


@pytest.mark.parametrize(
    ("name", "gender"), [("Borin", "male"), ("Ilsabet", "female"), ("Mara Vance", "female"), ("Luke", "male")]
)
def test_a_name_sounds_like_what_most_tables_would_hear(name, gender):
    assert gender == sounds_like(name)


def test_everything_named_exists():
    weapons, armor = rules.default_rulebook().table("weapons").names, rules.default_rulebook().table("armor").names
    classes = rules.default_rulebook().table("classes").names

    for outfit in OUTFITS.values():
        assert set(outfit.melee) | set(outfit.missile) <= set(weapons)
        assert {one for one in outfit.armor if one} <= set(armor)
    assert set(TRADE_WEAPONS.values()) <= set(weapons)
    assert set(TRADE_WEAPONS) <= set(occupations.BY_NAME)
    for one in occupations.OCCUPATIONS:
        assert set(one.classes) <= set(classes)
        assert one.group in lives.LIVES
    for usual in occupations.FALLBACK_BY_CLASS.values():
        assert set(usual) <= set(occupations.BY_NAME)


def test_there_is_a_spell_for_every_level_of_every_caster():
    assert (9, 7, 7) == (len(spells.WIZARD), len(spells.PRIEST), len(spells.DRUID))


def test_no_two_words_of_one_list_mean_different_things():
    for entries in (KINDS.values(), MOODS.values(), peoples.PEOPLES, traits.TRAITS):
        words = [word for entry in entries for word in entry.words]
        assert sorted(set(words)) == sorted(words)


def test_every_location_type_but_the_continent_has_a_kind_of_place():
    assert set(LocationType) - {LocationType.CONTINENT} == {kind.location_type for kind in KINDS.values()}


def test_sentences_end_as_sentences_and_choices_are_closed():
    texts = [
        sentence
        for entry in (*KINDS.values(), *CULTURES.values(), *MOODS.values(), *FAMILIES.values(), *lives.LIVES.values())
        for field in entry.__slots__
        if isinstance(getattr(entry, field), tuple) and field != "words"
        for sentence in getattr(entry, field)
    ]

    assert 450 < len(texts)
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert re.search(r"[.?!]$", text), text
        assert text.count("{") == text.count("}") == len(re.findall(r"\{[^{}|]+(?:\|[^{}|]+)+\}", text)), text

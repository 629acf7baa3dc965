"""Every operation of the fast lane: its body, its two forms of asking, and what it says when it refuses."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fastlane
import rules
from fastlane.parameters import parameter_names

BOOK = rules.default_rulebook()
WEAPONS, SPELLS = BOOK.table("weapons").names, BOOK.table("simple_spells").names
OPERATIONS = sorted({one.name for one in fastlane.OPERATIONS.values()})
EXPLANATION = {"breakdown", "assumptions", "warnings", "source", "rules_version"}


@pytest.fixture
def lane():
    return fastlane.FastLane(BOOK, new_seed=lambda: 7)


def read(query):
    return dict(parse_qsl(query.decode(), keep_blank_values=True))


def ask(lane, operation, query):
    return json.loads(lane.answer_bytes(operation, query.encode(), read))


def refused(lane, operation, params, source="query"):
    with pytest.raises(fastlane.InvalidParameters) as caught:
        lane.answer(operation, params, source=source)
    return {one.field: one.message for one in caught.value.fields}


@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        ("attack", "thac0=20&ac=10", {"needed": 10, "hit_chance_percent": 55, "modifier": 0}),
        ("attack", "class=fighter&level=7&strength=18/51&ac=3", {"thac0": 14, "modifier": 2, "needed": 9}),
        ("attack", "thac0=16&ac=4&situations=rear,higher_ground", {"modifier": 3, "needed": 9}),
        ("attack", "thac0=16&ac=4&range=long&dexterity=18", {"modifier": -3, "needed": 15}),
        ("attack", "thac0=16&ac=4&cover=50", {"modifier": -4, "needed": 16}),
        ("attack", "class=mage&level=1&ac=4&nonproficient=true", {"modifier": -5, "needed": 20}),
        ("attack", "thac0=16&ac=-10&situations=sleeping_or_held", {"automatic": True, "hit_chance_percent": 100}),
        ("damage", "weapon=long sword", {"notation": "1d8", "average": 4.5}),
        ("damage", "weapon=longsword&target=large&strength=18/00", {"notation": "1d12+6", "maximum": 18}),
        ("damage", "weapon=short_sword&backstab_level=5", {"minimum": 3, "maximum": 18}),
        ("turn_undead", "level=1&undead=skeleton", {"needed": 10, "chance_percent": 55, "number_affected": "2d6"}),
        ("turn_undead", "level=7&undead=ghoul", {"needed": "T"}),
        ("turn_undead", "level=8&undead=ghoul", {"needed": "D"}),
        ("turn_undead", "class=paladin&level=3&undead=skeleton", {"needed": 10}),
        ("thief_skills", "level=1", {"points_to_distribute": 60, "most_per_skill": 30}),
        ("spell_slots", "class=mage&level=5", {"slots": {"1": 4, "2": 2, "3": 1}}),
        ("spell_slots", "class=cleric&level=1&wisdom=18", {"slots": {"1": 3}, "spell_failure_percent": 0}),
        ("spell", "name=fireball&caster_level=12", {"amount": "10d6", "saving_throw": "half", "casting_time": "3"}),
        ("spell", "name=magic_missile&caster_level=9", {"amount": "5d4+5"}),
        ("initiative", "weapon=dagger", {"die": "1d10", "modifier": 2}),
        ("initiative", "casting_time=3&situations=hasted", {"modifier": 1}),
        ("initiative", "casting_time=1 round", {"at_end_of_round": True}),
        ("movement", "race=elf&strength=10", {"category": "none", "rate": 12}),
        ("ability", "ability=str&score=18/76", {"score": "18/76"}),
        ("xp", "class=thief&level=2", {"experience_points": 1250}),
        ("xp", "class=fighter&experience_points=2000", {"level": 2, "next_level_at": 4000}),
        ("monster", "hit_dice=4%2B3", {"hit_dice": "4+3", "thac0": 15}),
        ("monster", "hit_dice=4+3", {"hit_dice": "4+3", "thac0": 15}),
        ("monster", "name=orc", {"name": "orc", "experience_points": 15}),
        ("item_save", "material=cloth&attack=acid", {"save": 12, "needed": 12, "chance_percent": 45}),
        ("morale", "rating=11", {"needed": 11, "chance_percent": 55}),
        ("roll", "dice=1d1%2B4&seed=1", {"total": 5, "rolls": [[1]], "seed": 1}),
        ("roll", "dice=2d1+4", {"dice": "2d1+4", "total": 6, "seed": 7}),
    ],
)
def test_numbers_are_those_of_the_tables(lane, operation, query, body):
    shown = ask(lane, operation, query)
    assert body == {name: shown.get(name) for name in body}


def test_strength_does_not_help_the_hand_that_shoots(lane):
    melee = ask(lane, "attack", "class=fighter&level=1&strength=18&ac=5&weapon=long_sword")
    shot = ask(lane, "attack", "class=fighter&level=1&strength=18&ac=5&weapon=short_bow")
    assert (14, 15) == (melee["needed"], shot["needed"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_bodies_have_the_same_names_with_verbose_and_more(lane, operation):
    example = dict(fastlane.OPERATIONS[operation].example)
    short = lane.answer(operation, example, source="body").body
    verbose = lane.answer(operation, {**example, "verbose": True}, source="body").body

    assert EXPLANATION <= verbose.keys() - short.keys()
    assert {**short, "cache_hit": 0} == {**{name: verbose[name] for name in short}, "cache_hit": 0}
    assert all(line.keys() == {"label", "value", "source"} for line in verbose["breakdown"])
    assert verbose["source"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_second_answer_is_prepared_and_differs_in_nothing_but_cache_hit(lane, operation):
    sent = json.dumps(fastlane.OPERATIONS[operation].example).encode()
    assert lane.prepared(operation, sent, source="body") is None
    first = json.loads(lane.answer_bytes(operation, sent, json.loads, source="body"))
    second = json.loads(lane.prepared(operation, sent, source="body"))

    assert {**first, "cache_hit": True} == {**second, "cache_hit": True}
    assert second.get("cache_hit", True)
    assert lane.prepared(operation, sent) is None  # the same bytes as a query are another question


def test_long_questions_are_answered_and_not_prepared(lane):
    padded = b'{"rating": 12}' + b" " * fastlane.MAX_PREPARED
    assert lane.answer_bytes("morale", padded, json.loads, source="body")
    assert lane.prepared("morale", padded, source="body") is None


def test_prepared_answers_are_bounded():
    lane = fastlane.FastLane(BOOK, memo_size=3)
    for seed in range(10):
        ask(lane, "roll", f"dice=3d6&seed={seed}")
    assert [seed for seed in range(10) if lane.prepared("roll", f"dice=3d6&seed={seed}".encode())] == [7, 8, 9]


def test_roll_without_a_seed_is_new_every_time_and_can_be_asked_again():
    seeds = iter([11, 12])
    lane = fastlane.FastLane(BOOK, new_seed=lambda: next(seeds))
    first, second = ask(lane, "roll", "dice=100d20"), ask(lane, "roll", "dice=100d20")

    assert (11, 12) == (first["seed"], second["seed"])
    assert first["rolls"] != second["rolls"]
    assert first == ask(lane, "roll", "dice=100d20&seed=11")


def test_rolls_of_fresh_seeds_differ():
    lane = fastlane.FastLane(BOOK)
    assert 10 == len({ask(lane, "roll", "dice=20d20")["seed"] for _ in range(10)})


@pytest.mark.parametrize(
    ("operation", "query", "field", "message"),
    [
        ("attack", "ac=5", "thac0", "must be given, or class and level instead of it"),
        ("attack", "ac=5&thac0=20&class=mage&level=1", "thac0", "must be given, or class and level instead of it"),
        ("attack", "thac0=15", "ac", "is required"),
        ("attack", "thac0=21&ac=5", "thac0", "must be an integer from 1 to 20"),
        ("attack", "thac0=15&ac=5&situations=flying", "situations", "must be one of: higher_ground"),
        ("attack", "thac0=15&ac=5&cover=30", "cover", "must be one of: 25, 50, 75, 90"),
        ("damage", "weapon=dager", "weapon", f"must be one of {len(WEAPONS)} names, the nearest of them: dagger, "),
        ("damage", "weapon=dagger&target=tiny", "target", "must be small (small and man-sized) or large"),
        ("turn_undead", "class=fighter&level=5", "class", "must be a cleric or paladin"),
        ("turn_undead", "level=5&undead=orc", "undead", "must be one of"),
        ("thief_skills", "level=1&points=juggling:10", "points", "must be one of"),
        ("thief_skills", "level=1&points=climb_walls", "points", "must be points by skill"),
        ("thief_skills", "level=1&points=climb_walls:31", "points", "must be an integer from 0 to 30 for climb walls"),
        ("spell_slots", "class=cleric&level=5&school=illusion", "school", "must be left out"),
        ("spell", "name=firebal", "name", f"must be one of {len(SPELLS)} names, the nearest of them: fireball, "),
        ("initiative", "weapon=dagger&item=potion", "item", "must be left out beside weapon"),
        ("initiative", "casting_time=soon", "casting_time", "must be an integer from 0 to 20"),
        ("movement", "strength=10&load_lb=-5", "load_lb", "must be a number of pounds from 0 to 100000"),
        ("ability", "ability=luck&score=10", "ability", "must be one of: strength, dexterity"),
        ("xp", "class=fighter", "level", "must be given, or experience_points instead of it"),
        ("xp", "class=fighter/mage&level=5", "class", "must be one class"),
        ("monster", "", "name", "must be given, or hit_dice instead of it"),
        ("monster", "name=smurf", "name", "must be one of the "),
        ("monster", "hit_dice=4&abilities=singing", "abilities", "must be one of "),
        ("item_save", "material=cheese&attack=acid", "material", "must be one of"),
        ("item_save", "material=cloth&attack=boredom", "attack", "must be one of"),
        ("morale", "situations=lost_half", "rating", "must be given, or creature instead of it"),
        ("morale", "rating=10&situations=bored", "situations", "must be one of"),
        ("roll", "dice=lots", "dice", "must be dice such as 3d6"),
        ("roll", "dice=3d6&seed=-1", "seed", "must be an integer from 0 to 9007199254740991"),
    ],
)
def test_refusal_names_the_parameter_and_what_is_allowed(lane, operation, query, field, message):
    fields = refused(lane, operation, read(query.encode()))
    assert fields.get(field, "").startswith(message), fields


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("attack", {"thac0": 15, "ac": 5, "situations": ["rear", "prone"], "cover": 25, "nonproficient": False}),
        ("thief_skills", {"level": 2, "points": {"climb_walls": 10}}),
        ("movement", {"strength": "18/51", "load_lb": 82.5}),
        ("monster", {"hit_dice": 6, "abilities": []}),
        ("initiative", {"casting_time": "3"}),
        ("ability", {"ability": "Wisdom", "score": 15}),
        ("morale", {"creature": "goblin", "rating": None}),
    ],
)
def test_bodies_have_json_types(lane, operation, body):
    assert lane.answer(operation, body, source="body").body


@pytest.mark.parametrize(
    ("operation", "body", "field"),
    [
        ("attack", {"thac0": "15", "ac": 5}, "thac0"),
        ("attack", {"thac0": 15, "ac": 5, "situations": "rear"}, "situations"),
        ("attack", {"thac0": 15, "ac": 5, "situations": [1]}, "situations"),
        ("thief_skills", {"level": 2, "points": "climb_walls:10"}, "points"),
        ("thief_skills", {"level": 2, "points": {"climb_walls": 1.5}}, "points"),
        ("movement", {"strength": 10, "load_lb": "5"}, "load_lb"),
        ("movement", {"strength": 10, "load_lb": float("inf")}, "load_lb"),
        ("roll", {"dice": 6}, "dice"),
        ("roll", {"dice": "d6", "seed": 1.0}, "seed"),
        ("spell", {"name": "x" * 81}, "name"),
    ],
)
def test_bodies_of_other_types_are_refused(lane, operation, body, field):
    assert field in refused(lane, operation, body, "body")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 40), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["fighter", "mage", "cleric", "thief", "5", "5/6", "18/55", "chain", "elf", "true", "16", "orc",
                     "fireball", "3d6", "4+3", "acid", "cloth", "dagger", "rear,prone", "climb_walls:5", "wight"]),
    st.lists(st.sampled_from(["rear", "hasted", "lost_half", "", 5]), max_size=3),
    st.dictionaries(st.sampled_from(["climb_walls", "x"]), st.integers(-1, 40), max_size=2),
)  # fmt: skip


@settings(max_examples=400)
@given(data=st.data(), operation=st.sampled_from(OPERATIONS), from_body=st.booleans())
def test_any_input_is_answered_or_cleanly_refused(data, operation, from_body):
    names = [*parameter_names(fastlane.OPERATIONS[operation].model), "x"]
    params = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))
    params = (fastlane.OPERATIONS[operation].example | params) if data.draw(st.booleans()) else params
    try:
        json.dumps(fastlane.FastLane(BOOK).answer(operation, params, source="body" if from_body else "query").body)
    except fastlane.InvalidParameters as error:
        messages = [one.message for one in error.fields]
    else:
        messages = ["answered"]
    assert all(messages)
    assert messages

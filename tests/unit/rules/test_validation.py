"""Is a character allowed: each rule with its source and alternatives, sentences, and house rules."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.house_rules import RULE_IDS, SETTINGS
from rules.loader import Rulebook
from rules.subjects import ALIGNMENTS, SUBJECT_FIELDS
from rules.validation import validate
from rules.validation_rules import CHECKS

BOOK = rules.default_rulebook()
CLASSES = BOOK.table("classes").names
RACES = BOOK.table("races").names


def broken(subject, house_rules=None):
    return [one.rule for one in validate(subject, house_rules=house_rules).violations]


@pytest.mark.parametrize(
    ("subject", "violations"),
    [
        ({"race": "human", "class": "paladin", "alignment": "LG"}, []),
        ({"race": "dwarf", "class": "mage"}, ["class_race"]),
        ({"race": "elf", "class": "paladin"}, ["class_race"]),
        ({"race": "half-elf", "class": "bard"}, []),
        ({"race": "gnome", "class": "illusionist"}, []),
        ({"race": "elf", "class": "illusionist"}, ["class_race"]),
        ({"race": "human", "class": "fighter/mage"}, ["multi_class"]),
        ({"race": "elf", "class": "fighter/mage"}, []),
        ({"race": "elf", "class": "mage/fighter"}, []),
        ({"race": "dwarf", "class": "fighter/mage"}, ["class_race", "multi_class"]),
        ({"race": "halfling", "class": "fighter/cleric"}, ["multi_class"]),
        ({"class": "paladin", "alignment": "chaotic good"}, ["alignment"]),
        ({"class": "druid", "alignment": "N"}, []),
        ({"class": "druid", "alignment": "true neutral"}, []),
        ({"class": "ranger", "alignment": "lawful evil"}, ["alignment"]),
        ({"class": "thief", "alignment": "LG"}, ["alignment"]),
        ({"class": "bard", "alignment": "CE"}, ["alignment"]),
        ({"class": "fighter", "abilities": {"str": 8}}, ["ability_minimum"]),
        ({"class": "paladin", "abilities": {"charisma": 16, "wisdom": 13}}, ["ability_minimum"]),
        ({"class": "mage", "abilities": {"intelligence": 9}}, []),
        ({"race": "dwarf", "abilities": {"constitution": 11}}, ["ability_race"]),
        ({"race": "dwarf", "abilities": {"constitution": 12}}, []),
        ({"race": "dwarf", "abilities": {"constitution": 19}}, []),
        ({"race": "elf", "abilities": {"dexterity": 19}}, []),
        ({"race": "human", "abilities": {"dexterity": 19}}, ["ability_race"]),
        ({"race": "halfling", "abilities": {"strength": 18}}, ["ability_race"]),
        ({"class": "fighter", "abilities": {"strength": "18/76"}}, []),
        ({"class": "mage", "abilities": {"strength": "18/76"}}, ["exceptional_strength"]),
        ({"class": "fighter/mage", "abilities": {"strength": "18/00"}}, []),
        ({"class": "mage", "armor": "leather"}, ["armor"]),
        ({"class": "mage", "armor": "none"}, []),
        ({"class": "thief", "armor": "chain mail"}, ["armor"]),
        ({"class": "thief", "armor": "studded leather"}, []),
        ({"class": "druid", "armor": "leather", "shield": True}, []),
        ({"class": "druid", "armor": "chain mail"}, ["armor"]),
        ({"class": "bard", "armor": "chain_mail"}, []),
        ({"class": "bard", "armor": "plate_mail"}, ["armor"]),
        ({"class": "thief", "shield": True}, ["shield"]),
        ({"class": "cleric", "shield": True}, []),
        ({"class": "fighter/mage", "armor": "plate_mail"}, []),
        ({"class": "cleric", "weapons": ["long_sword"]}, ["weapon"]),
        ({"class": "cleric", "weapons": ["warhammer", "quarterstaff", "sling"]}, []),
        ({"class": "mage", "weapons": ["dagger", "dart"]}, []),
        ({"class": "mage", "weapons": ["dagger", "long_sword"]}, ["weapon"]),
        ({"class": "fighter/mage", "weapons": ["long_sword"]}, []),
        ({"class": "fighter/cleric", "weapons": ["long_sword"]}, ["weapon"]),
        ({"class": "druid", "weapons": ["scimitar"]}, []),
        ({"race": "dwarf", "class": "fighter", "level": 15}, []),
        ({"race": "dwarf", "class": "fighter", "level": 16}, ["level_cap"]),
        ({"race": "human", "class": "fighter", "level": 30}, []),
        ({"race": "dwarf", "class": "fighter", "level": 17, "abilities": {"strength": 17}}, []),
        ({"race": "dwarf", "class": "fighter", "level": 18, "abilities": {"strength": 17}}, ["level_cap"]),
        ({"class": "fighter", "specialised_in": ["long_sword"]}, []),
        ({"class": "ranger", "specialised_in": ["long_sword"]}, ["specialisation"]),
        ({"class": "fighter/mage", "specialised_in": ["long_sword"]}, ["specialisation"]),
        ({"class": "fighter", "specialised_in": ["long_sword", "short_bow"]}, ["specialisation"]),
        ({"class": "fighter", "level": 1, "proficient_with": ["dagger", "club"], "specialised_in": ["long_sword"]}, []),
        ({"class": "fighter", "level": 1, "proficient_with": ["dagger", "club"], "specialised_in": ["long_bow"]},
         ["weapon_slots"]),
        ({"class": "mage", "level": 1, "proficient_with": ["dagger", "dart"]}, ["weapon_slots"]),
        ({"class": "mage", "level": 5, "spells": {"1": 4, "2": 2, "3": 1}}, []),
        ({"class": "mage", "level": 5, "spells": [4, 3, 1]}, ["spell_slots"]),
        ({"class": "cleric", "level": 1, "spells": [3], "abilities": {"wisdom": 18}}, []),
        ({"class": "cleric", "level": 1, "spells": [3]}, ["spell_slots"]),
        ({"class": "fighter", "level": 5, "spells": [1]}, ["spell_slots"]),
        ({}, []),
    ],
)  # fmt: skip
def test_book_says(subject, violations):
    assert violations == broken(subject)


def test_every_violation_has_source_message_and_alternatives():
    subject = {
        "race": "dwarf", "class": "mage", "level": 5, "alignment": "LG", "armor": "plate", "shield": True,
        "weapons": ["long_sword"], "abilities": {"strength": "18/50", "intelligence": 8, "charisma": 18},
        "spells": [9], "specialised_in": ["dagger"], "proficient_with": ["dart", "sling"],
    }  # fmt: skip
    found = validate(subject)
    assert not found.valid
    assert {"class_race", "ability_minimum", "ability_race", "exceptional_strength", "armor", "shield", "weapon",
            "specialisation", "weapon_slots", "spell_slots"} == {one.rule for one in found.violations}  # fmt: skip
    for one in found.violations:
        assert one.message.endswith(".")
        assert one.alternatives
        assert one.source.startswith(("Player's Handbook", "Dungeon Master Guide"))
        assert one.is_violation
        assert not one.by_house_rule
    assert len(found.breakdown) == len(found.violations)


def test_every_race_and_class_agrees_with_the_table_of_races():
    for race, name in itertools.product(RACES, CLASSES):
        is_open = name in BOOK.table("races").find(race)["classes"]
        assert ([] if is_open else ["class_race"]) == broken({"race": race, "class": name})


def test_every_class_and_alignment_agrees_with_its_table():
    for name, alignment in itertools.product(CLASSES, ALIGNMENTS):
        is_allowed = alignment in BOOK.table("class_alignments").value(name)
        assert is_allowed is validate({"class": name, "alignment": alignment}).valid


def test_every_class_and_weapon_is_decided_and_the_alternatives_are_allowed():
    for name, weapon in itertools.product(CLASSES, BOOK.table("weapons").names):
        found = validate({"class": name, "weapons": [weapon]})
        for one in found.violations:
            assert validate({"class": name, "weapons": [one.alternatives[0]]}).valid


def test_every_class_and_armor_is_decided():
    for name, armor in itertools.product(CLASSES, BOOK.table("armor").names):
        is_allowed = armor == "none" or armor in BOOK.table("class_armor").find(name)["armor"]
        assert is_allowed is validate({"class": name, "armor": armor}).valid


def test_caps_of_every_race_and_class_are_those_of_the_table():
    table = BOOK.table("racial_level_limits")
    for race, name in itertools.product(RACES, CLASSES):
        if not table.covers(race, name) or table.value(race, name) is None:
            continue
        cap = table.value(race, name)
        assert "level_cap" not in broken({"race": race, "class": name, "level": cap})
        assert "level_cap" in broken({"race": race, "class": name, "level": cap + 1})


def test_what_was_not_said_is_not_checked_and_said_so():
    found = validate({"race": "elf", "class": "ranger"})
    assert ("class_race",) == found.checked
    assert "alignment and class" == found.not_checked["alignment"]
    assert set(RULE_IDS) == {*found.checked, *found.not_checked}


def test_armor_of_a_combination_says_what_it_costs():
    assert ("In chain mail the mage casts no spells.",) == (
        validate({"class": "fighter/mage", "armor": "chain_mail"}).assumptions
    )
    assert () == validate({"class": "fighter/mage", "armor": "elven_chain_mail"}).assumptions
    assert ("In plate mail the thief uses no thieving skills.",) == (
        validate({"class": "fighter/thief", "armor": "plate_mail"}).assumptions
    )


@pytest.mark.parametrize(
    ("sentence", "subject", "violations"),
    [
        (
            "a dwarf mage of level 5 in plate mail",
            {"race": "dwarf", "class": "mage", "level": 5, "armor": "plate_mail"},
            ["class_race", "armor"],
        ),
        ("an elven fighter/mage, levels 5/6", {"race": "elf", "class": "fighter/mage", "level": "5/6"}, []),
        (
            "a lawful evil human paladin with charisma 12",
            {"race": "human", "class": "paladin", "alignment": "LE", "abilities": {"charisma": 12}},
            ["alignment", "ability_minimum"],
        ),
        (
            "5th level cleric with a long sword and a shield",
            {"class": "cleric", "level": 5, "shield": True, "weapons": ["long_sword"]},
            ["weapon"],
        ),
        ("a halfling", {"race": "halfling"}, []),
    ],
)
def test_sentences_are_read(sentence, subject, violations):
    found = validate(sentence)
    assert subject == found.subject
    assert violations == [one.rule for one in found.violations]


@pytest.mark.parametrize(
    ("subject", "house_rules"),
    [
        ({"race": "dwarf", "class": "mage"}, {"class_race": {"dwarf": ["wizard"]}}),
        ({"race": "dwarf", "class": "mage"}, {"class_race": False}),
        ({"race": "human", "class": "fighter/mage"}, {"multi_class": {"human": ["mage/fighter"]}}),
        ({"class": "paladin", "alignment": "NG"}, {"alignment": {"paladin": ["neutral good"]}}),
        ({"class": "paladin", "abilities": {"charisma": 15}}, {"ability_minimum": {"paladin": {"cha": 15}}}),
        ({"race": "human", "abilities": {"wisdom": 20}}, {"ability_race": False}),
        ({"class": "mage", "abilities": {"strength": "18/10"}}, {"exceptional_strength": False}),
        ({"class": "mage", "armor": "leather"}, {"armor": {"mage": ["leather"]}}),
        ({"class": "thief", "shield": True}, {"shield": False}),
        ({"class": "cleric", "weapons": ["long_sword"]}, {"weapon": {"cleric": ["longsword"]}}),
        ({"race": "elf", "class": "mage", "level": 20}, {"level_cap": False}),
        ({"race": "elf", "class": "mage", "level": 20}, {"level_cap": 20}),
        ({"race": "elf", "class": "mage", "level": 20}, {"level_cap": {"elf": 20}}),
        ({"race": "elf", "class": "mage", "level": 20}, {"level_cap": {"elf": {"mage": 20}}}),
        ({"class": "ranger", "specialised_in": ["long_bow"]}, {"specialisation": {"ranger": ["long_bow"]}}),
        ({"class": "mage", "level": 1, "proficient_with": ["dagger", "dart"]}, {"weapon_slots": False}),
        ({"class": "mage", "level": 1, "spells": [9]}, {"spell_slots": False}),
    ],
)
def test_house_rule_allows_and_is_marked(subject, house_rules):
    assert 1 == len(broken(subject))
    found = validate(subject, house_rules=house_rules)
    assert found.valid
    assert [(rule, False, True) for rule in house_rules] == [
        (one.rule, one.is_violation, one.by_house_rule) for one in found.house_rules
    ]


@pytest.mark.parametrize(
    ("subject", "house_rules", "rule"),
    [
        ({"race": "human", "class": "fighter", "level": 12}, {"level_cap": 10}, "level_cap"),
        ({"race": "dwarf", "class": "fighter", "level": 12}, {"level_cap": {"dwarf": {"fighter": 9}}}, "level_cap"),
        (
            {"class": "fighter", "abilities": {"strength": 11}},
            {"ability_minimum": {"fighter": {"strength": 12}}},
            "ability_minimum",
        ),
    ],
)
def test_stricter_house_rule_is_a_violation_of_its_own(subject, house_rules, rule):
    assert [] == broken(subject)
    (found,) = validate(subject, house_rules=house_rules).violations
    assert (rule, True, True, "house rule of the campaign") == (
        found.rule, found.is_violation, found.by_house_rule, found.source
    )  # fmt: skip


def test_house_rule_of_another_class_or_by_the_book_changes_nothing():
    assert ["armor"] == broken({"class": "mage", "armor": "leather"}, {"armor": {"druid": ["plate_mail"]}})
    assert ["armor"] == broken({"class": "mage", "armor": "leather"}, {"armor": True})


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ([], "subject"),
        (None, "subject"),
        ("", "subject"),
        ("the weather in the hills", "subject"),
        ("a dwarf fighter and an elf mage of level 3", "subject"),
        ({"clazz": "mage"}, "subject.clazz"),
        ({"class": 5}, "subject.class"),
        ({"class": "jedi"}, "subject.class"),
        ({"level": 5}, "subject.class"),
        ({"class": "mage", "level": "five"}, "subject.level"),
        ({"class": "mage", "level": 31}, "subject.level"),
        ({"class": "fighter/mage", "level": 5}, "subject.level"),
        ({"race": "vulcan"}, "subject.race"),
        ({"alignment": "grumpy"}, "subject.alignment"),
        ({"abilities": []}, "subject.abilities"),
        ({"abilities": {"luck": 10}}, "subject.abilities"),
        ({"abilities": {"wisdom": 26}}, "subject.abilities.wisdom"),
        ({"abilities": {"str": "18/101"}}, "subject.abilities.strength"),
        ({"armor": "tin"}, "subject.armor"),
        ({"shield": "yes"}, "subject.shield"),
        ({"weapons": "long_sword"}, "subject.weapons"),
        ({"weapons": ["lightsaber"]}, "subject.weapons"),
        ({"weapons": ["dagger"] * 31}, "subject.weapons"),
        ({"spells": "many"}, "subject.spells"),
        ({"spells": {"10": 1}}, "subject.spells"),
        ({"spells": [1.5]}, "subject.spells"),
        ({"spells": [100]}, "subject.spells"),
    ],
)
def test_subject_that_cannot_be_read_names_its_field(subject, field):
    with pytest.raises(rules.RuleError) as caught:
        validate(subject)
    assert field == caught.value.field
    assert caught.value.allowed


@pytest.mark.parametrize(
    "house_rules",
    [
        {"gravity": False},
        {"armor": 5},
        {"armor": {"mage": "leather"}},
        {"armor": {"mage": ["tin"]}},
        {"armor": {"jedi": ["leather"]}},
        {"level_cap": 31},
        {"level_cap": "high"},
        {"level_cap": {"elf": {"mage": 0}}},
        {"shield": ["mage"]},
        {"ability_minimum": {"paladin": {"luck": 3}}},
    ],
)
def test_house_rule_that_cannot_be_read_is_named(house_rules):
    with pytest.raises(rules.RuleError) as caught:
        validate({"class": "mage"}, house_rules=house_rules)
    assert f"house_rules.{next(iter(house_rules))}" == caught.value.field


def test_switched_off_table_is_told_and_hurts_only_its_rule():
    without = Rulebook({name: one for name, one in BOOK.tables.items() if name != "class_armor"}, (), BOOK.version)
    assert validate({"race": "elf", "class": "ranger"}, book=without).valid
    with pytest.raises(rules.TableUnavailable):
        validate({"class": "ranger", "armor": "leather"}, book=without)


def test_rules_and_settings_are_the_same():
    assert list(CHECKS) == list(SETTINGS) == list(RULE_IDS)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.floats(), st.text(max_size=6), st.sampled_from(CLASSES),
    st.sampled_from(RACES), st.sampled_from(["fighter/mage", "5/6", "18/55", "plate", "LG", "long_sword"]),
    st.lists(st.sampled_from(["long_sword", "dagger", 3, "x"]), max_size=3),
    st.dictionaries(st.sampled_from(["str", "wisdom", "1", "9", "x"]), st.integers(-1, 30), max_size=3),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from([*SUBJECT_FIELDS, "x"]), VALUES, max_size=6),
    st.dictionaries(st.sampled_from([*RULE_IDS, "x"]), VALUES, max_size=2),
)
def test_any_input_is_decided_or_cleanly_refused(subject, house_rules):
    try:
        found = validate(subject, house_rules=house_rules)
    except rules.RuleError as error:
        fields = (error.field,)
    else:
        fields = ("subject",)
        assert found.valid is not bool(found.violations)
    assert all(one.startswith(("subject", "house_rules")) for one in fields)


@given(st.text(max_size=60))
def test_any_sentence_is_decided_or_cleanly_refused(text):
    try:
        validate(text)
    except rules.RuleError as error:
        field = error.field
    else:
        field = "subject"
    assert field.startswith("subject")

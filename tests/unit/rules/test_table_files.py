"""The table files: their form, what the loader refuses, and that a broken table harms only itself."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

import rules
from rules.loader import TABLES_FOLDER, load_tables
from rules.table import normalise_name

SCHEMA = json.loads((TABLES_FOLDER.parent / "schema.json").read_text(encoding="utf-8"))
FILES = sorted(TABLES_FOLDER.glob("*.json"))
_CORE = """
    thac0 saving_throws class_save_modifiers constitution_saves racial_saves armor shield monster_thac0 monster_xp
    strength exceptional_strength dexterity constitution intelligence wisdom charisma classes hit_dice
    experience_warrior experience_wizard experience_priest experience_rogue races racial_requirements
    weapons two_handed_grips missile_weapons attacks_per_round specialist_attacks specialisation backstab two_weapons
    weapon_proficiency proficiency_penalty weapon_vs_armor situation_modifiers attack_circumstances range_modifiers
    cover concealment initiative_modifiers item_initiative natural_initiative turn_undead turn_undead_hit_dice
    thief_skills_base bard_skills_base ranger_skills thief_points thief_race thief_dexterity thief_armor
    wizard_slots priest_slots bard_slots paladin_slots ranger_slots casting_levels priest_spell_wisdom wizard_schools
    encumbrance exceptional_encumbrance movement movement_rates item_saves item_attacks
    racial_level_limits level_limit_bonus multi_class_combinations racial_abilities
    class_armor class_weapons class_alignments prime_requisites
"""
CORE_TABLES = frozenset(_CORE.split())
GOOD = {
    "id": "example",
    "version": 1,
    "title": "an example",
    "source": {"book": "PHB", "table": "1"},
    "checked_against": ["one", "another"],
    "kind": "banded",
    "keys": ["group", "level"],
    "columns": ["number"],
    "domain": {"level": [1, 10]},
    "rows": [
        {"group": "a", "level": [1, 4], "values": [7]},
        {"group": "a", "level": [5, None], "values": [6]},
        {"group": "b", "level": [0, 10], "values": [9]},
    ],
    "out_of_range": "refuse",
    "aliases": [],
    "notes": [],
}


def write(folder: Path, *tables, name="file.json"):
    (folder / name).write_text(json.dumps({"tables": list(tables)}), encoding="utf-8")
    return load_tables(folder)


def changed(**changes):
    return {**copy.deepcopy(GOOD), **changes}


def with_rows(*rows, **changes):
    return changed(rows=list(rows), **changes)


def test_all_tables_of_the_package_hold():
    book = rules.default_rulebook()
    assert () == book.problems
    assert set() == CORE_TABLES - set(book.tables)


def test_the_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_validates_against_the_schema(path):
    jsonschema.Draft7Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("table", rules.default_rulebook().tables.values(), ids=lambda table: table.id)
def test_table_names_its_place_and_two_references(table):
    assert table.source.startswith(("Player's Handbook, ", "Dungeon Master Guide, ", "Monstrous Manual, "))
    if table.status == "single_source":
        assert 1 == len(table.checked_against)
        assert any("second reference not found" in note for note in table.notes)
    else:
        assert 2 <= len(set(table.checked_against))


@pytest.mark.parametrize("table", rules.default_rulebook().tables.values(), ids=lambda table: table.id)
def test_no_alias_stands_for_two_names(table):
    spellings = [normalise_name(alias) for row in table.rows for alias in row.aliases]
    assert len(set(spellings)) == len(spellings)
    assert set() == set(spellings) & set(table.names)


def test_groups_of_all_classes_have_every_progression():
    book = rules.default_rulebook()
    for name in book.table("classes").names:
        row = book.table("classes").find(name)
        for table_id in ("thac0", "saving_throws"):
            assert book.table(table_id).covers(row["group"])
        assert book.table("hit_dice").covers(row["group"])
        assert book.table(f"experience_{row['group']}").covers(row["experience_class"])


def test_races_and_saves_name_classes_and_abilities_that_exist():
    book = rules.default_rulebook()
    classes = set(book.table("classes").names)
    for race in book.table("races").names:
        row = book.table("races").find(race)
        assert set(row["classes"]) <= classes
        assert set(row["adjustments"]) <= set(rules.ABILITIES)
        assert book.table("racial_requirements").covers(race)
    assert set(book.table("class_save_modifiers").names) <= classes
    assert set(book.table("racial_saves").names) <= set(book.table("races").names)


def test_good_example_loads(tmp_path):
    book = write(tmp_path, GOOD)
    assert () == book.problems
    assert [6, 7, 9] == sorted(
        {book.tables["example"].value("a", at=level) for level in range(1, 40)}
        | {book.tables["example"].value("b", at=level) for level in range(11)}
    )


BROKEN = {
    "a gap between bands": (
        with_rows({"group": "a", "level": [1, 4], "values": [7]}, {"group": "a", "level": [6, None], "values": [6]}),
        "a: no row for 5",
    ),
    "bands that overlap": (
        with_rows({"group": "a", "level": [1, 5], "values": [7]}, {"group": "a", "level": [5, None], "values": [6]}),
        "a: bands overlap at 5",
    ),
    "a band after the open one": (
        with_rows({"group": "a", "level": [1, None], "values": [7]}, {"group": "a", "level": [5, 9], "values": [6]}),
        "a: bands overlap at 5",
    ),
    "a band that starts too late": (with_rows({"group": "a", "level": [2, None], "values": [7]}), "a: no row for 1"),
    "a band that ends too early": (with_rows({"group": "a", "level": [1, 9], "values": [7]}), "a: no row for 10"),
    "a closed band for an open domain": (
        with_rows({"group": "a", "level": [1, 9], "values": [7]}, domain={"level": [1, None]}),
        "a: no row for 10",
    ),
    "a band upside down": (
        with_rows({"group": "a", "level": [4, 1], "values": [7]}),
        "row 1: level must be [low, high]",
    ),
    "a band of fractions": (with_rows({"group": "a", "level": [1.5, 4], "values": [7]}), "row 1: level must be"),
    "too many values": (
        with_rows({"group": "a", "level": [1, None], "values": [7, 8]}),
        "row 1: values must be a list of 1",
    ),
    "no values": (with_rows({"group": "a", "level": [1, None]}), "row 1: values must be a list of 1"),
    "an unknown row field": (
        with_rows({"group": "a", "level": [1, None], "values": [7], "lvl": 1}),
        "row 1: unknown field 'lvl'",
    ),
    "a missing key": (with_rows({"level": [1, None], "values": [7]}), "row 1: group must be text"),
    "a step without every": (
        with_rows({"group": "a", "level": [1, None], "values": [7], "step": [1]}),
        "row 1: every must be",
    ),
    "every without a step": (
        with_rows({"group": "a", "level": [1, None], "values": [7], "every": 1}),
        "row 1: step and values",
    ),
    "an empty alias": (
        with_rows({"group": "a", "level": [1, None], "values": [7], "aliases": [""]}),
        "row 1: alias must be text",
    ),
    "a formula without steps": (changed(kind="formula"), "row 1: a formula needs every and step"),
    "no domain": (changed(domain={}), "domain must be given for 'level'"),
    "two rows of a look-up": (
        {
            **with_rows({"group": "a", "values": [7]}, {"group": "a", "values": [8]}, kind="lookup", keys=["group"]),
            "domain": {},
        },
        "two rows for a",
    ),
    "an alias of two names": (
        with_rows(
            {"group": "a", "level": [1, None], "values": [7], "aliases": ["Same One"]},
            {"group": "b", "level": [1, None], "values": [7], "aliases": ["same-one"]},
        ),
        "'same-one' stands for two names",
    ),
    "one reference only": (changed(checked_against=["one"]), "checked_against: two references"),
    "no reference": (changed(checked_against=[]), "checked_against"),
    "two references of a single source": (
        changed(status="single_source", notes=["second reference not found"]),
        "status: single_source is for one reference",
    ),
    "a single source without a note": (
        changed(status="single_source", checked_against=["one"]),
        "status: single_source is for one reference",
    ),
    "an unknown status": (changed(status="guessed"), "status"),
    "the same reference twice": (changed(checked_against=["one", "one"]), "checked_against must be distinct"),
    "a column named as a key": (changed(columns=["level"]), "keys and columns must be distinct"),
    "an unknown kind": (changed(kind="guess"), "kind"),
    "an unknown book": (changed(source={"book": "UA", "table": "1"}), "source.book"),
    "no place in the book": (changed(source={"book": "PHB"}), "source"),
    "no rows": (changed(rows=[]), "rows"),
    "a surplus field": (changed(colour="red"), "colour"),
}


@pytest.mark.parametrize(("table", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_table_is_left_out_with_a_reason_and_the_others_stay(table, reason, tmp_path):
    book = write(tmp_path, table, changed(id="neighbour"))

    assert ["neighbour"] == list(book.tables)
    assert [("file.json", "example")] == [(one.file, one.table) for one in book.problems]
    assert reason in book.problems[0].reason


def test_table_with_one_reference_says_so(tmp_path):
    notes = ["second reference not found"]
    book = write(tmp_path, changed(checked_against=["one"], status="single_source", notes=notes))
    assert ("single_source", ("one",)) == (book.tables["example"].status, book.tables["example"].checked_against)


def test_table_that_is_left_out_is_logged_with_file_and_reason(tmp_path, caplog):
    write(tmp_path, changed(rows=[]))
    assert ["rule table left out: file=file.json table=example reason=rows: List should have at least 1 item"] == [
        record.getMessage().partition(" after")[0] for record in caplog.records
    ]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"tables": 3}', "\x00", "[" * 100_000], ids=repr)
def test_file_that_is_not_a_table_file_is_reported_whole(content, tmp_path):
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    book = write(tmp_path, GOOD)
    assert ["example"] == list(book.tables)
    assert [("bad.json", "*")] == [(one.file, one.table) for one in book.problems]


@pytest.mark.parametrize("raw", [None, 3, "text", [], {"id": 5}])
def test_entry_that_is_not_a_table_is_reported_by_its_number(raw, tmp_path):
    book = write(tmp_path, GOOD, raw)
    assert ["number 2"] == [one.table for one in book.problems]


def test_second_table_of_one_id_is_left_out(tmp_path):
    write(tmp_path, GOOD, name="a.json")
    book = write(tmp_path, changed(title="another"), name="b.json")
    assert "an example" == book.tables["example"].title
    assert ["a table of this id was read before"] == [one.reason for one in book.problems]


def test_missing_table_is_an_error_that_says_why(tmp_path):
    book = write(tmp_path, changed(rows=[]))
    with pytest.raises(rules.TableUnavailable, match="'example' is not available: rows"):
        book.table("example")
    with pytest.raises(rules.TableUnavailable, match="no file has it"):
        book.table("another")


def test_version_follows_the_content(tmp_path):
    first = write(tmp_path, GOOD).version
    assert first == write(tmp_path, GOOD).version
    assert first != write(tmp_path, changed(title="another")).version


def test_a_rule_whose_table_is_broken_is_switched_off_and_the_others_answer(tmp_path):
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace('"armor": "chain_mail", "values": [5]', '"armor": "chain_mail"'))
    book = load_tables(tmp_path)

    assert ["armor"] == [problem.table for problem in book.problems]
    with pytest.raises(rules.TableUnavailable):
        rules.armor_class("leather", book=book)
    assert 16 == rules.thac0("fighter", 5, book=book).base_thac0
    assert "There is no answer at present" in rules.answer_question("ac with dex 16", book=book).answer


CALLS = {
    "thac0": lambda book: rules.thac0("fighter", 5, strength=17, book=book),
    "armor_class": lambda book: rules.armor_class("chain", shield=True, dexterity=16, book=book),
    "saving_throws": lambda book: rules.saving_throws("mage", 5, wisdom=16, dexterity=16, book=book),
    "attacks_per_round": lambda book: rules.attacks_per_round("fighter", 7, book=book),
    "proficiency": lambda book: rules.proficiency("fighter", 7, book=book),
    "weapon": lambda book: rules.weapon("long sword", book=book),
    "damage": lambda book: rules.damage("long sword", strength=17, book=book),
    "attack_roll": lambda book: rules.attack_roll(15, 5, book=book),
    "attack_roll from behind": lambda book: rules.attack_roll(15, 5, situations=["rear"], book=book),
    "attack_roll at cover": lambda book: rules.attack_roll(15, 5, cover=50, book=book),
    "initiative": lambda book: rules.initiative(item="wand", book=book),
    "turn_undead": lambda book: rules.turn_undead("cleric", 5, book=book),
    "thief_skills": lambda book: rules.thief_skills("thief", 5, book=book),
    "spell_slots": lambda book: rules.spell_slots("mage", 5, book=book),
    "movement": lambda book: rules.movement("elf", 12, 50, book=book),
    "item_save": lambda book: rules.item_save("cloth", "acid", book=book),
    "class_level_limit": lambda book: rules.class_level_limit("elf", "mage", book=book),
    "experience": lambda book: rules.experience_for_level("thief", 5, book=book),
    "hit_dice": lambda book: rules.hit_dice("cleric", 5, book=book),
    "monster_thac0": lambda book: rules.monster_thac0("4+3", book=book),
}
# What a call may need at most: every other table can break without harm to it.
COMMON = {"classes", "races"}
NEEDED = {
    "thac0": {"thac0", "strength"},
    "armor_class": {"armor", "shield", "dexterity"},
    "saving_throws": {
        "saving_throws", "class_save_modifiers", "racial_saves", "constitution_saves", "wisdom", "dexterity",
    },
    "attacks_per_round": {"attacks_per_round"},
    "proficiency": {"weapon_proficiency", "proficiency_penalty"},
    "weapon": {"weapons", "missile_weapons", "two_handed_grips"},
    "damage": {"weapons", "missile_weapons", "two_handed_grips", "strength"},
    "attack_roll": set(),
    "attack_roll from behind": {"situation_modifiers"},
    "attack_roll at cover": {"cover"},
    "initiative": {"item_initiative"},
    "turn_undead": {"turn_undead"},
    "thief_skills": {"thief_skills_base", "thief_points", "thief_race", "thief_dexterity", "thief_armor", "armor"},
    "spell_slots": {"wizard_slots", "wizard_schools"},
    "movement": {"encumbrance", "movement", "movement_rates"},
    "item_save": {"item_saves", "item_attacks"},
    "class_level_limit": {"racial_level_limits"},
    "experience": {"experience_rogue"},
    "hit_dice": {"hit_dice"},
    "monster_thac0": {"monster_thac0"},
}  # fmt: skip


@pytest.mark.parametrize("table_id", sorted(CORE_TABLES))
def test_broken_table_switches_off_only_what_needs_it(table_id):
    whole = rules.default_rulebook()
    tables = {name: table for name, table in whole.tables.items() if name != table_id}
    book = rules.Rulebook(tables, (rules.Problem("file.json", table_id, "broken"),), whole.version)
    for name, call in CALLS.items():
        if table_id in NEEDED[name] | COMMON:
            continue
        call(book)
    for name in (name for name, needed in NEEDED.items() if table_id in needed):
        with pytest.raises(rules.TableUnavailable, match=f"'{table_id}' is not available: broken"):
            CALLS[name](book)


def test_last_row_goes_on_when_the_table_says_so(tmp_path):
    table = with_rows({"group": "a", "level": [1, 10], "values": [7]}, out_of_range="last_row")
    assert 7 == write(tmp_path, table).tables["example"].value("a", at=99)


def test_number_outside_a_table_is_refused_with_what_it_covers(tmp_path):
    table = write(tmp_path, GOOD).tables["example"]
    with pytest.raises(rules.OutOfTable, match="level must be an integer from 0 to 10; got 11"):
        table.find("b", at=11)
    with pytest.raises(rules.OutOfTable, match="level must be an integer from 1 up; got 0"):
        table.find("a", at=0)
    with pytest.raises(rules.UnknownName, match="group must be one of: a, b; got 'c'"):
        table.find("c", at=1)

"""Any table by its id and any of its keys."""

import pytest

import rules
from rules.lookup import look_up, tables

BOOK = rules.default_rulebook()


def test_all_tables_are_listed_by_id():
    assert sorted(BOOK.tables) == [one.id for one in tables()]
    assert all(one.lines and one.columns and one.source for one in tables())


@pytest.mark.parametrize("table_id", sorted(BOOK.tables))
def test_whole_table_has_every_line_with_its_keys_and_columns(table_id):
    table, found = BOOK.table(table_id), look_up(table_id)
    assert len(table.rows) == len(found.rows)
    assert all({*table.keys, *table.columns} <= row.keys() for row in found.rows)
    assert (table.source,) == found.source


def test_every_line_is_found_again_by_its_keys():
    for table_id, table in BOOK.tables.items():
        for row in table.rows:
            keys = dict(zip(table.exact_keys, row.exact, strict=True))
            if table.is_banded:
                keys[table.keys[-1]] = row.low
            assert row.values_at(row.low) in [
                tuple(one[name] for name in table.columns) for one in look_up(table_id, keys).rows
            ]


@pytest.mark.parametrize(
    ("table_id", "keys", "rows"),
    [
        ("thac0", {"class_group": "warrior", "level": 5}, [{"class_group": "warrior", "level": 5, "thac0": 16}]),
        ("thac0", {"class": "magic-user", "level": "4"}, [{"class_group": "wizard", "level": 4, "thac0": 19}]),
        ("armor", {"armor": "Chain mail"}, [{"armor": "chain_mail", "armor_class": 5}]),
        ("racial_level_limits", {"class": "druid"}, None),
    ],
)
def test_keys_pick_lines(table_id, keys, rows):
    found = look_up(table_id, keys)
    assert rows is None or rows == list(found.rows)
    assert rows is None or len(found.breakdown) == len(BOOK.table(table_id).columns)


def test_one_level_of_all_groups():
    rows = look_up("saving_throws", {"level": 5}).rows
    assert {"warrior", "wizard", "priest", "rogue"} == {row["class_group"] for row in rows}
    assert all(5 == row["level"] for row in rows)


def test_last_line_goes_on_where_the_table_says_so():
    last = look_up("saving_throws", {"class_group": "warrior", "level": 30}).rows
    assert [3] == [row["paralyzation"] for row in last]


@pytest.mark.parametrize(
    ("table_id", "keys", "kind", "field"),
    [
        ("thac0", {"colour": "red"}, rules.MalformedValue, "colour"),
        ("thac0", {"level": "five"}, rules.MalformedValue, "level"),
        ("thac0", {"level": True}, rules.MalformedValue, "level"),
        ("thac0", {"level": 0}, rules.OutOfTable, "level"),
        ("thac0", {"class": "jedi"}, rules.UnknownName, "class"),
        ("armor", {"armor": 5}, rules.MalformedValue, "armor"),
        ("armor", {"armor": "tin"}, rules.UnknownName, "armor"),
        ("racial_level_limits", {"race": "dwarf", "class": "bard"}, rules.UnknownName, "class"),
        ("nothing", {}, rules.TableUnavailable, "nothing"),
    ],
)
def test_wrong_keys_say_what_is_allowed(table_id, keys, kind, field):
    with pytest.raises(kind) as caught:
        look_up(table_id, keys)
    assert field == caught.value.field
    assert caught.value.allowed

"""Turning, thieving skills, spells per day, loads, item saves and level limits: every class, level and score."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.thieving import SKILLS

BOOK = rules.default_rulebook()
CLASSES = BOOK.table("classes").names
RACES = BOOK.table("races").names
UNDEAD = BOOK.table("turn_undead").names
CASTERS = {name: BOOK.table("classes").find(name)["group"] for name in CLASSES}
THIEF_ARMOR = BOOK.table("thief_armor").names
STRENGTHS = [*range(2, 19), "18/01", "18/50", "18/51", "18/75", "18/76", "18/90", "18/91", "18/99", "18/00"]


def rank(needed):
    """The better the turning, the lower."""
    return {"-": 99, "T": 0, "D": -1, "D*": -2}.get(needed, needed)


def test_turning_gets_better_with_the_level_and_harder_down_the_table():
    for undead in UNDEAD:
        ranks = [rank(rules.turn_undead("cleric", level, undead=undead).needed) for level in range(1, 31)]
        assert sorted(ranks, reverse=True) == ranks
    for level in range(1, 31):
        column = [rank(needed) for needed in rules.turn_undead("cleric", level).column.values()]
        assert sorted(column) == column


@pytest.mark.parametrize(
    ("arguments", "needed", "chance", "more"),
    [
        (("cleric", 1, "skeleton"), 10, 55, None),
        (("cleric", 4, "skeletons"), "T", 100, None),
        (("cleric", 6, "skeleton"), "D", 100, None),
        (("cleric", 8, "skeleton"), "D*", 100, "2d4"),
        (("cleric", 1, "ghast"), "-", 0, None),
        (("cleric", 3, "wraiths"), 20, 5, None),
        (("paladin", 5, "zombie"), 7, 70, None),
        (("paladin", 2, "skeleton"), "-", 0, None),
        (("cleric", 30, "special"), 13, 40, None),
        (("fighter/cleric", "9/5", "wight"), 10, 55, None),
    ],
)
def test_turning(arguments, needed, chance, more):
    name, level, undead = arguments
    found = rules.turn_undead(name, level, undead=undead)
    assert (needed, chance, more, "2d6") == (
        found.needed,
        found.chance_percent,
        found.more_destroyed,
        found.number_affected,
    )


@pytest.mark.parametrize(
    ("hit_dice", "undead"), [(1, "skeleton"), ("4+3", "shadow"), ("1/2", "skeleton"), (11, "lich"), ("16", "lich")]
)
def test_undead_without_a_line_go_by_their_hit_dice(hit_dice, undead):
    assert undead == rules.turn_undead("cleric", 5, hit_dice=hit_dice).undead


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in {"cleric", "paladin"}])
def test_other_classes_do_not_turn_undead(name):
    with pytest.raises(rules.MalformedValue, match="a cleric or paladin"):
        rules.turn_undead(name, 5)


@pytest.mark.parametrize(
    "arguments", [{"undead": "orc"}, {"undead": 5}, {"hit_dice": "many"}, {"hit_dice": 101}], ids=repr
)
def test_turning_what_is_not_there_is_refused(arguments):
    with pytest.raises(rules.RuleError):
        rules.turn_undead("cleric", 5, **arguments)


def test_every_thief_adds_up_within_the_limits():
    for race, dexterity, armor, level in itertools.product(RACES, range(1, 26), THIEF_ARMOR, (1, 5, 30)):
        for name in ("thief", "bard"):
            found = rules.thief_skills(name, level, race=race, dexterity=dexterity, armor=armor)
            for line in found.skills:
                total = line.base + line.race + line.dexterity + line.armor
                assert max(0, min(95, total)) == line.total


@pytest.mark.parametrize(
    ("name", "level", "points", "most"),
    [("thief", 1, 60, 30), ("thief", 2, 90, 45), ("thief", 10, 330, 165), ("bard", 1, 20, 20), ("bard", 3, 50, 50),
     ("ranger", 9, 0, 0)],
)  # fmt: skip
def test_points_to_hand_out(name, level, points, most):
    found = rules.thief_skills(name, level)
    assert (points, most) == (found.points_to_distribute, found.most_per_skill)


def test_points_count_and_stop_at_95():
    found = rules.thief_skills(
        "thief", 5, race="elf", dexterity=18, armor="leather", points={"Pick Pockets": 60, "climb_walls": 40}
    )
    assert (90, 95, 180) == (
        found.totals()["pick_pockets"],
        found.totals()["climb_walls"],
        found.points_to_distribute,
    )


@pytest.mark.parametrize(
    ("points", "text"),
    [({"pick_pockets": 31}, "an integer from 0 to 30"), ({"pick_pockets": -1}, "an integer from 0 to 30"),
     ({"pick_pockets": 30, "open_locks": 30, "find_traps": 1}, "at most 60 in all"),
     ({"dance": 5}, "one of: pick_pockets"), ({"open_locks": "10"}, "an integer from 0 to 30")],
)  # fmt: skip
def test_more_points_than_there_are_are_refused(points, text):
    with pytest.raises(rules.RuleError, match=text):
        rules.thief_skills("thief", 1, points=points)


@pytest.mark.parametrize("armor", ["plate mail", "brigandine", "full plate"])
def test_thief_in_armor_without_a_line_is_refused(armor):
    with pytest.raises(rules.OutOfTable, match="armor must be one of: none, leather"):
        rules.thief_skills("thief", 1, armor=armor)


def test_ranger_hides_in_light_armor_only():
    light = rules.thief_skills("ranger", 5, race="elf", dexterity=17, armor="studded leather")
    assert {"move_silently": 50, "hide_in_shadows": 46} == light.totals()
    heavy = rules.thief_skills("ranger", 5, armor="chain mail")
    assert {"move_silently": 0, "hide_in_shadows": 0} == heavy.totals()
    assert ("A ranger in chain mail neither hides nor moves silently.",) == heavy.warnings
    assert 99 == rules.thief_skills("ranger", 20, race="halfling", dexterity=19).totals()["hide_in_shadows"]


@pytest.mark.parametrize(
    ("name", "uses"), [("fighter/thief", "thief"), ("mage/thief", "thief"), ("cleric/ranger", "ranger")]
)
def test_multi_class_character_has_the_skills_of_the_class_that_has_them(name, uses):
    assert uses == rules.thief_skills(name, "5/7").character_class


@pytest.mark.parametrize("name", ["fighter", "mage", "cleric", "druid", "paladin", "fighter/mage"])
def test_classes_without_thieving_skills_are_refused(name):
    with pytest.raises(rules.MalformedValue, match="a thief, bard or ranger"):
        rules.thief_skills(name, "5/5" if "/" in name else 5)


@pytest.mark.parametrize("level", range(1, 4))
def test_languages_are_read_from_level_4(level):
    assert any("from level 4" in one for one in rules.thief_skills("thief", level).assumptions)
    assert not any("from level 4" in one for one in rules.thief_skills("thief", 4).assumptions)


def test_skills_stand_in_the_order_of_the_table():
    assert list(SKILLS) == list(rules.thief_skills("thief", 1).totals())


LAST = {"wizard": 20, "priest": 20, "rogue": 20, "warrior": 30}


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_level_and_score_has_spells_or_refuses(name):
    casts = name not in {"fighter", "thief"}
    last = LAST[CASTERS[name]] if casts else 30
    for level, score in itertools.product(range(1, last + 1), range(1, 26)):
        found = rules.spell_slots(name, level, intelligence=score, wisdom=score)
        assert len(found.by_class) == casts
        assert found.highest_spell_level == len(found.slots) <= 9
        assert all(number >= 1 for number in found.slots)
    for level in range(last + 1, 31):
        with pytest.raises(rules.OutOfTable, match="level must be an integer from 1 to 20"):
            rules.spell_slots(name, level)


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in {"fighter", "thief"}])
def test_spells_never_get_fewer_with_the_level(name):
    slots = [rules.spell_slots(name, level).slots for level in range(1, LAST[CASTERS[name]] + 1)]
    for before, after in itertools.pairwise(slots):
        assert len(before) <= len(after)
        assert all(earlier <= later for earlier, later in zip(before, after, strict=False))


@pytest.mark.parametrize(
    ("arguments", "slots"),
    [
        ({"character_class": "cleric", "level": 1, "wisdom": 18}, (3,)),
        ({"character_class": "cleric", "level": 3, "wisdom": 18}, (4, 3)),
        ({"character_class": "cleric", "level": 7, "wisdom": 18}, (5, 5, 3, 2)),
        ({"character_class": "druid", "level": 5, "wisdom": 15}, (5, 4, 1)),
        ({"character_class": "cleric", "level": 12, "wisdom": 12}, (6, 5, 5, 3, 2)),
        ({"character_class": "cleric", "level": 14, "wisdom": 17}, (8, 8, 7, 5, 3, 2)),
        ({"character_class": "cleric", "level": 14, "wisdom": 18}, (8, 8, 7, 6, 3, 2, 1)),
        ({"character_class": "paladin", "level": 9, "wisdom": 18}, (1,)),
        ({"character_class": "ranger", "level": 8, "wisdom": 18}, (1,)),
        ({"character_class": "mage", "level": 9, "intelligence": 9}, (4, 3, 3, 2)),
        ({"character_class": "mage", "level": 9, "intelligence": 8}, ()),
        ({"character_class": "mage", "level": 18, "intelligence": 17}, (5, 5, 5, 5, 5, 3, 3, 2)),
        ({"character_class": "illusionist", "level": 5, "intelligence": 16}, (5, 3, 2)),
        ({"character_class": "mage", "level": 5, "school": "necromancy"}, (5, 3, 2)),
        ({"character_class": "necromancer", "level": 5, "school": "necromancer"}, (5, 3, 2)),
        ({"character_class": "bard", "level": 16, "intelligence": 12}, (4, 3, 3, 3, 2, 1)),
        ({"character_class": "bard", "level": 16, "intelligence": 11}, (4, 3, 3, 3, 2)),
        ({"character_class": "bard", "level": 1}, ()),
        ({"character_class": "fighter", "level": 20}, ()),
        ({"character_class": "fighter/mage", "level": "5/6"}, (4, 2, 2)),
        ({"character_class": "thief", "level": 3}, ()),
    ],
    ids=str,
)
def test_spells_per_day(arguments, slots):
    assert slots == rules.spell_slots(**arguments).slots


def test_multi_class_casters_have_their_spells_side_by_side():
    found = rules.spell_slots("cleric/mage", "7/6", wisdom=16, intelligence=15)
    assert [("cleric", "priest", (5, 5, 2, 1)), ("mage", "wizard", (4, 2, 2))] == [
        (one.character_class, one.kind, one.slots) for one in found.by_class
    ]
    assert (65, 11, 0) == (found.learn_spell_percent, found.max_spells_per_level, found.spell_failure_percent)


@pytest.mark.parametrize(("wisdom", "percent"), [(9, 20), (10, 15), (11, 10), (12, 5), (13, 0), (18, 0)])
def test_priests_spells_fail_for_low_wisdom(wisdom, percent):
    assert percent == rules.spell_slots("cleric", 5, wisdom=wisdom).spell_failure_percent


def test_what_the_scores_close_is_said():
    assert ("Intelligence 9 closes wizard spells above level 4.",) == (
        rules.spell_slots("mage", 9, intelligence=9).warnings
    )
    assert ("Wisdom 12 closes priest spells above level 5.",) == rules.spell_slots("cleric", 12, wisdom=12).warnings


@pytest.mark.parametrize(
    "arguments",
    [{"school": "cooking"}, {"intelligence": 0}, {"intelligence": "high"}],
    ids=repr,
)  # fmt: skip
def test_spells_outside_the_rules_are_refused(arguments):
    with pytest.raises(rules.RuleError):
        rules.spell_slots("mage", 5, **arguments)


@pytest.mark.parametrize(
    ("name", "school"), [("cleric", "illusion"), ("bard", "illusion"), ("illusionist", "necromancy")]
)
def test_school_of_another_is_refused(name, school):
    if name == "bard":
        assert (3, 1) == rules.spell_slots(name, 5, school=school).slots
        return
    with pytest.raises(rules.MalformedValue, match="school"):
        rules.spell_slots(name, 5, school=school)


def test_loads_slow_down_and_never_speed_up():
    for race, strength in itertools.product(RACES, STRENGTHS):
        most = rules.movement(race, strength, 0).limits_lb["severe"]
        rates = [rules.movement(race, strength, load).rate for load in range(most + 1)]
        assert sorted(rates, reverse=True) == rates
        assert rates[-1] == 1
        with pytest.raises(rules.OutOfTable, match="the most that Strength"):
            rules.movement(race, strength, most + 1)


@given(st.sampled_from(STRENGTHS), st.floats(0, 1000, allow_nan=False))
def test_load_has_the_first_category_it_fits_in(strength, load):
    limits = rules.movement("human", strength, 0).limits_lb
    if load > limits["severe"]:
        with pytest.raises(rules.OutOfTable):
            rules.movement("human", strength, load)
    else:
        category = rules.movement("human", strength, load).category
        assert load <= limits[category]


@pytest.mark.parametrize(
    ("arguments", "rate", "attack", "armor_class"),
    [
        (("human", 12, 45), 12, 0, 0), (("human", 12, 46), 8, 0, 0), (("dwarf", 12, 80), 3, -1, 0),
        (("halfling", 10, 96), 2, -2, 1), (("elf", "18/55", 170), 8, 0, 0), (("gnome", 8, 90), 1, -4, 3),
    ],
)  # fmt: skip
def test_movement(arguments, rate, attack, armor_class):
    found = rules.movement(*arguments)
    assert (rate, attack, armor_class) == (found.rate, found.attack_penalty, found.armor_class_penalty)


def test_exceptional_strength_carries_for_warriors_only():
    assert 235 == rules.movement("human", "18/95", 0, character_class="fighter").limits_lb["none"]
    thief = rules.movement("human", "18/95", 0, character_class="thief")
    assert (110, 1) == (thief.limits_lb["none"], len(thief.warnings))
    assert 110 == rules.movement("halfling", "18/95", 0).limits_lb["none"]


@pytest.mark.parametrize("strength", [1, 19, 25, 0, "17/50", None])
def test_strength_without_a_line_in_the_table_of_loads_is_refused(strength):
    with pytest.raises(rules.RuleError, match="strength"):
        rules.movement("human", strength, 10)


@pytest.mark.parametrize("load", [-1, "10", None, True, float("nan"), float("inf")])
def test_load_that_is_no_weight_is_refused(load):
    with pytest.raises(rules.RuleError, match="load lb must be a number from 0 to 140 lb"):
        rules.movement("human", 12, load)


@pytest.mark.parametrize(
    ("material", "attack", "bonus", "save", "needed", "chance"),
    [
        ("cloth", "acid", 0, 12, 12, 45), ("scroll", "fireball", 0, 19, 19, 10), ("scroll", "fireball", 2, 19, 17, 20),
        ("sword", "lightning bolt", 3, 12, 9, 60), ("glass", "crushing blow", 0, 20, 20, 5),
        ("cloth", "fall", 0, None, None, None),
        ("staff", "cold", 5, 2, 1, 100), ("rock", "disintegrate", -5, 18, 20, 5), ("potion", "flame", 0, 4, 4, 85),
    ],
)  # fmt: skip
def test_item_save(material, attack, bonus, save, needed, chance):
    found = rules.item_save(material, attack, bonus=bonus)
    assert (save, needed, chance) == (found.save, found.needed, found.chance_percent)


@pytest.mark.parametrize(
    ("material", "attack", "bonus"),
    [("cheese", "acid", 0), ("cloth", "boredom", 0), ("cloth", "acid", 21), ("cloth", "acid", "1"), (None, "acid", 0)],
)
def test_item_save_outside_the_table_is_refused(material, attack, bonus):
    with pytest.raises(rules.RuleError):
        rules.item_save(material, attack, bonus=bonus)


def test_every_item_save_is_a_face_and_a_bonus_never_harms():
    for material in BOOK.table("item_saves").names:
        for attack in BOOK.table("item_attacks").names:
            saves = [rules.item_save(material, attack, bonus=bonus).needed for bonus in range(-20, 21)]
            assert set(saves) == {None} or sorted(saves, reverse=True) == saves
            assert all(face is None or 1 <= face <= 20 for face in saves)


@pytest.mark.parametrize(
    ("race", "name", "limit", "by_class"),
    [
        ("dwarf", "fighter", 15, {"fighter": 15}),
        ("elf", "fighter/mage", 12, {"fighter": 12, "mage": 15}),
        ("half-elf", "bard", None, {"bard": None}),
        ("human", "paladin", None, {"paladin": None}),
        ("elf", "diviner", 15, {"diviner": 15}),
        ("halfling", "fighter/thief", 9, {"fighter": 9, "thief": 15}),
    ],
)
def test_level_limit(race, name, limit, by_class):
    found = rules.class_level_limit(race, name)
    assert (True, limit, by_class) == (found.open, found.limit, found.by_class)


def test_class_that_is_closed_to_the_race_has_no_limit():
    found = rules.class_level_limit("dwarf", "mage")
    assert (False, None, {}) == (found.open, found.limit, found.by_class)


def test_prime_requisites_lift_the_limit_only_together():
    low = rules.class_level_limit("elf", "ranger", scores={"strength": 18, "dexterity": 18, "wisdom": 14})
    high = rules.class_level_limit("elf", "ranger", scores={"strength": 18, "dexterity": 18, "wisdom": 18})
    some = rules.class_level_limit("elf", "ranger", scores={"strength": 18})
    assert (16, 18, 15) == (low.limit, high.limit, some.limit)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rules.class_level_limit("orc", "fighter"),
        lambda: rules.class_level_limit("elf", "monk"),
        lambda: rules.class_level_limit("elf", "mage", scores={"intelligence": 26}),
        lambda: rules.movement("orc", 12, 10),
        lambda: rules.turn_undead("cleric", 0),
        lambda: rules.thief_skills("thief", 31),
        lambda: rules.thief_skills("thief", 1, race="orc"),
        lambda: rules.thief_skills("thief", 1, dexterity=0),
        lambda: rules.thief_skills("thief", 1, armor="tin"),
        lambda: rules.spell_slots("mage", 0),
        lambda: rules.spell_slots("mage", "5/5"),
        lambda: rules.attacks_per_round("fighter", "x"),
        lambda: rules.proficiency("monk", 1),
        lambda: rules.backstab_multiplier(0),
    ],
)
def test_what_is_not_in_the_rule_base_is_refused_with_what_would_be(call):
    with pytest.raises(rules.RuleError) as caught:
        call()
    assert caught.value.field
    assert caught.value.allowed


@pytest.mark.parametrize("name", CLASSES)
def test_every_answer_names_its_source(name):
    answers = [
        rules.attacks_per_round(name, 5),
        rules.proficiency(name, 5),
        rules.spell_slots(name, 5),
        rules.class_level_limit("human", name),
        rules.movement("human", 12, 60),
        rules.item_save("cloth", "acid"),
        rules.damage("dagger", strength=17),
        rules.attack_roll(15, 5, situations=["rear"]),
        rules.initiative(weapon="dagger"),
    ]
    for answer in answers:
        assert answer.source
        assert all(source.startswith(("Player's Handbook", "Dungeon Master Guide")) for source in answer.source)
        assert {part.source for part in answer.breakdown} <= set(answer.source)

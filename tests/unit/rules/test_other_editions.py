"""Numbers of the first edition and of the basic game that are easily taken for those of the second; none may appear."""

import pytest

import rules

BOOK = rules.default_rulebook()


def slots(name, level):
    return rules.spell_slots(name, level).slots


def skill(name, level=1):
    return rules.thief_skills("thief", level, armor="leather").totals()[name]


def thac0(name, level):
    return rules.thac0(name, level).base_thac0


def points(name, level):
    return rules.experience_for_level(name, level).experience_points


TRAPS = {
    "fighters gain a point of THAC0 at level 2": (lambda: thac0("fighter", 2), 20, 19),
    "mages begin at THAC0 20": (lambda: thac0("mage", 1), 21, 20),
    "mages of level 11 have THAC0 17": (lambda: thac0("mage", 11), 16, 17),
    "thieves begin at THAC0 20": (lambda: thac0("thief", 1), 21, 20),
    "thieves of level 4 have THAC0 19": (lambda: thac0("thief", 4), 21, 19),
    "creatures of 1+1 Hit Dice have THAC0 19": (lambda: rules.monster_thac0("1+1").thac0, 18, 19),
    "creatures of 4 Hit Dice have THAC0 17": (lambda: rules.monster_thac0("4").thac0, 15, 17),
    "fighters begin with 14 against poison": (lambda: rules.saving_throws("fighter", 1).paralyzation, 12, 14),
    "fighters begin with 17 against breath": (lambda: rules.saving_throws("fighter", 1).breath_weapon, 15, 17),
    "mages begin with 12 against spells": (lambda: rules.saving_throws("mage", 1).spell, 15, 12),
    "fighters need 16,000 for level 5": (lambda: points("fighter", 5), 18_000, 16_000),
    "fighters need 32,000 for level 6": (lambda: points("fighter", 6), 35_000, 32_000),
    "paladins need 2,250 for level 2": (lambda: points("paladin", 2), 2_750, 2_250),
    "mages need 20,000 for level 5": (lambda: points("mage", 5), 22_500, 20_000),
    "thieves need 40,000 for level 7": (lambda: points("thief", 7), 42_500, 40_000),
    "bards have the thieves' table": (lambda: points("bard", 2), 2_000, 1_250),
    "rangers have one hit die at level 1": (lambda: rules.hit_dice("ranger", 1).notation, "2d8", "1d10"),
    "clerics have d8": (lambda: rules.hit_dice("cleric", 1).notation, "1d6", "1d8"),
    "clerics cast at level 1": (lambda: slots("cleric", 1), (), (1,)),
    "rangers cast priest spells alone": (
        lambda: {one.kind for one in rules.spell_slots("ranger", 9).by_class}, {"priest", "wizard"}, {"priest"},
    ),
    "rangers cast from level 8, one spell": (lambda: slots("ranger", 8), (), (1,)),
    "thieves hand out points: pick pockets 15": (lambda: skill("pick_pockets"), 30, 15),
    "thieves hand out points: open locks 10": (lambda: skill("open_locks"), 25, 10),
    "thieves climb with 60": (lambda: skill("climb_walls"), 85, 60),
    "skills do not rise by themselves": (lambda: skill("open_locks", 9), 62, 10),
    "backstabs from level 5 are times 3": (lambda: rules.backstab_multiplier(5), 2, 3),
    "rangers attack 3/2 from level 7": (lambda: rules.attacks_per_round("ranger", 7).attacks, "1", "3/2"),
    "specialists have +2 to damage": (lambda: rules.damage("long sword", specialised=True).bonus, 3, 2),
    "clerics turn skeletons on 10": (lambda: rules.turn_undead("cleric", 1, undead="skeleton").needed, 7, 10),
    "clerics turn ghouls on 16": (lambda: rules.turn_undead("cleric", 1, undead="ghoul").needed, 11, 16),
    "rear attacks have +2": (lambda: rules.attack_roll(15, 5, situations=["rear"]).modifier, 4, 2),
    "medium range costs 2": (lambda: rules.attack_roll(15, 5, range_band="medium").modifier, 0, -2),
    "a two-handed sword does 3d6 to the large": (lambda: rules.weapon("two-handed sword").damage_large, "1d10", "3d6"),
    "a dagger does 1d3 to the large": (lambda: rules.weapon("dagger").damage_large, "1d4", "1d3"),
    "initiative of a hasted side has -2": (lambda: rules.initiative(situations=["hasted"]).modifier, 0, -2),
    "dwarves rise to 15 as fighters": (lambda: rules.class_level_limit("dwarf", "fighter").limit, 9, 15),
    "elves rise to 15 as mages": (lambda: rules.class_level_limit("elf", "mage").limit, 11, 15),
    "halflings rise to 9 as fighters": (lambda: rules.class_level_limit("halfling", "fighter").limit, 6, 9),
    "halflings may be clerics": (lambda: rules.class_level_limit("halfling", "cleric").open, False, True),
    "gnomes rise to 15 as illusionists": (lambda: rules.class_level_limit("gnome", "illusionist").limit, 7, 15),
    "dwarves move 6": (lambda: rules.movement("dwarf", 12, 0).rate, 12, 6),
    "Strength 12 carries 45 lb freely": (lambda: rules.movement("human", 12, 0).limits_lb["none"], 35, 45),
    "an orc is worth 15 points": (lambda: rules.monster_experience("1").experience_points, 10, 15),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "other", "second_edition"), TRAPS.values(), ids=TRAPS)
def test_number_is_that_of_the_second_edition(ask, other, second_edition):
    found = ask()
    assert second_edition == found
    assert other != found


@pytest.mark.parametrize(
    "name", ["assassin", "monk", "acrobat", "cavalier", "barbarian", "sorcerer", "warlock", "half-orc", "elf"]
)
def test_classes_of_other_editions_are_not_there(name):
    with pytest.raises(rules.UnknownName):
        rules.thac0(name, 1)


@pytest.mark.parametrize("race", ["half-orc", "tiefling", "dragonborn"])
def test_races_of_other_editions_are_not_there(race):
    with pytest.raises(rules.UnknownName):
        rules.class_level_limit(race, "fighter")


@pytest.mark.parametrize("weapon", ["katana", "rapier", "greataxe", "fauchard-guisarme", "bo stick", "jo stick"])
def test_weapons_of_other_books_are_not_there(weapon):
    with pytest.raises(rules.UnknownName):
        rules.weapon(weapon)

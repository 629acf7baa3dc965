"""First-edition numbers of creatures, hazards, treasure, ages and spells; none may appear."""

import pytest

import rules


def creature(name):
    return rules.creature(name)


def copper(letter):
    return next(part.range for part in rules.treasure_type(letter).parts if part.kind == "copper")


TRAPS = {
    "falls add no dice to dice": (lambda: rules.falling(30).dice, "6d6", "3d6"),
    "falls end at 20d6": (lambda: rules.falling(500).dice, "50d6", "20d6"),
    "surprise is 3 in 10": (lambda: rules.surprise().chance_percent, 33, 30),
    "humans hear with 15 percent": (lambda: rules.hear_noise("human").chance_percent, 10, 15),
    "rest heals, and bed rest three": (lambda: rules.healing(7, rest="bed rest").hit_points, 7, 21),
    "type A has to 3,000 copper pieces": (lambda: copper("A"), (1_000, 6_000), (1_000, 3_000)),
    "type B has to 6,000 copper pieces": (lambda: copper("B"), (1_000, 8_000), (1_000, 6_000)),
    "humans are middle-aged at 45": (lambda: rules.ageing("human", 45).middle_age, 41, 45),
    "elves are venerable at 350": (lambda: rules.ageing("elf", 350).venerable_age, 1_200, 350),
    "dwarves begin at 40+5d6": (lambda: rules.ageing("dwarf", 50).starting_age, "250+2d20", "40+5d6"),
    "orcs are worth 15": (lambda: creature("orc").experience_points, 10, 15),
    "kobolds are worth 7": (lambda: creature("kobold").experience_points, 5, 7),
    "ogres are worth 270": (lambda: creature("ogre").experience_points, 90, 270),
    "hill giants have 12 Hit Dice": (lambda: creature("hill giant").hit_dice, "8+1", "12"),
    "hill giants have armor class 3": (lambda: creature("hill giant").armor_class, 4, 3),
    "fire giants have 15 Hit Dice": (lambda: creature("fire giant").hit_dice, "11+2", "15"),
    "storm giants have 19 Hit Dice": (lambda: creature("storm giant").hit_dice, "15+2", "19"),
    "red dragons have 15 Hit Dice": (lambda: creature("red dragon").hit_dice, "10", "15"),
    "red dragons have armor class -3": (lambda: creature("red dragon").armor_class, -1, -3),
    "black dragons have 12 Hit Dice": (lambda: creature("black dragon").hit_dice, "7", "12"),
    "liches have morale 17": (lambda: creature("lich").morale[0], 20, 17),
    "purple worms have armor class 6": (lambda: creature("purple worm").armor_class, 7, 6),
    "fireballs end at 10d6": (lambda: rules.spell("fireball", 20).amount, "20d6", "10d6"),
    "lightning ends at 10d6": (lambda: rules.spell("lightning bolt", 15).amount, "15d6", "10d6"),
    "cones of cold have no limit": (lambda: rules.spell("cone of cold", 16).amount, "15d6", "16d4+16"),
    "five missiles are the most": (lambda: rules.spell("magic missile", 15).missiles, 8, 5),
    "burning hands roll a die": (lambda: rules.spell("burning hands", 5).amount, "5", "1d3+10"),
    "sleep counts Hit Dice": (lambda: rules.spell("sleep", 1).effect, "creatures affected", "hit dice affected"),
    "poison of class E leaves 20": (lambda: rules.poison("E").made_save, "0", "20"),
}


@pytest.mark.parametrize(("ask", "other", "second_edition"), TRAPS.values(), ids=TRAPS)
def test_number_is_that_of_the_second_edition(ask, other, second_edition):
    found = ask()
    assert second_edition == found
    assert other != found


@pytest.mark.parametrize(
    "name", ["warforged", "tiefling", "dragonborn", "owlbear alpha", "half-orc", "bandersnatch", "balor", "beholder"]
)
def test_creatures_of_elsewhere_are_not_there(name):
    with pytest.raises(rules.UnknownName):
        rules.creature(name)


@pytest.mark.parametrize(
    "name", ["eldritch blast", "healing word", "misty step", "cure moderate wounds", "ray of frost"]
)
def test_spells_of_later_editions_are_not_there(name):
    with pytest.raises(rules.UnknownName):
        rules.spell(name, 5)

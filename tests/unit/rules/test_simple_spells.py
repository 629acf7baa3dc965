"""Spells: each spell's printed line typed a second time, what it does at every caster level, and what is refused."""

import json

import pytest

import rules
from rules.dice import parse_dice

BOOK = rules.default_rulebook()
NAMES = rules.spells()
# Spell; class; level; range; duration; casting time; saving throw. In range and duration, 10+10L is ten and ten for
# each level, L/3 counts one for each third level; letters: y yards, r rounds, t turns, h hours.
WIZARD = """
armor_spell; 1; touch; special; 1 round; none
burning_hands; 1; 0; instantaneous; 1; half
change_self; 1; 0; 2L r + 2d6; 1; none
charm_person; 1; 120 y; special; 1; negates
chill_touch; 1; 0; 3+L r; 1; negates
color_spray; 1; 0; instantaneous; 1; special
dancing_lights; 1; 40+10L y; 2L r; 1; none
detect_magic; 1; 0; 2L r; 1; none
feather_fall; 1; 10L y; L r; 1; none
grease; 1; 10 y; 3+L r; 1; special
jump; 1; touch; L r + 1d3; 1; none
light; 1; 60 y; L t; 1; special
magic_missile; 1; 60+10L y; instantaneous; 1; none
phantasmal_force; 1; 60+10L y; special; 1; special
protection_from_evil; 1; touch; 2L r; 1; none
shield_spell; 1; 0; 5L r; 1; none
shocking_grasp; 1; touch; special; 1; none
sleep; 1; 30 y; 5L r; 1; none
spider_climb; 1; touch; 3+L r; 1; negates
acid_arrow; 2; 180 y; 1+L/3 r; 2; special
blur; 2; 0; 3+L r; 2; none
continual_light; 2; 60 y; permanent; 2; special
detect_invisibility; 2; 10L y; 5L r; 2; none
flaming_sphere; 2; 10 y; L r; 2; negates
invisibility; 2; touch; special; 2; none
knock; 2; 60 y; special; 1; none
levitate; 2; 20L y; L t; 2; negates
mirror_image; 2; 0; 3L r; 2; none
ray_of_enfeeblement; 2; 10+5L y; L r; 2; negates
stinking_cloud; 2; 30 y; L r; 2; special
web; 2; 5L y; 2L t; 2; negates or half
dispel_magic; 3; 120 y; instantaneous; 3; none
explosive_runes; 3; touch; special; 3; none or half
fireball; 3; 10+10L y; instantaneous; 3; half
fly; 3; touch; L t + 1d6; 3; none
haste; 3; 60 y; 3+L r; 3; none
hold_person; 3; 120 y; 2L r; 3; negates
lightning_bolt; 3; 40+10L y; instantaneous; 3; half
monster_summoning_i; 3; special; 2+L r; 3; none
slow; 3; 90+10L y; 3+L r; 3; negates
suggestion; 3; 30 y; 1+L h; 3; negates
vampiric_touch; 3; 0; one touch; 3; none
charm_monster; 4; 60 y; special; 4; negates
dimension_door; 4; 0; instantaneous; 1; none
fear; 4; 0; special; 4; negates
ice_storm; 4; 10L y; special; 4; none
minor_globe_of_invulnerability; 4; 0; L r; 4; none
shout; 4; 0; instantaneous; 1; special
stoneskin; 4; touch; special; 1; none
wall_of_fire; 4; 60 y; special; 4; none
cloudkill; 5; 10 y; L r; 5; none
cone_of_cold; 5; 0; instantaneous; 5; half
hold_monster; 5; 5L y; L r; 5; negates
chain_lightning; 6; 40+5L y; instantaneous; 5; half
death_spell; 6; 10L y; instantaneous; 6; none
disintegrate; 6; 5L y; instantaneous; 6; negates
globe_of_invulnerability; 6; 0; L r; 1 round; none
delayed_blast_fireball; 7; 100+10L y; special; 7; half
finger_of_death; 7; 60 y; permanent; 5; negates
meteor_swarm; 9; 40+10L y; instantaneous; 9; none or half
"""
PRIEST = """
bless; 1; 60 y; 6 r; 1 round; none
cause_light_wounds; 1; touch; permanent; 5; none
command; 1; 30 y; 1 r; 1; special
create_water; 1; 30 y; permanent; 1 round; none
cure_light_wounds; 1; touch; permanent; 5; none
detect_magic; 1; 0; 1 t; 1 round; none
entangle; 1; 80 y; 1 t; 4; half
faerie_fire; 1; 80 y; 4L r; 4; none
light; 1; 120 y; 6+L t; 4; special
magical_stone; 1; touch; special; 4; none
protection_from_evil; 1; touch; 3L r; 4; none
sanctuary; 1; touch; 2+L r; 4; none
shillelagh; 1; touch; 4+L r; 2; none
aid; 2; touch; 1+L r; 5; none
barkskin; 2; touch; 4+L r; 5; none
chant; 2; 0; time of chanting; 2 rounds; none
flame_blade; 2; 0; 4+L/2 r; 4; none
hold_person; 2; 120 y; 2L r; 5; negates
produce_flame; 2; 0; L r; 5; none
resist_fire; 2; touch; L r; 5; none
silence_15_foot_radius; 2; 120 y; 2L r; 5; none
slow_poison; 2; touch; L h; 1; none
spiritual_hammer; 2; 10L y; 3+L r; 5; none
call_lightning; 3; 360 y; L t; 1 turn; half
continual_light; 3; 120 y; permanent; 6; special
create_food_and_water; 3; 10 y; special; 1 turn; none
cure_disease; 3; touch; permanent; 1 round; none
dispel_magic; 3; 60 y; special; 6; none
glyph_of_warding; 3; touch; until discharged; special; special
prayer; 3; 0; L r; 6; none
cause_serious_wounds; 4; touch; permanent; 7; none
cure_serious_wounds; 4; touch; permanent; 7; none
free_action; 4; touch; L t; 7; none
neutralize_poison; 4; touch; permanent; 7; none
produce_fire; 4; 40 y; 1 r; 7; none
cause_critical_wounds; 5; touch; permanent; 8; none
cure_critical_wounds; 5; touch; permanent; 8; none
flame_strike; 5; 60 y; instantaneous; 8; half
raise_dead; 5; 120 y; permanent; 1 round; special
wall_of_fire; 5; 80 y; special; 8; none
blade_barrier; 6; 30 y; 3L r; 9; special
heal; 6; touch; permanent; 1 round; none
"""
LINES = [
    (caster, *(part.strip() for part in line.split(";")))
    for caster, text in (("wizard", WIZARD), ("priest", PRIEST))
    for line in text.strip().splitlines()
]
UNITS = {"y": "yards", "r": "rounds", "t": "turns", "h": "hours"}


def written(text, level):
    """What a measure such as `10+10L y` says at one level: `80 yards`."""
    formula, _, rest = text.partition(" ")
    if rest[:1] not in UNITS or not any(character.isdecimal() or character == "L" for character in formula):
        return text
    number = 0
    for term in formula.split("+"):
        if "L" in term:
            times, _, divisor = term.partition("L")
            number += int(times or 1) * (level // int(divisor.removeprefix("/") or 1))
        else:
            number += int(term)
    unit = UNITS[rest[0]]
    return f"{number} {unit if number != 1 else unit[:-1]}{rest[1:]}"


@pytest.mark.parametrize(
    ("caster", "name", "level", "reach", "duration", "casting_time", "save"),
    [pytest.param(*line, id=f"PHB appendix {3 if line[0] == 'wizard' else 4}: {line[1]}") for line in LINES],
)
def test_spell(caster, name, level, reach, duration, casting_time, save):
    for caster_level in (1, 3, 7, 12, 20):
        found = rules.spell(name, caster_level, character_class=caster)
        assert (caster, int(level)) == (found.caster, found.spell_level)
        assert (written(reach, caster_level), written(duration, caster_level)) == (found.range, found.duration)
        assert (casting_time, save) == (found.casting_time, found.saving_throw)


def test_these_are_all_lines():
    held = {
        (caster, name)
        for name in NAMES
        for caster in ("wizard", "priest")
        if BOOK.table("simple_spells").find(name)[caster]
    }
    assert {line[:2] for line in LINES} == held
    assert 80 <= len(NAMES)


# At caster level 1, 2, 3 and so on; the last goes on.
AMOUNTS = {
    "magic_missile": "1d4+1 1d4+1 2d4+2 2d4+2 3d4+3 3d4+3 4d4+4 4d4+4 5d4+5 5d4+5 5d4+5",
    "burning_hands": "1d3+2 1d3+4 1d3+6 1d3+8 1d3+10 1d3+12 1d3+14 1d3+16 1d3+18 1d3+20 1d3+20",
    "shocking_grasp": "1d8+1 1d8+2 1d8+3 1d8+4 1d8+5 1d8+6 1d8+7 1d8+8 1d8+9 1d8+10 1d8+11",
    "fireball": "1d6 2d6 3d6 4d6 5d6 6d6 7d6 8d6 9d6 10d6 10d6 10d6",
    "lightning_bolt": "1d6 2d6 3d6 4d6 5d6 6d6 7d6 8d6 9d6 10d6 10d6 10d6",
    "cone_of_cold": "1d4+1 2d4+2 3d4+3 4d4+4 5d4+5 6d4+6 7d4+7 8d4+8 9d4+9 10d4+10 11d4+11 12d4+12",
    "chain_lightning": "1d6 2d6 3d6 4d6 5d6 6d6 7d6 8d6 9d6 10d6 11d6 12d6 12d6 12d6",
    "delayed_blast_fireball": "1d6+1 2d6+2 3d6+3 4d6+4 5d6+5 6d6+6 7d6+7 8d6+8 9d6+9 10d6+10 10d6+10",
    "vampiric_touch": "1d6 1d6 1d6 2d6 2d6 3d6 3d6 4d6 4d6 5d6 5d6 6d6 6d6 6d6 6d6",
    "call_lightning": "3d8 4d8 5d8 6d8 7d8 8d8 9d8 10d8 11d8 12d8 13d8 14d8",
    "wall_of_fire": "2d6+1 2d6+2 2d6+3 2d6+4 2d6+5 2d6+6 2d6+7 2d6+8",
    "produce_fire": "1d4+1 1d4+2 1d4+3 1d4+4 1d4+5 1d4+6 1d4+7 1d4+8",
    "glyph_of_warding": "1d4 2d4 3d4 4d4 5d4 6d4 7d4 8d4",
    "spiritual_hammer": "1d4+2 1d4+2 1d4+2 1d4+2 1d4+2 1d4+2 1d4+3 1d4+3 1d4+3 1d4+3 1d4+3 1d4+3 1d4+4 1d4+4",
    "stoneskin": "1d4 1d4+1 1d4+1 1d4+2 1d4+2 1d4+3 1d4+3 1d4+4 1d4+4 1d4+5",
    "barkskin": "6 6 6 5 5 5 5 4 4 4 4 3 3 3 3 2",
    "armor_spell": "9 10 11 12 13 14 15",
    "create_water": "4 8 12 16 20 24",
    "create_food_and_water": "3 6 9 12 15",
    "dimension_door": "30 60 90 120 150 180",
    "raise_dead": "1 2 3 4 5 6",
    "haste": "1 2 3 4 5",
    "slow": "1 2 3 4 5",
    "fear": "1 2 3 4 5",
}


@pytest.mark.parametrize(
    ("name", "level", "amount"),
    [
        pytest.param(name, level, amount, id=f"PHB appendices 3, 4: {name} at {level}")
        for name, row in AMOUNTS.items()
        for level, amount in enumerate(row.split(), start=1)
    ],
)
def test_amount_at_a_level(name, level, amount):
    assert amount == rules.spell(name, level).amount


@pytest.mark.parametrize(
    ("name", "most"),
    [("fireball", "10d6"), ("magic missile", "5d4+5"), ("burning hands", "1d3+20"), ("cone of cold", "30d4+30"),
     ("chain lightning", "12d6"), ("delayed blast fireball", "10d6+10"), ("vampiric touch", "6d6"),
     ("lightning bolt", "10d6"), ("call lightning", "32d8"), ("shocking grasp", "1d8+30"),
     ("spiritual hammer", "1d4+4"), ("produce fire", "1d4+30"), ("glyph of warding", "30d4")],
)  # fmt: skip
def test_amount_at_level_30(name, most):
    assert most == rules.spell(name, 30).amount


FIXED = {
    "cure light wounds": "1d8",
    "cause light wounds": "1d8",
    "cure serious wounds": "2d8+1",
    "cause serious wounds": "2d8+1",
    "cure critical wounds": "3d8+3",
    "cause critical wounds": "3d8+3",
    "flame strike": "6d8",
    "ice storm": "3d10",
    "sleep": "2d4",
    "acid arrow": "2d4",
    "chill touch": "1d4",
    "flaming sphere": "2d4",
    "finger of death": "2d8+1",
    "meteor swarm": "10d4",
    "cloudkill": "1d10",
    "death spell": "4d20",
    "charm monster": "2d4",
    "color spray": "1d6",
    "monster summoning i": "2d4",
    "aid": "1d8",
    "flame blade": "1d4+4",
    "produce flame": "1d4+1",
    "explosive runes": "6d4+6",
    "shout": "2d6",
    "blade barrier": "8d8",
    "shillelagh": "2d4",
    "magical stone": "1d4",
    "dancing lights": "1d4",
}


@pytest.mark.parametrize(
    ("name", "dice"), [pytest.param(*item, id=f"PHB appendices 3, 4: {item[0]}") for item in FIXED.items()]
)
def test_amount_that_no_level_changes(name, dice):
    assert {dice} == {rules.spell(name, level).amount for level in range(1, 31)}


@pytest.mark.parametrize(("level", "missiles"), [(1, 1), (2, 1), (3, 2), (5, 3), (7, 4), (9, 5), (30, 5)])
def test_missiles(level, missiles):
    found = rules.spell("magic missile", level)
    assert (missiles, 2 * missiles, 5 * missiles, 3.5 * missiles) == (
        found.missiles,
        found.minimum,
        found.maximum,
        found.average,
    )


@pytest.mark.parametrize(
    ("level", "low", "high", "average"),
    [(3, 2, 5, 3.5), (12, 5, 8, 6.5), (15, 6, 8, 7.25), (18, 7, 8, 7.75), (30, 8, 8, 8)],
)
def test_there_are_at_most_eight_mirror_images(level, low, high, average):
    found = rules.spell("mirror image", level)
    assert (low, high, average) == (found.minimum, found.maximum, found.average)


@pytest.mark.parametrize("name", NAMES)
def test_every_spell_at_every_level(name):
    row = BOOK.table("simple_spells").find(name)
    for caster in ("wizard", "priest"):
        if row[caster] is None:
            continue
        before = None
        for level in range(1, 31):
            found = rules.spell(name, level, character_class=caster)
            assert level == found.caster_level
            assert found.summary
            assert (found.dice is not None) == (bool(found.amount) and not found.amount.lstrip("-").isdecimal())
            if found.dice:
                assert parse_dice(found.dice).minimum == found.minimum or found.maximum < parse_dice(found.dice).maximum
            if found.maximum is not None:
                assert found.minimum <= found.average <= found.maximum
                if before is not None and name != "barkskin":
                    assert before <= found.maximum
                before = found.maximum
            if found.range_yards:
                assert f"{found.range_yards} yard" in found.range
            assert json.loads(json.dumps(found.values()))["spell"] == name


@pytest.mark.parametrize(
    ("name", "first_edition", "level"),
    [("fireball", "20d6", 20), ("lightning bolt", "20d6", 20),
     ("burning hands", "5", 5),
     ("sleep", "4d4", 5), ("shocking grasp", "1d8", 1)],
)  # fmt: skip
def test_numbers_of_the_first_edition_are_not_ours(name, first_edition, level):
    assert first_edition != rules.spell(name, level).amount


@pytest.mark.parametrize(
    ("text", "name"),
    [("Fireball", "fireball"), ("CLW", "cure_light_wounds"), ("Magic Missile", "magic_missile"),
     ("cure serious", "cure_serious_wounds"), ("silence, 15' radius", "silence_15_foot_radius"),
     ("shield", "shield_spell"),
     ("armor", "armor_spell"), ("minor globe", "minor_globe_of_invulnerability")],
)  # fmt: skip
def test_names_as_people_write_them(text, name):
    assert name == rules.spell(text, 5).spell


def test_both_have_it_the_wizards_comes_first_and_says_so():
    found = rules.spell("hold person", 5)
    assert (found.caster, found.spell_level) == ("wizard", 3)
    assert found.assumptions
    assert not rules.spell("hold person", 5, character_class="cleric").assumptions


@pytest.mark.parametrize(
    ("character_class", "level"),
    [("mage", 3), ("bard", 3), ("invoker", 3), ("cleric", 2), ("druid", 2), ("paladin", 2), ("ranger", 2),
     ("priest", 2),
     ("Wizard", 3), ("fighter/mage", 3), ("fighter/cleric", 2)],
)  # fmt: skip
def test_class_decides_whose_spell(character_class, level):
    assert level == rules.spell("hold person", 9, character_class=character_class).spell_level


@pytest.mark.parametrize(
    ("name", "level", "character_class"),
    [
        ("fireball", 0, None),
        ("fireball", 31, None),
        ("fireball", "5", None),
        ("fireball", None, None),
        ("fireball", True, None),
        ("fireball", 2.5, None),
        ("wish upon a star", 5, None),
        ("", 5, None),
        (None, 5, None),
        (7, 5, None),
        ("fireball", 5, "cleric"),
        ("bless", 5, "mage"),
        ("fireball", 5, "fighter"),
        ("fireball", 5, "gazebo"),
        ("fireball", 5, 7),
    ],
)
def test_spell_refuses(name, level, character_class):
    with pytest.raises(rules.RuleError):
        rules.spell(name, level, character_class=character_class)


def test_priests_have_a_wall_of_fire_of_their_own():
    assert "4d4+9" == rules.spell("wall of fire", 9, character_class="druid").amount
    assert "2d6+9" == rules.spell("wall of fire", 9, character_class="mage").amount


FIRST_LEVELS = {"wizard": (1, 3, 5, 7, 9, 12, 14, 16, 18), "priest": (1, 3, 5, 7, 9, 11, 14)}


@pytest.mark.parametrize(("caster", "name", "level"), [line[:3] for line in LINES])
def test_too_low_a_caster_is_warned_of(caster, name, level):
    first = FIRST_LEVELS[caster][int(level) - 1]
    for one in range(1, 31):
        warnings = rules.spell(name, one, character_class=caster).warnings
        assert (one < first) == bool(warnings)
        if warnings:
            assert f"of level {level} from level {first} on" in warnings[0]


def test_broken_table_disables_the_spells_only(tmp_path):
    book = rules.load_tables(tmp_path)
    with pytest.raises(rules.TableUnavailable):
        rules.spell("fireball", 5, book=book)

"""Treasure: each line of the tables, dice against printed ranges, rolling from a seed, and what is refused."""

import json
import random

import pytest

import rules
from rules.treasure import CHOSEN, COIN_COLUMNS
from rules.treasure_types import dice_range, read_treasure_type

BOOK = rules.default_rulebook()
COLUMNS = ("copper", "silver", "gold", "platinum_or_electrum", "gems", "art")
# Per column: lowest-highest@chance in percent, "-" for nothing; k is a thousand. The last column is the magic.
TYPES = """
A 1k-3k@25 200-2k@30 1k-6k@40 300-1800@35 10-40@60 2-12@50 3:any@30;
B 1k-6k@50 1k-3k@25 200-2k@25 100-1k@25 1-8@30 1-4@20 1:armor_or_weapon@10;
C 1k-10k@20 1k-6k@30 - 100-600@10 1-6@25 1-3@20 2:any@10;
D 1k-6k@10 1k-10k@15 1k-3k@50 100-600@15 1-10@30 1-6@25 2:any+1:potion@15;
E 1k-6k@5 1k-10k@25 1k-4k@25 300-1800@25 1-12@15 1-6@10 3:any+1:scroll@25;
F - 3k-18k@10 1k-6k@40 1k-4k@15 2-20@20 1-8@10 5:any_but_weapons@30;
G - - 2k-20k@50 1k-10k@50 3-18@30 1-6@25 5:any@35;
H 3k-18k@25 2k-20k@40 2k-20k@55 1k-8k@40 3-30@50 2-20@50 6:any@15;
I - - - 100-600@30 2-12@55 2-8@50 1:any@15;
J 3-24@100 - - - - - -; K - 3-18@100 - - - - -; L - - - 2-12@100 - - -; M - - 2-8@100 - - - -; N - - - 1-6@100 - - -;
O 10-40@100 10-30@100 - - - - -; P - 10-60@100 - 1-20@100 - - -; Q - - - - 1-4@100 - -;
R - - 2-20@100 10-60@100 2-8@100 1-3@100 -; S - - - - - - 1d8:potion@100; T - - - - - - 1d4:scroll@100;
U - - - - 2-16@90 1-6@80 1:any@70; V - - - - - - 2:any@100; W - - 5-30@100 1-8@100 2-16@60 1-8@50 2:any@60;
X - - - - - - 2:potion@100; Y - - 200-1200@100 - - - -;
Z 100-300@100 100-400@100 100-600@100 100-400@100 1-6@55 2-12@50 3:any@50
"""
LINES = [line.split() for line in TYPES.replace("\n", " ").split(";")]


def number(text):
    return 1_000 * int(text[:-1]) if text.endswith("k") else int(text)


@pytest.mark.parametrize(
    ("letter", "column", "printed"),
    [
        pytest.param(line[0], column, printed, id=f"DMG 84: {line[0]} {column}")
        for line in LINES
        for column, printed in zip(COLUMNS, line[1:7], strict=True)
    ],
)
def test_treasure_type(letter, column, printed):
    parts = {part.kind: part for part in rules.treasure_type(letter).parts}
    if printed == "-":
        assert column not in parts
        return
    band, _, chance = printed.partition("@")
    low, _, high = band.partition("-")
    part = parts[column]
    assert ((number(low), number(high)), int(chance)) == (part.range, part.chance_percent)
    assert part.range == dice_range(part.dice, part.times)


@pytest.mark.parametrize(
    ("letter", "printed"), [pytest.param(line[0], line[7], id=f"DMG 84: {line[0]} magic") for line in LINES]
)
def test_magic_of_a_treasure_type(letter, printed):
    magic = rules.treasure_type(letter).magic
    if printed == "-":
        assert magic is None
        return
    items, _, chance = printed.partition("@")
    assert int(chance) == magic.chance_percent
    assert items == "+".join(f"{count}:{kind}" for kind, count in magic.items)


def test_there_are_26_types_of_which_a_to_i_are_lairs():
    assert [chr(code) for code in range(ord("A"), ord("Z") + 1)] == [line[0] for line in LINES]
    lairs = [line[0] for line in LINES if rules.treasure_type(line[0]).place == "lair"]
    assert list("ABCDEFGHI") == lairs


def test_summary_is_the_line_in_words():
    expected = (
        "copper: 1,000-10,000, 20 %; silver: 1,000-6,000, 30 %; platinum or electrum: 100-600, 10 %; gems: 1-6, 25 %"
    )
    assert rules.treasure_type("c").summary.startswith(expected)
    assert rules.treasure_type("C").summary.endswith("magical items: 2 any, 10 %")


@pytest.mark.parametrize(
    ("text", "read"),
    [("a", ("A", 1)), (" type q ", ("Q", 1)), ("Qx5", ("Q", 5)), ("q x 10", ("Q", 10)), ("X", ("X", 1)),
     ("Xx2", ("X", 2)),
     ("QX999", ("Q", 999))],
)  # fmt: skip
def test_letters_as_people_write_them(text, read):
    assert read == read_treasure_type(text)


@pytest.mark.parametrize(
    "letter", ["", "AA", "1", "Ä", "Qx", "Qx0", "Qx1000", "Qx-1", "5Q", "Qx5x5", None, 7, ["A"], "²", "Qx²"]
)
def test_treasure_type_refuses(letter):
    with pytest.raises(rules.RuleError, match="treasure type must be"):
        rules.treasure_type(letter)


def test_several_times_is_for_rolling_only():
    with pytest.raises(rules.MalformedValue):
        rules.treasure_type("Qx5")


GEMS = """1-25 ornamental 10; 26-50 semi-precious 50; 51-70 fancy 100; 71-90 precious 500; 91-99 gem 1000;
100-100 jewel 5000"""


@pytest.mark.parametrize(
    ("roll", "gem_class", "gold_pieces"),
    [
        pytest.param(roll, line.split()[1], int(line.split()[2]), id=f"DMG 85: {roll}")
        for line in GEMS.replace("\n", " ").split(";")
        for roll in range(int(line.split()[0].split("-")[0]), int(line.split()[0].split("-")[1]) + 1)
    ],
)
def test_gem_value(roll, gem_class, gold_pieces):
    found = rules.gem_value(roll)
    assert (gem_class, gold_pieces) == (found.gem_class, found.gold_pieces)


ART = """1-10 10-100 1d10 10; 11-25 30-180 3d6 10; 26-40 100-600 1d6 100; 41-50 100-1000 1d10 100;
51-60 200-1200 2d6 100; 61-70 300-1800 3d6 100; 71-80 400-2400 4d6 100; 81-85 500-3000 5d6 100;
86-90 1000-4000 1d4 1000; 91-95 1000-6000 1d6 1000; 96-99 2000-8000 2d4 1000; 100-100 2000-12000 2d6 1000"""


@pytest.mark.parametrize(
    ("roll", "band", "dice", "times"),
    [
        pytest.param(roll, *line.split()[1:], id=f"DMG 87: {roll}")
        for line in ART.replace("\n", " ").split(";")
        for roll in range(int(line.split()[0].split("-")[0]), int(line.split()[0].split("-")[1]) + 1)
    ],
)
def test_art_value(roll, band, dice, times):
    found = rules.art_value(roll)
    assert (band, dice, int(times)) == ("-".join(map(str, found.range)), found.dice, found.times)
    assert found.range == dice_range(dice, int(times))


@pytest.mark.parametrize("roll", [0, 101, -1, "5", 5.0, None, True])
@pytest.mark.parametrize("function", [rules.gem_value, rules.art_value])
def test_values_refuse(function, roll):
    with pytest.raises(rules.RuleError, match="roll must be"):
        function(roll)


def test_dearer_gems_and_art_need_higher_rolls():
    gems = [rules.gem_value(roll).gold_pieces for roll in range(1, 101)]
    art = [rules.art_value(roll).range[1] for roll in range(1, 101)]
    assert sorted(gems) == gems
    assert sorted(art) == art


VARIATIONS = {
    1: "next higher value",
    2: "double value",
    3: "10-60 percent more",
    4: "10-40 percent less",
    5: "half value",
    6: "next lower value",
}


@pytest.mark.parametrize(
    ("roll", "variation"), [pytest.param(*item, id=f"DMG 86: {item[0]}") for item in VARIATIONS.items()]
)
def test_gem_variation(roll, variation):
    assert variation == BOOK.table("gem_variation").find(at=roll)["variation"]


CATEGORIES = """1-20 potions_and_oils; 21-35 scrolls; 36-40 rings; 41-41 rods; 42-42 staves; 43-45 wands;
46-46 books_and_tomes; 47-48 jewels_and_jewelry; 49-50 cloaks_and_robes; 51-52 boots_bracers_and_gloves;
53-53 girdles_hats_and_helms; 54-55 bags_and_bottles; 56-56 dusts_and_stones; 57-57 household_items_and_tools;
58-58 musical_instruments; 59-60 strange_items; 61-75 armor_and_shields; 76-100 weapons"""


@pytest.mark.parametrize(
    ("roll", "category"),
    [
        pytest.param(roll, line.split()[1], id=f"DMG 88: {roll}")
        for line in CATEGORIES.replace("\n", " ").split(";")
        for roll in range(int(line.split()[0].split("-")[0]), int(line.split()[0].split("-")[1]) + 1)
    ],
)
def test_magic_item_category(roll, category):
    assert category == BOOK.table("magic_item_categories").value(at=roll)


POTIONS = {
    "a": """animal control; clairaudience; clairvoyance; climbing; delusion (cursed) x2; diminution; dragon control;
        elixir of health; elixir of madness (cursed) x2; elixir of youth; ESP; extra-healing x2; fire breath;
        fire resistance; flying; gaseous form""",
    "b": """giant control; giant strength; growth; healing x2; heroism; human control; invisibility; invulnerability;
        levitation; longevity; oil of acid resistance; oil of disenchantment; oil of elemental invulnerability;
        oil of etherealness; oil of fiery burning; oil of fumbling (cursed); oil of impact; oil of slipperiness""",
    "c": """oil of timelessness; philter of glibness; philter of love; philter of persuasiveness;
        philter of stammering and stuttering (cursed); plant control; poison (cursed) x2; polymorph self; rainbow hues;
        speed; super-heroism x2; sweet water; treasure finding; undead control; ventriloquism; vitality;
        water breathing""",
}
SCROLLS = {
    "spell": """1 spell of level 1-4 x3; 1 spell of level 1-6 x2; 1 spell of level 2-9; 2 spells of level 1-4;
        2 spells of level 2-9; 3 spells of level 1-4; 3 spells of level 2-9; 4 spells of level 1-6;
        4 spells of level 1-8; 5 spells of level 1-6; 5 spells of level 1-8; 6 spells of level 1-6;
        6 spells of level 3-8; 7 spells of level 1-8; 7 spells of level 2-9; 7 spells of level 4-9""",
    "other": """map; protection from acid; protection from cold; protection from dragon breath;
        protection from electricity; protection from elementals x2; protection from fire; protection from gas;
        protection from lycanthropes x2; protection from magic; protection from petrification; protection from plants;
        protection from poison; protection from possession; protection from undead; protection from water;
        curse (cursed)""",
}
RINGS = {
    "a": """animal friendship; blinking; chameleon power; clumsiness (cursed); contrariness (cursed);
        delusion (cursed) x2; djinni summoning; elemental command; feather falling; fire resistance; free action;
        human influence; invisibility; jumping x2; mammal control; mind shielding; protection""",
    "b": """protection x2; ram; regeneration; shocking grasp; shooting stars; spell storing; spell turning; sustenance;
        swimming; telekinesis; truth; warmth; water walking; weakness (cursed); multiple wishes; three wishes;
        wizardry; X-ray vision""",
}
RODS = """absorption x2; alertness x2; beguiling; cancellation x2; flailing; lordly might; passage; resurrection;
    rulership; security x2; smiting x2; splendor; terror x2"""
STAVES = """mace x2; command; curing x2; magi; power; serpent; slinging x2; spear x2; striking x2; swarming insects;
    thunder and lightning; withering x2; woodlands"""
WANDS = """conjuration; earth and stone; enemy detection; fear; fire; flame extinguishing; frost; illumination;
    illusion; lightning; magic detection; magic missiles; metal and mineral detection; negation; paralyzation;
    polymorphing; secret door and trap location; size alteration; wonder"""
CLOAKS = """cloak of arachnida; cloak of displacement; cloak of elvenkind x2; cloak of poisonousness (cursed);
    cloak of protection x3; cloak of the bat; cloak of the manta ray; robe of the archmagi; robe of blending;
    robe of eyes; robe of powerlessness (cursed); robe of scintillating colors; robe of stars; robe of useful items x2;
    robe of vermin (cursed)"""
BOOTS = """boots of dancing (cursed); boots of elvenkind; boots of levitation; boots of speed;
    boots of striding and springing; boots of the north; boots of varied tracks; winged boots; bracers of archery;
    bracers of brachiation; bracers of defense x2; bracers of defenselessness (cursed); gauntlets of dexterity;
    gauntlets of fumbling (cursed); gauntlets of ogre power; gauntlets of swimming and climbing;
    gloves of missile snaring; slippers of spider climbing"""
ARMOR = """banded mail; brigandine; chain mail x3; field plate; full plate; leather armor; plate mail x4; ring mail;
    scale mail; shield x3; splint mail; studded leather; special armor"""
WEAPONS = {
    "a": """arrow (4d6); arrow (3d6); arrow (2d6); axe x2; battle axe; bolt (2d10); bolt (2d6); sling bullet (3d4);
        dagger x3; dart (3d4); flail; javelin (1d2); knife; lance; mace x2; special weapon""",
    "b": """military pick; morning star; pole arm; scimitar x2; spear x3; sword x9; trident; warhammer;
        special weapon""",
}
SUBTABLES = {
    ("89", "magic_potions"): POTIONS,
    ("90", "magic_scrolls"): SCROLLS,
    ("91", "magic_rings"): RINGS,
    ("92", "magic_rods"): {"a": RODS},
    ("93", "magic_staves"): {"a": STAVES},
    ("94", "magic_wands"): {"a": WANDS},
    ("97", "magic_cloaks_and_robes"): {"a": CLOAKS},
    ("98", "magic_boots_and_gloves"): {"a": BOOTS},
    ("105", "magic_armor"): {"a": ARMOR},
    ("108", "magic_weapons"): WEAPONS,
}


def spread(text):
    """`speed; healing x2` is speed, healing, healing."""
    names = []
    for one in " ".join(text.split()).split("; "):
        name, _, times = one.rpartition(" x")
        names += [name] * int(times) if name and times.isdecimal() else [one]
    return names


def printed_items():
    for (printed, table), subtables in SUBTABLES.items():
        for subtable, text in subtables.items():
            names = spread(text)
            if len(names) == 19:
                names.append("the Dungeon Master's choice")
            for roll, item in enumerate(names, start=1):
                yield pytest.param(table, subtable, roll, item, id=f"DMG {printed}: {subtable} {roll}")


@pytest.mark.parametrize(("table", "subtable", "roll", "item"), list(printed_items()))
def test_magic_item(table, subtable, roll, item):
    assert item == BOOK.table(table).value(subtable, at=roll)


def test_each_subtable_has_twenty_rolls():
    assert 20 * sum(map(len, SUBTABLES.values())) == len(list(printed_items()))


# d20, armor, sword, any other weapon.
PLUS = """1 -1 -1 -1; 2 -1 -1 -1; 3 1 1 1; 4 1 1 1; 5 1 1 1; 6 1 1 1; 7 1 1 1; 8 1 1 1; 9 1 1 1; 10 1 1 1; 11 2 2 1;
12 2 2 1; 13 2 2 1; 14 2 2 1; 15 3 3 2; 16 3 3 2; 17 3 3 2; 18 4 4 2; 19 4 4 2; 20 5 5 3"""


@pytest.mark.parametrize(
    ("roll", "plus"),
    [
        pytest.param(int(line.split()[0]), tuple(map(int, line.split()[1:])), id=f"DMG 106, 109: {line.split()[0]}")
        for line in PLUS.replace("\n", " ").split(";")
    ],
)
def test_magic_adjustment(roll, plus):
    assert plus == tuple(BOOK.table("magic_adjustments").find(at=roll).values())


class Dice(random.Random):
    """A random source that shows the given faces, and fails when they are used up."""

    def __init__(self, *faces):
        super().__init__(0)
        self.faces = list(faces)

    def randint(self, low, high):
        face = self.faces.pop(0)
        assert low <= face <= high
        return face


def test_orc_in_its_pocket():
    found = rules.roll_treasure("L", Dice(1, 3, 4))
    assert ({"pp": 7}, 35.0, 0.14) == (found.coins, found.total_gold_pieces, found.weight_lb)


def test_coins_by_hand():
    # O: copper 100 % 3 x 10, silver 100 % 2 x 10.
    found = rules.roll_treasure("O", Dice(100, 3, 100, 2))
    assert ({"cp": 30, "sp": 20}, 2.3, 1.0) == (found.coins, found.total_gold_pieces, found.weight_lb)


def test_a_failed_chance_gives_nothing():
    # I: 30 % platinum, 55 % gems, 50 % art, 15 % magic; each one point too high.
    found = rules.roll_treasure("I", Dice(31, 56, 51, 16))
    assert ({}, (), (), (), 0) == (found.coins, found.gems, found.art, found.magic, found.total_gold_pieces)


def test_gems_and_art_by_hand():
    # I: no platinum; two gems (1 + 1), worth 10 and 5,000 without variation; two objects of art (1 + 1); no magic.
    found = rules.roll_treasure("I", Dice(31, 55, 1, 1, 25, 11, 100, 11, 50, 1, 1, 10, 5, 100, 6, 6, 16))
    assert [("ornamental", 10.0), ("jewel", 5_000.0)] == [(gem.gem_class, gem.gold_pieces) for gem in found.gems]
    assert (50, 12_000) == found.art
    assert 17_060 == found.total_gold_pieces


@pytest.mark.parametrize(
    ("faces", "value"),
    [
        ((71, 11), 500.0),
        ((71, 10, 2), 1_000.0),
        ((71, 10, 5), 250.0),
        ((71, 10, 3, 6), 800.0),
        ((71, 10, 3, 1), 550.0),
        ((71, 10, 4, 4), 300.0),
        ((71, 10, 4, 1), 450.0),
        ((71, 10, 1, 2), 1_000.0),
        ((71, 10, 1, 1, 3), 5_000.0),
        ((71, 10, 1, 1, 1, 1, 2), 20_000.0),
        ((71, 10, 6, 1), 100.0),
        ((71, 10, 6, 6, 6, 3), 10.0),
        ((1, 10, 6, 6, 6, 6, 2), 0.1),
        ((100, 10, 1, 2), 10_000.0),
        ((100, 10, 2), 10_000.0),
        ((100, 10, 6, 2), 1_000.0),
    ],
)
def test_variation_by_hand(faces, value):
    dice = Dice(*faces)
    assert value == rules.roll_gem(dice).gold_pieces


def test_variation_ends_at_a_hundred_thousand_and_five_steps_down():
    assert 100_000 >= rules.roll_gem(Dice(100, 10, *[1] * 30)).gold_pieces
    assert 10.0 == rules.roll_gem(Dice(100, 10, *[6] * 30)).gold_pieces


@pytest.mark.parametrize(
    ("faces", "category", "item"),
    [
        ((20, 3, 5), "potions_and_oils", "healing"),
        ((21, 5, 1), "scrolls", "map"),
        ((36, 4, 14), "rings", "invisibility"),
        ((42, 6), "staves", "magi"),
        ((75, 10, 15), "armor_and_shields", "plate mail +3"),
        ((75, 10, 1), "armor_and_shields", "plate mail -1, cursed"),
        ((75, 20), "armor_and_shields", "special armor"),
        ((76, 3, 9, 15), "weapons", "sword +3"),
        ((76, 1, 10, 15), "weapons", "dagger +2"),
        ((76, 1, 1, 20, 1, 2, 3, 4), "weapons", "10 x arrow +3"),
        ((46,), "books_and_tomes", CHOSEN),
    ],
)
def test_magic_item_by_hand(faces, category, item):
    found = rules.roll_magic_item(Dice(*faces))
    assert (category, item) == (found.category, found.item)


def test_scimitars_count_as_swords():
    assert "scimitar +5" == rules.roll_magic_item(Dice(100, 3, 4, 20)).item


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("any", lambda _: True),
        ("any_but_weapons", lambda category: category != "weapons"),
        ("armor_or_weapon", lambda category: category in {"weapons", "armor_and_shields"}),
        ("potion", lambda category: category == "potions_and_oils"),
        ("scroll", lambda category: category == "scrolls"),
    ],
)
def test_kind_of_magic_item_is_kept(kind, fits):
    rng = random.Random(11)
    assert all(fits(rules.roll_magic_item(rng, kind=kind).category) for _ in range(200))


def test_unknown_kind_of_magic_item_is_refused():
    with pytest.raises(rules.UnknownName, match="kind must be one of"):
        rules.roll_magic_item(random.Random(1), kind="sword of everything")


@pytest.mark.parametrize("letter", [line[0] for line in LINES])
def test_rolled_treasure_stays_within_the_type(letter):
    parts = {part.kind: part.range for part in rules.treasure_type(letter).parts}
    magic = rules.treasure_type(letter).magic
    for seed in range(25):
        found = rules.roll_treasure(letter, random.Random(seed))
        for column, coin in COIN_COLUMNS.items():
            if coin in found.coins:
                low, high = parts[column]
                assert low <= found.coins[coin] <= high
        assert len(found.gems) <= parts.get("gems", (0, 0))[1]
        assert len(found.art) <= parts.get("art", (0, 0))[1]
        assert bool(magic) or not found.magic
        assert json.loads(json.dumps(found.values()))["total_gold_pieces"] == found.total_gold_pieces


@pytest.mark.parametrize("types", ["A", "H", "C, Qx5", ["Z", "Xx2"], ("U",)])
def test_the_same_seed_gives_the_same_treasure(types):
    assert rules.roll_treasure(types, random.Random(42)) == rules.roll_treasure(types, random.Random(42))


def test_different_seeds_give_different_treasures():
    assert 1 < len({rules.roll_treasure("H", random.Random(seed)).total_gold_pieces for seed in range(20)})


def test_several_times_a_type():
    found = rules.roll_treasure("Qx5", random.Random(1))
    assert ("Qx5",) == found.treasure_types
    assert 5 <= len(found.gems) <= 20


def test_treasure_of_every_creature_can_be_rolled():
    rng = random.Random(3)
    for name in rules.creatures():
        for types in rules.creature(name).treasure.values():
            assert rules.roll_treasure(types, rng).total_gold_pieces >= 0


@pytest.mark.parametrize("types", ["", "A,", "A;B", [], ["A", 7], None, 5, [None], "Qx0"])
def test_roll_treasure_refuses(types):
    with pytest.raises(rules.RuleError, match="treasure type must be"):
        rules.roll_treasure(types, random.Random(1))


def test_treasure_needs_its_table(tmp_path):
    with pytest.raises(rules.TableUnavailable):
        rules.treasure_type("A", book=rules.load_tables(tmp_path))

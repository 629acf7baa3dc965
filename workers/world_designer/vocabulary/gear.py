"""What each class may wear and wield, as choices, cheapest first; the numbers of these things come from the tables.

Who may use what: Player's Handbook, chapter 3. Lists are choices for a likely person, not the full permission.
"""

# ruff: noqa: E501 - one sentence or row, one line

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outfit:
    """Choices for one class. `armor` rises with the level; None is no armor. `shield` is how often one is carried, 0 to 1."""

    armor: tuple[str | None, ...]
    melee: tuple[str, ...]
    missile: tuple[str, ...]
    shield: float
    kit: tuple[str, ...]


_WARRIOR_WEAPONS = (
    "hand_axe",
    "battle_axe",
    "short_sword",
    "long_sword",
    "broad_sword",
    "warhammer",
    "footmans_flail",
    "spear",
    "halberd",
    "two_handed_sword",
)

OUTFITS: dict[str, Outfit] = {
    "fighter": Outfit(
        ("leather", "studded_leather", "ring_mail", "scale_mail", "chain_mail", "splint_mail", "banded_mail", "plate_mail", "field_plate"),
        _WARRIOR_WEAPONS, ("short_bow", "light_crossbow", "long_bow", "heavy_crossbow"), 0.5,
        ("bedroll", "waterskin", "whetstone", "belt pouch"),
    ),
    "paladin": Outfit(
        ("scale_mail", "chain_mail", "banded_mail", "plate_mail", "field_plate"),
        ("long_sword", "warhammer", "broad_sword"), (), 0.9, ("holy symbol", "prayer book", "riding saddle"),
    ),
    "ranger": Outfit(
        ("leather", "studded_leather"), ("long_sword", "short_sword", "spear", "hand_axe"), ("long_bow", "short_bow"), 0.0,
        ("snares", "flint and steel", "rolled cloak", "iron rations"),
    ),
    "mage": Outfit(
        (None,), ("dagger", "quarterstaff", "knife"), ("dart", "sling"), 0.0, ("spell book", "spell components", "ink and quills"),
    ),
    "cleric": Outfit(
        ("leather", "studded_leather", "ring_mail", "scale_mail", "chain_mail", "banded_mail", "plate_mail"),
        ("footmans_mace", "warhammer", "footmans_flail", "horsemans_mace"), ("sling",), 0.6, ("holy symbol", "holy water", "prayer book"),
    ),
    "druid": Outfit(
        ("leather",), ("scimitar", "quarterstaff", "spear", "sickle"), ("sling",), 0.3, ("mistletoe", "herb pouch", "wooden bowl"),
    ),
    "thief": Outfit(
        ("leather",), ("short_sword", "dagger", "long_sword", "club"), ("short_bow", "sling", "dart"), 0.0,
        ("thieves' picks", "silk rope", "soft boots", "hooded lantern"),
    ),
    "bard": Outfit(
        ("leather", "studded_leather", "ring_mail", "chain_mail"), ("short_sword", "long_sword", "scimitar", "dagger"),
        ("short_bow", "light_crossbow"), 0.0, ("musical instrument", "spell book", "good clothes"),
    ),
}  # fmt: skip

SMALL_FOLK = frozenset({"dwarf", "gnome", "halfling", "goblin", "kobold"})
"""They leave the largest weapons to others."""

TOO_LARGE_FOR_SMALL_FOLK = frozenset({"halberd", "two_handed_sword", "long_bow", "heavy_crossbow", "trident"})
TWO_HANDED = frozenset({"halberd", "two_handed_sword", "quarterstaff", "trident"})

TRADE_WEAPONS: dict[str, str] = {
    "blacksmith": "warhammer",
    "armorer": "warhammer",
    "weaponsmith": "long_sword",
    "bowyer": "hand_axe",
    "mason": "warhammer",
    "carpenter": "hand_axe",
    "miner": "footmans_pick",
    "farmer": "club",
    "innkeeper": "club",
    "fisher": "trident",
    "sailor": "short_sword",
    "guard": "spear",
    "hunter": "spear",
    "knight": "long_sword",
    "chieftain": "battle_axe",
    "noble": "long_sword",
    "lord": "long_sword",
    "lady": "long_sword",
    "king": "long_sword",
    "queen": "long_sword",
}
"""What lies to hand at work, for those whose class may use it."""

CLASS_ALIGNMENTS: dict[str, tuple[str, ...]] = {
    "paladin": ("LG",),
    "ranger": ("LG", "NG", "CG"),
    "druid": ("N",),
    "bard": ("NG", "LN", "N", "CN", "NE"),
    "thief": ("NG", "CG", "LN", "N", "CN", "LE", "NE", "CE"),
}
"""Player's Handbook, chapter 3; a class that is not named is open to all nine."""

ALIGNMENTS: dict[str, str] = {
    "LG": "lawful good",
    "NG": "neutral good",
    "CG": "chaotic good",
    "LN": "lawful neutral",
    "N": "true neutral",
    "CN": "chaotic neutral",
    "LE": "lawful evil",
    "NE": "neutral evil",
    "CE": "chaotic evil",
}

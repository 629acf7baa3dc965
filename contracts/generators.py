"""What may be asked of each generator: typed briefs that the API reads and the World Designer follows (R15).

Everything has a sensible default, so that an empty brief is a brief. Names are plain text: nothing in them can open
markup. Kinds, peoples, terrains and the like are spelled as the rules and the vocabulary spell them; a test keeps them
alike.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

MAX_SEED: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

Form = Literal["short", "long"]
_PLAIN_TEXT: Final = r"^[^\W\d_][^<>`*_#|\[\]\x00-\x1f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_PLAIN_TEXT)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z -]{1,29}$")]
Race = Literal[
    "human",
    "dwarf",
    "elf",
    "gnome",
    "half-elf",
    "halfling",
    "half-orc",
    "orc",
    "goblin",
    "hobgoblin",
    "kobold",
]
CharacterClass = Literal[
    "fighter",
    "paladin",
    "ranger",
    "mage",
    "abjurer",
    "conjurer",
    "diviner",
    "enchanter",
    "illusionist",
    "invoker",
    "necromancer",
    "transmuter",
    "cleric",
    "druid",
    "thief",
    "bard",
]
Alignment = Literal["LG", "NG", "CG", "LN", "N", "CN", "LE", "NE", "CE", "good", "evil", "lawful", "chaotic", "neutral"]
Ability = Literal["strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma"]
Age = Literal["young", "adult", "middle-aged", "old", "venerable"]
PlaceKind = Literal[
    "hall",
    "temple",
    "tower",
    "castle",
    "tomb",
    "dungeon",
    "library",
    "mine",
    "room",
    "tavern",
    "village",
    "town",
    "city",
    "market",
    "shop",
    "house",
    "kingdom",
    "cave",
    "forest",
    "swamp",
    "mountain",
    "coast",
    "road",
    "ruin",
    "desert",
    "camp",
    "place",
]
Culture = Literal["dwarven", "elven", "human", "gnomish", "halfling", "goblinoid", "draconic", "undead", "giant"]
Mood = Literal[
    "ancient",
    "ruined",
    "abandoned",
    "haunted",
    "burned",
    "frozen",
    "flooded",
    "holy",
    "secret",
    "rich",
    "poor",
    "busy",
    "dark",
]
ThemeName = Literal[
    "cavern",
    "city_streets",
    "crypt",
    "deep_forest",
    "desert_tomb",
    "frozen_halls",
    "keep",
    "mine",
    "ruined_temple",
    "seashore",
    "sewer",
    "swamp",
    "volcanic_deeps",
    "wizards_tower",
]
RoomFunction = Literal[
    "entry",
    "guard",
    "living",
    "store",
    "shrine",
    "lair",
    "vault",
    "workshop",
    "prison",
    "hall",
    "passage",
    "hidden",
]
Terrain = Literal[
    "arctic",
    "coast",
    "desert",
    "forest",
    "fresh_water",
    "hills",
    "jungle",
    "mountains",
    "ocean",
    "plains",
    "ruins",
    "subterranean",
    "swamp",
    "urban",
    "volcanic",
]
Land = Literal["arctic", "coast", "desert", "forest", "hills", "jungle", "mountains", "plains", "swamp", "volcanic"]
Climate = Literal["arctic", "subarctic", "temperate", "subtropical", "tropical"]
CreatureKind = Literal[
    "animal",
    "construct",
    "demihuman",
    "dragon",
    "elemental",
    "fey",
    "giant",
    "humanoid",
    "lycanthrope",
    "monster",
    "ooze",
    "outsider",
    "plant",
    "undead",
    "vermin",
]
Danger = Literal["easy", "standard", "deadly"]
ItemCategory = Literal["any", "any_but_weapons", "armor_or_weapon", "potion", "scroll"]
ItemWord = Literal[
    "armor",
    "axe",
    "boots",
    "bracers",
    "cloak",
    "dagger",
    "gauntlets",
    "mace",
    "potion",
    "ring",
    "robe",
    "rod",
    "scroll",
    "shield",
    "spear",
    "staff",
    "sword",
    "wand",
    "warhammer",
]
TreasureLetter = Annotated[str, StringConstraints(pattern=r"^[A-Z](x[1-9][0-9]?)?$")]
CreatureName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,40}$")]


class Brief(BaseModel):
    """What all briefs share: unknown fields are refused, numbers are numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    _drawn_by: str | None = PrivateAttr(None)

    @property
    def drawn_by(self) -> str:
        """What chance depends on: the brief itself, or that of what is made once more with a difference."""
        return self._drawn_by or self.model_dump_json()

    def but(self, **changes: Any) -> Self:
        """The brief with other values, for the same thing: what the values do not name is drawn as before.

        Raises:
            pydantic.ValidationError: A value is not allowed.
        """
        changed = type(self).model_validate(self.model_dump(exclude_unset=True) | changes)
        changed._drawn_by = self.drawn_by  # noqa: SLF001 - another one of this class
        return changed


class PartyBrief(Brief):
    """A brief whose numbers are measured by the party."""

    party_size: int = Field(4, ge=1, le=12)
    party_level: int = Field(3, ge=1, le=20, description="The average level of the party.")


class NpcOrder(Brief):
    """A person with a complete stat block; what is left open is drawn."""

    name: Name | None = None
    race: Race | None = None
    character_class: CharacterClass | None = None
    level: int | None = Field(None, ge=1, le=20)
    occupation: Word | None = Field(None, description="A trade, such as `blacksmith`.")
    gender: Literal["female", "male"] | None = None
    alignment: Alignment | None = None
    traits: list[Word] = Field(default_factory=list, max_length=4, description="Adjectives such as `one-eyed`.")
    home: Name | None = None
    abilities: dict[Ability, Annotated[int, Field(ge=3, le=19)]] = Field(default_factory=dict)
    age: Age | None = Field(None, description="By the life of the race; a grown person when left out.")
    years: int | None = Field(None, ge=1, le=1000, description="How old exactly; goes before `age`.")


class LocationOrder(Brief):
    """A place to read aloud: building, settlement or wilderness."""

    title: Name | None = None
    place: PlaceKind = "place"
    culture: Culture | None = None
    moods: list[Mood] = Field(default_factory=list, max_length=2)


class RoomOrder(Brief):
    """One room or one stretch of ground in the words of a theme."""

    theme: ThemeName = "crypt"
    function: RoomFunction | None = None
    width: int = Field(30, ge=5, le=200, description="Feet.")
    depth: int = Field(40, ge=5, le=200, description="Feet.")
    residents: CreatureName | None = Field(None, description="A creature of the rule base whose signs are there.")


class TavernOrder(Brief):
    """A tavern or inn: keeper, guests, what is served and what is said there."""

    name: Name | None = None
    place: Name | None = Field(None, description="The settlement it stands in.")
    quality: Literal["poor", "common", "good"] | None = None
    mood: Literal["cozy", "rowdy", "shady", "quiet", "grand"] | None = None


class SettlementOrder(Brief):
    """A hamlet, village, town or city."""

    name: Name | None = None
    size: Literal["hamlet", "village", "town", "city"] = "village"
    people: Race | None = Field(None, description="Who most of them are.")
    terrain: Land | None = None


class EncounterOrder(PartyBrief):
    """A meeting with creatures that fits terrain and party."""

    terrain: Terrain | None = Field(None, description="`subterranean` is a dungeon; drawn when left out.")
    climate: Climate | None = None
    creature: CreatureName | None = Field(None, description="Exactly this creature of the rule base.")
    number: int | None = Field(None, ge=1, le=100, description="How many; measured by the party when left out.")
    creature_kind: CreatureKind | None = None
    danger: Danger = "standard"
    time: Literal["day", "night"] = "day"


class TreasureOrder(PartyBrief):
    """A treasure: of printed types, of a creature, or a hoard of a given worth (the default, by the party's level)."""

    types: list[TreasureLetter] | None = Field(None, min_length=1, max_length=10, description="Such as `C` or `Qx5`.")
    creature: CreatureName | None = None
    where: Literal["lair", "individual"] = Field("lair", description="Which of the creature's treasures.")
    number: int = Field(1, ge=1, le=100, description="How many creatures carry an individual treasure.")
    budget_gp: int | None = Field(None, ge=10, le=1_000_000)
    magic: bool = Field(True, description="Whether a hoard by worth holds magical items; types follow the book.")
    party_classes: list[CharacterClass] = Field(default_factory=list, max_length=12)

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Self:
        given = [name for name in ("types", "creature", "budget_gp") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"give one of types, creature and budget_gp, not {' and '.join(given)}")
        return self


_ARMS: Final = ("armor", "axe", "dagger", "mace", "shield", "spear", "sword", "warhammer")
_ITEMS_OF: Final = MappingProxyType({"potion": ("potion",), "scroll": ("scroll",), "armor_or_weapon": _ARMS})


class MagicItemOrder(Brief):
    """One magical item with a look and a history."""

    category: ItemCategory = "any"
    item: ItemWord | None = Field(None, description="What sort of thing, within the category.")
    cursed: bool | None = Field(None, description="True for a cursed one, false for none; left open it may be either.")
    party_classes: list[CharacterClass] = Field(default_factory=list, max_length=12)

    @model_validator(mode="after")
    def _item_is_of_its_category(self) -> Self:
        if self.item is not None and self.item not in _ITEMS_OF.get(self.category, (self.item,)):
            raise ValueError(f"item: there is no {self.item} in the category {self.category}")
        return self


class RumourOrder(Brief):
    """Rumours: what is said, whether it is true, and what is behind it."""

    about: Name | None = None
    place: Name | None = None
    count: int = Field(3, ge=1, le=12)
    truth: Literal["true", "partly", "false"] | None = None


class QuestOrder(PartyBrief):
    """A quest hook: patron, task, opposition, reward, twist."""

    patron: Name | None = None
    place: Name | None = None
    theme: ThemeName | None = None


class HexOrder(PartyBrief):
    """A hex of wilderness: land, weather, what stands out, what is hidden, who lives there."""

    name: Name | None = None
    terrain: Land | None = None
    climate: Climate = "temperate"
    miles: int = Field(6, ge=1, le=30, description="From side to side.")


BRIEFS: Final[Mapping[str, type[Brief]]] = MappingProxyType(
    {
        "npc": NpcOrder,
        "location": LocationOrder,
        "room": RoomOrder,
        "tavern": TavernOrder,
        "settlement": SettlementOrder,
        "encounter": EncounterOrder,
        "treasure": TreasureOrder,
        "magic_item": MagicItemOrder,
        "rumour": RumourOrder,
        "quest": QuestOrder,
        "hex": HexOrder,
    }
)
"""The kinds of content and what each takes."""

EXAMPLES: Final[Mapping[str, dict[str, object]]] = MappingProxyType(
    {
        "npc": {"race": "dwarf", "occupation": "blacksmith", "name": "Borin"},
        "location": {"title": "The Drowned Chapel", "place": "temple", "moods": ["flooded"]},
        "room": {"theme": "crypt", "function": "vault", "width": 30, "depth": 40},
        "tavern": {"place": "Ashford", "mood": "shady"},
        "settlement": {"size": "town", "terrain": "hills"},
        "encounter": {"terrain": "swamp", "party_size": 4, "party_level": 5},
        "treasure": {"types": ["C", "Qx5"]},
        "magic_item": {"category": "armor_or_weapon", "party_classes": ["fighter", "thief"]},
        "rumour": {"place": "Ashford", "count": 4},
        "quest": {"party_level": 4, "theme": "mine"},
        "hex": {"terrain": "forest", "miles": 6},
    }
)
"""A brief of each kind, as it may be sent."""

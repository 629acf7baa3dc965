"""The peoples a person can belong to: how prompts name them, and how they look.

Keys of the six player races are those of the rules library. The others have no ability adjustments in the rules; their
people, names and looks stand here all the same, because campaigns are full of them.
"""

from dataclasses import dataclass

from workers.world_designer.vocabulary import name_parts
from workers.world_designer.vocabulary.name_parts import NameParts


@dataclass(frozen=True, slots=True)
class People:
    """One people."""

    key: str
    adjective: str
    words: tuple[str, ...]
    """Words of a prompt that mean this people, lower case."""
    names: tuple[NameParts, NameParts]
    """Where given and family names come from."""
    culture: str
    """The culture of its places; see cultures.py."""
    builds: tuple[str, ...]
    features: tuple[str, ...]
    in_rules: bool = True


def _same(parts: NameParts) -> tuple[NameParts, NameParts]:
    return (parts, parts)


_GOBLIN_FEATURES = (
    "a nose broken more than once",
    "one chipped tusk capped with tin",
    "ears notched in a pattern that means something at home",
    "yellow eyes that never settle",
    "a row of old burns along one arm",
    "scalp tattoos in soot-black ink",
)

PEOPLES: tuple[People, ...] = (
    People(
        "human",
        "human",
        ("human", "humans"),
        _same(name_parts.HUMAN),
        "human",
        (
            "Of middling height, with a working stoop",
            "Tall and rawboned",
            "Short, broad and quick on the feet",
            "Lean, with a long stride",
            "Heavyset and light-footed",
            "Narrow-shouldered, and careful of every step",
        ),
        (
            "gray eyes that count the exits",
            "a nose once broken and badly set",
            "dark hair cropped close",
            "a gap between the front teeth",
            "freckles to the wrists",
            "copper hair tied with string",
            "a streak of early white hair",
        ),
    ),
    People(
        "dwarf",
        "dwarven",
        ("dwarf", "dwarfs", "dwarves", "dwarven", "dwarvish"),
        _same(name_parts.DWARF),
        "dwarven",
        (
            "Barrel-chested, four feet of patience",
            "Broad as a door and slow to step out of the way of anything",
            "Thick-wristed, planted like a post",
            "Squat, square and straight-backed",
            "Bow-legged and burly",
        ),
        (
            "plaits bound with copper wire",
            "eyebrows like hedges",
            "gray hair braided in the clan's five strands",
            "a burn scar shaped like a leaf on the left forearm",
            "ruddy cheeks and small, steady eyes",
            "stone dust in every crease of the face",
            "iron rings worked into the braids, one for each grudge settled",
        ),
    ),
    People(
        "elf",
        "elven",
        ("elf", "elfs", "elves", "elven", "elvish", "wood-elf", "high-elf"),
        _same(name_parts.ELF),
        "elven",
        (
            "Slight and very upright",
            "Fine-boned, and still as a heron",
            "Lithe, with a dancer's weight on the toes",
            "Slender and unhurried",
            "Spare and sharp-shouldered",
        ),
        (
            "eyes the green of deep water",
            "silver hair held by a single thorn",
            "a thin white scar from ear to chin",
            "hair the color of wet bark",
            "ink-stained fingertips",
            "a face that could be twenty or two hundred",
            "pale lashes and a gaze that rests a moment too long",
        ),
    ),
    People(
        "gnome",
        "gnomish",
        ("gnome", "gnomes", "gnomish"),
        _same(name_parts.GNOME),
        "gnomish",
        (
            "Knee-high to trouble and grinning at it",
            "Small, round and never still",
            "Wiry, with oversized hands",
            "Stooped under a coat of many pockets",
        ),
        (
            "spectacles mended with wire",
            "a nose like a ripe pear",
            "white whiskers combed to two points",
            "a magnifying lens on a ribbon",
            "singed eyebrows",
            "bright black eyes",
        ),
    ),
    People(
        "half-elf",
        "half-elven",
        ("half-elf", "half-elves", "half-elven", "halfelf", "halfelven"),
        (name_parts.ELF, name_parts.HUMAN),
        "elven",
        (
            "Tall and easy in the joints",
            "Slim, with a farmer's shoulders",
            "Graceful until in a hurry",
            "Lightly built and weather-tanned",
        ),
        (
            "ears hidden under a headscarf",
            "eyes of two slightly different greens",
            "hair worn long on one side",
            "a smile that comes half a breath late",
            "high cheekbones and a sunburnt nose",
        ),
    ),
    People(
        "halfling",
        "halfling",
        ("halfling", "halflings"),
        _same(name_parts.HALFLING),
        "halfling",
        (
            "Round, rosy and quick",
            "Barely three feet tall and always on tiptoe",
            "Plump, with neat small hands",
            "Sinewy for one of the small folk",
        ),
        (
            "curls the color of toast",
            "bare feet brown as walnuts",
            "laughter lines that do not reach the eyes",
            "a clay pipe, seldom lit",
            "a patched waistcoat with one silver button",
        ),
    ),
    People(
        "half-orc",
        "half-orc",
        ("half-orc", "half-orcs", "halforc", "half-orcish"),
        (name_parts.GOBLINOID, name_parts.HUMAN),
        "human",
        ("Tall and heavy-jawed", "Thick-necked, with a careful, quiet way of moving", "Big, scarred and soft-footed"),
        _GOBLIN_FEATURES,
        in_rules=False,
    ),
    People(
        "orc",
        "orcish",
        ("orc", "orcs", "orcish"),
        _same(name_parts.GOBLINOID),
        "goblinoid",
        ("Heavy-shouldered and stooped", "Lean for an orc, all rope and scar", "Huge, and slower than it looks"),
        _GOBLIN_FEATURES,
        in_rules=False,
    ),
    People(
        "goblin",
        "goblin",
        ("goblin", "goblins", "goblinoid"),
        _same(name_parts.GOBLINOID),
        "goblinoid",
        ("Small, bent and never quite standing still", "Pot-bellied, with arms to the knees", "Thin as a ladle"),
        _GOBLIN_FEATURES,
        in_rules=False,
    ),
    People(
        "hobgoblin",
        "hobgoblin",
        ("hobgoblin", "hobgoblins"),
        _same(name_parts.GOBLINOID),
        "goblinoid",
        ("Tall, drilled and straight as a spear", "Broad, with a soldier's haircut", "Long-armed and always armed"),
        _GOBLIN_FEATURES,
        in_rules=False,
    ),
    People(
        "kobold",
        "kobold",
        ("kobold", "kobolds"),
        _same(name_parts.GOBLINOID),
        "goblinoid",
        ("Knee-high and scaly", "Hunched, with a tail that gives away every mood", "Small and sharp-snouted"),
        (
            "rust-red scales",
            "one cracked horn",
            "a milky left eye",
            "claws blunted by digging",
            "a collar of rat teeth",
        ),
        in_rules=False,
    ),
)

BY_KEY: dict[str, People] = {people.key: people for people in PEOPLES}

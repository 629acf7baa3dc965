"""Words that matter at the table: numbers, and things that players act on. What is said with them must be true."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workers.world_designer.vocabulary import words

NUMBERS: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {
        0: words("zero none"),
        1: words("one"),
        2: words("two second twice both pair couple twin twins double"),
        3: words("three third thrice"),
        4: words("four fourth"),
        5: words("five fifth"),
        6: words("six sixth"),
        7: words("seven seventh"),
        8: words("eight eighth"),
        9: words("nine ninth"),
        10: words("ten tenth"),
        11: words("eleven eleventh"),
        12: words("twelve twelfth dozen dozens"),
        13: words("thirteen thirteenth"),
        14: words("fourteen fourteenth"),
        15: words("fifteen fifteenth"),
        16: words("sixteen sixteenth"),
        17: words("seventeen seventeenth"),
        18: words("eighteen eighteenth"),
        19: words("nineteen nineteenth"),
        20: words("twenty twentieth score"),
        30: words("thirty"),
        40: words("forty"),
        50: words("fifty"),
        60: words("sixty"),
        70: words("seventy"),
        80: words("eighty"),
        90: words("ninety"),
        100: words("hundred hundreds"),
        1000: words("thousand thousands"),
        -2: words("half"),
        -4: words("quarter"),
    }
)
"""The words for each number; fractions have numbers that nothing else has."""

WEIGHTY: Final = (
    *words("door doorway exit entrance passage passageway corridor stair staircase stairway step trapdoor hatch"),
    *words("ladder tunnel portal gate gateway archway window chimney shaft well bridge crossroads chasm lever"),
    *words("secret hidden concealed locked barred north south east west northern southern eastern western left right"),
    *words("upstairs downstairs treasure gold silver copper platinum coin gem jewel hoard chest loot ring amulet"),
    *words("crown potion scroll wand trap poison curse cursed magic magical enchanted spell rune illusion undead"),
    *words("monster demon devil corpse body blood skeleton altar level damage hit dice modifier bonus save saving"),
    *words("throw armor thac0 xp experience class race king queen prince princess duke baron lord lady god goddess"),
    *words("he him his himself she her hers herself"),
)
"""Ways in and out, treasure, dangers, rules, ranks and pronouns; creatures come from the rule base."""

SMALL_WORDS: Final = (
    *words(
        "a an the this that these those there here it its they their them you your we our no not all any every each"
    ),
    *words("some somewhere something nothing nobody someone everything only even still yet now then once when where"),
    *words(
        "while as if at by for from in into inside of off on onto over through to under up upon with within without"
    ),
    *words("beyond behind beside between beneath below above across against along among around near and or but so nor"),
    *words("who what which whose how why after before until since though although perhaps despite both few many most"),
    *words("much more less just"),
)
"""Words with which a sentence may begin."""

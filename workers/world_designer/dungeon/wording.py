"""The boxed text of a room: what anyone sees, hears and smells at the door. No number but its size, no secret."""

import random
from typing import Any

from contracts.dungeons import DungeonStyle
from workers.world_designer.dungeon.words import pick, plain_choice, theme_words

MOST_WORDS = 60


def boxed_text(theme: str, style: DungeonStyle, function: str, width: int, height: int, rng: random.Random) -> str:
    """Two or three sentences to read aloud.

    Args:
        theme: A theme of the shared vocabulary.
        style: Caves have other openings than worked stone.
        function: What the room is for, such as `guard`.
        width: In feet, as is `height`.
        rng: The room's own source.
    """
    own, common = theme_words(theme), theme_words("common")
    form = "cave" if style == "cave" else "built"
    smell, other = rng.sample(own["smells"], 2)
    slots = {
        "space": plain_choice(rng, rng.choice(own["spaces"])),
        "wall": plain_choice(rng, rng.choice(own["walls"])),
        "ground": plain_choice(rng, rng.choice(own["grounds"])),
        "air": plain_choice(rng, rng.choice(own["airs"])),
        "sound": plain_choice(rng, rng.choice(own["sounds"])),
        "smell": smell,
        "smellb": other,
        "w": str(width),
        "h": str(height),
    }
    sights = [_sight(common["functions"][form][function], common, form, rng)]
    if rng.random() < 0.5:
        sights.append(_sight(own["features"], common, form, rng))
    senses = [pick(rng, common["senses"], **slots)] if rng.random() < 0.6 else []
    return " ".join([pick(rng, common["openings"][form], **slots), *sights, *senses])


def _sight(sentences: list[str], common: dict[str, Any], form: str, rng: random.Random) -> str:
    where = plain_choice(rng, rng.choice(common["where"][form]))
    return pick(rng, sentences, where=where) + "."


def trace_of(kind: str, residents: str, style: DungeonStyle, rng: random.Random) -> str:
    """How it shows that somebody lives here; `kind` is people, beast or undead."""
    common = theme_words("common")
    form = "cave" if style == "cave" else "built"
    where = plain_choice(rng, rng.choice(common["where"][form]))
    return pick(rng, common["signs"][kind], where=where, residents=residents) + "."
